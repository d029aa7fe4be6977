// A Gaussian's weighed means of points, cut off at three standard deviations, the cheapest of three ways.
// Even points take one row of weights for all; few in reach are weighed one by one; many are first spread on a grid.
(function (/** @type {Site} */ site) {
  "use strict";

  const REACH = 3, FINE = 1024;
  /** Cells of the grid in a standard deviation: right to 0.3 % of the values' range, mostly far better. */
  const CELLS = 8, EDGE = 2;
  /** Even points in reach on one side, up to which they are weighed as they are. */
  const MOST_EVEN = 40;
  /** Nanoseconds: a point weighed alone, a cell of the grid, and a point spread on it. */
  const COST = { one: 3, cell: 40, spread: 15 };
  /** e^(-u²/2) for u from 0 to REACH; read between its places it is right to 2e-7. */
  const GAUSS = Float64Array.from({ length: REACH * FINE + 2 }, (_, at) => Math.exp(-((at / FINE) ** 2) / 2));
  const GRID = row(REACH * CELLS, 1 / CELLS);

  /** The weights of a point and of its neighbours to one side. @param {number} count @param {number} distance between them, in standard deviations */
  function row(count, distance) {
    return Float64Array.from({ length: count + 1 }, (_, at) => Math.exp(-((at * distance) ** 2) / 2));
  }

  /** The distance of neighbours where it is the same for all, else 0. @param {ArrayLike<number>} x */
  function distance(x) {
    const last = x.length - 1, step = (x[last] - x[0]) / last, room = step * 1e-6;
    if (!(step > 0)) return 0;
    for (let at = 1; at < last; at++) if (Math.abs(x[at] - x[0] - at * step) > room) return 0;
    return step;
  }

  /** The weighed mean of each place and its neighbours on both sides; the rows have as many empty places at each end. @param {Float64Array} sums @param {Float64Array} counts @param {Float64Array} weights @param {number} length */
  function weighed(sums, counts, weights, length) {
    const out = new Float64Array(length), side = weights.length - 1;
    for (let at = 0; at < length; at++) {
      const middle = at + side;
      let total = weights[0] * sums[middle], all = weights[0] * counts[middle];
      for (let far = 1, left = middle - 1, right = middle + 1; far <= side; far++, left--, right++) {
        const weight = weights[far];
        total += weight * (sums[left] + sums[right]);
        all += weight * (counts[left] + counts[right]);
      }
      out[at] = all > 0 ? total / all : NaN;
    }
    return out;
  }

  /** The same where every place has a point, and all count alike: the weights' sum only changes towards the ends. @param {Float64Array} sums @param {number} count @param {Float64Array} weights @param {number} length */
  function weighedAlike(sums, count, weights, length) {
    const out = new Float64Array(length), side = weights.length - 1, within = Float64Array.from(weights);
    for (let far = 1; far <= side; far++) within[far] += within[far - 1];
    for (let at = 0; at < length; at++) {
      const middle = at + side;
      let total = weights[0] * sums[middle];
      for (let far = 1; far <= side; far++) total += weights[far] * (sums[middle - far] + sums[middle + far]);
      out[at] = total / (count * (within[Math.min(side, at)] + within[Math.min(side, length - 1 - at)] - weights[0]));
    }
    return out;
  }

  /** @param {ArrayLike<number>} x even places @param {Points} points at some or all of them @param {number} step @param {number} sigma */
  function even(x, points, step, sigma) {
    const weights = row(Math.floor((REACH * sigma) / step * (1 + 1e-12)), step / sigma), side = weights.length - 1;
    const sums = new Float64Array(x.length + 2 * side), [first] = points.count;
    if (points.x.length === x.length && points.count.every((count) => count === first)) {
      sums.set(points.sum, side);
      return weighedAlike(sums, first, weights, x.length);
    }
    const counts = new Float64Array(sums.length);
    for (let at = 0; at < points.x.length; at++) {
      const place = side + Math.round((points.x[at] - x[0]) / step);
      sums[place] = points.sum[at];
      counts[place] = points.count[at];
    }
    return weighed(sums, counts, weights, x.length);
  }

  /** How many points stand in reach of the places, all together. @param {ArrayLike<number>} places @param {Points} points @param {number} reach */
  function inReach(places, { x }, reach) {
    let from = 0, to = 0, all = 0;
    for (let at = 0; at < places.length; at++) {
      while (from < x.length && x[from] < places[at] - reach) from++;
      while (to < x.length && x[to] <= places[at] + reach) to++;
      all += to - from;
    }
    return all;
  }

  /** Each point weighed for each place in its reach. @param {ArrayLike<number>} places @param {Points} points @param {number} sigma */
  function singly(places, { x, sum, count }, sigma) {
    const out = new Float64Array(places.length), reach = REACH * sigma, scale = FINE / sigma;
    let from = 0;
    for (let at = 0; at < places.length; at++) {
      const place = places[at], end = place + reach;
      while (from < x.length && x[from] < place - reach) from++;
      let total = 0, weights = 0;
      for (let one = from; one < x.length && x[one] <= end; one++) {
        const position = Math.abs(x[one] - place) * scale, low = position | 0;
        const weight = GAUSS[low] + (GAUSS[low + 1] - GAUSS[low]) * (position - low);
        total += weight * sum[one];
        weights += weight * count[one];
      }
      out[at] = weights > 0 ? total / weights : NaN;
    }
    return out;
  }

  /** The means at the places of an even grid, each point shared by the two cells beside it; read between them. @param {ArrayLike<number>} places @param {Points} points @param {number} sigma */
  function gridded(places, { x, sum, count }, sigma) {
    const cell = sigma / CELLS, start = places[0] - EDGE * cell, side = GRID.length - 1;
    const length = cellsOf(places, sigma), sums = new Float64Array(length + 2 * side), counts = new Float64Array(length + 2 * side);
    for (let at = 0; at < x.length; at++) {
      const place = (x[at] - start) / cell + side;
      if (place < 0 || place >= sums.length - 1) continue;
      const low = place | 0, part = place - low;
      sums[low] += sum[at] * (1 - part);
      sums[low + 1] += sum[at] * part;
      counts[low] += count[at] * (1 - part);
      counts[low + 1] += count[at] * part;
    }
    const values = weighed(sums, counts, GRID, length);
    const out = new Float64Array(places.length);
    for (let at = 0; at < out.length; at++) out[at] = between(values, (places[at] - start) / cell);
    return out;
  }

  /** @param {ArrayLike<number>} places @param {number} sigma */
  const cellsOf = (places, sigma) => Math.ceil(((places[places.length - 1] - places[0]) * CELLS) / sigma) + 2 * EDGE + 1;

  /** A value between the middle two of four by the cubic through them, never beyond them all. @param {Float64Array} values @param {number} place */
  function between(values, place) {
    const low = place | 0, t = place - low, a = values[low - 1], b = values[low], c = values[low + 1], d = values[low + 2];
    const cubic = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
    return cubic >= b && cubic <= c || cubic >= c && cubic <= b ? cubic : Math.min(Math.max(a, b, c, d), Math.max(Math.min(a, b, c, d), cubic));
  }

  /** The weighed mean at each place; places and points rise. @param {ArrayLike<number>} places @param {Points} points @param {number} sigma */
  function means(places, points, sigma) {
    const { x } = points, isOwn = x.length > 0 && x[0] >= places[0] && x[x.length - 1] <= places[places.length - 1];
    const step = isOwn ? distance(places) : 0;
    if (step && REACH * sigma <= MOST_EVEN * step) return even(places, points, step, sigma);
    const onGrid = cellsOf(places, sigma) * COST.cell + (places.length + x.length) * COST.spread;
    return inReach(places, points, REACH * sigma) * COST.one <= onGrid ? singly(places, points, sigma) : gridded(places, points, sigma);
  }

  site.gaussian = { means };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
