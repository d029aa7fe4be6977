// The marks that tell lines apart beside colours and strokes: at few points of each line, so that it stays calm.
(function (/** @type {Site} */ site) {
  "use strict";

  /** By style, as corners in halves of a mark's size; the first is a circle. */
  const SHAPES = [
    [], [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]], [[0, -1.2], [1.15, 0.85], [-1.15, 0.85]], [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
    [[0, 1.2], [1.15, -0.85], [-1.15, -0.85]],
    [[-1.2, -0.6], [-0.6, -1.2], [0, -0.6], [0.6, -1.2], [1.2, -0.6], [0.6, 0], [1.2, 0.6], [0.6, 1.2], [0, 0.6], [-0.6, 1.2], [-1.2, 0.6], [-0.6, 0]],
  ];
  /** The shapes as Vega calls them; it has none for the last, which is a path between -1 and 1. */
  const NAMES = ["circle", "square", "triangle-up", "diamond", "triangle-down", `M${SHAPES[5].map((corner) => corner.join(",")).join("L")}Z`];
  /** Of few lines and of many. */
  const SIZE = 3, SMALL = 2.4, HALO = 2;
  /** Pixels between two marks of a line, by how many lines there are. */
  const NEAR = 84, FAR = 220, FEW = 12, MANY = 50;

  /** @param {Pick<CanvasRenderingContext2D, "moveTo" | "lineTo" | "closePath" | "arc">} context @param {number} kind @param {number} x @param {number} y @param {number} [size] */
  function trace(context, kind, x, y, size = SIZE) {
    const corners = SHAPES[kind % SHAPES.length];
    if (!corners.length) {
      context.moveTo(x + size, y);
      context.arc(x, y, size, 0, 2 * Math.PI);
    }
    corners.forEach(([right, down], at) => (at ? context.lineTo(x + right * size, y + down * size) : context.moveTo(x + right * size, y + down * size)));
    context.closePath();
  }

  /** The points of a line that bear a mark: about evenly over the width, and its last one. @param {Curve} curve @param {Frame} frame @param {number} gap @param {number} shift so that lines do not bear theirs in one column @returns {number[]} */
  function places(curve, frame, gap, shift) {
    const y = curve.smooth || curve.y, found = new Set(/** @type {number[]} */ ([]));
    const isSeen = (/** @type {number} */ at) => Number.isFinite(frame.y.map(y[at])) && frame.x.map(curve.x[at]) >= frame.left - 1 && frame.x.map(curve.x[at]) <= frame.left + frame.width + 1;
    for (let left = frame.left + gap * (0.2 + 0.8 * shift); left < frame.left + frame.width - gap / 4; left += gap) {
      const at = site.series.nearest(curve, frame.x.invert(left));
      if (at >= 0 && isSeen(at) && Math.abs(frame.x.map(curve.x[at]) - left) < gap / 3) found.add(at);
    }
    let last = y.length - 1;
    while (last >= 0 && !Number.isFinite(y[last])) last--;
    if (last >= 0 && isSeen(last)) found.add(last);
    return [...found];
  }

  /** Of each of a chart's lines the points that bear a mark, and how large it is. @param {Curve[]} curves that have a mark @param {Frame} frame */
  function spread(curves, frame) {
    const gap = curves.length <= FEW ? NEAR : curves.length <= MANY ? FAR : Infinity;
    // The golden section never brings two lines into step.
    return { size: curves.length <= FEW ? SIZE : SMALL, borne: curves.map((curve, number) => places(curve, frame, gap, (number * 0.618) % 1)) };
  }

  /** @param {CanvasRenderingContext2D} context @param {Curve[]} curves that have a mark @param {Frame} frame */
  function paint(context, curves, frame) {
    const { size, borne } = spread(curves, frame), { surface } = site.tokens.get();
    curves.forEach((curve, number) => {
      context.beginPath();
      for (const at of borne[number]) trace(context, curve.mark || 0, frame.x.map(curve.x[at]), frame.y.map((curve.smooth || curve.y)[at]), size);
      context.strokeStyle = surface;
      context.lineWidth = HALO;
      context.stroke();
      context.fillStyle = curve.color;
      context.fill();
    });
  }

  /** @param {number} kind */
  const named = (kind) => NAMES[kind % NAMES.length];

  site.markers = { trace, places, spread, paint, named };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
