"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, plain } = require("./charts_harness.js");

const site = load("store", "format", "stats", "groups", "aggregate", "arrange", "columns", "exporting", "parquet");
const column = (key, values, more = {}) => ({ key, label: key.replace(/^cfg\./, ""), note: "", group: "config", kind: "setting", align: "right", values, ...more });

const LR = column("cfg.lr", [0.1, 0.01, 0.1, null]);
const MODEL = column("cfg.model", ["vit", "vit", "cnn", "cnn"], { kind: "text" });
const SEED = column("cfg.seed", [0, 1, 2, 3]);
const ACC = column("acc.max", [0.9, 0.8, 0.7, "NaN"], { kind: "number", group: "metric", goal: "max" });

test("groups nest in the order of their keys, numbers before what is missing", () => {
  const tree = site.groups.tree([0, 1, 2, 3], [LR, MODEL]);
  assert.deepStrictEqual(plain(tree.map((one) => [one.label, one.positions])), [["0.01", [1]], ["0.1", [0, 2]], ["none", [3]]]);
  assert.deepStrictEqual(plain(tree[1].inner.map((one) => [one.path, one.positions])), [["cfg.lr=0.1\ncfg.model=cnn", [2]], ["cfg.lr=0.1\ncfg.model=vit", [0]]]);
  assert.deepStrictEqual(plain(site.groups.leaves(tree).map((leaf) => leaf.name)), ["lr 0.01, vit", "lr 0.1, cnn", "lr 0.1, vit", "lr none, cnn"]);
  // A word says by itself what it is of; where one setting makes the groups, the legend's title says it.
  assert.deepStrictEqual(plain(site.groups.leaves(tree).map((leaf) => leaf.label)), ["lr 0.01, vit", "lr 0.1, cnn", "lr 0.1, vit", "lr none, cnn"]);
  const amp = { key: "cfg.amp", label: "amp", values: ["true", "false"] };
  assert.deepStrictEqual(plain(site.groups.leaves(site.groups.tree([0, 1], [amp])).map((leaf) => leaf.label)), ["false", "true"]);
  assert.deepStrictEqual(plain(site.groups.leaves(site.groups.tree([0], [{ ...amp, key: "a", label: "fast" }, amp])).map((leaf) => leaf.label)), ["fast true, amp true"]);
});

test("all but seed leaves out what only repeats a run, and what never differs", () => {
  const same = column("cfg.epochs", [3, 3, 3, 3]);
  assert.deepStrictEqual(plain(site.groups.allButSeed([LR, MODEL, SEED, same, ACC])), ["cfg.lr", "cfg.model"]);
  for (const key of ["cfg.seed", "cfg.train.random_state", "cfg.data/fold", "cfg.Seed"]) assert.ok(site.groups.isRepeat(key), key);
  assert.ok(!site.groups.isRepeat("cfg.seedling"));
});

test("a group's cell has a centre with the digits of its spread, and says what was left out", () => {
  const cell = site.aggregate.cell(ACC, [0, 1, 2, 3], "mean");
  assert.deepStrictEqual([cell.text, cell.spread], ["0.80", "0.10"]);
  assert.match(cell.title, /n = 3; 1 not finite left out$/);
  assert.deepStrictEqual(plain(site.aggregate.pair(0.94312, 0.00123)), ["0.9431", "0.0012"]);
});

test("a setting that all share is told, several are counted", () => {
  assert.strictEqual(site.aggregate.cell(MODEL, [0, 1], "mean").text, "vit");
  assert.strictEqual(site.aggregate.cell(MODEL, [0, 2], "mean").text, "2 values");
  assert.strictEqual(site.aggregate.cell(LR, [0, 3], "mean").text, "0.1 in some");
});

const how = (more) => ({ by: [], columns: [LR, MODEL, SEED, ACC], centre: "mean", open: new Set(), pinned: [], sorted: (positions) => [...positions], ...more });

test("pinned runs stand above all others, once", () => {
  const lines = site.arrange.lines([0, 1, 2], [], how({ pinned: [2] }));
  assert.deepStrictEqual(plain(lines.map((line) => line.at)), [2, 0, 1]);
});

test("groups are sorted by their centre, folded until they are opened", () => {
  const lines = site.arrange.lines([0, 1, 2, 3], [{ key: "acc.max", dir: "desc" }], how({ by: [MODEL] }));
  assert.deepStrictEqual(plain(lines.map((line) => line.group.label)), ["vit", "cnn"]);
  const open = site.arrange.lines([0, 1, 2, 3], [], how({ by: [MODEL], open: new Set(["cfg.model=cnn"]) }));
  assert.deepStrictEqual(plain(open.map((line) => line.at ?? line.group.label)), ["cnn", 2, 3, "vit"]);
});

test("a text cell never begins a formula, numbers stay as they are", () => {
  const text = site.exporting.text([{ name: "run", values: ["=1+1", 'a "b", c'] }, { name: "x", values: [-1.5, null] }]);
  assert.strictEqual(text, 'run,x\r\n\'=1+1,-1.5\r\n"a ""b"", c",\r\n');
});

test("a Parquet file begins and ends as one", () => {
  const file = Buffer.from(site.parquet.file([{ name: "run", values: ["a", null, "ü"] }, { name: "x", values: [1, null, NaN] }]));
  assert.strictEqual(file.subarray(0, 4).toString(), "PAR1");
  assert.strictEqual(file.subarray(-4).toString(), "PAR1");
});
