"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, plain } = require("./charts_harness.js");

const site = load("store", "format", "groups", "colouring", "grouping", "press", "runlegend_entries");
site.tokens = { probe: (text) => text };
const { colouring, legendEntries: legend, press } = site;
const LOOKS = { palette: ["p0", "p1", "p2"], ramp: Array.from({ length: 24 }, (_, at) => `r${at}`), none: "grey" };
const NINE = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const at = (values) => values.map((_, place) => place);
const entries = (values) => legend.ofValues(values, at(values), LOOKS);

test("few numbers are told one by one, along the ramp in their order", () => {
  const values = [0.1, 0.001, 0.1, 0.01];
  assert.deepStrictEqual(plain(entries(values).map((one) => [one.label, one.color, one.positions])), [["0.001", "r0", [1]], ["0.01", "r12", [3]], ["0.1", "r23", [0, 2]]]);
});

test("words have the palette, what is missing comes last and has no colour", () => {
  const found = entries(["vit", null, "cnn", "", "vit"]);
  assert.deepStrictEqual(plain(found.map((one) => [one.label, one.color])), [["empty", "p0"], ["cnn", "p1"], ["vit", "p2"], ["none", "grey"]]);
});

test("many numbers stand on a ramp by their size, whatever lies between them", () => {
  const over = colouring.measure([...NINE, 101]);
  assert.deepStrictEqual(plain([over.low, over.high]), [1, 101]);
  const colors = colouring.scale([...NINE.map((one) => one * 10), 1000], [], LOOKS.ramp);
  assert.strictEqual(colors.get(1000), "r23");
  assert.strictEqual(colouring.measure([1, 2, 3]), null);
});

test("a ramp is logarithmic where that spreads the values more evenly", () => {
  assert.strictEqual(colouring.measure(NINE.map((one) => 10 ** -one)).isLog, true);
  assert.strictEqual(colouring.measure(NINE.map((one) => one * 100)).isLog, false);
  assert.strictEqual(colouring.measure([-1, ...NINE.map((one) => 10 ** -one)]).isLog, false);
  const over = colouring.measure(NINE.map((one) => 10 ** -one));
  assert.ok(Math.abs(colouring.share(over, 1e-5) - 0.5) < 1e-9);
  assert.strictEqual(colouring.share(over, 1), 1);
});

test("a ramp has eight parts that hold every number once, and tells the rest one by one", () => {
  const values = [...NINE, 1, "NaN", null], found = entries(values), parts = found.filter((one) => one.colors);
  assert.strictEqual(parts.length, 8);
  assert.deepStrictEqual(plain(parts.flatMap((one) => one.positions)).sort((a, b) => a - b), [...at(NINE), 9]);
  assert.strictEqual(parts[0].label, "1 – 2");
  assert.deepStrictEqual([parts[0].colors[0], parts[7].colors.at(-1)], ["r0", "r23"]);
  assert.deepStrictEqual(plain(found.slice(8).map((one) => [one.label, one.positions])), [["NaN", [10]], ["none", [11]]]);
});

test("of many values those that are drawn come first, in their order, and one more is not folded away", () => {
  const made = (count) => Array.from({ length: count }, (_, place) => ({ id: String(place), label: "", color: "", positions: [place] }));
  const shown = legend.first(made(200), 3, new Set([7, 90]));
  assert.deepStrictEqual(plain(shown.map((one) => one.id)), ["0", "7", "90"]);
  assert.strictEqual(legend.first(made(4), 3, new Set()).length, 4);
});

test("a result is called with its statistic", () => {
  assert.strictEqual(legend.title({ group: "metric", label: "val/acc", note: "max" }), "val/acc max");
  assert.strictEqual(legend.title({ group: "config", label: "lr", note: "" }), "lr");
});

const set = (...ids) => new Set(ids);

test("a press hides what is drawn of an entry, and the next brings that back", () => {
  const hidden = set("c"), ids = ["b", "c"];
  assert.strictEqual(press.pressed(ids, hidden), "mixed");
  const off = press.toggled(hidden, ids, []);
  assert.deepStrictEqual([...off].sort(), ["b", "c"]);
  assert.strictEqual(press.pressed(ids, off), "false");
  assert.deepStrictEqual([...press.toggled(off, ids, press.again(ids, ["b"], set("a", "b", "c")))], ["c"]);
});

test("an entry that was never drawn brings what the page draws of it, else its newest", () => {
  assert.deepStrictEqual(plain(press.again(["a", "b", "c"], [], set("b", "x"))), ["b"]);
  assert.deepStrictEqual(plain(press.again(["a", "b", "c"], [], set("x", "y"))), ["a", "b"]);
});

test("an entry alone hides all others, and again is told apart", () => {
  const all = ["a", "b", "c", "d"], only = press.only(set("b"), ["a", "b"], all, []);
  assert.deepStrictEqual([...only].sort(), ["b", "c", "d"]);
  assert.strictEqual(press.only(only, ["a", "b"], all, []), null);
  assert.deepStrictEqual([...press.only(set("a", "b"), ["a", "b"], all, ["a"])].sort(), ["b", "c", "d"]);
});

/** Colours by `cfg.x` of runs with these values. */
function by(values) {
  site.columns = { find: () => ({ key: "cfg.x", values }) };
  site.current = { runs: values.map((_, place) => ({ id: `run-${place}`, color: "own" })), colors: LOOKS };
  site.store.set("color", "cfg.x");
  colouring.forget();
}

test("a group's line has the colour of its runs, none where they differ, and the mean's on a ramp", () => {
  const leaf = (...positions) => ({ path: "", name: "", label: "", color: "own", positions });
  by(["a", "a", "b", null]);
  assert.deepStrictEqual(plain(colouring.ofGroups([leaf(0, 1), leaf(1, 2), leaf(3)])), ["p0", "grey", "grey"]);
  assert.strictEqual(colouring.ofGroups([leaf(0, 2), leaf(1, 3)]), null);
  by([...NINE]);
  assert.deepStrictEqual(plain(colouring.ofGroups([leaf(0, 8), leaf(8)])), ["r12", "r23"]);
  site.store.set("color", "");
  assert.strictEqual(colouring.ofGroups([leaf(0)]), null);
});

test("a value has the same colour as a group and where it colours runs", () => {
  const page = load("store", "format", "groups", "colouring", "grouping");
  page.tokens = { probe: (text) => text };
  const values = { "cfg.lr": [0.1, 0.01, 0.001, 0.1], "cfg.opt": ["sgd", "adam", null, "adam"] };
  Object.assign(page, { current: { runs: values["cfg.lr"].map((_, at) => ({ id: `r${at}`, color: "own" })), colors: LOOKS }, columns: { find: (key) => ({ key, label: key, values: values[key] }) } });
  for (const key of Object.keys(values)) {
    page.store.set("color", "");
    page.store.set("group", [key]);
    const groups = page.grouping.every().flatMap(({ color, positions }) => positions.map((at) => [at, color])).sort(([a], [b]) => a - b).map(([, color]) => color);
    page.store.set("color", key);
    assert.deepStrictEqual(plain(groups), plain(page.current.runs.map((run) => page.colouring.of(run))), key);
    assert.strictEqual(new Set(groups).size, 3);
  }
});
