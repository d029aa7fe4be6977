"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, whole, plain } = require("./charts_harness.js");

const site = load("core", "store", "state", "scale", "series", "yrange");
const { yrange, store, state, series } = site;

/** @param {number[]} values */
function panelOf(values, more = {}) {
  const visible = [series.curve(whole(values), "step")];
  return { spec: { metric: "loss", family: "metric" }, visible, frame: null, clipped: false, ...more };
}

/** @param {any} panel @param {string} kind */
function domain(panel, kind = "linear") {
  const range = [0, panel.visible[0].x.length - 1];
  const extent = series.yExtent(panel.visible, range, kind === "log").range;
  const found = yrange.domain(panel, range, extent, kind);
  panel.frame = { x: { domain: range }, y: { domain: found } };
  return found;
}

const spiky = () => Array.from({ length: 1001 }, (_, at) => (at === 500 ? 1e6 : at === 501 ? -1e6 : at / 1000));

test("outliers are left out at the 1st and 99th percentile, with a little air, and counted", () => {
  store.set("clip", true);
  const panel = panelOf(spiky()), [low, high] = domain(panel);
  store.set("clip", false);
  assert.ok(low >= -0.1 && low <= 0.02 && high >= 0.98 && high <= 1.1, `${low} to ${high}`);
  assert.strictEqual(yrange.words(panel), "2 of 1,001 outside");
});

test("percentiles interpolate between values", () => {
  assert.deepStrictEqual(plain(yrange.middle([0, 100])), [1, 99]);
  assert.deepStrictEqual(plain(yrange.middle([5])), [5, 5]);
  assert.strictEqual(yrange.middle([]), null);
});

test("without a choice all values are shown and nothing is said", () => {
  const panel = panelOf(spiky()), [low, high] = domain(panel);
  assert.ok(low <= -1e6 && high >= 1e6);
  assert.strictEqual(yrange.words(panel), "");
});

test("a typed end holds, the other is that of the values, and only this chart's", () => {
  const panel = panelOf([1, 2, 3, 10]);
  yrange.set(panel.spec, [null, 4]);
  const [low, high] = domain(panel);
  assert.ok(low < 1 && high === 4);
  assert.strictEqual(yrange.words(panel), "1 of 4 outside");
  assert.strictEqual(domain(panelOf([1, 2], { spec: { metric: "other" } }))[1] > 2, true);
  yrange.set(panel.spec, null);
  assert.deepStrictEqual(plain(store.get("yranges")), {});
});

test("an end beyond all values still gives an axis", () => {
  for (const ends of [[50, null], [null, -50]]) {
    const panel = panelOf([1, 2, 3]);
    yrange.set(panel.spec, ends);
    const [low, high] = domain(panel);
    assert.ok(low < high && Number.isFinite(low) && Number.isFinite(high));
    yrange.set(panel.spec, null);
  }
});

test("a log axis never begins at or below zero", () => {
  const panel = panelOf([0.1, 1, 10]);
  for (const ends of [[-1, 5], [0, null], [null, -3]]) {
    yrange.set(panel.spec, ends);
    const [low, high] = domain(panel, "log");
    assert.ok(low > 0 && high > low, `${ends}: ${low} to ${high}`);
    yrange.set(panel.spec, null);
  }
});

test("ends that a workspace file has can be taken away, and stay so in the address", () => {
  const base = { yranges: { loss: [0, 2] } };
  const asked = (yranges) => state.encode({ ...state.decode("", base, null, []), ids: [], defaults: base, yranges }, null);
  assert.deepStrictEqual(plain(state.decode("", base, null, []).yranges), base.yranges);
  assert.strictEqual(asked({ loss: [0, 2] }), "");
  assert.strictEqual(asked({}), "yr=");
  assert.deepStrictEqual(plain(state.decode("yr=", base, null, []).yranges), {});
  assert.deepStrictEqual(plain(state.decode("yr=odd", base, null, []).yranges), base.yranges);
});

test("the address keeps both", () => {
  const yranges = { "val/loss, a:b~c": [0, null], x: [-1.5, 2e9] };
  const text = state.encode({ ...state.decode("", {}, null, []), ids: [], clip: true, yranges }, null);
  const back = state.decode(text, {}, null, []);
  assert.deepStrictEqual([plain(back.yranges), back.clip], [yranges, true]);
  for (const odd of ["yr=a", "yr=a:b~c", "yr=:1~2", "yr=a:1", "clip=yes"]) {
    assert.strictEqual(state.encode({ ...state.decode(odd, {}, null, []), ids: [] }, null), "", odd);
  }
});
