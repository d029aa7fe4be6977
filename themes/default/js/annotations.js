// What happened to runs, marked on the x axis of their charts: restarts, artifacts that were logged, alerts.
(function (/** @type {Site} */ site) {
  "use strict";

  /** Of more runs than these only the one that stands out is marked. */
  const RUNS = 12;
  const REACH = 6, TOLD = 6, SIZE = 4;

  /** Where a moment of a run stands on a curve's x axis; null before its first and after its last value. @param {Curve} curve @param {Annotation} one @param {XMode} xmode @param {number} started */
  function place(curve, one, xmode, started) {
    const [, t, step] = one;
    if (xmode === "relative") return t;
    if (xmode === "wall") return started + t;
    if (xmode === "step" && step !== null) return step;
    const { cols } = curve.entry, begin = cols.t || cols.t0, end = cols.t || cols.t1;
    if (!begin || !begin.length || begin.length !== curve.x.length) return null;
    // The last value that had been logged by then.
    let low = 0, high = begin.length;
    while (low < high) {
      const at = (low + high) >> 1;
      if (begin[at] <= t) low = at + 1;
      else high = at;
    }
    const at = Math.max(0, low - 1);
    const { buckets } = curve;
    if (!buckets) return curve.x[at];
    const part = end[at] > begin[at] ? Math.min(1, Math.max(0, (t - begin[at]) / (end[at] - begin[at]))) : 0;
    return buckets.x0[at] + part * (buckets.x1[at] - buckets.x0[at]);
  }

  /** All that a chart marks: of each run by the first of its curves. @param {Panel} panel @param {Lit} highlight @returns {Annotated[]} */
  function of(panel, highlight) {
    if (!site.store.get("annotations")) return [];
    /** @type {Map<string, Curve>} */
    const first = new Map();
    for (const curve of panel.whole) {
      if (curve.row && curve.row.annotations && curve.x.length && !first.has(curve.run)) first.set(curve.run, curve);
    }
    const isCrowded = new Set(panel.visible.map((curve) => curve.run)).size > RUNS;
    return [...first.values()].filter((curve) => !isCrowded || curve.run === highlight).flatMap((curve) => {
      const row = /** @type {RunRow} */ (curve.row);
      return (row.annotations || []).flatMap((one) => {
        const x = place(curve, one, panel.xmode, curve.entry.started);
        return x === null ? [] : [{ x, kind: one[0], label: one[3], color: site.colouring.of(row), name: row.name }];
      });
    });
  }

  /** @param {Pen} context @param {Annotated} one @param {number} at @param {number} base */
  function shape(context, one, at, base) {
    context.beginPath();
    if (one.kind === "restart") {
      context.moveTo(at, base);
      context.lineTo(at, base - 3 * SIZE);
      context.strokeStyle = one.color;
      context.lineWidth = 2;
      context.stroke();
      return;
    }
    const low = base - 1;
    if (one.kind === "alert") {
      context.moveTo(at - SIZE, low);
      context.lineTo(at + SIZE, low);
      context.lineTo(at, low - 2 * SIZE);
    } else {
      context.moveTo(at, low);
      context.lineTo(at + SIZE, low - SIZE);
      context.lineTo(at, low - 2 * SIZE);
      context.lineTo(at - SIZE, low - SIZE);
    }
    context.closePath();
    context.fillStyle = one.color;
    context.fill();
  }

  /** @param {Pen} context @param {Panel} panel @param {Frame} frame @param {Lit} highlight */
  function paint(context, panel, frame, highlight) {
    const base = frame.top + frame.height;
    for (const one of of(panel, highlight)) {
      const at = frame.x.map(one.x);
      if (at >= frame.left - 0.5 && at <= frame.left + frame.width + 0.5) shape(context, one, at, base);
    }
  }

  /** What the tooltip says of marks near the pointer. @param {Panel} panel @param {number} left @returns {string[]} */
  function told(panel, left) {
    const { frame } = panel;
    if (!frame) return [];
    const isOne = new Set(panel.visible.map((curve) => curve.run)).size <= 1;
    const lines = of(panel, site.store.get("highlight")).filter((one) => Math.abs(frame.x.map(one.x) - left) <= REACH)
      .map((one) => site.t("annotation." + one.kind, { label: one.label }) + (isOne ? "" : ` · ${one.name}`));
    return lines.length > TOLD ? [...lines.slice(0, TOLD - 1), site.t("count.more", { n: lines.length - TOLD + 1 })] : lines;
  }

  site.annotations = { of, paint, told, place };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
