"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, plain } = require("./charts_harness.js");

const site = load("core", "store", "state", "layout", "layout_file");
const { layout, layoutFile, state } = site;

test("a moved chart stands where it was put, others keep their order", () => {
  const keys = ["a", "b", "c"];
  assert.deepStrictEqual(plain(layout.moved(keys, [], "c", -2)), ["c", "a", "b"]);
  assert.deepStrictEqual(plain(layout.ordered(keys, ["c", "x"])), ["c", "a", "b"]);
  assert.deepStrictEqual(plain(layout.moved(keys, ["x", "y"], "a", 1)), ["x", "y", "b", "a", "c"]);
});

test("back where it was, nothing is said of the order", () => {
  const keys = ["a", "b"], order = layout.moved(keys, [], "b", -1);
  assert.deepStrictEqual(plain(layout.moved(keys, order, "b", 1)), []);
  assert.deepStrictEqual(plain(layout.moved(keys, [], "a", -1)), []);
});

test("YAML has a part to a line, and quotes what would be read as something else", () => {
  const text = layoutFile.lines({ a: "val/acc > 0.1", b: ["1", "true", "x: y", "- z", "", "ü", "a #b", "null", "*"], c: [{ d: 1, e: ["f"] }] }, "").join("\n");
  assert.strictEqual(text, [
    "a: val/acc > 0.1", "b:", '  - "1"', '  - "true"', '  - "x: y"', '  - "- z"', '  - ""', '  - "ü"', '  - "a #b"', '  - "null"', '  - "*"',
    "c:", "  - d: 1", "    e:", "      - f",
  ].join("\n"));
});

const base = { filter: "lr < 1", group: ["cfg.lr"], pinned: ["b"], folded: ["B"], x: "relative" };
const decode = (text) => state.decode(text, base, ["a"], ["a", "b"]);
const encode = (values) => state.encode({ ids: ["a", "b"], defaults: base, ...decode(""), ...values }, new Set(["a"]));

test("every key of the state can have a default, which the address does not repeat", () => {
  const start = decode("");
  assert.deepStrictEqual(plain([start.filter, start.group, [...start.pinned], start.folded, start.x]), ["lr < 1", ["cfg.lr"], ["b"], ["B"], "relative"]);
  assert.strictEqual(encode({}), "");
});

test("a default is chosen away by an empty word", () => {
  const text = encode({ filter: "", group: [], pinned: new Set(), folded: [] });
  assert.strictEqual(text, "q=&g=&pin=&fold=");
  const found = decode(text);
  assert.deepStrictEqual(plain([found.filter, found.group, [...found.pinned], found.folded]), ["", [], [], []]);
});

test("an address with a broken escape is read as it stands", () => {
  assert.deepStrictEqual(plain(decode("g=100%25%25").group), ["100%%"]);
});

test("a chart's own scale holds until the reader chooses another for the page", () => {
  site.page({ kind: "project", root: "", runs: [], charts: [], vega: "", templates: "", defaults: { yscale: "linear" } });
  const spec = { own: { yscale: "log" } };
  assert.strictEqual(state.of(spec, "yscale"), "log");
  site.store.set("yscale", "symlog");
  assert.strictEqual(state.of(spec, "yscale"), "symlog");
  assert.strictEqual(state.of({}, "yscale"), "symlog");
});
