"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, whole, bucketed } = require("./charts_harness.js");

const site = load("series", "moment");

/** A chart of these entries on an axis. @param {any[]} entries @param {string} xmode */
function panelOf(entries, xmode, more = {}) {
  const curves = entries.map((entry) => site.series.curve(entry, xmode));
  return { xmode, xname: "", visible: curves, whole: curves, ...more };
}

/** A run that logs each two seconds. @param {number} count @param {string} run */
const run = (count, run = "a") => Object.assign(whole(Array.from({ length: count }, (_, at) => at)), {
  run, started: 1000, cols: { step: Float64Array.from({ length: count }, (_, at) => 10 * at), t: Float64Array.from({ length: count }, (_, at) => 2 * at), y: new Float64Array(count) },
});

test("a crosshair over steps stands at the run's time where time is counted", () => {
  const steps = panelOf([run(50)], "step"), curve = steps.visible[0];
  assert.strictEqual(site.moment.place(steps, curve, 7, 70, panelOf([run(50)], "step")), 70);
  assert.strictEqual(site.moment.place(steps, curve, 7, 70, panelOf([run(50)], "relative")), 14);
  assert.strictEqual(site.moment.place(steps, curve, 7, 70, panelOf([run(50)], "wall")), 1014);
  const back = panelOf([run(50)], "relative");
  assert.strictEqual(site.moment.place(back, back.visible[0], 7, 14, steps), 70);
});

test("a chart over a metric shows where the run's metric was; charts without the run show nothing", () => {
  const steps = panelOf([run(50)], "step"), entry = run(50);
  entry.cols.x = Float64Array.from(entry.cols.step, (step) => Math.floor(step / 100));
  assert.strictEqual(site.moment.place(steps, steps.visible[0], 33, 330, panelOf([entry], "metric", { xname: "epoch" })), 3);
  assert.strictEqual(site.moment.place(steps, steps.visible[0], 33, 330, panelOf([run(50, "b")], "relative")), null);
  assert.strictEqual(site.moment.place(steps, { ...steps.visible[0], members: [] }, 33, 330, panelOf([run(50)], "relative")), null);
});

test("a zoom in steps is the time that the runs took for them, from the first to the last", () => {
  const slow = run(50, "b");
  slow.cols.t = slow.cols.t.map((t) => 3 * t);
  const time = panelOf([run(50), slow], "relative");
  assert.deepStrictEqual([...site.moment.span(panelOf([run(50), slow], "step"), [100, 200], time)], [20, 120]);
  assert.deepStrictEqual([...site.moment.span(time, [20, 40], panelOf([run(50)], "step"))], [100, 200]);
  assert.strictEqual(site.moment.span(panelOf([run(50)], "step"), [101, 109], time), null, "no point lies there");
  assert.strictEqual(site.moment.span(panelOf([run(50)], "step"), [100, 200], panelOf([run(50, "c")], "relative")), null);
});

test("the nearest point in time is found in buckets, too, and none where no time is known", () => {
  const wide = site.series.curve(bucketed([[0, 9, -1, 0, 1, 10, 0], [10, 19, -1, 0, 1, 10, 0], [20, 29, 0, 0, 0, 10, 0]]), "step");
  assert.strictEqual(site.moment.nearest(wide, wide.entry.cols.t0[1]), 1);
  assert.strictEqual(site.moment.nearest({ ...wide, entry: { ...wide.entry, cols: {} } }, 3), -1);
});
