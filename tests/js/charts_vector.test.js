"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, whole, bucketed } = require("./charts_harness.js");

const site = load("core", "store", "scale", "ticks", "axes", "series", "layer", "beneath", "scene", "vector", "drawn");
const TOKENS = { ink: "#111111", dim: "#777777", line: "#dddddd", paper: "#ffffff", surface: "#ffffff", font: 'Inter, "Segoe UI"' };
site.tokens = { get: () => TOKENS, during: (_, act) => act() };

/** @param {any[]} visible @param {object} [more] */
function panelOf(visible, more = {}) {
  return { spec: { title: "val/loss" }, words: "2 runs", xname: "", xmode: "step", visible, whole: visible, curves: visible, frame: {}, ...more };
}

/** A chart in a picture of 360 by 200, the plot 300 by 160 of it. @param {any} panel @param {boolean} [legend] */
function sceneOf(panel, legend = false) {
  const last = Math.max(...panel.visible.map((curve) => curve.x[curve.x.length - 1]));
  site.drawing = {
    layout: () => ({
      frame: { left: 40, top: 10, width: 300, height: 160, outer: { width: 360, height: 200 }, x: site.scale.make("linear", [0, last], [40, 340]), y: site.scale.make("linear", [-2, 2], [170, 10]) },
      x: { values: [0, last], labels: ["0", "end"] }, y: { values: [0], labels: ["0"] },
    }),
    rescale: () => {},
  };
  return site.scene.of(panel, { width: 360, height: 0, plotHeight: 200, legend, tokens: TOKENS, faces: { width: (text) => text.length / 2 } });
}

/** @param {any} panel @param {boolean} [legend] */
const svgOf = (panel, legend) => site.vector.svg(sceneOf(panel, legend));

/** @param {number[]} values */
const curveOf = (values, name = "calm-owl") => Object.assign(site.series.curve(whole(values), "step"), { name, color: "#3451c6" });

test("a line is a path through its points, with gaps where it has none", () => {
  const text = svgOf(panelOf([curveOf([0, 1, NaN, 2, 0])]));
  assert.ok(text.includes('d="M40 118L115 78M265 38L340 118"'), text);
  assert.ok(text.includes("<title>calm-owl</title>") && text.includes(">end</text>") && text.includes(">val/loss</text>"));
});

test("what the canvas marks is marked: a tick at each value that is not finite, and words at the first", () => {
  const text = svgOf(panelOf([curveOf([0, 1, NaN, 2, 0])]));
  assert.ok(text.includes(">NaN at 2</text>"), text);
  assert.match(text, /<path d="M190 38L190 198" fill="none" stroke="#3451c6" stroke-width="1" [^>]*stroke-dasharray="3 3"/);
  assert.match(text, /<path d="M189\.5 196\.5L190\.5 196\.5" fill="none" stroke="#3451c6" stroke-width="1\.5"/);
});

test("a legend names the lines, and counts those that have no room", () => {
  const few = svgOf(panelOf([curveOf([0, 1], "calm-owl"), curveOf([1, 0], "tidy-fox")]), true);
  assert.ok(few.includes(">calm-owl</text>") && few.includes(">tidy-fox</text>"));
  const many = sceneOf(panelOf(Array.from({ length: 200 }, (_, at) => curveOf([0, at], `run ${at}`))), true);
  const words = many.items.filter((item) => item.kind === "text").map((item) => item.text);
  const named = words.filter((word) => word.startsWith("run ")).length;
  assert.ok(named > 5 && words.at(-1) === `${200 - named} more`, words.at(-1));
  const [last, rest] = many.items.filter((item) => item.kind === "text").slice(-2);
  assert.ok(last.y === rest.y && last.x + last.text.length * 5 < rest.x, "the count stands behind the last name");
  assert.ok(rest.x + rest.text.length * 5 <= 360);
  assert.ok(many.items.every((item) => item.kind !== "text" || item.y <= many.height), "inside the picture");
});

test("a name that is longer than its room is cut", () => {
  const scene = sceneOf(panelOf([curveOf([0, 1], "a".repeat(500)), curveOf([0, 1])], { spec: { title: "b".repeat(500) } }), true);
  for (const item of scene.items) if (item.kind === "text") assert.ok(item.text.length < 80, item.text);
});

test("names are text, whatever is in them", () => {
  const odd = '<script>&"\u0007', text = svgOf(panelOf([curveOf([0, 1], odd)], { spec: { title: odd } }));
  assert.ok(!text.includes("<script>") && !text.includes("\u0007"));
  assert.ok(text.includes("&#60;script&#62;&#38;&#34;"));
  assert.ok(text.includes('font-family="Inter, &#34;Segoe UI&#34;"'));
});

test("buckets have a band, and a smoothed line its raw one behind", () => {
  const curve = Object.assign(site.series.curve(bucketed([[0, 9, -1, 0, 1, 10, 0], [10, 19, -1, 0, 1, 10, 0]]), "step"), { name: "a", color: "#3451c6" });
  assert.match(svgOf(panelOf([curve])), /<path d="M[^"]*Z" fill="#3451c6" fill-opacity/);
  const smooth = Object.assign(curveOf([0, 1, 0]), { smooth: Float64Array.from([0, 0.5, 0.3]) });
  assert.strictEqual(svgOf(panelOf([smooth])).match(/stroke="#3451c6"/g).length, 2);
});

test("two hundred curves of 20,000 points stay below 6 MB", () => {
  const values = Array.from({ length: 20_000 }, (_, at) => Math.sin(at * 1.7));
  const curve = curveOf(values), text = svgOf(panelOf(Array.from({ length: 200 }, () => curve)));
  assert.ok(text.length < 6e6 && text.length > 1e5, String(text.length));
});

test("before it is drawn there is nothing", () => {
  assert.strictEqual(site.scene.of({ spec: { title: "a" }, frame: null }, {}), null);
});

test("the rows of a chart say where their values are from", () => {
  const wide = Object.assign(site.series.curve(bucketed([[0, 9, -1, 0, 1, 10, 0], [10, 19, -1, 0, 1, 9, 1]]), "step"), { name: "a", color: "#3451c6" });
  const text = site.drawn.csv(panelOf([wide, curveOf([0.5], "=b,\"c")]));
  assert.deepStrictEqual(text.split("\r\n").slice(0, 4), [
    "run,step,from,to,value,low,high,n,not_finite", "a,4.5,0,9,0,-1,1,10,0", "a,14.5,10,19,0,-1,1,9,1", '"\'=b,""c",0,0,0,0.5,0.5,0.5,1,0',
  ]);
});

test("lines of the same name are told apart", () => {
  const [one, other] = [curveOf([0]), Object.assign(curveOf([0]), { run: "b", key: "b" })];
  assert.deepStrictEqual([...site.drawn.labels(panelOf([one, other]))], [`calm-owl (${one.run})`, "calm-owl (b)"]);
});
