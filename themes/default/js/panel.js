// A chart's life: loaded when it comes near, built a few per frame, redrawn when something changed, given up far away.
(function (/** @type {Site} */ site) {
  "use strict";

  const NEAR = "500px 0px", FAR = "2500px 0px", FIRST_BUDGET = 16, AGAIN_BUDGET = 22, FAR_DELAY = 3000;
  /** @type {Map<Element, Panel>} */
  const byPlot = new Map();
  /** @type {Panel[]} */
  const queue = [];
  let scheduled = false;

  /** @param {Panel} panel */
  function enqueue(panel) {
    if (!queue.includes(panel)) queue.push(panel);
    if (!scheduled) {
      scheduled = true;
      requestAnimationFrame(work);
    }
  }

  /** Draws for a while, and goes on in the next frame; for longer where charts only change, which a click waits for. */
  async function work() {
    const until = performance.now() + (queue.every((panel) => panel.frame) ? AGAIN_BUDGET : FIRST_BUDGET);
    queue.sort((a, b) => Number(b.near) - Number(a.near));
    // All at once: after the words of a chart have changed, a size is read only when all is laid out anew.
    const rooms = new Map(queue.map((panel) => [panel, site.drawing.roomOf(panel)]));
    while (queue.length && performance.now() < until) {
      const panel = /** @type {Panel} */ (queue.shift());
      if (panel.state !== "live") continue;
      try {
        await site.drawing.draw(panel, rooms.get(panel));
      } catch (error) {
        fail(panel, error);
      }
    }
    scheduled = queue.length > 0;
    if (scheduled) requestAnimationFrame(work);
    else if (!site.panels.all.some((panel) => panel.near && panel.state === "loading")) document.dispatchEvent(new Event("runpress:drawn"));
  }

  /** @param {PageData} page @param {ChartSpec} spec @returns {string[]} */
  function chunkPaths(page, spec) {
    const { among } = site.shown.of(page);
    return spec.chunks.flatMap((ref) => (typeof ref === "string" ? [ref] : among(ref[1], ref[2]) ? [ref[0]] : []));
  }

  /** @param {PageData} page @param {ChartSpec} spec */
  async function entriesOf(page, spec) {
    const parts = await Promise.all(chunkPaths(page, spec).map(site.load.chunk));
    const metrics = new Set(spec.metrics || [spec.metric]);
    return parts.flat().filter((entry) => metrics.has(entry.metric));
  }

  /** @param {Panel} panel */
  async function load(panel) {
    const page = /** @type {PageData} */ (site.current);
    const turn = (panel.turn += 1), x = panel.spec.family === "metric" ? site.xmetric.spec(page) : null;
    const source = panel.spec.added ? "" : [...chunkPaths(page, panel.spec), ...(x ? [x.metric, ...chunkPaths(page, x)] : [])].join();
    if (panel.state === "live" && source && source === panel.source) return again(panel);
    if (panel.state === "idle") panel.state = "loading";
    try {
      if (panel.spec.added) await site.load.later().then(() => site.plots.prepare(panel.spec, page));
      const [entries, xentries] = await Promise.all([entriesOf(page, panel.spec), x ? entriesOf(page, x) : [], site.load.vega()]);
      if (turn !== panel.turn) return;  // Meanwhile other runs were chosen, and what they need is on its way.
      Object.assign(panel, { entries, xentries, source });
      if (panel.state === "loading") open(panel);
      again(panel);
    } catch (error) {
      if (turn === panel.turn) fail(panel, error);
    }
  }

  /** Draws a chart anew from the series that it has. @param {Panel} panel */
  function again(panel) {
    panel.dirty = "curves";
    enqueue(panel);
  }

  /** @param {Panel} panel */
  function open(panel) {
    panel.state = "live";
    panel.plot.querySelector(".panel-error")?.remove();
    for (const child of /** @type {Iterable<HTMLElement>} */ (panel.plot.children)) child.style.display = "none";
    panel.plot.append(panel.layer, panel.over);
    site.tools.attach(panel);
  }

  /** Back to the picture the page came with; far from view a chart costs nothing. @param {Panel} panel */
  function close(panel) {
    if (panel.axes) panel.axes.finalize();
    panel.axes = null;
    panel.frame = panel.cover = panel.under = null;
    panel.curves = panel.whole = panel.visible = [];
    panel.made = new WeakMap();
    panel.trouble = "";
    panel.layer.remove();
    panel.over.remove();
    // A canvas holds its pixels until its size changes.
    panel.layer.width = panel.over.width = 0;
    for (const child of /** @type {Iterable<HTMLElement>} */ (panel.plot.children)) child.style.display = "";
    panel.state = "idle";
  }

  /** @param {Panel} panel @param {unknown} error */
  function fail(panel, error) {
    close(panel);
    tell(panel, `${site.t("chart.failed", { why: String(error instanceof Error ? error.message : error) })}. `, () => load(panel));
  }

  /** What is missing from a chart that is drawn all the same; nothing when the text is empty. @param {Panel} panel @param {string} trouble */
  function complain(panel, trouble) {
    const former = /** @type {HTMLElement | null} */ (panel.plot.querySelector(".panel-error"));
    if (!trouble) return former && former.remove();
    if (former && former.title === trouble) return;
    const message = tell(panel, `${site.t("chart.points_missing", { why: trouble })}. `, () => site.detail.retry(panel));
    message.title = trouble;
    message.classList.add("beside");
  }

  /** @param {Panel} panel @param {string} text @param {() => void} retry */
  function tell(panel, text, retry) {
    const message = document.createElement("p");
    message.className = "panel-error";
    message.setAttribute("role", "alert");
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = site.t("chart.again");
    again.addEventListener("click", () => {
      message.remove();
      retry();
    });
    message.append(text, again);
    panel.plot.querySelector(".panel-error")?.remove();
    panel.plot.prepend(message);
    return message;
  }

  /** @param {HTMLElement} figure @param {ChartSpec} spec @returns {Panel} */
  function make(figure, spec) {
    const plot = /** @type {HTMLElement} */ (figure.querySelector(".plot"));
    const layer = document.createElement("canvas");
    const over = document.createElement("canvas");
    layer.className = "layer";
    over.className = "over";
    for (const canvas of [layer, over]) Object.assign(canvas.style, { position: "absolute", left: "0", top: "0" });
    over.style.touchAction = "pan-y";
    over.tabIndex = 0;
    over.setAttribute("role", "img");
    over.setAttribute("aria-label", spec.title);  // Until it is drawn and has more to say.
    plot.style.position = "relative";
    /** @type {Panel} */
    const panel = {
      spec, figure, plot, layer, over, entries: [], made: new WeakMap(), curves: [], whole: [], visible: [], frame: null, cover: null, under: null, axes: null, muted: new Set(),
      brush: null, near: false, leaving: 0, hiddenByLog: 0, words: "", trouble: "", xmode: "step", xname: "", joined: false, lacking: "", xentries: [], clipped: false, dirty: "", state: "idle", turn: 0, source: "",
    };
    site.hover.attach(panel);
    site.zoom.attach(panel);
    return panel;
  }

  /** @param {"view" | "curves"} level */
  function refresh(level) {
    for (const panel of site.panels.all) {
      if (panel.state !== "live") continue;
      if (level === "curves" || panel.dirty !== "curves") panel.dirty = level;
      enqueue(panel);
    }
  }

  /** What watches the plots of all charts. @type {(IntersectionObserver | ResizeObserver)[]} */
  const observers = [];

  /** @param {string} margin @param {(panel: Panel, isNear: boolean) => void} act */
  function watch(margin, act) {
    observers.push(new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) {
        const panel = byPlot.get(target);
        if (panel) act(panel, isIntersecting);
      }
    }, /** @type {any} */ ({ rootMargin: margin, scrollMargin: margin })));  // Charts may scroll in a pane of their own.
  }

  /** Takes a chart in, which is drawn when it comes near. @param {HTMLElement} figure @param {ChartSpec} spec */
  function add(figure, spec) {
    const panel = make(figure, spec);
    site.panels.all.push(panel);
    byPlot.set(panel.plot, panel);
    for (const observer of observers) observer.observe(panel.plot);
    return panel;
  }

  /** Takes a chart out of the page. @param {Panel} panel */
  function remove(panel) {
    clearTimeout(panel.leaving);
    for (const observer of observers) observer.unobserve(panel.plot);
    byPlot.delete(panel.plot);
    site.panels.all.splice(site.panels.all.indexOf(panel), 1);
    if (panel.state === "live") close(panel);
    panel.state = "idle";
    panel.figure.remove();
  }

  /** A window that goes to another screen has other pixels there, in a place of the same size. */
  function watchPixels() {
    matchMedia(`(resolution: ${devicePixelRatio || 1}dppx)`).addEventListener("change", () => {
      refresh("view");
      watchPixels();
    }, { once: true });
  }

  function repaint() {
    // The theme's own listeners first, so that the colours read here are the new ones.
    requestAnimationFrame(() => {
      site.tokens.refresh();
      refresh("view");
    });
  }

  /** @param {PageData} page */
  function start(page) {
    const specs = new Map(page.charts.map((spec) => [spec.id, spec]));
    watch(NEAR, (panel, isNear) => {
      panel.near = isNear;
      if (isNear && panel.state === "idle") load(panel);
    });
    watch(FAR, (panel, isNear) => {
      clearTimeout(panel.leaving);
      // Not at once: while a page is printed or captured, everything is out of view for a moment.
      if (!isNear) panel.leaving = window.setTimeout(() => { if (panel.state === "live") close(panel); }, FAR_DELAY);
    });
    observers.push(new ResizeObserver((seen) => {
      for (const { target } of seen) {
        const panel = byPlot.get(target), outer = panel && panel.frame && panel.frame.outer;
        if (outer && (outer.width !== panel.plot.clientWidth || outer.height !== panel.plot.clientHeight)) enqueue(panel);
      }
    }));
    for (const figure of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("figure[data-chart]"))) {
      const spec = specs.get(figure.dataset.chart || "");
      if (spec) add(figure, spec);
    }
    for (const key of ["yscale", "smoothing", "smoother", "clip", "annotations", "yranges", "zoom", "zoomtime", "zoommetric"]) site.store.on(key, () => refresh("view"));
    site.store.on("x", renew);
    // The run table says what is unseen: hidden by the reader, or not let through by the filter.
    for (const key of ["hidden", "unseen"]) {
      // Runs shown for the first time may be in chunks that were not needed before.
      site.store.on(key, renew);
    }
    document.addEventListener("runpress:colors", () => refresh("curves"));
    for (const key of ["centre", "band"]) site.store.on(key, () => refresh("view"));
    site.store.on("theme", repaint);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    watchPixels();
  }

  /** @param {Panel} panel */
  function redraw(panel) {
    if (panel.state !== "live") return;
    panel.dirty = panel.dirty || "view";
    enqueue(panel);
  }

  /** Draws everything again, with what that needs of data. */
  function renew() {
    for (const panel of site.panels.all) if (panel.state !== "idle") load(panel);
  }

  /** After the page's data were renewed: what is drawn is drawn from the chunks of now. */
  function reload() {
    const page = /** @type {PageData} */ (site.current);
    site.load.keep(new Set(page.charts.flatMap((spec) => spec.chunks.map((ref) => (typeof ref === "string" ? ref : ref[0])))));
    renew();
  }

  site.panels = { all: [], add, remove, refresh, redraw, reload, complain };
  site.ready(start);
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
