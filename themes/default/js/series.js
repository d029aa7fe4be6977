// A series in the page's x units, and the searches that drawing and hovering need.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @param {Numbers} steps @param {Numbers} times @param {Numbers} metric @param {number} started @param {XMode} xmode @returns {Float64Array} */
  function xValues(steps, times, metric, started, xmode) {
    if (xmode === "metric") return /** @type {Float64Array} */ (metric);
    if (xmode === "step") return /** @type {Float64Array} */ (steps);
    if (xmode === "relative") return /** @type {Float64Array} */ (times);
    const wall = new Float64Array(times.length);
    for (let at = 0; at < wall.length; at++) wall[at] = started + times[at];
    return wall;
  }

  /** @param {Float64Array} a @param {Float64Array} b */
  function middle(a, b) {
    // Float64Array.from with a function takes ten times as long.
    const out = new Float64Array(a.length);
    for (let at = 0; at < out.length; at++) out[at] = (a[at] + b[at]) / 2;
    return out;
  }

  /** @param {ArrayLike<number>} x */
  function isSorted(x) {
    for (let at = 1; at < x.length; at++) if (!(x[at] >= x[at - 1])) return false;
    return true;
  }

  /** @param {string} infinite */
  const both = (infinite) => site.t("tip.both", { nan: "NaN", infinite });

  /** By the bits of a bucket's kinds; several kinds are told together. @type {{[bits: number]: string}} */
  const KINDS = { 1: "NaN", 2: "∞", 4: "−∞", 6: "±∞", 3: both("∞"), 5: both("−∞"), 7: both("±∞") };

  /** @param {number} value */
  const kindOf = (value) => (Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞");

  /** The first value of a bucket that is not finite: a mark at its own step or time. @param {Entry} entry @param {XMode} xmode @param {number} at @param {number} middle @returns {Mark} */
  function lost({ cols, started }, xmode, at, middle) {
    if (!cols.bad_step) return { x: middle, step: cols.step0[at], kind: site.t("tip.not_finite") };
    const step = cols.bad_step[at], t = cols.bad_t[at];
    const x = { step, relative: t, wall: started + t, metric: middle }[xmode];
    return { x, step, kind: KINDS[cols.bad_kinds[at]] || site.t("tip.not_finite") };
  }

  /** @param {Entry} entry @param {XMode} xmode @returns {Curve} */
  function curve(entry, xmode) {
    const { cols, started } = entry;
    const common = {
      key: `${entry.run} ${entry.metric} ${entry.rank}`, run: entry.run, metric: entry.metric, rank: entry.rank,
      name: "", color: "", unit: "", width: entry.width, points: entry.points, entry, smooth: null,
    };
    if (entry.width === 1) {
      const x = xValues(cols.step, cols.t, cols.x, started, xmode);
      const marks = [];
      for (let at = 0; at < x.length; at++) {
        if (!Number.isFinite(cols.y[at])) marks.push({ x: x[at], step: cols.step[at], kind: kindOf(cols.y[at]) });
      }
      return { ...common, x, y: cols.y, sorted: isSorted(x), buckets: null, marks };
    }
    const x0 = xValues(cols.step0, cols.t0, cols.x0, started, xmode);
    const x1 = xValues(cols.step1, cols.t1, cols.x1, started, xmode);
    const x = middle(x0, x1);
    const marks = [];
    for (let at = 0; at < x.length; at++) if (cols.bad[at]) marks.push(lost(entry, xmode, at, x[at]));
    const buckets = { x0, x1, lo: cols.min, hi: cols.max, n: cols.n, bad: cols.bad, last: cols.last };
    return { ...common, x, y: cols.mean, sorted: isSorted(x), buckets, marks };
  }

  /** First position whose x is not below the value; x must be sorted. @param {ArrayLike<number>} x @param {number} value */
  function lowerBound(x, value) {
    let low = 0, high = x.length;
    while (low < high) {
      const at = (low + high) >> 1;
      if (x[at] < value) low = at + 1;
      else high = at;
    }
    return low;
  }

  /** Position of the point nearest in x, or -1. @param {Curve} one @param {number} value */
  function nearest(one, value) {
    const { x, sorted } = one;
    if (!x.length) return -1;
    if (sorted) {
      const at = lowerBound(x, value);
      if (at === 0) return 0;
      if (at === x.length) return at - 1;
      return value - x[at - 1] <= x[at] - value ? at - 1 : at;
    }
    let best = 0;
    for (let at = 1; at < x.length; at++) if (Math.abs(x[at] - value) < Math.abs(x[best] - value)) best = at;
    return best;
  }

  /** Positions [from, to) that a window of x touches, neighbours outside included. @param {Curve} one @param {number} lo @param {number} hi @returns {[number, number]} */
  function window(one, lo, hi) {
    if (!one.sorted) return [0, one.x.length];
    const from = lowerBound(one.x, lo);
    let to = lowerBound(one.x, hi);
    while (to < one.x.length && one.x[to] === hi) to++;
    return [Math.max(0, from - 1), Math.min(one.x.length, to + 1)];
  }

  /** @param {Curve[]} curves @returns {Span | null} */
  function xExtent(curves) {
    let lo = Infinity, hi = -Infinity;
    for (const { x, sorted, buckets } of curves) {
      if (!x.length) continue;
      const last = x.length - 1;
      const ends = !sorted ? [...(buckets ? buckets.x0 : x), ...(buckets ? buckets.x1 : [])]
        : buckets ? [buckets.x0[0], buckets.x1[last]] : [x[0], x[last]];
      for (let at = 0; at < ends.length; at++) {
        if (ends[at] < lo) lo = ends[at];
        if (ends[at] > hi) hi = ends[at];
      }
    }
    return lo <= hi ? [lo, hi] : null;
  }

  /**
   * The finite values in a window of x, and how many a log axis must leave out.
   * @param {Curve[]} curves @param {Span} range @param {boolean} positive @returns {{range: Span | null, hidden: number}}
   */
  function yExtent(curves, range, positive) {
    let lo = Infinity, hi = -Infinity, hidden = 0;
    for (const one of curves) {
      const { x, y, buckets } = one;
      const lows = buckets ? buckets.lo : y, highs = buckets ? buckets.hi : y;
      const [from, to] = window(one, range[0], range[1]);
      for (let at = from; at < to; at++) {
        if (buckets ? buckets.x1[at] < range[0] || buckets.x0[at] > range[1] : x[at] < range[0] || x[at] > range[1]) continue;
        const low = lows[at], high = highs[at];
        if (positive && low <= 0) {
          hidden++;
          if (high > 0 && high < Infinity && high > hi) hi = high;
          if (y[at] > 0 && y[at] < lo) lo = y[at];
          continue;
        }
        if (low > -Infinity && low < lo) lo = low;
        if (high < Infinity && high > hi) hi = high;
      }
    }
    return { range: lo <= hi ? [lo, hi] : null, hidden };
  }

  const DASHES = [[], [6, 3], [2, 2.5], [9, 3, 2, 3], [12, 4], [12, 3, 2, 3, 2, 3]];

  /** Lengths of strokes and gaps, of the how many-th metric of a chart. @param {number | undefined} number */
  const dashes = (number) => DASHES[(number || 0) % DASHES.length];

  /** Where curves first are not finite: one start for those that share place, step and kind. @param {Curve[]} curves @returns {MarkStart[]} */
  function starts(curves) {
    /** @type {Map<string, MarkStart>} */
    const found = new Map();
    for (const { color, marks } of curves) {
      if (!marks.length) continue;
      const { x, step, kind } = marks[0];
      const key = `${x} ${step} ${kind}`;
      const known = found.get(key);
      if (known) known.colors.push(color);
      else found.set(key, { x, step, kind, colors: [color] });
    }
    return [...found.values()];
  }

  /** Whether it is made of several runs; that of a group of one run is the run's. @param {Curve} one */
  const isMany = (one) => (one.members || []).length > 1;

  /** @param {Curve} one @param {string | Set<string>} lit what is pointed at */
  const isLit = (one, lit) => (typeof lit === "string" ? one.run === lit || one.key === lit : lit.has(one.run));

  site.series = { isLit, isMany, dashes, starts, curve, nearest, window, xExtent, yExtent };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
