"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, whole, bucketed } = require("./charts_harness.js");

const site = load("core", "store", "scale", "series", "layer", "vector");
site.tokens = { get: () => ({ ink: "#111111", dim: "#777777", line: "#dddddd", paper: "#ffffff", font: 'Inter, "Segoe UI"' }) };

/** @param {any[]} visible @param {object} [more] */
function panelOf(visible, more = {}) {
  const last = Math.max(...visible.map((curve) => curve.x[curve.x.length - 1]));
  const frame = {
    left: 40, top: 10, width: 300, height: 160, outer: { width: 360, height: 200 },
    x: site.scale.make("linear", [0, last], [40, 340]), y: site.scale.make("linear", [-2, 2], [170, 10]),
  };
  const ticks = { x: { values: [0, last], labels: ["0", "end"] }, y: { values: [0], labels: ["0"] } };
  return { spec: { title: "val/loss" }, words: "2 runs", xname: "", xmode: "step", visible, frame, ticks, ...more };
}

/** @param {number[]} values */
const curveOf = (values, name = "calm-owl") => Object.assign(site.series.curve(whole(values), "step"), { name, color: "#3451c6" });

test("a line is a path through its points, with gaps where it has none", () => {
  const text = site.vector.svg(panelOf([curveOf([0, 1, NaN, 2, 0])]));
  assert.ok(text.includes('d="M40 90L115 50M265 10L340 90"'), text);
  assert.ok(text.includes("<title>calm-owl</title>") && text.includes(">end</text>") && text.includes(">val/loss</text>"));
});

test("names are text, whatever is in them", () => {
  const odd = '<script>&"\u0007', text = site.vector.svg(panelOf([curveOf([0, 1], odd)], { spec: { title: odd } }));
  assert.ok(!text.includes("<script>") && !text.includes("\u0007"));
  assert.ok(text.includes("&#60;script&#62;&#38;&#34;"));
  assert.ok(text.includes('font-family="Inter, &#34;Segoe UI&#34;"'));
});

test("buckets have a band, and a smoothed line its raw one behind", () => {
  const curve = Object.assign(site.series.curve(bucketed([[0, 9, -1, 0, 1, 10, 0], [10, 19, -1, 0, 1, 10, 0]]), "step"), { name: "a", color: "#3451c6" });
  assert.match(site.vector.svg(panelOf([curve])), /<path d="M[^"]*Z" fill="#3451c6" fill-opacity/);
  const smooth = Object.assign(curveOf([0, 1, 0]), { smooth: Float64Array.from([0, 0.5, 0.3]) });
  assert.strictEqual(site.vector.svg(panelOf([smooth])).match(/stroke="#3451c6"/g).length, 2);
});

test("two hundred curves of 20,000 points stay below 6 MB", () => {
  const values = Array.from({ length: 20_000 }, (_, at) => Math.sin(at * 1.7));
  const curve = curveOf(values), text = site.vector.svg(panelOf(Array.from({ length: 200 }, () => curve)));
  assert.ok(text.length < 6e6 && text.length > 1e5, String(text.length));
});

test("before it is drawn there is nothing", () => {
  assert.strictEqual(site.vector.svg({ spec: { title: "a" }, frame: null }), "");
});
