// Smoothing of curves in the kinds that readers know: by what came before here, by both sides in kernels.js.
(function (/** @type {Site} */ site) {
  "use strict";

  const VIEWPORT = 1000;
  const MOST = 0.999;

  /**
   * Time-weighted exponential moving average: points far apart in x forget more, as in wandb's line plots.
   * The weight decays over the series' whole x range, so zooming does not change the values; after a value that is not finite the average starts anew.
   * @param {ArrayLike<number>} x @param {ArrayLike<number>} y
   * @param {number} weight 0 to 1 @param {ArrayLike<number> | null} [counts] points behind each value, for bucket means
   * @param {Lead | null} [lead] the buckets before the first value, where only a part of a series is at hand
   */
  function average(x, y, weight, counts, lead) {
    const out = new Float64Array(y.length);
    const whole = lead ? lead.curve.x : x;
    const span = Math.abs(whole[whole.length - 1] - whole[0]) || 1;
    const state = { sum: 0, total: 0, former: whole[0], decay: Math.min(Math.sqrt(weight), MOST), span };
    if (lead) run(lead.curve.x, lead.curve.y, lead.curve.buckets && lead.curve.buckets.n, lead.buckets, state, null);
    run(x, y, counts || null, y.length, state, out);
    return out;
  }

  /** @param {ArrayLike<number>} x @param {ArrayLike<number>} y @param {ArrayLike<number> | null} counts @param {number} end @param {{sum: number, total: number, former: number, decay: number, span: number}} state @param {Float64Array | null} out */
  function run(x, y, counts, end, state, out) {
    let { sum, total, former } = state;
    const { decay, span } = state;
    let gap = NaN, kept = 1;
    for (let at = 0; at < end; at++) {
      if (!Number.isFinite(y[at])) {
        if (out) out[at] = NaN;
        sum = total = 0;
        former = x[at];
        continue;
      }
      const distance = Math.abs(x[at] - former);
      // Steps are mostly even, and the power is what this loop costs.
      if (distance !== gap) kept = decay ** ((gap = distance) / span * VIEWPORT);
      const count = counts ? counts[at] : 1;
      sum = sum * kept + y[at] * count;
      total = total * kept + count;
      former = x[at];
      if (out) out[at] = total > 0 ? sum / total : y[at];
    }
    Object.assign(state, { sum, total, former });
  }

  /**
   * Exponential moving average as TensorBoard's scalar charts draw it: each point logged keeps `weight` of what was,
   * without the pull to zero at the start; a value that is not finite leaves a gap and the average goes on.
   * @param {ArrayLike<number>} y @param {number} weight @param {ArrayLike<number> | null} [counts] @param {Lead | null} [lead]
   */
  function exponential(y, weight, counts, lead) {
    const out = new Float64Array(y.length), state = { last: 0, kept: 1 };
    if (lead) walk(lead.curve.y, lead.curve.buckets && lead.curve.buckets.n, lead.buckets, weight, state, null);
    walk(y, counts || null, y.length, weight, state, out);
    return out;
  }

  /** @param {ArrayLike<number>} y @param {ArrayLike<number> | null} counts @param {number} end @param {number} weight @param {{last: number, kept: number}} state @param {Float64Array | null} out */
  function walk(y, counts, end, weight, state, out) {
    let { last, kept } = state;
    let former = NaN, keep = 1;
    for (let at = 0; at < end; at++) {
      if (!Number.isFinite(y[at])) {
        if (out) out[at] = NaN;
        continue;
      }
      // A bucket stands for its points, as if each had been its mean.
      const count = counts ? counts[at] : 1;
      if (count !== former) keep = weight ** (former = count);
      last = last * keep + y[at] * (1 - keep);
      kept *= keep;
      if (out) out[at] = kept < 1 ? last / (1 - kept) : y[at];
    }
    Object.assign(state, { last, kept });
  }

  /** The smoothed values of a curve, or null where nothing is to be smoothed. @param {Curve} curve @param {Smoother} kind @param {number} weight */
  function of(curve, kind, weight) {
    if (!(weight > 0)) return null;
    const counts = curve.buckets && curve.buckets.n;
    if (kind === "ema") return exponential(curve.y, weight, counts, curve.lead);
    if (kind === "time") return average(curve.x, curve.y, weight, counts, curve.lead);
    return site.kernels.smooth(curve, weight, kind === "gaussian");
  }

  site.smooth = { average, of };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
