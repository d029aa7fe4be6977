"use strict";

const assert = require("node:assert");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const test = require("node:test");
const { cases, load, plain } = require("./charts_harness.js");

const TABLE = JSON.parse(readFileSync(join(__dirname, "..", "sitegen", "pages", "format_cases.json"), "utf8"));
const WORDS = { NaN, Infinity, "-Infinity": -Infinity };
const NOW = 1_000_000;

for (const kind of ["measure", "exact", "brief", "duration"]) {
  for (const [value, text] of TABLE[kind]) {
    test(`${kind} of ${value} reads ${text}, as in Python`, () => {
      const given = typeof value === "string" ? WORDS[value] : value;
      assert.strictEqual(load("format").format[kind](given), text);
    });
  }
}

test("a run without an end is running, then stalled, then lost", () => {
  const { word, age } = load("live").live;
  for (const [silent, beat, expected] of cases("states")) {
    assert.strictEqual(word({ state: "open", heard: NOW - silent, beat }, NOW), expected, `${silent} s, beat ${beat}`);
  }
  assert.strictEqual(word({ state: "failed", heard: 0, beat: 10 }, NOW), "failed");
  assert.deepStrictEqual([10, 60, 3600, 86400, 86400 * 3, 86400 * 70].map(age),
    ["just now", "1 min ago", "1 h ago", "1 day ago", "3 days ago", "2 months ago"]);
});

test("runs without an end are counted by what they are now", () => {
  const { counts } = load("live").live;
  const heard = [5, 30, 61, 299, 301, 2000].map((silent) => `${NOW - silent}/10`).join(" ");
  assert.deepStrictEqual(plain(counts(heard, 1200, NOW)), ["2 running", "2 stalled", "1,202 lost"]);
  assert.deepStrictEqual(plain(counts(heard, 0, NOW + 1e6)), ["6 lost"]);
  assert.deepStrictEqual(plain(counts("", 3, NOW)), ["3 lost"]);
  assert.deepStrictEqual(plain(counts("", 0, NOW)), []);
  assert.deepStrictEqual(plain(load("live").live.tally(heard, 1200, NOW)), { running: 2, stalled: 2, lost: 1202 });
});

const RUNS = [
  { id: "a1", name: "tidy-fox", color: "#000000", state: "finished", tags: ["paper"], group: "g1", started: 3 },
  { id: "b2", name: "calm-reed", color: "#000000", state: "failed", started: 2 },
  { id: "c3", name: "late-owl", color: "#000000", state: "open", heard: NOW - 5, beat: 10, started: 1 },
];
const COLUMNS = [
  { key: "state", label: "state", kind: "state", group: "run", note: "" },
  { key: "lr", label: "lr", kind: "setting", group: "config", note: "", values: [0.03, 0.1, null] },
  { key: "val/acc.max", label: "Accuracy", kind: "number", group: "metric", note: "max", values: [0.9, "NaN", 0.95] },
  { key: "opt", label: "opt", kind: "text", group: "config", note: "", values: ["sgd", "adam", "SGD nesterov"] },
  { key: "best", label: "best", kind: "number", group: "metric", note: "set", values: [1, null, 3] },
  { key: "duration", label: "duration", kind: "duration", group: "run", note: "", values: [10, 7000, 8000] },
  { key: "alerts", label: "alerts", kind: "setting", group: "run", note: "", values: [null, 2, null] },
  { key: "spark", label: "acc", kind: "spark", group: "spark", note: "", values: ["a", "b", "c"] },
];
const FILTER = ["words", "lexer", "near", "states", "pattern", "signatures", "parser", "format", "evaluate", "folds"]
  .map((name) => `expression_${name}`).concat("live", "filter_run", "typing", "filter");

for (const [text, ids] of [
  ["", ["a1", "b2", "c3"]], ["fox", ["a1"]], ["FOX calm", []], ["-fox", ["b2", "c3"]], ["tidy-fox", ["a1"]],
  ["lr<0.1", ["a1"]], ["lr>=0.03", ["a1", "b2"]], ["lr=0.1", ["b2"]], ["lr != 0.1", ["a1"]], ["lr == null", ["c3"]],
  ["val/acc>0.9", ["c3"]], ["val/acc.max<=0.9", ["a1"]], ["max(val/acc) > 0.94", ["c3"]], ["Accuracy>0.94", ["c3"]],
  ["isnan(val/acc)", ["b2"]], ["state:running", ["c3"]], ["-state:failed", ["a1", "c3"]], ['state == "failed"', ["b2"]],
  ["tag:paper", ["a1"]], ['tag("paper")', ["a1"]], ['not tag("paper")', ["b2", "c3"]], ["group:g1", ["a1"]],
  ["opt:sgd", ["a1", "c3"]], ['opt = "sgd"', ["a1"]], ['opt ~ "(?i)sgd"', ["a1", "c3"]], ['cfg.opt in ["sgd", "adam"]', ["a1", "b2"]],
  ["nesterov", ["c3"]], ['"sgd nesterov"', ["c3"]], ["sgd -paper", ["c3"]], ["best > 1", ["c3"]], ["summary.best >= 1", ["a1", "c3"]],
  ["duration > 1h", ["b2", "c3"]], ["lr < 1 state:failed", ["b2"]], ["state:failed lr < 1", ["b2"]], ["-tag:paper lr < 1", ["b2"]],
  ["cats and dogs", []], ["not fox", []], ['name ~ "^tidy" or lr > 0.09', ["a1", "b2"]], ["has(best)", ["a1", "c3"]],
  ["alerts > 0", ["b2"]], ["alerts == 0", ["a1", "c3"]],
  ["created < 3", ["b2", "c3"]], ["lr", ["a1", "b2", "c3"].slice(0, 0)], ["`lr`", ["a1", "b2"]], ['id in ["a1", "c3"]', ["a1", "c3"]],
]) {
  test(`the filter ${JSON.stringify(text)} lets through ${ids.join(", ") || "nothing"}`, () => {
    const site = load(...FILTER);
    const filter = site.filter.parse(text, COLUMNS, RUNS);
    assert.strictEqual(filter.problem, null);
    assert.deepStrictEqual(plain(site.filter.passing(filter, RUNS, COLUMNS, NOW)).map((at) => RUNS[at].id), ids);
  });
}

for (const [text, message, part] of [
  ["lr2 < 3", 'No run has a metric or setting "lr2". Did you mean "lr"?', "lr2"],
  ["opt = sgd", 'No run has a metric or setting "sgd". A text stands in quotes: "sgd".', "sgd"],
  ["lr <", "Expected a name, a number or a text at the end.", ""],
  ["state:failed lr < 3 fox", 'Expected an operator here. Two conditions are joined by "and" or "or".', "fox"],
  ["argmin(val/acc) > 3", "The table has no column with argmin(val/acc).", ""],
]) {
  test(`the filter ${JSON.stringify(text)} says what is wrong, and where`, () => {
    const { problem } = load(...FILTER).filter.parse(text, COLUMNS, RUNS);
    assert.strictEqual([problem.message, problem.hint].filter(Boolean).join(" "), message);
    assert.strictEqual(text.slice(problem.start, problem.end), part);
  });
}

for (const [text, isUnfinished] of [
  ["lr <", true], ["lr < 0.1 and", true], ["max(val/acc", true], ['opt = "sg', true], ["lr < 1e", true], ["lr < 0.1 and val/a", true],
  ["val/acc in [", true], ["cfg.o == 3 and lr < 1", false], ["lr < 0.1 and val/akk", false], ["opt = sgd", false], ["lr < < 3", false],
]) {
  test(`the filter ${JSON.stringify(text)} is ${isUnfinished ? "unfinished" : "wrong"}`, () => {
    assert.strictEqual(load(...FILTER).filter.parse(text, COLUMNS, RUNS).problem.isUnfinished, isUnfinished);
  });
}

test("words that begin like an expression are told from others", () => {
  const { typing } = load(...FILTER);
  const begun = ["val/acc", "val/a", "val/acc !", "lr", "cfg.lr", "Accuracy", "dur", "lr a"], not = ["", "fox", "-lr", "lr fox calm", "fox lr"];
  assert.deepStrictEqual(begun.filter((text) => !typing.begins(text, COLUMNS)), []);
  assert.deepStrictEqual(not.filter((text) => typing.begins(text, COLUMNS)), []);
});

test("what is half written leaves the filter before it in force", () => {
  const { typing, filter } = load(...FILTER), parsed = (text) => filter.parse(text, COLUMNS, RUNS);
  const keeper = typing.keeper(parsed(""));
  const typed = (text, isHalf) => { (isHalf ? keeper.keep(text) : keeper.use(text, parsed(text))); return keeper.now().text; };
  // The first letters are words that some run has: they do not stay.
  assert.deepStrictEqual([typed("f"), typed("fo"), typed("fox")], ["f", "fo", "fox"]);
  assert.deepStrictEqual([typed("fox <", true), typed("")], ["", ""]);
  assert.deepStrictEqual([typed("v"), typed("val", true), typed("val/acc > 0.9"), typed("val/acc >", true), typed("val/acc", true)], ["v", "", "val/acc > 0.9", "val/acc > 0.9", "val/acc > 0.9"]);
  assert.deepStrictEqual([typed("fox"), typed("lr", true), typed("lr < 1")], ["fox", "fox", "lr < 1"]);
});

test("a metric whose column shows its maximum is said to be its last value", () => {
  const site = load(...FILTER), means = (text) => plain(site.typing.others(site.filter.parse(text, COLUMNS, RUNS).node, COLUMNS));
  assert.deepStrictEqual(means("val/acc > 0.9 and lr < 1"), [{ metric: "val/acc", call: "max(val/acc)" }]);
  assert.deepStrictEqual(means("max(val/acc) > 0.9"), []);
  const last = [...COLUMNS, { key: "val/acc.last", label: "val/acc", kind: "number", group: "metric", note: "last", values: [1, 2, 3] }];
  assert.deepStrictEqual(plain(site.typing.others(site.filter.parse("val/acc > 0.9", last, RUNS).node, last)), []);
});

test("until the expression language is loaded, words are searched for and expressions wait", () => {
  const { filter } = load("live", "filter_run", "typing", "filter");
  assert.deepStrictEqual(plain(filter.parse("fox state:failed", COLUMNS, RUNS)).terms.length, 2);
  assert.strictEqual(filter.parse("lr < 0.1", COLUMNS, RUNS).waits, true);
});

test("a word is looked for in each text alone, and in the rows that a renewed page brings", () => {
  const { filter } = load("live", "filter_run", "typing", "filter");
  const runs = [{ id: "r1", name: "Quick fox", group: "den", tags: ["paper"], state: "finished" }, { id: "r2", name: "owl", state: "failed" }];
  const columns = [{ key: "cfg.model", kind: "text", group: "config", label: "model", values: ["ViT", null] }];
  const found = (text) => plain(filter.passing(filter.parse(text, columns, runs), runs, columns, NOW));
  assert.deepStrictEqual([found("QUICK"), found("vit"), found("pap"), found("den"), found("r2"), found("failed")], [[0], [0], [0], [0], [1], [1]]);
  assert.deepStrictEqual([found("foxr1"), found('"fox r1"'), found("null"), found("undefined")], [[], [], [], []]);
  assert.deepStrictEqual([found("-owl"), found("owl -failed"), found("")], [[0], [], [0, 1]]);
  runs.splice(0, 2, { id: "r1", name: "Slow fox", state: "finished" }, { id: "r2", name: "owl", state: "finished" });
  assert.deepStrictEqual([found("quick"), found("slow"), found("failed")], [[], [0], []]);
  columns[0].values = [null, "ResNet"];
  assert.deepStrictEqual([found("vit"), found("resnet")], [[], [1]]);
});

test("what is missing or not finite comes last in both directions, equal ones keep their order", () => {
  const { order } = load("live", "order");
  const sorted = (...keys) => plain(order.sorted([0, 1, 2], keys, COLUMNS, RUNS, NOW));
  assert.deepStrictEqual(sorted({ key: "val/acc.max", dir: "desc" }), [2, 0, 1]);
  assert.deepStrictEqual(sorted({ key: "val/acc.max", dir: "asc" }), [0, 2, 1]);
  assert.deepStrictEqual(sorted({ key: "lr", dir: "desc" }), [1, 0, 2]);
  assert.deepStrictEqual(sorted({ key: "name", dir: "asc" }), [1, 2, 0]);
  assert.deepStrictEqual(sorted({ key: "state", dir: "asc" }), [2, 0, 1]);
  assert.deepStrictEqual(sorted({ key: "nothing", dir: "asc" }), [0, 1, 2]);
});

test("a head turns through its direction, the other one, and none; Shift adds it to the others", () => {
  const { turned } = load("popover", "header").header;
  const one = plain(turned([], "lr", "desc", false));
  assert.deepStrictEqual(one, [{ key: "lr", dir: "desc" }]);
  assert.deepStrictEqual(plain(turned(one, "lr", "desc", false)), [{ key: "lr", dir: "asc" }]);
  assert.deepStrictEqual(plain(turned([{ key: "lr", dir: "asc" }], "lr", "desc", false)), []);
  assert.deepStrictEqual(plain(turned(one, "seed", "asc", true)), [...one, { key: "seed", dir: "asc" }]);
});

test("a spark code becomes a path inside its box", () => {
  const { path } = load("rows").spark;
  assert.strictEqual(path("0_"), "M0.0 17.0L64.0 1.0");
  assert.strictEqual(path("0 _"), "M0.0 17.0L64.0 1.0");
  assert.strictEqual(path(""), "");
});
