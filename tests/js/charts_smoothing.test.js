"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, cases, near, whole, bucketed } = require("./charts_harness.js");

const { smooth, series } = load("series", "gaussian", "kernels", "smooth");
const KINDS = ["time", "ema", "gaussian", "mean"];

/** A curve of these values, as buckets where there are counts. */
function curveOf({ x, y, counts }) {
  const base = { x: Float64Array.from(x), y: Float64Array.from(y), width: counts ? 8 : 1, sorted: true };
  return { ...base, buckets: counts ? { n: Float64Array.from(counts) } : null };
}

for (const one of cases("smoothers")) {
  test(`smoothing, ${one.kind}: ${one.name}`, () => {
    const found = smooth.of(curveOf(one), one.kind, one.weight);
    // The Gaussian is read from a table.
    const tolerance = one.kind === "gaussian" ? 1e-6 : 1e-12;
    one.smoothed.forEach((value, at) => assert.ok(near(found[at], value, tolerance), `${at}: ${found[at]} is not ${value}`));
  });
}

test("a weight of zero smooths nothing", () => {
  for (const kind of KINDS) assert.strictEqual(smooth.of(curveOf({ x: [0, 1], y: [1, 2] }), kind, 0), null);
});

/** @param {number} count */
const wave = (count) => Array.from({ length: count }, (_, at) => Math.sin(at / 600) + ((at * 7919) % 101) / 200);

/** The same series as buckets, and a part of it as points with what stands around it. */
function parts(count, width, from, to) {
  const values = wave(count), rows = [];
  for (let at = 0; at < count; at += width) {
    const some = values.slice(at, at + width);
    rows.push([at, at + some.length - 1, Math.min(...some), some.reduce((a, b) => a + b) / some.length, Math.max(...some), some.length, 0]);
  }
  const all = series.curve(bucketed(rows, { entry: { width, points: count } }), "step");
  const steps = Array.from({ length: to - from }, (_, at) => from + at);
  const part = series.curve(whole(values.slice(from, to), { steps }), "step");
  part.lead = { curve: all, buckets: from / width };
  return { points: series.curve(whole(values), "step"), part };
}

for (const kind of KINDS) {
  test(`zooming to a part's points does not change the ${kind} smoothing`, () => {
    const { points, part } = parts(6400, 64, 1280, 2560);
    for (const weight of [0.6, 0.9, 0.99]) {
      const all = smooth.of(points, kind, weight), some = smooth.of(part, kind, weight);
      // What is outside of the part is known by its buckets only, which the noise of 0.5 shows at its first points.
      for (let at = kind === "ema" && weight < 0.9 ? 16 : 0; at < some.length; at++) {
        assert.ok(Math.abs(some[at] - all[at + 1280]) < 0.04, `${weight} at ${at}: ${some[at]} is not ${all[at + 1280]}`);
      }
    }
  });
}

test("many points are put together before they are smoothed, and the result is the definition's", () => {
  const y = wave(3000), curve = series.curve(whole(y), "step");
  const sigma = (0.9 ** 2 * 2999) / 10, found = smooth.of(curve, "gaussian", 0.9);
  for (const place of [0, 700, 1500, 2999]) {
    let total = 0, weights = 0;
    for (let at = 0; at < y.length; at++) {
      const far = Math.abs(at - place) / sigma, weight = far <= 3 ? Math.exp(-far * far / 2) : 0;
      total += weight * y[at];
      weights += weight;
    }
    assert.ok(Math.abs(found[place] - total / weights) < 2e-3, `${place}: ${found[place]} is not ${total / weights}`);
  }
});

/** The Gaussian's mean by its definition: every point within three standard deviations, weighed alone. */
function defined(x, y, counts, weight, place) {
  const sigma = (weight ** 2 * (x[x.length - 1] - x[0])) / 10;
  let total = 0, weights = 0;
  for (let at = 0; at < x.length; at++) {
    const far = Math.abs(x[at] - place) / sigma;
    if (far > 3 || !Number.isFinite(y[at])) continue;
    const part = Math.exp(-far * far / 2) * counts[at];
    total += part * y[at];
    weights += part;
  }
  return total / weights;
}

/** Numbers that look drawn by chance, the same each time. */
function chance(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

const SHAPES = {
  "even steps": (at) => 3 * at,
  "uneven times": (at, next) => at + 0.8 * next(),
  "times with a night between": (at, next) => at + 0.5 * next() + (at > 900 ? 20_000 : 0),
  "steps that repeat": (at) => Math.floor(at / 3),
};
const VALUES = {
  noise: (at, next) => next() - 0.5,
  "a jump with noise": (at, next) => 0.9 * Number(at > 700) + 0.1 * next(),
  "a curve with gaps": (at, next) => (at % 97 < 9 ? NaN : 0.95 * Math.exp(-at / 300) + 0.05 * next()),
};
for (const [shape, place] of Object.entries(SHAPES)) {
  for (const [kind, value] of Object.entries(VALUES)) {
    test(`a Gaussian is right to 0.3 % of the range of the values: ${kind}, ${shape}`, () => {
      const next = chance(7), count = 1500;
      const x = Float64Array.from({ length: count }, (_, at) => place(at, next)), y = Float64Array.from({ length: count }, (_, at) => value(at, next));
      const counts = Float64Array.from({ length: count }, () => 1 + Math.floor(8 * next())), ones = new Float64Array(count).fill(1);
      for (const weight of [0.02, 0.1, 0.15, 0.2, 0.3, 0.5, 0.9, 0.99]) {
        for (const n of [ones, counts]) {
          const found = smooth.of(curveOf({ x, y, counts: n === counts ? n : undefined }), "gaussian", weight);
          for (let at = 0; at < count; at += 13) {
            if (!Number.isFinite(y[at])) assert.ok(Number.isNaN(found[at]));
            else assert.ok(Math.abs(found[at] - defined(x, y, n, weight, x[at])) < 3e-3, `weight ${weight} at ${at}: ${found[at]} is not ${defined(x, y, n, weight, x[at])}`);
          }
        }
      }
    });
  }
}

test("a running mean is exact beside values that would drown it", () => {
  const count = 800, x = Array.from({ length: count }, (_, at) => at), y = x.map((at) => (at === 100 ? 1e30 : 0.1 + (at % 7)));
  for (const weight of [0.1, 0.4, 0.9]) {
    const found = smooth.of(curveOf({ x, y }), "mean", weight), reach = Math.sqrt(3) * (weight ** 2 * (count - 1)) / 10;
    for (let at = 0; at < count; at++) {
      const some = y.filter((_, one) => Math.abs(one - at) <= reach);
      assert.ok(near(found[at], some.reduce((a, b) => a + b) / some.length, 1e-12), `weight ${weight} at ${at}`);
    }
  }
});

test("where x goes back and forth, neighbours are those in the order of logging", () => {
  const back = series.curve(whole([1, 2, 3, 4, 5], { steps: [0, 2, 1, 4, 3] }), "step");
  const forth = series.curve(whole([1, 2, 3, 4, 5]), "step");
  for (const kind of ["gaussian", "mean", "ema"]) assert.deepStrictEqual([...smooth.of(back, kind, 0.95)], [...smooth.of(forth, kind, 0.95)]);
});

test("nothing to smooth, and nothing finite, are no error", () => {
  for (const kind of KINDS) {
    assert.strictEqual(smooth.of(curveOf({ x: [], y: [] }), kind, 0.9).length, 0);
    assert.ok([...smooth.of(curveOf({ x: [0, 1], y: [NaN, NaN] }), kind, 0.9)].every(Number.isNaN));
  }
});
