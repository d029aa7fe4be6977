// Bands of many curves as pixels: each column of the plot adds up how many bands cover it, whatever their shape.
// Fifty of them as translucent paths are 10 to 20 ms of a browser's painter, and these are one.
(function (/** @type {Site} */ site) {
  "use strict";

  /** Places between two whole numbers of bands at which their joint cover is kept. */
  const FINE = 64, LEAST = 1 / FINE;
  /** @type {Map<string, number[]>} */
  const parts = new Map();
  /** By pixel how many bands begin there less those that end, and their red, green and blue; kept for the next plot. */
  let sums = new Float32Array(0);
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

  /** @param {number} length */
  function empty(length) {
    if (sums.length < length) sums = new Float32Array(length);
    else sums.fill(0, 0, length);
  }

  /** The plot in pixels of the screen. @param {Frame} frame @param {number} ratio @returns {Pixels} */
  function area(frame, ratio) {
    const left = Math.round(frame.left * ratio), top = Math.round(frame.top * ratio);
    const columns = Math.max(1, Math.round((frame.left + frame.width) * ratio) - left);
    return { left, top, columns, rows: Math.max(1, Math.round((frame.top + frame.height) * ratio) - top) };
  }

  /**
   * The highest and lowest place that a band reaches in each column. Where several of its buckets share one,
   * that is the extreme of them all.
   * @param {Curve} curve @param {Frame} frame @param {number} ratio @param {Pixels} place @param {Float32Array} high @param {Float32Array} low
   */
  function edges(curve, frame, ratio, place, high, low) {
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
  }

  /** Where a band begins (sign 1) or ends (-1) in a column: in two pixels, by how the place lies between them. @param {number} at of the pixel's four sums @param {number} next of the pixel below @param {number} below @param {number} above @param {number[]} rgb */
  function mark(at, next, below, above, rgb) {
    const [red, green, blue] = rgb;
    sums[at] += above;
    sums[at + 1] += above * red;
    sums[at + 2] += above * green;
    sums[at + 3] += above * blue;
    sums[next] += below;
    sums[next + 1] += below * red;
    sums[next + 2] += below * green;
    sums[next + 3] += below * blue;
  }

  /** The curves' bands over one another, as bytes of red, green, blue and opacity by row. @param {Curve[]} curves @param {Frame} frame @param {number} ratio @param {number} alpha of one band */
  function pixels(curves, frame, ratio, alpha) {
    const place = area(frame, ratio), { columns, rows } = place, line = 4 * columns;
    const high = new Float32Array(columns), low = new Float32Array(columns);
    empty(line * (rows + 2));
    for (const curve of curves) {
      const rgb = channels(curve.color);
      edges(curve, frame, ratio, place, high, low);
      for (let column = 0; column < columns; column++) {
        const from = high[column] > 0 ? high[column] : 0, to = low[column] < rows ? low[column] : rows;
        if (!(to > from)) continue;
        const first = from | 0, last = to | 0, begun = from - first, ended = to - last, at = 4 * column;
        mark(at + first * line, at + (first + 1) * line, begun, 1 - begun, rgb);
        mark(at + last * line, at + (last + 1) * line, -ended, ended - 1, rgb);
      }
    }
    return { ...place, bytes: blended(line, line * rows, opacities(curves.length, alpha)) };
  }

  /** How much so many bands over one another hide, of 255. @param {number} most @param {number} alpha */
  function opacities(most, alpha) {
    const key = `${most} ${alpha}`;
    if (hiding.key !== key) {
      hiding = { key, of: Uint8Array.from({ length: (most + 1) * FINE + 1 }, (_, at) => Math.round(255 * (1 - (1 - alpha) ** (at / FINE)))) };
    }
    return hiding.of;
  }

  /** @param {number} line @param {number} end @param {Uint8Array} opacity */
  function blended(line, end, opacity) {
    const bytes = new Uint8ClampedArray(end);
    for (let at = 0; at < end; at += 4) {
      if (at >= line) {
        // From beginnings and ends to how many there are: the row above, and what changes here.
        const above = at - line;
        sums[at] += sums[above];
        sums[at + 1] += sums[above + 1];
        sums[at + 2] += sums[above + 2];
        sums[at + 3] += sums[above + 3];
      }
      const bands = sums[at];
      if (bands < LEAST) continue;
      const part = 1 / bands;
      bytes[at] = sums[at + 1] * part;
      bytes[at + 1] = sums[at + 2] * part;
      bytes[at + 2] = sums[at + 3] * part;
      bytes[at + 3] = opacity[(bands * FINE + 0.5) | 0];
    }
    return bytes;
  }

  /** What the picture of bands goes by, but for the curves. @param {Frame} frame @param {number} ratio @param {number} alpha */
  const looks = ({ x, y, left, top, width, height }, ratio, alpha) => [x.domain, y.kind, y.domain, left, top, width, height, ratio, alpha].join();

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
