// The history of a metric folded as it comes; collector/expressions/folds.py mirrors this.
// NaN and infinities are counted, and left out of everything but `last` and `at`.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @param {number} value */
  const finite = (value) => Number.isFinite(value);

  /** @param {number} sign @param {boolean} wantsStep @returns {HistoryFold} */
  function extreme(sign, wantsStep) {
    /** @type {number | null} */
    let best = null, place = /** @type {number | null} */ (null);
    return {
      add(step, value) {
        if (finite(value) && (best === null || sign * value < sign * best)) [best, place] = [value, step];
      },
      result: () => (wantsStep ? place : best),
    };
  }

  /** @param {(value: number) => boolean} counts @returns {HistoryFold} */
  function count(counts) {
    let found = 0;
    return { add: (step, value) => void (found += counts(value) ? 1 : 0), result: () => found };
  }

  /** @returns {HistoryFold} */
  function mean() {
    let total = 0, number = 0;
    return {
      add(step, value) {
        if (finite(value)) [total, number] = [total + value, number + 1];
      },
      result: () => (number ? total / number : null),
    };
  }

  /** Exponential; divided by the weights so far, it does not start at 0. @param {number} weight @returns {HistoryFold} */
  function movingAverage(weight) {
    let total = 0, weights = 0;
    return {
      add(step, value) {
        if (finite(value)) [total, weights] = [total * weight + (1 - weight) * value, weights * weight + (1 - weight)];
      },
      result: () => (weights ? total / weights : null),
    };
  }

  /** Mean of the last values; nothing before there are enough. @param {number} size @returns {HistoryFold} */
  function rolling(size) {
    /** @type {number[]} */
    const ring = [];
    let at = 0, total = 0;
    return {
      add(step, value) {
        if (!finite(value)) return;
        if (ring.length < size) {
          ring.push(value);
          total += value;
          return;
        }
        total += value - ring[at];
        ring[at] = value;
        at = (at + 1) % size;
        // The rounding errors of a whole round are forgotten.
        if (at === 0) total = ring.reduce((sum, one) => sum + one, 0);
      },
      result: () => (ring.length === size ? total / size : null),
    };
  }

  /** @returns {HistoryFold} */
  function difference() {
    let before = /** @type {number | null} */ (null), change = /** @type {number | null} */ (null);
    return {
      add(step, value) {
        if (finite(value)) [change, before] = [before === null ? null : value - before, value];
      },
      result: () => change,
    };
  }

  /** All values with their steps: the latest one at the largest step that is not beyond. @param {number} wanted @returns {HistoryFold} */
  function valueAt(wanted) {
    let place = -Infinity, found = /** @type {number | null} */ (null);
    return {
      add(step, value) {
        if (step <= wanted && step >= place) [place, found] = [step, value];
      },
      result: () => found,
    };
  }

  /** @param {boolean} isFirst @returns {HistoryFold} */
  function one(isFirst) {
    let found = /** @type {number | null} */ (null);
    return {
      add(step, value) {
        if (!isFirst || (found === null && finite(value))) found = value;
      },
      result: () => found,
    };
  }

  /** @type {{[name: string]: (parameter: number) => HistoryFold}} */
  const FOLDS = {
    last: () => one(false), first: () => one(true), min: () => extreme(1, false), max: () => extreme(-1, false), mean,
    argmin: () => extreme(1, true), argmax: () => extreme(-1, true), at: valueAt,
    count: () => count(() => true), count_nan: () => count(Number.isNaN),
    ema: movingAverage, rolling, diff: difference, cummin: () => extreme(1, false), cummax: () => extreme(-1, false),
  };

  /** The fold of a function of a metric's history; that of `at` is for one step. @param {string} name @param {number | null} parameter */
  const makeFold = (name, parameter) => FOLDS[name](parameter === null ? NaN : parameter);

  Object.assign(site.expressions, { makeFold });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
