// Smoothing by what stands on both sides of a point: a Gaussian's weights, or those of a running mean.
// Both are the kernel regression of Nadaraya (1964) and Watson (1964): a mean weighed by the distance in x.
(function (/** @type {Site} */ site) {
  "use strict";

  const WIDEST = 0.1;

  /** The standard deviation of the weights: 0 to a tenth of the whole range of x. @param {number} weight @param {number} span */
  const deviation = (weight, span) => weight * weight * WIDEST * span;

  /** Finite values with those beside them in the whole series, where only a part of it is at hand. @param {Curve} curve @param {ArrayLike<number>} x @returns {Points} */
  function around(curve, x) {
    const { lead, width } = curve, whole = lead ? lead.curve : null, most = x.length + (whole ? whole.x.length : 0);
    const made = { x: new Float64Array(most), sum: new Float64Array(most), count: new Float64Array(most) };
    let used = 0;
    /** @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys @param {ArrayLike<number> | null} n @param {number} from @param {number} to */
    const take = (xs, ys, n, from, to) => {
      for (let at = from; at < to; at++) {
        const count = n ? n[at] : 1;
        if (!Number.isFinite(ys[at]) || !count) continue;
        made.x[used] = xs[at];
        made.sum[used] = ys[at] * count;
        made.count[used++] = count;
      }
    };
    const n = (whole && whole.buckets && whole.buckets.n) || null;
    if (lead && whole) take(whole.x, whole.y, n, 0, lead.buckets);
    take(x, curve.y, curve.buckets && curve.buckets.n, 0, x.length);
    if (lead && whole) take(whole.x, whole.y, n, lead.buckets + Math.ceil((width * x.length) / whole.width), whole.x.length);
    return { x: made.x.subarray(0, used), sum: made.sum.subarray(0, used), count: made.count.subarray(0, used) };
  }

  /**
   * The mean of what stands within reach of each place; places and points rise. What comes into reach is added, and
   * what leaves is never subtracted, since the rest of a large value would drown small ones: a queue of two stacks.
   * @param {ArrayLike<number>} places @param {Points} points @param {number} reach
   */
  function running(places, { x, sum, count }, reach) {
    const { length } = places, out = new Float64Array(length), tail = new Float64Array(x.length), tailCount = new Float64Array(x.length);
    let from = 0, to = 0, turned = 0, total = 0, number = 0;
    for (let at = 0; at < length; at++) {
      const first = places[at] - reach, last = places[at] + reach;
      for (; to < x.length && x[to] <= last; to++) {
        total += sum[to];
        number += count[to];
      }
      while (from < to && x[from] < first) from++;
      if (from >= turned) {
        // Everything at hand becomes sums from each point to the last, so that the next ones leave for nothing.
        total = number = 0;
        for (let one = to - 1; one >= from; one--) {
          tail[one] = total += sum[one];
          tailCount[one] = number += count[one];
        }
        turned = to;
        total = number = 0;
      }
      const held = from < turned, weights = (held ? tailCount[from] : 0) + number;
      out[at] = weights > 0 ? ((held ? tail[from] : 0) + total) / weights : NaN;
    }
    return out;
  }

  /** The smoothed values of a curve; the width goes by its whole range of x, so zooming does not change them. @param {Curve} curve @param {number} weight @param {boolean} isGaussian */
  function smooth(curve, weight, isGaussian) {
    const { lead, y } = curve;
    // Where x goes back and forth, neighbours are those in the order of logging.
    const x = curve.sorted ? curve.x : Float64Array.from(curve.x, (_, at) => at);
    const whole = lead ? lead.curve.x : x, span = whole[whole.length - 1] - whole[0];
    const sigma = deviation(weight, span);
    if (!(sigma > 0)) return Float64Array.from(y);
    const points = around(curve, x);
    // A box as wide as this has the same variance as the Gaussian.
    const out = isGaussian ? site.gaussian.means(x, points, sigma) : running(x, points, Math.sqrt(3) * sigma);
    for (let at = 0; at < y.length; at++) if (!Number.isFinite(y[at])) out[at] = NaN;
    return out;
  }

  site.kernels = { smooth };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
