"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { load, bucketed, plain, whole } = require("./charts_harness.js");

const FILES = ["words", "lexer", "near", "states", "pattern", "signatures", "parser", "format", "evaluate", "folds", "curve"];
const site = load(...FILES.map((name) => `expression_${name}`), "plots");
const TABLE = JSON.parse(readFileSync(join(__dirname, "cases", "plots.json"), "utf8"));
const KNOWN = Object.fromEntries(Object.entries(TABLE.known).map(([kind, names]) => [kind, new Set(names)]));

for (const { text, parts } of TABLE.fine) {
  test(`${JSON.stringify(text)} draws what it draws in Python`, () => {
    const found = site.plots.parts(text, KNOWN).map((one) => [one.text, one.names, one.node !== null]);
    assert.deepStrictEqual(plain(found), parts);
  });
}

for (const { text, start, end } of TABLE.wrong) {
  test(`${JSON.stringify(text)} is wrong where it is in Python`, () => {
    assert.throws(() => site.plots.parts(text, KNOWN), (problem) => {
      assert.deepStrictEqual([problem.start, Math.max(problem.end, problem.start + 1)], [start, end]);
      return problem instanceof site.expressions.Problem && problem.message.length > 0;
    });
  });
}

/** A page with these metrics and runs, of which each has the setting `width`. */
function pageOf(metrics, runs) {
  const charts = metrics.map((metric, at) => ({ id: `c${at}`, metric, title: metric, family: "metric", chunks: [[`data/${metric}.js`, 0, 1], "data/all.js"], height: 200 }));
  site.shown = { of: () => ({ place: new Map(runs.map((id, at) => [id, at])) }) };
  site.columns = { here: () => [] };
  site.filterRun = {
    known: () => ({ ...site.expressions.nothing(), config: new Set(["width"]) }),
    environments: () => (at) => ({ value: (name) => (name.kind === "config" ? 10 * (at + 1) : null), history: () => null }),
  };
  return { runs: runs.map((id) => ({ id, name: id, color: "" })), charts };
}

test("an expression is a series of its own, for each run and with the run's settings", () => {
  const page = pageOf(["a", "b"], ["r1", "r2"]);
  const entries = ["r1", "r2"].flatMap((run) => [
    whole([1, 2, 3], { entry: { run, metric: "a" } }), whole([5, 5], { steps: [1, 2], entry: { run, metric: "b" } }),
  ]);
  const made = site.plots.entries({ added: "(a - b) * cfg.width, a" }, entries, page);
  assert.deepStrictEqual(plain(made.map((one) => [one.run, one.metric, [...one.cols.step], [...one.cols.y]])), [
    ["r1", "a", [0, 1, 2], [1, 2, 3]], ["r2", "a", [0, 1, 2], [1, 2, 3]],
    ["r1", "(a - b) * cfg.width", [1, 2], [-30, -20]], ["r2", "(a - b) * cfg.width", [1, 2], [-60, -40]],
  ]);
});

test("of buckets an expression takes the means, and says how wide they are", () => {
  const page = pageOf(["a"], ["r"]);
  const [made] = site.plots.entries({ added: "a * 2" }, [bucketed([[0, 63, 0, 1, 2, 64, 0], [64, 127, 2, 3, 4, 64, 0]], { entry: { run: "r", metric: "a" } })], page);
  assert.deepStrictEqual(plain([[...made.cols.step], [...made.cols.y], made.derived, made.width]), [[63, 127], [2, 6], 64, 1]);
});

test("a run that lacks the metrics of an expression has no curve", () => {
  const page = pageOf(["a", "b"], ["r"]);
  assert.strictEqual(site.plots.entries({ added: "a - b" }, [whole([1], { entry: { run: "r", metric: "a" } })], page).length, 0);
});

test("a chart loads what the charts of its metrics load, each file once", () => {
  const made = site.plots.spec("a, b - a", 3, pageOf(["a", "b", "c"], ["r"]));
  assert.deepStrictEqual(plain([made.id, made.metrics, made.chunks]), ["added3", ["a", "b"], [["data/a.js", 0, 1], "data/all.js", ["data/b.js", 0, 1]]]);
});
