// Which runs charts draw, and whether any of them is among those of a chunk.
"use strict";

const test = require("node:test");
const assert = require("node:assert");
const { load, plain } = require("./charts_harness.js");

const pageOf = (...ids) => ({ runs: ids.map((id) => ({ id })) });

test("what is hidden is left out, and a chunk is wanted when a drawn run stands in it", () => {
  const site = load("core", "store", "shown"), page = pageOf("a", "b", "c", "d", "e");
  site.store.set("hidden", new Set(["a", "b", "d"]));
  const { places, place, among } = site.shown.of(page);
  assert.deepStrictEqual(plain([...places]), [2, 4]);
  assert.strictEqual(place.get("d"), 3);
  assert.deepStrictEqual([among(0, 1), among(0, 2), among(3, 3), among(3, 4), among(4, 9), among(5, 9)], [false, true, false, true, true, false]);
});

test("what the filter does not let through goes before what is hidden", () => {
  const site = load("core", "store", "shown"), page = pageOf("a", "b");
  site.store.set("hidden", new Set(["a"]));
  assert.deepStrictEqual(plain([...site.shown.of(page).places]), [1]);
  site.store.set("unseen", new Set(["a", "b"]));
  assert.deepStrictEqual(plain([...site.shown.of(page).places]), []);
});

test("the runs of a renewed page are those of now", () => {
  const site = load("core", "store", "shown"), page = pageOf("a", "b");
  const before = site.shown.of(page);
  assert.strictEqual(site.shown.of(page), before);
  page.runs.splice(0, 2, { id: "new" }, { id: "a" }, { id: "b" });
  assert.strictEqual(site.shown.of(page).place.get("a"), 1);
  page.runs.splice(0, 3, { id: "other" }, { id: "a" }, { id: "b" });
  assert.strictEqual(site.shown.of(page).place.get("other"), 0);
});

test("the only run of a page is drawn whatever was hidden elsewhere", () => {
  const site = load("core", "store", "shown"), page = pageOf("a");
  site.store.set("hidden", new Set(["a"]));
  assert.deepStrictEqual(plain([...site.shown.of(page).places]), [0]);
});

test("a page names each file of curves once, and its charts say by distances which are theirs", () => {
  const site = load("core"), files = [["ff", 4, 7], ["0a", 4, 7], ["c1", 0, 3]];
  site.page({ runs: [], packs: { folder: "data/p/", files }, charts: [{ chunks: [0, 2] }, { chunks: [1, 1] }, { chunks: [] }] });
  const [ff, oa, c1] = files.map(([id, first, last]) => [`data/p/${id}.js`, first, last]);
  assert.deepStrictEqual(plain(site.current.charts.map((spec) => spec.chunks)), [[ff, c1], [oa, c1], []]);
});
