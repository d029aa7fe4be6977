"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, plain } = require("./charts_harness.js");

const site = load("core", "store", "state", "layout", "sectioning", "layout_file", "section_menu");
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

const chart = (id) => ({ id, metric: id, family: "metric", section: id.split("/")[0] });
const PAGE = { kind: "project", sections: [["a", 2, true], ["b", 1, false]], charts: [chart("a/x"), chart("a/y"), chart("b/z")] };
const AS_IT_CAME = { placed: {}, titles: {}, ranks: [], order: [] };
const laid = (state) => plain(site.sectioning.laid(PAGE, { ...AS_IT_CAME, ...state }).map((one) => [one.title, one.charts.map((spec) => spec.id)]));

test("charts stand in the sections they were put in, new ones first", () => {
  assert.deepStrictEqual(laid({}), [["a", ["a/x", "a/y"]], ["b", ["b/z"]]]);
  assert.deepStrictEqual(laid({ placed: { "a/x": "b", "b/z": "new", gone: "new" } }), [["new", ["b/z"]], ["a", ["a/y"]], ["b", ["a/x"]]]);
  assert.deepStrictEqual(laid({ titles: { b: "B" }, ranks: ["b"], order: ["a/y"] }), [["B", ["b/z"]], ["a", ["a/y", "a/x"]]]);
});

test("a chart that is back where it came from is not spoken of", () => {
  const there = site.sectionMenu.put(PAGE, {}, ["a/x"], "b");
  assert.deepStrictEqual(plain(there), { "a/x": "b" });
  assert.deepStrictEqual(plain(site.sectionMenu.put(PAGE, there, ["a/x"], "a")), {});
});

test("a heading that is there already takes the charts, another one is a name", () => {
  const state = { ...AS_IT_CAME, placed: { "a/x": "new" }, ranks: ["a", "new"], folded: ["new"] };
  const every = site.sectioning.laid(PAGE, state), renamed = (name, title) => plain(site.sectionMenu.renamed(PAGE, every, name, title, state));
  assert.deepStrictEqual(renamed("b", "B"), { titles: { b: "B" } });
  assert.deepStrictEqual(renamed("b", "a"), { placed: { "a/x": "new", "b/z": "a" } });
  assert.deepStrictEqual(renamed("new", "newer"), { placed: { "a/x": "newer" }, ranks: ["a", "newer"], folded: ["newer"] });
  assert.deepStrictEqual(renamed("new", "a"), { placed: {} });
  assert.deepStrictEqual(renamed("b", "b"), {});
});

test("a heading that a renamed section had is free for a new section of another name", () => {
  const state = { ...AS_IT_CAME, titles: { a: "A" }, placed: { "a/x": "new" }, folded: [] }, every = site.sectioning.laid(PAGE, state);
  assert.strictEqual(site.sectionMenu.named(every, "A"), "a");
  assert.strictEqual(site.sectionMenu.named(every, "a"), "a (2)");
  assert.deepStrictEqual(plain(site.sectionMenu.renamed(PAGE, every, "new", "a", state).placed), { "a/x": "a (2)" });
});

test("names by names survive an address", () => {
  const base = { x: "step" }, state = { ids: [], defaults: base, hidden: new Set(), placed: { "a:b,c": "D, e: 100%" } };
  assert.deepStrictEqual(plain(site.state.decode(site.state.encode(state, null), base, null, []).placed), state.placed);
});
