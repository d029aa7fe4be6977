// Time-weighted exponential moving average: points far apart in x forget more, as in wandb's line plots.
(function (/** @type {Site} */ site) {
  "use strict";

  const VIEWPORT = 1000;
  const MOST = 0.999;

  /**
   * The smoothed values. The weight decays over the series' whole x range, so zooming does not change them;
   * after a value that is not finite the average starts anew.
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

  site.smooth = { average };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
