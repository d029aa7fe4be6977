// The same moment on other axes: where a chart over steps, time or a metric stands while another is read or zoomed.
(function (/** @type {Site} */ site) {
  "use strict";

  /** Seconds since the start of a run at a point of its curve. @param {Curve} curve @param {number} at */
  function seconds({ entry: { cols } }, at) {
    return cols.t ? cols.t[at] : cols.t0 ? (cols.t0[at] + cols.t1[at]) / 2 : NaN;
  }

  /** Where in a curve this many seconds after the start are: its point nearest in time. @param {Curve} curve @param {number} wanted */
  function nearest(curve, wanted) {
    let best = -1, gap = Infinity;
    const size = curve.x.length;
    // Time goes on within a curve but for attempts that begin anew, which are few: a search by halves finds its place.
    let low = 0, high = size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (seconds(curve, middle) < wanted) low = middle + 1;
      else high = middle;
    }
    for (let at = Math.max(0, low - 1); at <= Math.min(size - 1, low); at++) {
      const distance = Math.abs(seconds(curve, at) - wanted);
      if (distance < gap) [best, gap] = [at, distance];
    }
    return best;
  }

  /** Whether two charts count the same on x. @param {Panel} one @param {Panel} other */
  const isAlike = (one, other) => one.xmode === other.xmode && (one.xmode !== "metric" || one.xname === other.xname);

  /**
   * Where a chart shows the moment of a point of another: at the same x, or where the same run was then.
   * @param {Panel} from @param {Curve | null} curve @param {number} index @param {number} x @param {Panel} to
   * @returns {number | null}
   */
  function place(from, curve, index, x, to) {
    if (isAlike(from, to)) return x;
    if (!curve || curve.members) return null;
    const wanted = seconds(curve, index), same = to.visible.find((one) => one.run === curve.run && !one.members);
    if (!same || !Number.isFinite(wanted)) return null;
    if (to.xmode === "relative") return wanted;
    if (to.xmode === "wall") return same.entry.started + wanted;
    const at = nearest(same, wanted);
    return at < 0 ? null : same.x[at];
  }

  /**
   * The part of another chart's axis in which its runs were while those of this one passed through a range.
   * @param {Panel} from @param {Span} range @param {Panel} to @returns {Span | null}
   */
  function span(from, range, to) {
    let low = Infinity, high = -Infinity;
    for (const curve of from.whole) {
      const [first, last] = curve.sorted ? site.series.window(curve, range[0], range[1]) : [0, curve.x.length];
      let begin = Infinity, end = -Infinity;
      for (let at = first; at < last; at++) {
        if (curve.x[at] < range[0] || curve.x[at] > range[1]) continue;
        const then = seconds(curve, at);
        begin = Math.min(begin, then);
        end = Math.max(end, then);
      }
      if (!(begin < end)) continue;
      for (const other of to.whole) {
        if (other.run !== curve.run) continue;
        const ends = to.xmode === "relative" ? [begin, end] : to.xmode === "wall" ? [other.entry.started + begin, other.entry.started + end]
          : [nearest(other, begin), nearest(other, end)].map((at) => (at < 0 ? NaN : other.x[at]));
        for (const one of ends) {
          if (one < low) low = one;
          if (one > high) high = one;
        }
        break;
      }
    }
    return low < high ? [low, high] : null;
  }

  site.moment = { place, span, nearest, isAlike };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
