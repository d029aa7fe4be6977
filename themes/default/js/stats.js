// Statistics over runs: what table, charts and comparisons say of a group, from one place.
(function (/** @type {Site} */ site) {
  "use strict";

  const FEW = 3, RESAMPLES = 1000, MOST_DRAWS = 8;

  /** The finite ones, in rising order. @param {ArrayLike<number | string | null>} values */
  function finite(values) {
    /** @type {number[]} */
    const found = [];
    for (let at = 0; at < values.length; at++) {
      const value = values[at];
      if (typeof value === "number" && Number.isFinite(value)) found.push(value);
    }
    return found.sort((a, b) => a - b);
  }

  /** @param {number[]} values */
  function mean(values) {
    let sum = 0;
    for (const value of values) sum += value / values.length;
    return values.length ? sum : NaN;
  }

  /** Standard deviation of a sample, n − 1 below the line; NaN for fewer than two. @param {number[]} values */
  function deviation(values) {
    const centre = mean(values);
    let sum = 0;
    for (const value of values) sum += (value - centre) ** 2;
    return values.length > 1 ? Math.sqrt(sum / (values.length - 1)) : NaN;
  }

  /** Linear between order statistics: type 7 of Hyndman and Fan, 1996. @param {ArrayLike<number>} sorted @param {number} part */
  function quantile(sorted, part) {
    if (!sorted.length) return NaN;
    const place = (sorted.length - 1) * part, low = Math.floor(place), high = Math.ceil(place);
    return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
  }

  /** The same of values in any order, which it changes: what is smaller goes in front, no more is sorted (Hoare's quickselect). @param {Float64Array} values @param {number} part */
  function selected(values, part) {
    const place = (values.length - 1) * part, at = Math.floor(place);
    for (let from = 0, to = values.length - 1; from < to;) {
      const pivot = values[(from + to) >> 1];
      let left = from, right = to;
      while (left <= right) {
        while (values[left] < pivot) left++;
        while (values[right] > pivot) right--;
        if (left > right) break;
        const value = values[left];
        values[left++] = values[right];
        values[right--] = value;
      }
      if (at <= right) to = right;
      else if (at >= left) from = left;
      else break;
    }
    let next = at + 1 < values.length ? values[at + 1] : values[at];
    for (let one = at + 2; one < values.length; one++) if (values[one] < next) next = values[one];
    return values[at] + (next - values[at]) * (place - at);
  }

  /** @param {ArrayLike<number | string | null>} values @returns {Summary} over the finite ones; NaN where they are too few */
  function summary(values) {
    const sorted = finite(values), n = sorted.length, sd = deviation(sorted);
    return {
      n, mean: mean(sorted), sd, sem: sd / Math.sqrt(n), median: quantile(sorted, 0.5), q1: quantile(sorted, 0.25),
      q3: quantile(sorted, 0.75), min: n ? sorted[0] : NaN, max: n ? sorted[n - 1] : NaN,
    };
  }

  /** ln Γ(x) for x > 0, by Lanczos' series (Numerical Recipes, 6.1). @param {number} x */
  function logGamma(x) {
    const terms = [76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5];
    const base = x + 5.5 - (x + 0.5) * Math.log(x + 5.5);
    return Math.log((2.5066282746310005 * terms.reduce((sum, term, at) => sum + term / (x + 1 + at), 1.000000000190015)) / x) - base;
  }

  /** The continued fraction of the incomplete beta function (DLMF 8.17.22, Lentz' method). @param {number} x @param {number} a @param {number} b */
  function betaFraction(x, a, b) {
    const tiny = 1e-300;
    let c = 1, d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny), found = d;
    for (let m = 1; m <= 300; m++) {
      for (const term of [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))]) {
        d = 1 / (1 + term * d || tiny);
        c = 1 + term / c || tiny;
        found *= d * c;
      }
      if (Math.abs(d * c - 1) < 1e-14) break;
    }
    return found;
  }

  /** The regularised incomplete beta function. @param {number} x @param {number} a @param {number} b @returns {number} */
  function beta(x, a, b) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
    return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
  }

  /** P(|T| > t) of Student's t distribution. @param {number} t @param {number} freedom */
  const twoSided = (t, freedom) => beta(freedom / (freedom + t * t), freedom / 2, 0.5);

  /** The t that |T| exceeds with probability 1 − level. @param {number} level @param {number} freedom */
  function critical(level, freedom) {
    let low = 0, high = 1;
    while (twoSided(high, freedom) > 1 - level && high < 1e8) high *= 2;
    for (let turn = 0; turn < 100; turn++) {
      const middle = (low + high) / 2;
      if (twoSided(middle, freedom) > 1 - level) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }

  /**
   * How far one group's mean is from a baseline's: difference with its 95 % interval by Welch's t (Welch, 1947), and
   * Hedges' g with the correction for small samples (Hedges, 1981).
   * @param {ArrayLike<number | string | null>} values @param {ArrayLike<number | string | null>} baseline @returns {Effect}
   */
  function effect(values, baseline) {
    const one = finite(values), other = finite(baseline), n = one.length, m = other.length;
    const difference = mean(one) - mean(other);
    const a = deviation(one) ** 2 / n, b = deviation(other) ** 2 / m;
    const freedom = (a + b) ** 2 / (a ** 2 / (n - 1) + b ** 2 / (m - 1));
    const reach = n > 1 && m > 1 ? (a + b > 0 ? critical(0.95, freedom) * Math.sqrt(a + b) : 0) : NaN;
    const pooled = Math.sqrt((a * n * (n - 1) + b * m * (m - 1)) / (n + m - 2));
    const small = 1 - 3 / (4 * (n + m) - 9);
    return {
      difference, low: difference - reach, high: difference + reach, g: (difference / pooled) * small, n, m,
      isFew: Math.min(n, m) < FEW,
    };
  }

  /** A generator that gives the same numbers on every visit (mulberry32). @param {number} seed */
  function chance(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  }

  /** What was drawn for so many values: it hangs on their number alone, and places of a chart have the same. @type {Map<number, { places: Uint16Array | Uint32Array, low: Uint32Array, high: Uint32Array }>} */
  const draws = new Map();

  /** Which of n values each resample draws, and the middle ones of those, by their places in rising order. @param {number} n */
  function drawsOf(n) {
    const known = draws.get(n);
    if (known) return known;
    const next = chance(n), places = new (n < 65536 ? Uint16Array : Uint32Array)(RESAMPLES * n);
    for (let at = 0; at < places.length; at++) places[at] = Math.floor(next() * n);
    const low = new Uint32Array(RESAMPLES), high = new Uint32Array(RESAMPLES);
    for (let turn = 0; turn < RESAMPLES; turn++) {
      const own = places.slice(turn * n, (turn + 1) * n).sort();
      low[turn] = own[Math.floor((n - 1) / 2)];
      high[turn] = own[Math.ceil((n - 1) / 2)];
    }
    // A group whose runs end one by one has many numbers, of which a few are enough.
    if (draws.size === MOST_DRAWS) draws.delete(Number(draws.keys().next().value));
    const made = { places, low, high };
    draws.set(n, made);
    return made;
  }

  /**
   * The percentile interval of a mean or median over resamples (Efron, 1979), 95 %.
   * @param {ArrayLike<number | string | null>} values @param {"mean" | "median"} centre @returns {Span}
   */
  function bootstrap(values, centre) {
    const sorted = Float64Array.from(finite(values)), n = sorted.length;
    if (n < 2) return [NaN, NaN];
    const { places, low, high } = drawsOf(n), found = new Float64Array(RESAMPLES), parts = sorted.map((value) => value / n);
    for (let turn = 0, at = 0; turn < RESAMPLES; turn++) {
      if (centre === "median") found[turn] = sorted[low[turn]] + (sorted[high[turn]] - sorted[low[turn]]) * (n % 2 ? 0 : 0.5);
      else {
        let sum = 0;
        for (const end = at + n; at < end; at++) sum += parts[places[at]];
        found[turn] = sum;
      }
    }
    return [selected(found, 0.025), selected(found, 0.975)];
  }

  /**
   * A group's line and band at one place: the same numbers wherever they are asked for.
   * @param {ArrayLike<number | string | null>} values @param {Centre} centre @param {Band} band @returns {{middle: number, low: number, high: number, n: number}}
   */
  function band(values, centre, band) {
    const all = summary(values), middle = all[centre], n = all.n;
    const around = (/** @type {number} */ reach) => ({ middle, low: middle - reach, high: middle + reach, n });
    if (band === "sd" || band === "sem") return n > 1 ? around(all[band]) : { middle, low: middle, high: middle, n };
    if (band === "minmax") return { middle, low: all.min, high: all.max, n };
    if (band === "quartiles") return { middle, low: all.q1, high: all.q3, n };
    if (band === "none" || n < 2) return { middle, low: middle, high: middle, n };
    const [low, high] = bootstrap(values, centre === "median" ? "median" : "mean");
    return { middle, low, high, n };
  }

  site.stats = { summary, effect, band, bootstrap, quantile, critical };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
