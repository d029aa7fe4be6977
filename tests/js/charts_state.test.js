"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, plain } = require("./charts_harness.js");

const { state, store } = load("core", "store", "state");
const IDS = ["a", "b", "c", "d"];
const DRAWN = ["a", "b"];
const BASE = { x: "step", smoothing: 0, yscale: "linear" };

const decode = (text) => state.decode(text, BASE, DRAWN, IDS);
const encode = (values) => state.encode({ ids: IDS, defaults: BASE, ...decode(""), ...values }, new Set(DRAWN));

test("a page as it comes has an empty address", () => {
  assert.strictEqual(encode({}), "");
  assert.deepStrictEqual([...decode("").hidden], ["c", "d"]);
});

test("what is encoded is decoded again", () => {
  const chosen = {
    x: "relative", yscale: "log", smoothing: 0.6, zoom: [-1.5, 2e9], zoomtime: [0, 60], filter: "lr < 1 & ü=#",
    sort: [{ key: "val/acc, max:x", dir: "desc" }, { key: "name", dir: "asc" }], hidden: new Set(["b", "d"]),
  };
  const found = decode(`#${encode(chosen)}`);
  for (const [key, value] of Object.entries(chosen)) {
    if (key === "hidden") assert.deepStrictEqual([...found.hidden].sort(), [...value]);
    else assert.deepStrictEqual(plain(found[key]), value, key);
  }
});

for (const text of ["x=tomorrow&y=cubic", "s=2", "s=", "s=abc", "z=5~1", "z=a~b", "z=1~2~3", "z=NaN~3", "%%%", "hide=ghost&show=ghost"]) {
  test(`an address that makes no sense gives the defaults: ${text}`, () => {
    assert.strictEqual(encode(decode(text)), "");
  });
}

test("a page's own defaults are not repeated, and can be chosen away", () => {
  const base = { x: "relative", smoothing: 0.4, yscale: "linear" };
  const ids = { ids: IDS, defaults: base };
  const usual = state.decode("", base, null, IDS);
  assert.strictEqual(state.encode({ ...ids, ...usual }, null), "");
  const changed = state.encode({ ...ids, ...usual, x: "step", smoothing: 0 }, null);
  const back = state.decode(changed, base, null, IDS);
  assert.deepStrictEqual([back.x, back.smoothing], ["step", 0]);
});

test("listeners hear changes only, and stop when asked", () => {
  const heard = [];
  const stop = store.on("smoothing", (value) => heard.push(value));
  store.set("smoothing", 0.5);
  store.set("smoothing", 0.5);
  stop();
  store.set("smoothing", 0.7);
  assert.deepStrictEqual(heard, [0.5]);
});

test("a zoom in steps does not survive a change to seconds", () => {
  store.set("zoom", [10, 20]);
  store.set("x", "relative");
  assert.strictEqual(store.get("zoom"), null);
});
