// One crosshair in all charts of a page, one frame per move, and the tooltip in the chart under the pointer.
(function (/** @type {Site} */ site) {
  "use strict";

  const ROWS = 20, REACH = 8, NEAR = 28;
  /** @type {{panel: Panel, x: number, top: number | null, left: number, clientX: number, clientY: number} | null} */
  let pointer = null;
  let waiting = 0;

  function schedule() {
    if (!waiting) waiting = requestAnimationFrame(redraw);
  }

  function redraw() {
    waiting = -1;  // What changes while drawing is drawn, and asks for no further frame.
    let x = /** @type {number | null} */ (null);
    /** The point that the crosshair stands at. @type {{curve: Curve | null, index: number}} */
    let read = { curve: null, index: -1 };
    if (pointer) ({ x, ...read } = tooltip(pointer));
    site.store.set("hover", x);
    const highlight = site.store.get("highlight");
    for (const panel of site.panels.all) {
      if (panel.state !== "live" || !panel.near) continue;
      // Charts that count something else show where the same run was at that moment.
      const there = pointer && x !== null ? (panel === pointer.panel ? x : site.moment.place(pointer.panel, read.curve, read.index, x, panel)) : null;
      site.layer.over(panel, there, highlight);
    }
    waiting = 0;
  }

  /** Shows the rows and gives the point that the crosshair snaps to. @param {NonNullable<typeof pointer>} at */
  function tooltip(at) {
    const { panel, top } = at;
    const { frame } = panel;
    if (!frame) return { x: at.x, curve: null, index: -1 };
    const reach = Math.abs(frame.x.invert(frame.left + REACH) - frame.x.invert(frame.left));
    const rows = site.tooltip.rows(panel.visible, at.x, (curve, index) => frame.y.map((curve.smooth || curve.y)[index]), top, reach);
    const nearest = rows.reduce((/** @type {Tip | null} */ best, row) => (!best || row.distance < best.distance ? row : best), null);
    if (!nearest) {
      site.tooltip.hide();
      site.store.set("highlight", null);
      return { x: at.x, curve: null, index: -1 };
    }
    const curve = panel.visible.find((one) => one.key === nearest.key) || null;
    site.store.set("highlight", nearest.distance < NEAR ? (isSolo(panel) ? nearest.key : nearest.run) : null);
    const shown = site.tooltip.pick(rows, ROWS);
    const head = site.tooltip.head(panel, at.x, curve, nearest.index);
    site.tooltip.render(shown, head, rows.length - shown.length, rows.length > 1 ? nearest.key : "");
    site.tooltip.note(site.annotations ? site.annotations.told(panel, at.left) : []);
    site.tooltip.place(at.clientX, at.clientY);
    return { x: curve ? curve.x[nearest.index] : at.x, curve, index: nearest.index };
  }

  /** Whether all curves are of one run, so that the run's id cannot tell them apart. @param {Panel} panel */
  const isSolo = (panel) => panel.visible.every((curve) => curve.run === panel.visible[0].run);

  /** @param {Panel} panel @param {PointerEvent} event */
  function moved(panel, event) {
    const { frame } = panel;
    if (!frame || panel.state !== "live") return;
    const box = panel.over.getBoundingClientRect();
    const left = event.clientX - box.left, top = event.clientY - box.top;
    const inside = left >= frame.left - 4 && left <= frame.left + frame.width + 4 && top >= 0 && top <= frame.top + frame.height + 4;
    if (!inside || panel.brush) return clear();
    pointer = { panel, x: frame.x.invert(left), top, left, clientX: event.clientX, clientY: event.clientY };
    schedule();
  }

  function clear() {
    if (!pointer) return;
    pointer = null;
    site.tooltip.hide();
    site.store.set("highlight", null);
    schedule();
  }

  site.hover = {
    attach(panel) {
      panel.over.addEventListener("pointermove", (event) => moved(panel, event));
      panel.over.addEventListener("pointerleave", clear);
    },
    show(panel, x, top) {
      const { frame } = panel;
      if (!frame) return;
      const box = panel.over.getBoundingClientRect();
      const left = frame.x.map(x);
      pointer = { panel, x, top, left, clientX: box.left + left, clientY: box.top + frame.top };
      schedule();
    },
    clear,
    redraw: schedule,
  };
  if (typeof document === "undefined") return;
  site.store.on("highlight", schedule);
  addEventListener("scroll", clear, { passive: true });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
