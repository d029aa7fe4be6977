// Zooming in x by dragging, by buttons and by keys; the other charts follow, and the address keeps it.
(function (/** @type {Site} */ site) {
  "use strict";

  const DRAG = 4, FACTOR = 0.5;

  /** System charts count seconds even while the others count steps. @param {Panel} panel */
  const key = (panel) => (panel.spec.family === "system" && site.store.get("x") === "step" ? "zoomtime" : "zoom");

  /** What the x axis of a chart counts where that is neither the page's nor time; empty where it is. @param {Panel} panel */
  function axis(panel) {
    if (panel.xmode === "metric") return panel.xname;
    const own = panel.spec.own && panel.spec.own.x;
    return own === panel.xmode && own !== site.store.get("x") ? `@${own}` : "";
  }

  /** @param {Panel} panel @returns {Span | null} */
  function get(panel) {
    const name = axis(panel);
    return name ? (site.store.get("zoommetric") || {})[name] || null : site.store.get(key(panel));
  }

  /** Charts over the same axis are zoomed together. @param {Panel} panel @param {Span | null} range */
  function keep(panel, range) {
    const name = axis(panel);
    if (!name) return site.store.set(key(panel), range);
    const { [name]: _, ...others } = site.store.get("zoommetric") || {};
    const all = range ? { ...others, [name]: range } : others;
    site.store.set("zoommetric", Object.keys(all).length ? all : null);
  }

  /** Which zoom a chart takes part in. @param {Panel} panel */
  const place = (panel) => axis(panel) || key(panel);

  /** The chart's range; charts over other axes show the same time of the same runs. @param {Panel} panel @param {Span | null} range */
  function set(panel, range) {
    const done = new Set([place(panel)]);
    for (const other of site.panels.all) {
      if (other.state !== "live" || done.has(place(other))) continue;
      const there = range && site.moment.span(panel, range, other);
      if (range && !there) continue;
      done.add(place(other));
      keep(other, there);
    }
    keep(panel, range);
  }

  /** @param {Panel} panel @param {number} factor below 1 to come nearer @param {number} [about] */
  function by(panel, factor, about) {
    const { frame } = panel;
    if (!frame) return;
    const [lo, hi] = frame.x.domain;
    const center = about === undefined ? (lo + hi) / 2 : about;
    const range = /** @type {Span} */ ([center - (center - lo) * factor, center + (hi - center) * factor]);
    const full = site.domain.x(site.series.xExtent(panel.whole), panel.xmode !== "wall");
    set(panel, range[0] <= full[0] && range[1] >= full[1] ? null : within(range, full));
  }

  /** @param {Span} range @param {Span} full @returns {Span} */
  function within(range, full) {
    return [Math.max(range[0], full[0]), Math.min(range[1], full[1])];
  }

  /** @param {Panel} panel */
  function brush(panel) {
    let from = NaN, start = 0;
    /** @param {PointerEvent} event */
    const place = (event) => {
      const frame = /** @type {Frame} */ (panel.frame);
      const left = event.clientX - panel.over.getBoundingClientRect().left;
      return frame.x.invert(Math.min(frame.left + frame.width, Math.max(frame.left, left)));
    };
    panel.over.addEventListener("pointerdown", (event) => {
      if (event.button || !panel.frame) return;
      from = place(event);
      start = event.clientX;
      panel.over.setPointerCapture(event.pointerId);
    });
    panel.over.addEventListener("pointermove", (event) => {
      if (Number.isNaN(from) || !panel.frame || (!panel.brush && Math.abs(event.clientX - start) < DRAG)) return;
      panel.brush = [from, place(event)];
      site.hover.redraw();
    });
    const end = (/** @type {boolean} */ keep) => {
      const { brush: range } = panel;
      panel.brush = null;
      from = NaN;
      if (range && keep && range[0] !== range[1]) set(panel, range[0] < range[1] ? range : [range[1], range[0]]);
      site.hover.redraw();
    };
    panel.over.addEventListener("pointerup", () => end(true));
    panel.over.addEventListener("pointercancel", () => end(false));
    panel.over.addEventListener("dblclick", () => set(panel, null));
  }

  /** Arrows move the crosshair, + and − zoom about it, 0 and Escape reset. @param {Panel} panel */
  function keys(panel) {
    let x = NaN;
    panel.over.addEventListener("keydown", (event) => {
      const { frame } = panel;
      if (!frame || event.ctrlKey || event.metaKey || event.altKey) return;
      const [lo, hi] = frame.x.domain;
      const step = ((hi - lo) / 100) * (event.shiftKey ? 10 : 1);
      if (!(x >= lo && x <= hi)) x = (lo + hi) / 2;
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        x = Math.min(hi, Math.max(lo, x + (event.key === "ArrowLeft" ? -step : step)));
        site.hover.show(panel, x, null);
      } else if (event.key === "+" || event.key === "=") by(panel, FACTOR, x);
      else if (event.key === "-") by(panel, 1 / FACTOR, x);
      else if (event.key === "0" || event.key === "Escape") set(panel, null);
      else return;
      event.preventDefault();
    });
    panel.over.addEventListener("blur", () => site.hover.clear());
  }

  site.zoom = {
    key, get, set,
    attach(panel) {
      brush(panel);
      keys(panel);
    },
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
