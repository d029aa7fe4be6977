"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { bucketed, load, plain, whole } = require("./charts_harness.js");

const site = load("store", "format", "stats", "groups", "series", "groupcurves");
const said = load("store", "format", "dates", "ticks", "scale", "stats", "series", "groupcurves", "tooltip", "caption");
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

test("runs of other steps are met at every step that one of them logged, and at no other", () => {
  const members = [curve([0, 10, 20], { steps: [1, 10, 100] }), curve([4, 6], { steps: [2, 50] })];
  const made = site.groupCurves.curve(LEAF, members, "mean", "minmax");
  assert.deepStrictEqual([...made.x], [1, 2, 10, 50, 100]);
  assert.deepStrictEqual([...made.buckets.n], [1, 2, 2, 2, 1]);
  assert.strictEqual(made.y[4], 20);
  assert.strictEqual(made.y[1], (10 / 9 + 4) / 2);
  const many = [0, 1, 2].map((shift) => curve(Array(1500).fill(1), { steps: Array.from({ length: 1500 }, (_, at) => 3 * at + shift) }));
  const places = [...site.groupCurves.grid(many)];
  assert.ok(places.length <= 2000 && places.length > 1000 && places.every(Number.isInteger));
  for (const end of [0, 1, 2, 4497, 4498, 4499]) assert.ok(places.includes(end), String(end));
  assert.ok(site.groupCurves.curve(LEAF, many, "mean", "bootstrap").x.length <= 326);
});

test("where not all of its runs take part a group's line is a line of its own, and the tooltip counts them", () => {
  const made = said.groupCurves.curve(LEAF, [curve([1, 1, 1, 1]), curve([3, 3])], "mean", "sd");
  const seen = (values) => [...values].map((value) => (Number.isNaN(value) ? "none" : value));
  assert.deepStrictEqual(seen(made.parts.full), [2, 2, "none", "none"]);
  assert.deepStrictEqual(seen(made.parts.some), ["none", 2, 1, 1]);
  const told = (x) => said.tooltip.rows([made], x, () => 0, 0, 0.5)[0].range;
  assert.strictEqual(told(0), "0.5858 to 3.414, n = 2");
  assert.strictEqual(told(3), "n = 1 of 2");
  // The pointer is nearer to a run whose points are elsewhere.
  const run = curve([5, 5, 5, 5, 5], { steps: [0, 1.4, 2.4, 3.4, 9], run: "b" }), found = said.tooltip.rows([made, run], 2.4, (one) => (one === run ? 0 : 50), 0, 0.1);
  assert.strictEqual(found.map((row) => row.range).join("; "), "; at 2, n = 1 of 2");
  assert.strictEqual(said.groupCurves.curve(LEAF, [curve([1, 1]), curve([3, 3])], "mean", "sd").parts, undefined);
});

test("a group of one run is that run, extremes included", () => {
  const run = said.series.curve(bucketed([[0, 63, 1, 2, 9, 64, 0], [64, 127, 0, 1, 4, 64, 0]]), "step");
  const made = said.groupCurves.curve(LEAF, [run], "mean", "sd");
  assert.strictEqual(made.buckets, run.buckets);
  assert.deepStrictEqual([made.run, made.name, made.width], ["group:cfg.lr=0.1", "lr 0.1", 64]);
  assert.strictEqual(said.tooltip.rows([made], 31, () => 0, 0, 1)[0].range, "1 to 9, n = 1");
  assert.strictEqual(said.caption.means([made]), "");
});

test("a group of runs in buckets says from which step to which, and that peaks are not shown", () => {
  const row = (from) => [from, from + 63, 1, 2, 9, 64, 0];
  const members = [[0, 64], [0, 64, 128]].map((starts) => said.series.curve(bucketed(starts.map(row)), "step"));
  const made = said.groupCurves.curve(LEAF, members, "mean", "sd");
  assert.strictEqual(said.tooltip.head({ xmode: "step", xname: "" }, 160, made, 2), "steps 128 to 191");
  assert.strictEqual(said.caption.means([made]), "means of 64 points, peaks not shown");
  const grouped = { drawn: members.map(({ width, points, x }) => ({ width, points, values: x.length, whole: true, more: false, held: "" })), runs: 2, chosen: 2, known: 2, hiddenByLog: 0, missing: [] };
  assert.strictEqual(said.caption.text({ ...grouped, groups: "1 group, mean ± sd", means: said.caption.means([made]) }).text, "2 runs · means of 64 points, peaks not shown · 1 group, mean ± sd");
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
