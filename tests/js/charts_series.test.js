"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, whole, bucketed, plain } = require("./charts_harness.js");

const site = load("format", "dates", "scale", "ticks", "series", "tooltip", "caption", "drawn");
const { series, tooltip, caption, drawn } = site;
const named = (entry, name, more = {}) => Object.assign(series.curve(entry, "step"), { name, color: "#123456" }, more);

test("x is the step, the seconds since the start, or the clock", () => {
  const entry = whole([1, 2], { steps: [10, 20], times: [0, 3] });
  assert.deepStrictEqual(Array.from(series.curve(entry, "step").x), [10, 20]);
  assert.deepStrictEqual(Array.from(series.curve(entry, "relative").x), [0, 3]);
  assert.deepStrictEqual(Array.from(series.curve(entry, "wall").x), [1000, 1003]);
});

test("values that are not finite become marks where they happened", () => {
  const { marks } = series.curve(whole([1, NaN, Infinity, -Infinity], { steps: [5, 6, 7, 8] }), "step");
  assert.deepStrictEqual(plain(marks), [{ x: 6, step: 6, kind: "NaN" }, { x: 7, step: 7, kind: "∞" }, { x: 8, step: 8, kind: "−∞" }]);
});

test("curves that are first not finite at one step share one mark", () => {
  const steps = [0, 25, 50];
  const curves = [[1, NaN, 1], [NaN, 1, NaN], [2, NaN, NaN], [1, Infinity, 1], [1, 1, 1]]
    .map((values, at) => Object.assign(series.curve(whole(values, { steps }), "step"), { color: `c${at}` }));
  assert.deepStrictEqual(plain(series.starts(curves)), [
    { x: 25, step: 25, kind: "NaN", colors: ["c0", "c2"] },
    { x: 0, step: 0, kind: "NaN", colors: ["c1"] },
    { x: 25, step: 25, kind: "∞", colors: ["c3"] },
  ]);
});

test("a chart with a step metric counts in it, and says so", () => {
  const entry = whole([1, 2, NaN], { steps: [10, 20, 30] });
  entry.cols.x = Float64Array.from([1, 1, 2]);
  const curve = series.curve(entry, "metric");
  assert.deepStrictEqual(Array.from(curve.x), [1, 1, 2]);
  assert.deepStrictEqual(plain(curve.marks), [{ x: 2, step: 30, kind: "NaN" }]);
  const panel = { xmode: "metric", xname: "epoch" };
  assert.strictEqual(tooltip.head(panel, 1.2, curve, 1), "epoch 1");
  const long = bucketed([[0, 63, 1, 1, 1, 64, 0]]);
  Object.assign(long.cols, { x0: Float64Array.from([3]), x1: Float64Array.from([5]) });
  const bucket = series.curve(long, "metric");
  assert.deepStrictEqual(Array.from(bucket.x), [4]);
  assert.strictEqual(tooltip.head(panel, 4, bucket, 0), "epoch 3 to 5: mean, min to max");
});

test("in buckets the first loss of each is marked at its exact step or time, and says what it was", () => {
  const rows = [[0, 63, 1, 1, 1, 60, 4], [64, 127, 1, 1, 1, 64, 0], [128, 191, 1, 1, 1, 60, 4]];
  const entry = bucketed(rows);
  Object.assign(entry.cols, {
    bad_step: Float64Array.from([13, NaN, 130]), bad_t: Float64Array.from([6.5, NaN, 65]), bad_kinds: Uint32Array.from([1, 0, 6]),
  });
  assert.deepStrictEqual(plain(series.curve(entry, "step").marks), [{ x: 13, step: 13, kind: "NaN" }, { x: 130, step: 130, kind: "±∞" }]);
  assert.deepStrictEqual(plain(series.curve(entry, "relative").marks.map((mark) => mark.x)), [6.5, 65]);
  assert.deepStrictEqual(plain(series.curve(entry, "wall").marks.map((mark) => mark.x)), [1006.5, 1065]);
});

test("bytes are told in thousands", () => {
  const rows = tooltip.rows([named(whole([1536e6]), "a", { unit: "bytes" }), named(whole([512]), "b", { unit: "B/s" })], 0, () => 0, 0, 1);
  assert.deepStrictEqual(plain(rows.map((row) => row.text)), ["1.536 GB", "512 B/s"]);
});

test("the nearest point is found in steps that rise and in steps that do not", () => {
  const rising = series.curve(whole([0, 0, 0, 0], { steps: [0, 10, 20, 40] }), "step");
  const back = series.curve(whole([0, 0, 0, 0], { steps: [0, 30, 10, 20] }), "step");
  for (const x of [-5, 0, 4.9, 5.1, 14, 26, 31, 99]) {
    for (const curve of [rising, back]) {
      const steps = Array.from(curve.x);
      const least = Math.min(...steps.map((step) => Math.abs(step - x)));
      assert.strictEqual(Math.abs(curve.x[series.nearest(curve, x)] - x), least, `${x} in ${steps}`);
    }
  }
  assert.strictEqual(series.nearest(series.curve(whole([]), "step"), 1), -1);
});

test("a window keeps the neighbours outside, so that lines leave the plot and do not stop", () => {
  const curve = series.curve(whole(Array(10).fill(1)), "step");
  assert.deepStrictEqual(plain(series.window(curve, 3.5, 6)), [3, 8]);
  assert.deepStrictEqual(plain(series.window(curve, -9, 99)), [0, 10]);
});

test("extents cover finite values, the extremes of buckets, and the zoomed window only", () => {
  const curve = series.curve(whole([1, NaN, 5, Infinity, -2]), "step");
  assert.deepStrictEqual(plain(series.yExtent([curve], [0, 4], false)), { range: [-2, 5], hidden: 0 });
  assert.deepStrictEqual(plain(series.yExtent([curve], [0, 2], false)).range, [1, 5]);
  const buckets = series.curve(bucketed([[0, 63, -3, 1, 9, 64, 0], [64, 127, 0, 1, 2, 64, 0]]), "step");
  assert.deepStrictEqual(plain(series.yExtent([buckets], [0, 127], false)).range, [-3, 9]);
  assert.deepStrictEqual(plain(series.xExtent([buckets])), [0, 127]);
  assert.strictEqual(series.xExtent([]), null);
  assert.strictEqual(series.yExtent([series.curve(whole([NaN]), "step")], [0, 1], false).range, null);
});

test("a log axis counts what it cannot show", () => {
  const curve = series.curve(whole([0, -1, 2, 4]), "step");
  assert.deepStrictEqual(plain(series.yExtent([curve], [0, 9], true)), { range: [2, 4], hidden: 2 });
});

test("the tooltip has every run at this x, from the highest value to the lowest, NaN last", () => {
  const curves = [
    named(whole([1, 2, 3]), "low"), named(whole([1, 9, 3]), "high"), named(whole([1, NaN, 3]), "lost"),
    named(whole([4], { steps: [0] }), "ended"),
  ];
  const rows = tooltip.rows(curves, 1.2, (curve, at) => 100 - curve.y[at] * 10, 75, 0.3);
  assert.deepStrictEqual(plain(rows.map((row) => [row.name, row.text, row.index])), [["high", "9", 1], ["low", "2", 1], ["lost", "NaN", 1]]);
  assert.deepStrictEqual(plain(rows.map((row) => row.distance)), [65, 5, null]);
});

test("between the points of a sparse series the nearest one is told, with its place", () => {
  const sparse = named(whole([1, 2], { steps: [0, 100] }), "sparse");
  const dense = named(whole(Array(101).fill(5)), "dense");
  const rows = tooltip.rows([sparse, dense], 60, (curve, at) => curve.y[at], 5, 1);
  assert.deepStrictEqual(plain(rows.map((row) => [row.name, row.text, row.range])), [["dense", "5", ""], ["sparse", "2", "at 100"]]);
  assert.strictEqual(tooltip.rows([sparse], 102, () => 0, 0, 1).length, 0);
});

test("a smoothed row also says the raw value, a bucket its extremes and what was lost in it", () => {
  const smooth = named(whole([1, 2]), "a", { smooth: Float64Array.of(1, 1.5) });
  const bucket = named(bucketed([[0, 63, 0.25, 0.5, 0.75, 62, 2]]), "b");
  const [first] = tooltip.rows([smooth], 1, () => 0, 0, 0);
  assert.deepStrictEqual([first.text, first.range], ["1.500", "raw 2"]);
  const [second] = tooltip.rows([bucket], 40, () => 0, 0, 0);
  assert.deepStrictEqual([second.text, second.range], ["0.5000", "0.2500 to 0.7500, 2 not finite"]);
  assert.strictEqual(tooltip.head({ xmode: "step", xname: "" }, 40, bucket, 0), "steps 0 to 63: mean, min to max");
  assert.strictEqual(tooltip.head({ xmode: "step", xname: "" }, 1, smooth, 1), "step 1");
});

test("of many rows the nearest stays, with its neighbours, at most twenty", () => {
  const rows = Array.from({ length: 50 }, (_, at) => ({ key: String(at), distance: Math.abs(at - 40) }));
  const kept = tooltip.pick(rows, 20);
  assert.strictEqual(kept.length, 20);
  assert.ok(kept.some((row) => row.key === "40"));
  assert.deepStrictEqual(plain(tooltip.pick(rows.slice(0, 3), 20)), rows.slice(0, 3));
});

const raw = { width: 1, values: 500, points: 500, whole: true, more: false, held: "" };
const wide = { width: 64, values: 157, points: 10_000, whole: true, more: true, held: "" };
const unshipped = { ...wide, more: false, held: "resolution: overview" };
const COUNTS = { drawn: Array(12).fill(raw), runs: 12, chosen: 12, known: 12, hiddenByLog: 0, missing: [] };
const CAPTIONS = [
  [{}, "12 runs · every point", ""],
  [{ runs: 5, drawn: Array(5).fill(raw) }, "5 of 12 runs · every point", ""],
  [{ drawn: [raw, wide, wide] }, "12 runs · buckets of 64, extremes kept", "zoom in for every point"],
  [{ drawn: [wide, { ...wide, width: 128 }] }, "12 runs · buckets of 64–128, extremes kept", "zoom in for every point"],
  [{ drawn: [wide, wide] }, "12 runs · 157 buckets of 10,000 points", "zoom in for every point"],
  [{ drawn: [{ ...wide, width: 16, whole: false }] }, "12 runs · buckets of 16, extremes kept", ""],
  [{ drawn: [unshipped, unshipped] }, "12 runs · 157 buckets of 10,000 points", "raw points were not shipped (resolution: overview)"],
  [{ drawn: [unshipped, wide] }, "12 runs · 157 buckets of 10,000 points", "raw points of 1 were not shipped (resolution: overview)"],
  [{ hiddenByLog: 1 }, "12 runs · every point · 1 value ≤ 0 left out", ""],
  [{ runs: 10, missing: ["late-owl", "keen-wren"] }, "10 of 12 runs · every point", "not logged by late-owl, keen-wren"],
  [{ missing: Array(13).fill("a") }, "12 runs · every point", "not logged by 13 shown runs"],
  [{ drawn: [], runs: 0, chosen: 0 }, "0 of 12 runs · no run is shown", ""],
  [{ drawn: [], runs: 0, chosen: 3 }, "0 of 12 runs · no values", ""],
  [{ known: 1, runs: 1, drawn: [raw], missing: ["a"] }, "every point", ""],
  [{ known: 1, runs: 1, drawn: Array(8).fill(raw) }, "8 series · every point", ""],
];
for (const [more, expected, rest] of CAPTIONS) {
  test(`caption: ${expected}${rest && ` (${rest})`}`, () => {
    assert.deepStrictEqual(plain(caption.text({ ...COUNTS, ...more })), { text: expected, more: rest });
  });
}

test("the CSV holds every value and no formula", () => {
  const visible = [named(whole([0.1, NaN]), "=HYPERLINK(1)"), named(whole([1 / 3]), 'a,"b"', { rank: 1 })];
  assert.deepStrictEqual(drawn.csv({ visible, xmode: "step" }).split("\r\n"), [
    "run,rank,step,value", "'=HYPERLINK(1),0,0,0.1", "'=HYPERLINK(1),0,1,NaN", '"a,""b""",1,0,0.3333333333333333', "",
  ]);
});

test("a caption says where nothing is finite, and does not mistake a log axis for that", () => {
  const lost = { drawn: [{ width: 1, values: 5, points: 5, whole: true, more: false, held: "" }], runs: 1, chosen: 1, known: 1, hiddenByLog: 0, isLost: true, missing: [] };
  assert.strictEqual(caption.text(lost).text, "no finite value here");
  assert.strictEqual(caption.text({ ...lost, hiddenByLog: 5 }).text, "every point · 5 values ≤ 0 left out");
});
