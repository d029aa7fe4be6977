// Smoothing by what stands on both sides of a point: a Gaussian's weights, or those of a running mean.
// Both are the kernel regression of Nadaraya (1964) and Watson (1964): a mean weighed by the distance in x.
(function (/** @type {Site} */ site) {
  "use strict";

  const WIDEST = 0.1, REACH = 3, FINE = 1024, CELLS = 6;
  /** e^(-u²/2) for u from 0 to REACH; read between its places it is right to 2e-7. */
  const GAUSS = Float64Array.from({ length: REACH * FINE + 2 }, (_, at) => Math.exp(-((at / FINE) ** 2) / 2));

  /** The standard deviation of the weights: 0 to a tenth of the whole range of x. @param {number} weight @param {number} span */
  const deviation = (weight, span) => weight * weight * WIDEST * span;

  /** @typedef {{x: Float64Array, sum: Float64Array, count: Float64Array}} Points sums of values, and how many */

  /** Finite values with those beside them in the whole series, where only a part of it is at hand. @param {Curve} curve @param {ArrayLike<number>} x @returns {Points} */
  function around(curve, x) {
    const { lead, width } = curve;
    const places = /** @type {number[]} */ ([]), sums = /** @type {number[]} */ ([]), counts = /** @type {number[]} */ ([]);
    /** @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys @param {ArrayLike<number> | null} n @param {number} from @param {number} to */
    const take = (xs, ys, n, from, to) => {
      for (let at = from; at < to; at++) {
        const count = n ? n[at] : 1;
        if (!Number.isFinite(ys[at]) || !count) continue;
        places.push(xs[at]);
        sums.push(ys[at] * count);
        counts.push(count);
      }
    };
    const whole = lead ? lead.curve : null, n = (whole && whole.buckets && whole.buckets.n) || null;
    if (lead && whole) take(whole.x, whole.y, n, 0, lead.buckets);
    take(x, curve.y, curve.buckets && curve.buckets.n, 0, x.length);
    if (lead && whole) take(whole.x, whole.y, n, lead.buckets + Math.ceil((width * x.length) / whole.width), whole.x.length);
    return { x: Float64Array.from(places), sum: Float64Array.from(sums), count: Float64Array.from(counts) };
  }

  /** The same with neighbours much nearer than the kernel is wide put together, so that the work has a bound. @param {Points} points @param {number} cell @returns {Points} */
  function thinned(points, cell) {
    const { x, sum, count } = points;
    let last = -1, here = NaN;
    const made = { x: new Float64Array(x.length), sum: new Float64Array(x.length), count: new Float64Array(x.length) };
    for (let at = 0; at < x.length; at++) {
      const place = Math.floor((x[at] - x[0]) / cell);
      if (place !== here) last++;
      here = place;
      made.x[last] += x[at] * count[at];
      made.sum[last] += sum[at];
      made.count[last] += count[at];
    }
    for (let at = 0; at <= last; at++) made.x[at] /= made.count[at];
    return { x: made.x.subarray(0, last + 1), sum: made.sum.subarray(0, last + 1), count: made.count.subarray(0, last + 1) };
  }

  /** The weighed mean at each place; places and points rise. @param {ArrayLike<number>} places @param {Points} points @param {number} sigma @param {boolean} isGaussian */
  function means(places, points, sigma, isGaussian) {
    const { x, sum, count } = points;
    // A box as wide as this has the same variance as the Gaussian.
    const reach = (isGaussian ? REACH : Math.sqrt(3)) * sigma, scale = FINE / sigma;
    const out = new Float64Array(places.length);
    let from = 0;
    for (let at = 0; at < places.length; at++) {
      const place = places[at], end = place + reach;
      while (from < x.length && x[from] < place - reach) from++;
      let total = 0, weights = 0;
      for (let one = from; one < x.length && x[one] <= end; one++) {
        let weight = 1;
        if (isGaussian) {
          const position = Math.abs(x[one] - place) * scale, low = position | 0;
          weight = GAUSS[low] + (GAUSS[low + 1] - GAUSS[low]) * (position - low);
        }
        total += weight * sum[one];
        weights += weight * count[one];
      }
      out[at] = weights > 0 ? total / weights : NaN;
    }
    return out;
  }

  /** Values between those of rising places. @param {ArrayLike<number>} x @param {Float64Array} places @param {Float64Array} values */
  function between(x, places, values) {
    const out = new Float64Array(x.length), last = places.length - 1;
    let right = 0;
    for (let at = 0; at < x.length; at++) {
      while (right < last && places[right] < x[at]) right++;
      const left = Math.max(0, right - 1), room = places[right] - places[left];
      const part = room > 0 ? Math.min(1, Math.max(0, (x[at] - places[left]) / room)) : 1;
      out[at] = values[left] + (values[right] - values[left]) * part;
    }
    return out;
  }

  /** @param {ArrayLike<number>} x @param {Points} few @param {number} sigma @param {boolean} isGaussian */
  function dense(x, few, sigma, isGaussian) {
    // The ends too: beyond the middle of the first and last cell a curve goes on.
    const places = Float64Array.from([Math.min(x[0], few.x[0]), ...few.x, Math.max(x[x.length - 1], few.x[few.x.length - 1])]);
    return between(x, places, means(places, few, sigma, isGaussian));
  }

  /** The smoothed values of a curve; the width goes by its whole range of x, so zooming does not change them. @param {Curve} curve @param {number} weight @param {boolean} isGaussian */
  function smooth(curve, weight, isGaussian) {
    const { lead, y } = curve;
    // Where x goes back and forth, neighbours are those in the order of logging.
    const x = curve.sorted ? curve.x : Float64Array.from(curve.x, (_, at) => at);
    const whole = lead ? lead.curve.x : x, span = whole[whole.length - 1] - whole[0];
    const sigma = deviation(weight, span);
    if (!(sigma > 0)) return Float64Array.from(y);
    const points = around(curve, x), cell = sigma / CELLS;
    const isDense = points.x.length > 2 && (points.x[points.x.length - 1] - points.x[0]) / points.x.length < cell;
    const out = isDense ? dense(x, thinned(points, cell), sigma, isGaussian) : means(x, points, sigma, isGaussian);
    for (let at = 0; at < y.length; at++) if (!Number.isFinite(y[at])) out[at] = NaN;
    return out;
  }

  site.kernels = { smooth };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
