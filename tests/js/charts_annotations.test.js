"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, whole, bucketed, plain } = require("./charts_harness.js");

const site = load("store", "format", "series", "annotations");
const { series, annotations } = site;
site.colouring = { of: (run) => run.color };

const row = (id, found) => ({ id, name: id, color: `color of ${id}`, annotations: found });
const curve = (entry, run, xmode = "step") => Object.assign(series.curve({ ...entry, run: run.id }, xmode), { row: run });
const panel = (curves, xmode = "step") => ({ whole: curves, visible: curves, xmode, frame: { x: { map: (x) => x } } });

test("what has a step stands there; what has only a time stands at the last value logged by then", () => {
  const run = row("a", [["restart", 9, 30, "2"], ["artifact", 1.6, null, "net:v0"], ["alert", 99, null, "late"]]);
  const one = curve(whole([1, 2, 3, 4], { steps: [10, 20, 30, 40], times: [0, 1, 2, 3] }), run);
  assert.deepStrictEqual(plain(annotations.of(panel([one]), null)).map(({ x, kind, color }) => [x, kind, color]), [
    [30, "restart", "color of a"], [20, "artifact", "color of a"], [40, "alert", "color of a"],
  ]);
});

test("over time they stand at their seconds, over dates at their moment", () => {
  const run = row("a", [["restart", 1.5, 30, "2"]]), entry = whole([1, 2], { steps: [10, 20], times: [0, 3] });
  assert.strictEqual(annotations.of(panel([curve(entry, run, "relative")], "relative"), null)[0].x, 1.5);
  assert.strictEqual(annotations.of(panel([curve(entry, run, "wall")], "wall"), null)[0].x, 1001.5);
});

test("inside a bucket they stand by their part of its time", () => {
  const run = row("a", [["artifact", 48, null, "net:v0"]]);
  const one = curve(bucketed([[0, 64, 1, 1, 1, 64, 0], [64, 128, 1, 1, 1, 64, 0]]), run);
  one.entry.cols.t0 = Float64Array.from([0, 32]);
  one.entry.cols.t1 = Float64Array.from([32, 64]);
  assert.strictEqual(annotations.of(panel([one]), null)[0].x, 96);
});

test("of many runs only the one that stands out is marked, of several curves of a run one", () => {
  const runs = Array.from({ length: 13 }, (_, at) => row(`r${at}`, [["alert", 0, 1, "loss"]]));
  const many = panel(runs.map((run) => curve(whole([1, 2]), run)));
  assert.strictEqual(annotations.of(many, null).length, 0);
  assert.deepStrictEqual(plain(annotations.of(many, "r4")).map((one) => one.name), ["r4"]);
  const twice = panel([curve(whole([1, 2]), runs[0]), curve(whole([3, 4], { entry: { metric: "acc" } }), runs[0])]);
  assert.strictEqual(annotations.of(twice, null).length, 1);
});

test("the tooltip tells those near the pointer, of whom, and how many more", () => {
  const runs = ["a", "b"].map((id) => row(id, [["restart", 0, 1, "2"], ["alert", 0, 400, "far"]]));
  const both = panel(runs.map((run) => curve(whole([1, 2, 3]), run)));
  assert.deepStrictEqual(plain(annotations.told(both, 3)), ["attempt 2 began · a", "attempt 2 began · b"]);
  const crowd = panel([curve(whole([1]), row("a", Array.from({ length: 9 }, (_, at) => ["alert", 0, at / 9, `n${at}`])))]);
  assert.deepStrictEqual(plain(annotations.told(crowd, 0)).slice(-2), ["alert: n4", "4 more"]);
});

test("they are not shown where the reader does not want them", () => {
  const one = panel([curve(whole([1, 2]), row("a", [["alert", 0, 1, "loss"]]))]);
  site.store.set("annotations", false);
  assert.strictEqual(annotations.of(one, null).length, 0);
  site.store.set("annotations", true);
});
