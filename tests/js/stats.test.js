"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, plain } = require("./charts_harness.js");

const { stats } = load("stats");
const near = (found, wanted, room = 1e-9) => assert.ok(Math.abs(found - wanted) <= room * Math.max(1, Math.abs(wanted)), `${found} is not ${wanted}`);

test("a summary leaves out what is missing or not finite", () => {
  const all = stats.summary([4, null, 1, NaN, 3, "NaN", 2, Infinity]);
  assert.deepStrictEqual([all.n, all.mean, all.median, all.min, all.max, all.q1, all.q3], [4, 2.5, 2.5, 1, 4, 1.75, 3.25]);
  near(all.sd, Math.sqrt(5 / 3));
  near(all.sem, Math.sqrt(5 / 3) / 2);
});

test("one value has no deviation, none has no mean", () => {
  assert.ok(Number.isNaN(stats.summary([1]).sd));
  assert.ok(Number.isNaN(stats.summary([]).mean));
  assert.strictEqual(stats.summary([]).n, 0);
});

test("a mean of values near the largest float is finite", () => {
  near(stats.summary([1.7e308, 1.7e308]).mean, 1.7e308);
});

// Two-sided 95 % points of Student's t, as every printed table has them.
for (const [freedom, point] of [[1, 12.706], [2, 4.303], [4, 2.776], [10, 2.228], [30, 2.042], [120, 1.98]]) {
  test(`t exceeds ${point} in 1 of 20 cases with ${freedom} degrees of freedom`, () => {
    near(stats.critical(0.95, freedom), point, 3e-4);
  });
}

test("an effect has Welch's interval and Hedges' g", () => {
  // By hand: means 3 and 6, variances 1 and 4, three values each.
  const found = stats.effect([2, 3, 4], [4, 6, 8]);
  near(found.difference, -3);
  const spread = Math.sqrt(1 / 3 + 4 / 3), freedom = (5 / 3) ** 2 / ((1 / 9 + 16 / 9) / 2);
  near(found.high - found.difference, stats.critical(0.95, freedom) * spread);
  near(found.g, (-3 / Math.sqrt(2.5)) * (1 - 3 / 15));
  assert.strictEqual(found.isFew, false);
});

test("too few runs are said to be few, and have no interval", () => {
  const found = stats.effect([1], [1, 2, 3]);
  assert.ok(found.isFew && Number.isNaN(found.low));
  assert.strictEqual(stats.effect([2, 2, 2], [1, 1, 1]).low, 1);
});

test("a bootstrap gives the same interval on every visit, around the mean", () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const first = plain(stats.bootstrap(values, "mean"));
  assert.deepStrictEqual(first, plain(stats.bootstrap([...values].reverse(), "mean")));
  // The normal approximation is 5.5 ± 1.96 · 2.872 / √10.
  assert.ok(Math.abs(first[0] - 3.72) < 0.35 && Math.abs(first[1] - 7.28) < 0.35, String(first));
});

/** As the method reads: each resample drawn and sorted on its own, by the same numbers (mulberry32 of n). */
function plainBootstrap(values, centre) {
  const sorted = [...values].sort((a, b) => a - b), n = sorted.length, found = [];
  let state = n;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  for (let turn = 0; turn < 1000; turn++) {
    const drawn = sorted.map(() => sorted[Math.floor(next() * n)]);
    found.push(centre === "mean" ? drawn.reduce((sum, value) => sum + value / n, 0) : stats.quantile(drawn.sort((a, b) => a - b), 0.5));
  }
  found.sort((a, b) => a - b);
  return [stats.quantile(found, 0.025), stats.quantile(found, 0.975)];
}

for (const centre of ["mean", "median"]) {
  test(`what a bootstrap of the ${centre} keeps for other places changes no digit of it`, () => {
    // More numbers of values than are kept, and back; ties, and values of very different sizes.
    for (const n of [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 25, 2, 10]) {
      for (const of of [(at) => Math.sin(7 * at) * 10 ** (at % 7), (at) => at % 2, () => 4.2]) {
        const values = Array.from({ length: n }, (_, at) => of(at));
        assert.deepStrictEqual(plain(stats.bootstrap(values, centre)), plainBootstrap(values, centre), `${n} values`);
      }
    }
  });
}

for (const [band, low, high] of [["minmax", 1, 4], ["quartiles", 1.75, 3.25], ["none", 2.5, 2.5]]) {
  test(`the ${band} band of 1 to 4`, () => {
    assert.deepStrictEqual(plain(stats.band([1, 2, 3, 4], "mean", band)), { middle: 2.5, low, high, n: 4 });
  });
}
