// Histograms over steps: a column per step, darker where more values lie; the step under the pointer as bars.
(function (/** @type {Site} */ site) {
  "use strict";

  const WIDTH = 320, HEIGHT = 96, HEAT = 120, COLUMNS = 400;
  const SVG = "http://www.w3.org/2000/svg";

  /** Every k-th of many steps, the last always: more columns than pixels show nothing more. @param {MediaStep[]} entries */
  function chosen(entries) {
    const every = Math.ceil(entries.length / COLUMNS);
    return entries.filter((_, at) => (entries.length - 1 - at) % every === 0);
  }

  /** @param {MediaStep[]} entries */
  function extent(entries) {
    let low = Infinity, high = -Infinity;
    for (const { bins } of entries) {
      if (!bins) continue;
      low = Math.min(low, bins[0]);
      high = Math.max(high, bins[bins.length - 1]);
    }
    return { low, high: high > low ? high : low + 1 };
  }

  /** The shape of one histogram, as sitegen draws it. @param {MediaStep} entry */
  function path(entry) {
    const bins = entry.bins || [0, 1], counts = entry.counts || [0];
    const low = bins[0], span = bins[bins.length - 1] - low || 1, top = Math.max(...counts, 1e-300);
    let text = `M0 ${HEIGHT}`;
    counts.forEach((count, at) => {
      const left = ((bins[at] - low) / span) * WIDTH, right = ((bins[at + 1] - low) / span) * WIDTH;
      text += `L${left.toFixed(1)} ${(HEIGHT - (count / top) * (HEIGHT - 2)).toFixed(1)}H${right.toFixed(1)}`;
    });
    return `${text}V${HEIGHT}Z`;
  }

  /** @param {HTMLCanvasElement} canvas @param {MediaStep[]} entries @param {number} marked */
  function heat(canvas, entries, marked) {
    const width = canvas.clientWidth || WIDTH, context = site.layer.size(canvas, width, HEAT), tokens = site.tokens.get();
    const { low, high } = extent(entries), wide = width / entries.length;
    /** @param {number} value */
    const place = (value) => HEAT - ((value - low) / (high - low)) * HEAT;
    context.fillStyle = tokens.accent;
    entries.forEach((entry, at) => {
      const bins = entry.bins || [], counts = entry.counts || [];
      // Density, not count: bins of different steps have different widths.
      const dense = counts.map((count, bin) => count / (bins[bin + 1] - bins[bin] || 1)), top = Math.max(...dense, 1e-300);
      dense.forEach((value, bin) => {
        if (!value) return;
        context.globalAlpha = 0.06 + 0.9 * Math.sqrt(value / top);
        const upper = place(bins[bin + 1]);
        context.fillRect(at * wide, upper, Math.max(wide, 1), Math.max(place(bins[bin]) - upper, 1));
      });
    });
    context.globalAlpha = 1;
    context.strokeStyle = tokens.ink;
    context.strokeRect(marked * wide + 0.5, 0.5, Math.max(wide - 1, 1), HEAT - 1);
  }

  /** @param {MediaStep[]} all @param {(step: number) => void} tell */
  function build(all, tell) {
    const { element } = site.mediaItems, entries = chosen(all);
    const whole = element("div"), note = element("p", "note ends");
    const bars = document.createElementNS(SVG, "svg"), shape = document.createElementNS(SVG, "path");
    bars.setAttribute("class", "media-bars");
    bars.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    bars.setAttribute("preserveAspectRatio", "none");
    bars.setAttribute("role", "img");
    bars.append(shape);
    const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", "media-heat"));
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "slider");
    canvas.setAttribute("aria-label", site.t("media.histogram_step"));
    canvas.setAttribute("aria-valuemin", String(entries[0].step));
    canvas.setAttribute("aria-valuemax", String(entries[entries.length - 1].step));
    let at = entries.length - 1;

    function show() {
      const entry = entries[at], bins = entry.bins || [0, 1];
      shape.setAttribute("d", path(entry));
      const total = (entry.counts || []).reduce((sum, count) => sum + count, 0);
      const ends = [site.format.measure(bins[0]), site.t("media.value_count", { count: site.format.measure(total) }), site.format.measure(bins[bins.length - 1])];
      bars.setAttribute("aria-label", site.t("media.bars", { values: ends[1], low: ends[0], high: ends[2] }));
      note.replaceChildren(...ends.map((text) => element("span", "", text)));
      canvas.setAttribute("aria-valuenow", String(entry.step));
      if (entries.length > 1) heat(canvas, entries, at);
      tell(entry.step);
    }
    /** @param {number} to */
    const move = (to) => {
      at = Math.max(0, Math.min(to, entries.length - 1));
      show();
    };
    canvas.addEventListener("pointermove", (event) => {
      const box = canvas.getBoundingClientRect();
      move(Math.floor(((event.clientX - box.left) / box.width) * entries.length));
    });
    canvas.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      move(at + by);
    });
    if (entries.length > 1) whole.append(canvas);
    whole.append(bars, note);
    return { element: whole, show };
  }

  site.mediaBars = { build, path };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
