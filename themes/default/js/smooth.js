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
   */
  function average(x, y, weight, counts) {
    const out = new Float64Array(y.length);
    const decay = Math.min(Math.sqrt(weight), MOST);
    const span = Math.abs(x[x.length - 1] - x[0]) || 1;
    let sum = 0, total = 0, former = x[0], gap = NaN, kept = 1;
    for (let at = 0; at < y.length; at++) {
      if (!Number.isFinite(y[at])) {
        out[at] = NaN;
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
      out[at] = total > 0 ? sum / total : y[at];
    }
    return out;
  }

  site.smooth = { average };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
