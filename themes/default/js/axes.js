// Axes, grid and labels, drawn by Vega from a compiled template; one view per panel, reused while its scale stays.
(function (/** @type {Site} */ site) {
  "use strict";

  const DAY = 86400;
  const MARGINS = { left: 40, right: 14, top: 10, bottom: 22 };
  const LABEL_GAP = 10;
  const OPTIONS = {
    mode: "vega", ast: true, actions: false, tooltip: false, defaultStyle: false, hover: false, renderer: "canvas",
  };
  /** @type {CanvasRenderingContext2D | null} */
  let ruler = null;

  /** Room around the plot for these y labels. @param {string[]} labels */
  function margins(labels) {
    ruler = ruler || document.createElement("canvas").getContext("2d");
    let widest = 0;
    if (ruler) {
      ruler.font = `10px ${site.tokens.get().font}`;
      for (const label of labels) widest = Math.max(widest, ruler.measureText(label).width);
    }
    return { ...MARGINS, left: Math.max(MARGINS.left, Math.ceil(widest) + LABEL_GAP) };
  }

  /** @param {Panel} panel @param {YScale} scale @returns {Promise<Axes>} */
  async function create(panel, scale) {
    const holder = document.createElement("div");
    holder.className = "axes";
    holder.setAttribute("aria-hidden", "true");
    // Out of the flow: the plot's size makes the axes', and never the other way round.
    Object.assign(holder.style, { position: "absolute", left: "0", top: "0" });
    const templates = /** @type {{[name: string]: any}} */ (site.parts.templates);
    const { view, finalize } = await site.vegaEmbed(holder, templates[scale], OPTIONS);
    panel.plot.prepend(holder);
    const canvas = /** @type {HTMLCanvasElement} */ (holder.querySelector("canvas"));
    return {
      view, scale, canvas, drawn: "",
      finalize() {
        finalize();
        holder.remove();
      },
    };
  }

  /** @param {Axes} axes @param {Frame} frame @param {{[name: string]: unknown}} signals */
  function update(axes, frame, signals) {
    const padding = {
      left: frame.left, top: frame.top,
      right: frame.outer.width - frame.left - frame.width, bottom: frame.outer.height - frame.top - frame.height,
    };
    const wanted = JSON.stringify([signals, padding, frame.width, frame.height]);
    if (wanted === axes.drawn) return;  // 3 ms of Vega for nothing, with every step of the smoothing slider.
    const { view } = axes;
    for (const [name, value] of Object.entries(signals)) view.signal(name, value);
    view.width(frame.width).height(frame.height);
    if (JSON.stringify(view.padding()) !== JSON.stringify(padding)) view.padding(padding).resize();
    view.run();
    axes.drawn = wanted;
  }

  /** @param {Panel} panel @param {Frame} frame @param {Ticks} x @param {Ticks} y */
  async function draw(panel, frame, x, y) {
    const { kind } = frame.y;
    if (panel.axes && panel.axes.scale !== kind) {
      panel.axes.finalize();
      panel.axes = null;
    }
    if (!panel.axes) {
      const made = await create(panel, kind);
      if (panel.axes || panel.state !== "live") return made.finalize();  // The panel moved on while we waited.
      panel.axes = made;
    }
    const tokens = site.tokens.get();
    update(panel.axes, frame, {
      x0: frame.x.domain[0], x1: frame.x.domain[1], y0: frame.y.domain[0], y1: frame.y.domain[1],
      xticks: x.values, xlabels: x.labels, yticks: y.values, ylabels: y.labels,
      ink: tokens.dim, grid: tokens.line, font: tokens.font,
    });
    const origin = panel.axes.view.origin(), padding = panel.axes.view.padding();
    frame.left = origin[0] + padding.left;
    frame.top = origin[1] + padding.top;
  }

  /** A place on the x axis in its own terms, in few letters. @param {Panel} panel @param {Frame} frame @param {number} x @param {number} step */
  function called({ xmode }, frame, x, step) {
    if (xmode === "relative") return site.format.duration(x);
    if (xmode !== "wall") return site.ticks.number(xmode === "step" ? step : x);
    const span = frame.x.domain[1] - frame.x.domain[0], isLong = span >= DAY;
    return `${isLong ? `${site.dates.day(x)} ` : ""}${site.dates.clock(x, !isLong)}`;
  }

  site.axes = { draw, margins, called };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
