"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, whole, bucketed } = require("./charts_harness.js");

const { xmetric, store, state } = load("core", "store", "state", "series", "xmetric");

/** @param {number[]} values @param {number[]} steps */
const epochs = (values, steps) => whole(values, { steps, entry: { metric: "epoch" } });

test("a point stands at the metric's value of its step, else at the latest before; earlier points have none", () => {
  const loss = whole([9, 8, 7, 6, 5, 4], { steps: [0, 10, 20, 30, 40, 50] });
  const { cols } = xmetric.joined(loss, epochs([1, 2, 4], [10, 25, 40]));
  assert.deepStrictEqual([...cols.step], [10, 20, 30, 40, 50]);
  assert.deepStrictEqual([...cols.x], [1, 1, 2, 4, 4]);
  assert.deepStrictEqual([...cols.y], [8, 7, 6, 5, 4]);
});

test("where the metric is not finite, no point has a place", () => {
  const loss = whole([9, 8, 7], { steps: [0, 1, 2] });
  assert.deepStrictEqual([...xmetric.joined(loss, epochs([1, NaN, 3], [0, 1, 2])).cols.y], [9, 7]);
});

test("buckets span from the metric's value at their first step to that at their last", () => {
  const loss = bucketed([[0, 9, 0, 1, 2, 10, 0], [10, 19, 0, 1, 2, 10, 0]]);
  const { cols } = xmetric.joined(loss, epochs([0, 1, 2], [0, 10, 19]));
  assert.deepStrictEqual([[...cols.x0], [...cols.x1]], [[0, 1], [0, 2]]);
  const falling = xmetric.joined(loss, epochs([5, 3, 1], [0, 9, 19]));
  assert.deepStrictEqual([[...falling.cols.x0], [...falling.cols.x1]], [[3, 1], [5, 3]], "rising within a bucket, whatever the metric does");
});

test("within a bucket of its own the metric goes from its first to its last value", () => {
  const epoch = bucketed([[0, 100, 0, 5, 10, 101, 0]], { entry: { metric: "epoch" } });
  epoch.cols.first[0] = 0;
  epoch.cols.last[0] = 10;
  assert.deepStrictEqual([...xmetric.joined(whole([1, 2, 3], { steps: [0, 50, 200] }), epoch).cols.x], [0, 5, 10]);
});

test("runs without the metric are left out and counted; another rank's will do", () => {
  const panel = { joined: true, xname: "epoch", lacking: "", spec: { family: "metric" }, xentries: [epochs([1, 2], [0, 1])] };
  const own = whole([1, 2], { steps: [0, 1], entry: { rank: 1 } }), other = whole([1, 2], { entry: { run: "run-b" } });
  assert.deepStrictEqual([...xmetric.join(panel, [own, other])].map((one) => one.run), ["run-a"]);
  assert.strictEqual(panel.lacking, "1 without epoch");
});

test("a metric that the page does not have leaves steps, and is said", () => {
  store.set("x", "metric:ghost");
  const panel = { spec: { family: "metric", x: "" }, xentries: [] };
  xmetric.settle(panel, { charts: [{ family: "metric", metric: "loss" }] });
  assert.deepStrictEqual([panel.xmode, panel.joined], ["step", false]);
  xmetric.join(panel, []);
  assert.strictEqual(panel.lacking, "no metric is called ghost");
  store.set("x", "step");
});

test("the address keeps the metric on the x axis", () => {
  const text = state.encode({ ...state.decode("", {}, null, []), ids: [], x: "metric:a b/c%&=" }, null);
  assert.strictEqual(state.decode(text, {}, null, []).x, "metric:a b/c%&=");
  assert.strictEqual(state.decode("x=metric:", {}, null, []).x, "step");
});

test("rows behind a joined series are those of the series itself", () => {
  const loss = bucketed([[0, 9, 0, 1, 2, 10, 0], [10, 19, 0, 1, 2, 10, 0], [20, 29, 0, 1, 2, 10, 0]]);
  const { join } = xmetric.joined(loss, epochs([1, 2], [10, 25]));
  assert.deepStrictEqual([...join.rows], [1, 2]);
  assert.deepStrictEqual([...xmetric.behind(join, [0, 10], 10)], [10, 20]);
  assert.deepStrictEqual([...xmetric.behind(join, [10, 30], 10)], [20, 30]);
  assert.deepStrictEqual([...xmetric.behind(join, [0, 0], 10)], [0, 0]);
});

test("the metric's own rows between two steps go a bucket beyond them", () => {
  const epoch = { ...bucketed([[0, 9, 0, 1, 2, 10, 0], [10, 19, 0, 1, 2, 10, 0], [20, 29, 0, 1, 2, 10, 0], [30, 39, 0, 1, 2, 10, 0]]), width: 10, points: 37 };
  assert.deepStrictEqual([...xmetric.between(epoch, 15, 16)], [0, 30]);
  assert.deepStrictEqual([...xmetric.between(epoch, 30, 99)], [20, 37]);
});
