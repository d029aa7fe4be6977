// Bands of many curves as pixels: each column of the plot adds up how many bands cover it, whatever their shape.
// Fifty of them as translucent paths are 10 to 20 ms of a browser's painter, and these are one.
(function (/** @type {Site} */ site) {
  "use strict";

  /** Places between two whole numbers of bands at which their joint cover is kept. */
  const FINE = 64, LEAST = 1 / FINE;
  /** @type {Map<string, number[]>} */
  const parts = new Map();
  /** By row of one column how many bands begin there less those that end, and their red, green and blue; all zero between columns. */
  let sums = new Float32Array(0);
  /** Where a curve's band reached when it was drawn last: it is the same while other curves come and go. @type {WeakMap<Curve, Reach>} */
  const reaches = new WeakMap();
  let hiding = { key: "", of: new Uint8Array(0) };

  /** Red, green and blue of a CSS colour. @param {string} color */
  function channels(color) {
    const known = parts.get(color);
    if (known) return known;
    const hex = /^#[0-9a-f]{6}$/i.test(color) ? color : site.tokens.probe(color);
    const found = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) || 0);
    parts.set(color, found);
    return found;
  }

  /** The plot in pixels of the screen. @param {Frame} frame @param {number} ratio @returns {Pixels} */
  function area(frame, ratio) {
    const left = Math.round(frame.left * ratio), top = Math.round(frame.top * ratio);
    const columns = Math.max(1, Math.round((frame.left + frame.width) * ratio) - left);
    return { left, top, columns, rows: Math.max(1, Math.round((frame.top + frame.height) * ratio) - top) };
  }

  /** @param {Curve} curve @param {Frame} frame @param {number} ratio @param {Pixels} place @param {string} key of the frame and its ratio */
  function reachOf(curve, frame, ratio, place, key) {
    const known = reaches.get(curve);
    if (known && known.key === key) return known;
    const found = { key, ...edges(curve, frame, ratio, place) };
    reaches.set(curve, found);
    return found;
  }

  /**
   * The highest and lowest place that a band reaches in each column. Where several of its buckets share one,
   * that is the extreme of them all.
   * @param {Curve} curve @param {Frame} frame @param {number} ratio @param {Pixels} place
   */
  function edges(curve, frame, ratio, place) {
    const high = new Float32Array(place.columns), low = new Float32Array(place.columns);
    const { lo, hi, n } = /** @type {NonNullable<Curve["buckets"]>} */ (curve.buckets), { left, top, columns } = place;
    const [from, to] = site.series.window(curve, frame.x.domain[0], frame.x.domain[1]), floor = frame.y.range[0];
    const isLog = frame.y.kind === "log";
    const up = (/** @type {number} */ value) => (isLog && value <= 0 ? floor : frame.y.map(value)) * ratio - top;
    high.fill(Infinity);
    low.fill(-Infinity);
    let x0 = NaN, above0 = 0, below0 = 0;
    for (let at = from; at < to; at++) {
      if (!n[at]) {
        x0 = NaN;
        continue;
      }
      const x1 = frame.x.map(curve.x[at]) * ratio - left, above1 = up(hi[at]), below1 = up(lo[at]);
      if (!(x1 > x0)) {
        // A bucket with no neighbour before it is a column of its own.
        x0 = x1;
        above0 = above1;
        below0 = below1;
      }
      const slope = x1 > x0 ? 1 / (x1 - x0) : 0, rise = (above1 - above0) * slope, fall = (below1 - below0) * slope;
      const last = x1 < columns ? Math.floor(x1) : columns - 1;
      let column = x0 < 0 ? 0 : x0 === columns ? columns - 1 : Math.floor(x0), above = above0, below = below0;
      if (x0 < 0) {
        above -= x0 * rise;
        below -= x0 * fall;
      }
      for (; column <= last; column++) {
        const end = (column + 1 < x1 ? column + 1 : x1) - x0, next = above0 + end * rise, under = below0 + end * fall;
        const top1 = above < next ? above : next, bottom1 = below > under ? below : under;
        if (top1 < high[column]) high[column] = top1;
        if (bottom1 > low[column]) low[column] = bottom1;
        above = next;
        below = under;
      }
      x0 = x1;
      above0 = above1;
      below0 = below1;
    }
    return { high, low };
  }

  /** Where a band begins (sign 1) or ends (-1) in a column: in two pixels, by how the place lies between them. @param {number} row @param {number} here @param {number} below @param {number[]} rgb */
  function mark(row, here, below, rgb) {
    const at = 4 * row, red = rgb[0], green = rgb[1], blue = rgb[2];
    sums[at] += here;
    sums[at + 1] += here * red;
    sums[at + 2] += here * green;
    sums[at + 3] += here * blue;
    sums[at + 4] += below;
    sums[at + 5] += below * red;
    sums[at + 6] += below * green;
    sums[at + 7] += below * blue;
  }

  /** The curves' bands over one another, as bytes of red, green, blue and opacity by row. @param {Curve[]} curves @param {Frame} frame @param {number} ratio @param {number} alpha of one band */
  function pixels(curves, frame, ratio, alpha) {
    const place = area(frame, ratio), { columns, rows } = place, bytes = new Uint8ClampedArray(4 * columns * rows);
    const key = `${frame.key},${ratio}`, opacity = opacities(curves.length, alpha);
    const all = curves.map((curve) => ({ rgb: channels(curve.color), ...reachOf(curve, frame, ratio, place, key) }));
    if (sums.length < 4 * (rows + 2)) sums = new Float32Array(4 * (rows + 2));
    // Column by column, whose sums stay in the processor's cache.
    for (let column = 0; column < columns; column++) {
      let top = rows, bottom = 0;
      for (const { rgb, high, low } of all) {
        const from = high[column] > 0 ? high[column] : 0, to = low[column] < rows ? low[column] : rows;
        if (!(to > from)) continue;
        const first = from | 0, last = to | 0, begun = from - first, ended = to - last;
        mark(first, 1 - begun, begun, rgb);
        mark(last, ended - 1, -ended, rgb);
        if (first < top) top = first;
        if (last >= bottom) bottom = last + 1;
      }
      blend(bytes, 4 * column, 4 * columns, top, Math.min(bottom, rows), opacity);
      sums.fill(0, 4 * top, 4 * bottom + 4);
    }
    return { ...place, bytes };
  }

  /** How much so many bands over one another hide, of 255. @param {number} most @param {number} alpha */
  function opacities(most, alpha) {
    const key = `${most} ${alpha}`;
    if (hiding.key !== key) {
      hiding = { key, of: Uint8Array.from({ length: (most + 1) * FINE + 1 }, (_, at) => Math.round(255 * (1 - (1 - alpha) ** (at / FINE)))) };
    }
    return hiding.of;
  }

  /** One column, from beginnings and ends to how many there are. @param {Uint8ClampedArray} bytes @param {number} column @param {number} line @param {number} top @param {number} bottom @param {Uint8Array} opacity */
  function blend(bytes, column, line, top, bottom, opacity) {
    let bands = 0, red = 0, green = 0, blue = 0;
    for (let row = top, to = column + top * line; row < bottom; row++, to += line) {
      const at = 4 * row;
      bands = Math.fround(bands + sums[at]);
      red = Math.fround(red + sums[at + 1]);
      green = Math.fround(green + sums[at + 2]);
      blue = Math.fround(blue + sums[at + 3]);
      if (bands < LEAST) continue;
      const part = 1 / bands;
      bytes[to] = red * part;
      bytes[to + 1] = green * part;
      bytes[to + 2] = blue * part;
      bytes[to + 3] = opacity[(bands * FINE + 0.5) | 0];
    }
  }

  /** What the picture of bands goes by, but for the curves. @param {Frame} frame @param {number} ratio @param {number} alpha */
  const looks = (frame, ratio, alpha) => [frame.key, ratio, alpha].join();

  site.bands = {
    pixels, looks,
    draw(context, panel, curves, frame, alpha) {
      const ratio = devicePixelRatio || 1, key = looks(frame, ratio, alpha), known = panel.cover;
      const isSame = known && known.key === key && known.curves.length === curves.length && curves.every((curve, at) => curve === known.curves[at]);
      if (!isSame) {
        const { left, top, columns, bytes } = pixels(curves, frame, ratio, alpha);
        // Kept while the smoothing or a run's emphasis changes: the same bands again.
        panel.cover = curves.length ? { key, curves, left, top, image: new ImageData(bytes, columns) } : null;
      }
      const { cover } = panel;
      if (cover) context.putImageData(cover.image, cover.left, cover.top);
    },
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
