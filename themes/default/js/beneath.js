// What lies under the lines of a chart: bands of extremes, and the raw lines of what is smoothed.
(function (/** @type {Site} */ site) {
  "use strict";

  const FAINT = 0.22;

  /** The extremes of buckets, as a soft band. @param {CanvasRenderingContext2D} context @param {Curve} curve @param {Frame} frame */
  function band(context, curve, frame) {
    if (!curve.buckets) return;
    const { lo, hi, n } = curve.buckets;
    const [from, to] = site.series.window(curve, frame.x.domain[0], frame.x.domain[1]);
    const floor = frame.y.range[0];
    /** @param {number} value */
    const place = (value) => (value <= 0 && frame.y.kind === "log" ? floor : frame.y.map(value));
    context.beginPath();
    for (let start = from; start < to;) {
      if (!n[start]) {
        start++;
        continue;
      }
      let end = start;
      while (end < to && n[end]) end++;
      context.moveTo(frame.x.map(curve.x[start]), place(hi[start]));
      for (let at = start; at < end; at++) context.lineTo(frame.x.map(curve.x[at]), place(hi[at]));
      for (let at = end - 1; at >= start; at--) context.lineTo(frame.x.map(curve.x[at]), place(lo[at]));
      context.closePath();
      start = end;
    }
    context.fillStyle = curve.color;
    context.fill();
  }

  /** All bands, on a layer that is still empty. @param {CanvasRenderingContext2D} context @param {Panel} panel @param {Frame} frame @param {number} alpha */
  function bands(context, panel, frame, alpha) {
    const wide = panel.visible.filter((curve) => curve.buckets);
    site.bands.draw(context, panel, wide.filter((curve) => curve.sorted), frame, alpha);
    context.save();
    site.layer.clip(context, frame, 0);
    context.globalAlpha = alpha;
    // Where x goes back and forth a band has no one height in a column.
    for (const curve of wide) if (!curve.sorted) band(context, curve, frame);
    context.restore();
  }

  /** The raw lines of curves that are smoothed. @param {CanvasRenderingContext2D} context @param {Panel} panel @param {Frame} frame */
  function raw(context, panel, frame) {
    context.save();
    site.layer.clip(context, frame, 1.5);
    context.globalAlpha = FAINT;
    for (const curve of panel.visible) if (curve.smooth) site.layer.stroke(context, curve, curve.y, frame, 1);
    context.restore();
  }

  /** All of it. It is kept while only the smoothing changes: the bands and the raw lines stay as they are. @param {CanvasRenderingContext2D} context @param {Panel} panel @param {Frame} frame @param {number} alpha */
  function draw(context, panel, frame, alpha) {
    const { visible } = panel, isSmooth = visible.some((curve) => curve.smooth);
    if (!isSmooth) {
      panel.under = null;
      return bands(context, panel, frame, alpha);
    }
    const { width, height } = context.canvas, looks = visible.map((curve) => `${curve.color} ${curve.dash}`).join();
    const key = [site.bands.looks(frame, devicePixelRatio || 1, alpha), width, height, site.tokens.get().paper, looks].join(), known = panel.under;
    const isSame = known && known.key === key && known.lines.length === visible.length && visible.every((curve, at) => curve.y === known.lines[at]);
    const canvas = known ? known.canvas : document.createElement("canvas");
    if (!isSame) {
      Object.assign(canvas, { width, height });  // Which also empties it.
      const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      pen.setTransform(context.getTransform());
      pen.lineJoin = "round";
      bands(pen, panel, frame, alpha);
      raw(pen, panel, frame);
      panel.under = { key, lines: visible.map((curve) => curve.y), canvas };
    }
    context.save();
    context.resetTransform();
    context.drawImage(canvas, 0, 0);
    context.restore();
  }

  site.beneath = { band, raw, draw };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
