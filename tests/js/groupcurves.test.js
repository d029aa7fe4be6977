"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, plain, whole } = require("./charts_harness.js");

const site = load("store", "format", "stats", "groups", "series", "groupcurves");
const curve = (values, more) => site.series.curve(whole(values, more), "step");
const LEAF = { path: "cfg.lr=0.1", name: "lr 0.1", positions: [0, 1, 2], color: "#123456" };

test("runs that share their steps are met at every one of them", () => {
  const made = site.groupCurves.curve(LEAF, [curve([1, 2, 3]), curve([3, 4, 5]), curve([5, 6, 7])], "mean", "sd");
  assert.deepStrictEqual([...made.x], [0, 1, 2]);
  assert.deepStrictEqual([...made.y], [3, 4, 5]);
  assert.deepStrictEqual([...made.buckets.lo], [1, 2, 3]);
  assert.deepStrictEqual([...made.buckets.n], [3, 3, 3]);
  assert.deepStrictEqual([made.run, made.name, made.members.length], ["group:cfg.lr=0.1", "lr 0.1", 3]);
});

test("a run that stopped early, or was not finite, counts only where it has values", () => {
  const made = site.groupCurves.curve(LEAF, [curve([1, 1, 1, 1, 1]), curve([3, NaN, 3], { steps: [0, 2, 4] })], "mean", "minmax");
  const at = (x) => made.x.findIndex((place) => place >= x);
  assert.strictEqual(made.buckets.n[0], 2);
  assert.strictEqual(made.buckets.n[at(2)], 1);
  assert.strictEqual(made.y[at(2)], 1);
  assert.strictEqual(made.marks.length, 1);
  const short = site.groupCurves.curve(LEAF, [curve([1, 1, 1, 1, 1]), curve([3, 3])], "mean", "none");
  assert.strictEqual(short.buckets.n.at(-1), 1);
});

test("between its points a run is where the line between them is", () => {
  const one = curve([0, 10], { steps: [0, 10] });
  assert.deepStrictEqual([...site.groupCurves.at(one, Float64Array.of(-1, 0, 2.5, 10, 11))].map((value) => (Number.isNaN(value) ? "none" : value)), ["none", 0, 2.5, 10, "none"]);
});

test("chart and table say the same numbers", () => {
  const finals = [0.91, 0.93, 0.9, 0.95];
  const made = site.groupCurves.curve(LEAF, finals.map((value) => curve([0, value])), "median", "quartiles");
  const said = site.stats.summary(finals);
  assert.deepStrictEqual([made.y[1], made.buckets.lo[1], made.buckets.hi[1], made.buckets.n[1]], [said.median, said.q1, said.q3, said.n]);
});

test("curves that were drawn before the values of their groups came are put together anew", () => {
  const page = load("store", "format", "stats", "groups", "colouring", "grouping", "series", "groupcurves");
  const runs = [{ id: "a" }, { id: "b" }], column = { key: "cfg.lr", label: "lr", values: [] }, panel = { spec: {} };
  Object.assign(page, { current: { runs, colors: { palette: ["red", "blue"], ramp: ["red"], none: "grey" } }, columns: { find: () => column }, state: { of: () => 0 }, shown: { of: () => ({ place: new Map([["a", 0], ["b", 1]]) }) } });
  page.store.set("group", ["cfg.lr"]);
  const curves = runs.map(({ id }) => Object.assign(page.series.curve(whole([1, 2]), "step"), { run: id }));
  const drawn = () => page.groupCurves.of(panel, curves, page.current);
  assert.deepStrictEqual(plain(drawn().map((one) => one.members.length)), [2]);
  column.values = [0.1, 0.2];
  page.grouping.forget();
  const made = drawn();
  assert.deepStrictEqual(plain(made.map((one) => one.members.length)), [1, 1]);
  assert.strictEqual(drawn(), made);
});
