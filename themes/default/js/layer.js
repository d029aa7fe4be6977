// The canvas over the axes: lines, marks of values that are not finite; and the one for hovering above it.
(function (/** @type {Site} */ site) {
  "use strict";

  const LINE = 1.5, MANY = 30, DOTS = 24, LABELLED = 3, MARK_ROWS = 5, LABEL_ROOM = 110;
  const FAINT = 0.22, BAND = 0.16, SOME = 0.6;

  /** A curve's own line where it was painted last: it is the same while other curves come and go. @type {WeakMap<Curve, {key: string, line: Path2D}>} */
  const lines = new WeakMap();

  /** @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
  function size(canvas, width, height) {
    const ratio = devicePixelRatio || 1;
    const wide = Math.round(width * ratio), high = Math.round(height * ratio);
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
      spread(canvas, width, height);
    }
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  /** @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
  function spread({ style }, width, height) {
    style.width = `${width}px`;
    style.height = `${height}px`;
  }

  /** Takes a canvas its pixels: it takes the pointer all the same, and costs no memory and nothing in each frame. @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
  function bare(canvas, width, height) {
    if (canvas.width) canvas.width = 0;
    if (canvas.style.width !== `${width}px` || canvas.style.height !== `${height}px`) spread(canvas, width, height);
  }

  /** @param {CanvasRenderingContext2D} context @param {Frame} frame @param {number} room */
  function clip(context, frame, room) {
    context.beginPath();
    context.rect(frame.left - room, frame.top - room, frame.width + 2 * room, frame.height + 2 * room);
    context.clip();
  }

  /** A polyline with gaps where values are not finite or a log axis has no place. @param {CanvasPath} context @param {Curve} curve @param {ArrayLike<number>} y @param {Frame} frame */
  function path(context, curve, y, frame) {
    const [from, to] = site.series.window(curve, frame.x.domain[0], frame.x.domain[1]);
    if (curve.sorted && to - from > frame.width * 4) return dense(context, curve, y, frame, from, to);
    const { x } = curve;
    let down = false;
    for (let at = from; at < to; at++) {
      const high = frame.y.map(y[at]);
      if (!Number.isFinite(high)) {
        down = false;
        continue;
      }
      const wide = frame.x.map(x[at]);
      if (down) context.lineTo(wide, high);
      else if (at + 1 === to || !Number.isFinite(frame.y.map(y[at + 1]))) stub(context, wide, high);
      else context.moveTo(wide, high);
      down = true;
    }
  }

  /** A point alone between gaps. @param {CanvasPath} context @param {number} x @param {number} y */
  function stub(context, x, y) {
    context.moveTo(x - 0.75, y);
    context.lineTo(x + 0.75, y);
  }

  /** The same line when many points share a pixel column: first, lowest, highest and last of each. @param {CanvasPath} context @param {Curve} curve @param {ArrayLike<number>} y @param {Frame} frame @param {number} from @param {number} to */
  function dense(context, curve, y, frame, from, to) {
    let column = NaN, low = 0, high = 0, last = 0, down = false;
    const close = () => {
      if (!down) return;
      if (low !== high) {
        context.lineTo(column, low);
        context.lineTo(column, high);
      }
      context.lineTo(column, last);
    };
    for (let at = from; at < to; at++) {
      const place = frame.y.map(y[at]);
      if (!Number.isFinite(place)) {
        close();
        down = false;
        continue;
      }
      const wide = Math.round(frame.x.map(curve.x[at]) * 2) / 2;
      if (down && wide === column) {
        low = Math.min(low, place);
        high = Math.max(high, place);
      } else {
        close();
        if (down) context.lineTo(wide, place);
        else context.moveTo(wide, place);
        column = wide;
        low = high = place;
        down = true;
      }
      last = place;
    }
    close();
  }

  /** @param {Curve} curve @param {ArrayLike<number>} y @param {Frame} frame */
  function lineOf(curve, y, frame) {
    const known = lines.get(curve), isOwn = y === curve.y;
    if (isOwn && known && known.key === frame.key) return known.line;
    const line = new Path2D();
    path(line, curve, y, frame);
    if (isOwn) lines.set(curve, { key: frame.key, line });
    return line;
  }

  /** Of a group's line that is faint where not all of its runs take part. @param {Pen} context @param {Curve} curve @param {ArrayLike<number>} y @param {Frame} frame @param {number} width */
  function stroke(context, curve, y, frame, width) {
    const { parts } = curve, alpha = context.globalAlpha;
    if (!parts || y !== curve.y) return whole(context, curve, y, frame, width);
    context.globalAlpha = alpha * SOME;
    whole(context, curve, parts.some, frame, Math.min(width, 1));
    context.globalAlpha = alpha;
    whole(context, curve, parts.full, frame, width);
  }

  /** @param {Pen} context @param {Curve} curve @param {ArrayLike<number>} y @param {Frame} frame @param {number} width */
  function whole(context, curve, y, frame, width) {
    context.strokeStyle = curve.color;
    context.lineWidth = width;
    if (curve.dash) context.setLineDash(site.series.dashes(curve.dash));
    if (context.named) {
      // What writes commands down takes no paths.
      context.beginPath();
      path(context, curve, y, frame);
      context.stroke();
    } else {
      context.stroke(lineOf(curve, y, frame));
    }
    if (curve.dash) context.setLineDash([]);
  }

  /** @param {Curve} curve */
  const hasMark = (curve) => curve.mark !== undefined && curve.mark >= 0;

  /** The line's end, so that a run that stopped early is seen to have stopped. @param {CanvasRenderingContext2D} context @param {Curve} curve @param {Frame} frame @param {number} radius */
  function endDot(context, curve, frame, radius) {
    const y = curve.smooth || curve.y;
    let at = y.length - 1;
    while (at >= 0 && !Number.isFinite(y[at])) at--;
    if (at < 0) return;
    context.beginPath();
    context.arc(frame.x.map(curve.x[at]), frame.y.map(y[at]), radius, 0, 7);
    context.fillStyle = curve.color;
    context.fill();
  }

  /** All curves of a chart, those of a group in the colour that the group is drawn in. @param {Panel} panel */
  function coloured({ whole, visible }) {
    const colors = new Map(visible.flatMap(({ color, members }) => (members || []).map(({ key }) => /** @type {const} */ ([key, color]))));
    return colors.size ? whole.map((curve) => ({ ...curve, color: colors.get(curve.key) || curve.color })) : whole;
  }

  /** NaN and infinities: ticks on the axis where they happened, and words at the first of each run. @param {CanvasRenderingContext2D} context @param {Panel} panel @param {Frame} frame */
  function marks(context, panel, frame) {
    const base = frame.top + frame.height;
    const marked = panel.visible.filter((curve) => curve.marks.length);
    for (const [row, curve] of marked.entries()) {
      context.strokeStyle = curve.color;
      context.lineWidth = 1.5;
      context.beginPath();
      let former = NaN;
      const height = base - 1.5 - 2.5 * (row % MARK_ROWS);
      for (const { x } of curve.marks) {
        const wide = Math.round(frame.x.map(x));
        if (wide === former) continue;
        context.moveTo(wide - 0.5, height);
        context.lineTo(wide + 0.5, height);
        former = wide;
      }
      context.stroke();
    }
    // The first of a whole series, not of the part at hand.
    const starts = site.series.starts(coloured(panel));
    if (starts.length > LABELLED) return;
    const dim = site.tokens.get().dim;
    let labels = 0;
    for (const start of starts) {
      const at = frame.x.map(start.x);
      if (at < frame.left || at > frame.left + frame.width) continue;
      context.lineWidth = 1;
      context.setLineDash([3, 3]);
      context.strokeStyle = start.colors.length === 1 ? start.colors[0] : dim;
      context.beginPath();
      context.moveTo(at, frame.top);
      context.lineTo(at, base);
      context.stroke();
      context.setLineDash([]);
      const flip = at > frame.left + frame.width - LABEL_ROOM;
      context.textAlign = flip ? "right" : "left";
      context.fillStyle = dim;
      context.fillText(startText(start, panel, frame), at + (flip ? -4 : 4), frame.top + 9 + 12 * labels++);
    }
  }

  /** The name of an x axis that is neither step nor time. @param {CanvasRenderingContext2D} context @param {Panel} panel @param {Frame} frame */
  function axisTitle(context, panel, frame) {
    if (panel.xmode !== "metric") return;
    context.textAlign = "right";
    context.fillStyle = site.tokens.get().dim;
    context.fillText(panel.xname, frame.left + frame.width - 2, frame.top + frame.height - 6, frame.width);
  }

  /** What stands at a first value that is not finite: `NaN at 750, 3 runs`. @param {MarkStart} start @param {Panel} panel @param {Frame} frame */
  function startText(start, panel, frame) {
    const n = start.colors.length, isOfRuns = new Set(panel.visible.map((curve) => curve.run)).size > 1;
    const count = n > 1 ? `, ${isOfRuns ? site.t("count.run", { n }) : site.t("count.curve", { n })}` : "";
    return site.t("tip.starts", { what: start.kind, place: site.axes.called(panel, frame, start.x, start.step) }) + count;
  }

  /**
   * A chart without its axes, on a canvas or on what writes down the same commands.
   * @param {Pen} context @param {Panel} panel @param {Frame} frame @param {(context: Pen, panel: Panel, frame: Frame, alpha: number) => void} beneath paints what lies under the lines
   */
  function paint(context, panel, frame, beneath) {
    const { visible } = panel, tokens = site.tokens.get();
    // Up to one pixel a line is painted twelve times as fast as a wider one, and many are thinner anyway.
    const width = visible.length > MANY ? 1 : LINE;
    context.lineJoin = "round";
    context.font = `10px ${tokens.font}`;
    beneath(context, panel, frame, visible.length > MANY ? BAND / 2 : BAND);
    context.save();
    clip(context, frame, 1.5);
    for (const curve of visible) {
      if (context.named) context.named(curve.name);
      context.globalAlpha = panel.spec.bold && panel.spec.bold !== curve.metric ? FAINT : 1;
      stroke(context, curve, curve.smooth || curve.y, frame, panel.spec.bold === curve.metric ? LINE : width);
      context.globalAlpha = 1;
    }
    if (context.named) context.named("");
    marks(context, panel, frame);
    if (site.annotations) site.annotations.paint(context, panel, frame, null);
    context.restore();
    axisTitle(context, panel, frame);
    context.save();
    clip(context, frame, 3);
    if (visible.length <= DOTS && !panel.spec.bold) for (const curve of visible) if (!hasMark(curve)) endDot(context, curve, frame, 2.25);
    if (site.markers) site.markers.paint(context, visible.filter(hasMark), frame);
    context.restore();
  }

  /** @param {Panel} panel */
  function draw(panel) {
    const { frame } = panel;
    if (frame) paint(size(panel.layer, frame.outer.width, frame.outer.height), panel, frame, site.beneath.draw);
  }

  /** What moves with the pointer: crosshair, emphasised run, brushed range. @param {Panel} panel @param {number | null} x @param {Lit} highlight */
  function over(panel, x, highlight) {
    const { frame } = panel;
    if (!frame) return;
    if (x === null && highlight === null && !panel.brush) return bare(panel.over, frame.outer.width, frame.outer.height);
    const context = size(panel.over, frame.outer.width, frame.outer.height);
    const tokens = site.tokens.get();
    context.save();
    clip(context, frame, 3);
    if (panel.brush) {
      const [from, to] = panel.brush.map((value) => frame.x.map(value));
      context.fillStyle = tokens.accent;
      context.globalAlpha = 0.12;
      context.fillRect(Math.min(from, to), frame.top, Math.abs(to - from), frame.height);
      context.globalAlpha = 1;
    }
    if (highlight !== null && panel.visible.length > 1) site.emphasis.paint(context, panel, frame, highlight, tokens);
    if (x !== null) {
      const wide = Math.round(frame.x.map(x)) + 0.5;
      context.strokeStyle = tokens.dim;
      context.lineWidth = 1;
      context.setLineDash([2, 2]);
      context.beginPath();
      context.moveTo(wide, frame.top);
      context.lineTo(wide, frame.top + frame.height);
      context.stroke();
    }
    context.restore();
  }

  site.layer = { size, clip, draw, paint, path, stroke, endDot, over };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
