"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, cases, bucketed, near, plain, whole } = require("./charts_harness.js");

const site = load("series", "smooth", "levels", "decode");
const { series, levels, smooth } = site;
const textOf = (chunk) => /"([A-Za-z0-9+/=]*)"\);\s*$/.exec(chunk)[1];

/** The value that the table's logs have in a row; tests/sitegen/charts/test_chart_cases.py has the same. @param {number} row */
function logged(row) {
  if (row % 1000 === 5) return NaN;
  if (row === 12345) return Infinity;
  return row === 39999 ? -0 : (row % 97) / 3;
}

for (const { name, points, index, files } of cases("tiles")) {
  test(`tiles come back to the bit: ${name}`, async () => {
    const entries = await site.decode(textOf(files[index]));
    assert.ok(entries.length > 0);
    for (const entry of entries) {
      assert.strictEqual(entry.points, points);
      for (const level of entry.levels) {
        const parts = await Promise.all(level.files.map(async (id, tile) => (await site.decode(textOf(files[id])))
          .find((one) => one.metric === entry.metric && one.rank === entry.rank && one.width === level.width && one.tile === tile).cols));
        check(levels.joined(parts), level.width, points);
      }
    }
  });
}

/** @param {any} cols @param {number} width @param {number} points */
function check(cols, width, points) {
  const count = Math.ceil(points / width);
  for (let at = 0; at < count; at++) {
    const inside = Array.from({ length: Math.min(width, points - at * width) }, (_, offset) => logged(at * width + offset));
    if (width === 1) {
      assert.ok(Object.is(cols.y[at], inside[0]), `row ${at}`);
      assert.strictEqual(cols.step[at], at);
      continue;
    }
    const finite = inside.filter(Number.isFinite);
    assert.strictEqual(cols.n[at], finite.length);
    assert.strictEqual(cols.max[at], Math.fround(Math.max(...finite)));
    assert.strictEqual(cols.min[at], Math.fround(Math.min(...finite)));
    assert.strictEqual(cols.first[at], Math.fround(finite[0]));
    const lost = inside.findIndex((value) => !Number.isFinite(value));
    assert.ok(Object.is(cols.bad_step[at], lost < 0 ? NaN : at * width + lost), `bucket ${at}`);
    assert.strictEqual(cols.bad[at], inside.length - finite.length);
  }
  assert.strictEqual((cols.y || cols.n).length, count);
}

const rising = series.curve(bucketed(Array.from({ length: 100 }, (_, at) => [at * 64, at * 64 + 63, 0, 0, 0, 64, 0])), "step");

test("the rows of a window are those of the buckets it touches, and one bucket more on each side", () => {
  assert.deepStrictEqual(plain(levels.rows(rising, [640, 700])), [512, 768 - 64 + 64]);
  assert.deepStrictEqual(plain(levels.rows(rising, [-50, 9999])), [0, 6400]);
  assert.deepStrictEqual(plain(levels.rows(rising, [9000, 9999])), [0, 0]);
});

test("a window between two buckets has the rows on both sides", () => {
  const apart = series.curve(bucketed([[0, 63, 0, 0, 0, 64, 0], [1000, 1063, 0, 0, 0, 64, 0]], { entry: { points: 128 } }), "step");
  assert.deepStrictEqual(plain(levels.rows(apart, [400, 500])), [0, 128]);
});

test("on an axis that goes back every bucket in the window counts", () => {
  const epochs = [[0, 10], [10, 20], [20, 0], [0, 10], [10, 20]].map(([from, to]) => [from, to, 0, 0, 0, 64, 0]);
  const curve = series.curve(bucketed(epochs, { entry: { points: 320 } }), "step");
  assert.deepStrictEqual(plain(levels.rows(curve, [15, 16])), [0, 320]);
});

test("a level is chosen that has a bucket for each pixel, and none before it is needed", () => {
  const all = [{ width: 256, files: [] }, { width: 16, files: [] }, { width: 1, files: [] }];
  const chosen = (count) => (levels.choose(4096, all, [0, count], 400) || { width: "overview" }).width;
  assert.deepStrictEqual([2_000_000, 1_000_000, 100_000, 50_000, 6400, 6399, 10].map(chosen), ["overview", 256, 16, 16, 16, 1, 1]);
  assert.strictEqual(levels.choose(64, [], [0, 10], 400), null);
});

test("rows are in the tiles that hold them", () => {
  const index = { buckets: 100 }, level = { width: 16, files: ["a", "b", "c"] };
  assert.deepStrictEqual(plain(levels.tiles(index, level, [0, 1600])), [0, 0]);
  assert.deepStrictEqual(plain(levels.tiles(index, level, [1599, 1601])), [0, 1]);
  assert.deepStrictEqual(plain(levels.tiles(index, level, [3200, 99999])), [2, 2]);
});

test("tiles of different magnitude or loss are joined without losing either", () => {
  const one = { min: Float32Array.from([1]), bad: Uint32Array.from([0]) };
  const two = {
    min: Float64Array.from([1e300]), bad: Uint32Array.from([1]), bad_step: Float64Array.from([7]), bad_kinds: Uint32Array.from([1]),
  };
  assert.deepStrictEqual(Array.from(levels.joined([one, two]).min), [1, 1e300]);
  assert.deepStrictEqual(Array.from(levels.joined([one, two]).bad_step), [NaN, 7]);
  assert.deepStrictEqual(Array.from(levels.joined([two, one]).bad_kinds), [1, 0]);
});

test("a smoothed part of a series goes on from what stands before it", () => {
  const values = Array.from({ length: 6400 }, (_, at) => Math.sin(at / 300) + at / 6400);
  const all = smooth.average(Array.from(values.keys()), values, 0.9);
  const rows = Array.from({ length: 100 }, (_, at) => {
    const part = values.slice(at * 64, at * 64 + 64);
    return [at * 64, at * 64 + 63, 0, part.reduce((sum, value) => sum + value, 0) / 64, 0, 64, 0];
  });
  const curve = series.curve(bucketed(rows), "step");
  const x = Array.from({ length: 640 }, (_, at) => 3200 + at);
  const part = smooth.average(x, values.slice(3200, 3840), 0.9, null, { curve, buckets: 50 });
  for (const at of [0, 10, 639]) assert.ok(near(part[at], all[3200 + at], 0.005), `${part[at]} and ${all[3200 + at]}`);
});
