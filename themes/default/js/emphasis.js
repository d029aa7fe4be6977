// What is pointed at stands out of a chart: a run, a group, or all runs of an entry of a legend.
(function (/** @type {Site} */ site) {
  "use strict";

  const WIDE = 2.25, DOT = 3, ROOM = 3;
  /** More lines than these are painted as thin ones: anything wider takes twelve times as long. */
  const MANY = 30;

  /** @param {CanvasRenderingContext2D} context @param {Panel} panel @param {Frame} frame @param {string | Set<string>} highlight @param {Tokens} tokens */
  function paint(context, panel, frame, highlight, tokens) {
    const chosen = panel.visible.filter((curve) => site.series.isLit(curve, highlight));
    // Where all are meant, none stands out.
    if (!chosen.length || (typeof highlight !== "string" && chosen.length === panel.visible.length)) return;
    const isMany = chosen.length > MANY;
    context.lineJoin = "round";
    context.globalAlpha = 0.55;
    context.fillStyle = tokens.surface;
    // As far as lines are painted, which is a little beyond the plot.
    context.fillRect(frame.left - ROOM, frame.top - ROOM, frame.width + 2 * ROOM, frame.height + 2 * ROOM);
    context.globalAlpha = 1;
    for (const curve of chosen) {
      context.globalAlpha = 0.45;
      for (const member of curve.members || []) site.layer.stroke(context, { ...member, color: curve.color }, member.smooth || member.y, frame, 1);
      context.globalAlpha = 1;
      site.layer.stroke(context, curve, curve.smooth || curve.y, frame, isMany ? 1 : WIDE);
      if (!isMany) site.layer.endDot(context, curve, frame, DOT);
    }
    if (site.markers) site.markers.paint(context, chosen.filter((curve) => (curve.mark ?? -1) >= 0), frame);
    if (site.annotations) site.annotations.paint(context, panel, frame, highlight);
  }

  site.emphasis = { paint };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
