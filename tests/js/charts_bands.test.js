// The pixels of bands: what they cover, how they lie over one another, and that no extreme is lost.
"use strict";

const test = require("node:test");
const assert = require("node:assert");
const { load, bucketed } = require("./charts_harness.js");

const site = load("core", "scale", "series", "bands");
const ALPHA = 0.16, WIDTH = 40, HEIGHT = 20, LEFT = 10, TOP = 5;
const ONE = Math.round(255 * ALPHA);

/** A plot of 40 × 20 pixels in which a step is a pixel, and a value too, from the bottom. */
function frameOf(more = {}) {
  const y = { kind: "linear", domain: [0, HEIGHT], ...more };
  return {
    key: JSON.stringify(more), left: LEFT, top: TOP, width: WIDTH, height: HEIGHT, outer: { width: 60, height: 40 },
    x: site.scale.make("linear", more.x || [0, WIDTH], [LEFT, LEFT + WIDTH]), y: site.scale.make(y.kind, y.domain, [TOP + HEIGHT, TOP]),
  };
}

/** A curve of buckets at these steps: [step, lowest, highest, finite points]. */
function curveOf(rows, color = "#ff0000") {
  const made = site.series.curve(bucketed(rows.map(([step, low, high, n = 64]) => [step, step, low, (low + high) / 2, high, n, 64 - n])), "step");
  return Object.assign(made, { color });
}

/** Opacity of each row of a column, from the top. */
function column({ bytes, columns, rows }, at) {
  return Array.from({ length: rows }, (_, row) => bytes[(row * columns + at) * 4 + 3]);
}

const color = ({ bytes, columns }, at, row) => [...bytes.slice((row * columns + at) * 4, (row * columns + at) * 4 + 3)];

test("a band covers what lies between its extremes, in its curve's colour", () => {
  const made = site.bands.pixels([curveOf([[0, 5, 15], [40, 5, 15]], "#336699")], frameOf(), 1, ALPHA);
  assert.deepStrictEqual([made.left, made.top, made.columns, made.rows], [LEFT, TOP, WIDTH, HEIGHT]);
  for (const at of [0, 17, 39]) {
    assert.deepStrictEqual(column(made, at), Array.from({ length: HEIGHT }, (_, row) => (row >= 5 && row < 15 ? ONE : 0)));
  }
  assert.deepStrictEqual(color(made, 17, 10), [0x33, 0x66, 0x99]);
});

test("an edge within a pixel covers that pixel in part", () => {
  const made = site.bands.pixels([curveOf([[0, 5, 15.25], [40, 5, 15.25]])], frameOf(), 1, 0.5);
  const [above, inside] = column(made, 3).slice(4, 6);
  assert.strictEqual(inside, 128);
  assert.ok(Math.abs(above - 255 * (1 - 0.5 ** 0.25)) <= 2, `a quarter of a pixel is ${above}`);
});

test("bands over one another hide more, in the mean of their colours", () => {
  const curves = [curveOf([[0, 0, 20], [40, 0, 20]], "#ff0000"), curveOf([[0, 0, 10], [40, 0, 10]], "#0000ff")];
  const made = site.bands.pixels(curves, frameOf(), 1, ALPHA);
  assert.strictEqual(column(made, 8)[4], ONE);
  assert.strictEqual(column(made, 8)[14], Math.round(255 * (1 - (1 - ALPHA) ** 2)));
  assert.deepStrictEqual(color(made, 8, 4), [255, 0, 0]);
  assert.deepStrictEqual(color(made, 8, 14), [128, 0, 128]);
});

test("every extreme reaches its column, however many buckets share it", () => {
  const rows = Array.from({ length: 400 }, (_, at) => [at, 9, at === 217 ? 20 : 11]);
  const made = site.bands.pixels([curveOf(rows)], frameOf({ x: [0, 400] }), 1, ALPHA);
  assert.strictEqual(column(made, 21)[0], ONE);
  assert.strictEqual(column(made, 5)[0], 0);
});

test("a bucket without finite values is a gap, and one between gaps a column of its own", () => {
  const rows = [[0, 5, 15], [10, 5, 15], [15, 5, 15, 0], [20, 5, 15], [25, 5, 15, 0], [30, 5, 15], [40, 5, 15]];
  const made = site.bands.pixels([curveOf(rows)], frameOf(), 1, ALPHA);
  const covered = Array.from({ length: WIDTH }, (_, at) => column(made, at)[10] > 0 ? at : null).filter((at) => at !== null);
  const range = (from, to) => Array.from({ length: to - from }, (_, at) => from + at);
  assert.deepStrictEqual(covered, [...range(0, 11), 20, ...range(30, 40)]);
});

test("a lone bucket at the plot's right edge is drawn, and what lies outside is not", () => {
  const made = site.bands.pixels([curveOf([[-9, 5, 15], [-5, 5, 15], [0, 5, 15, 0], [40, 5, 15]])], frameOf(), 1, ALPHA);
  assert.deepStrictEqual([0, 20, 38, 39].map((at) => column(made, at)[10]), [0, 0, 0, ONE]);
  const beyond = site.bands.pixels([curveOf([[42, 0, 20], [60, 0, 20]])], frameOf(), 1, ALPHA);
  assert.ok(beyond.bytes.every((byte) => byte === 0));
});

test("on a log axis a band that falls to zero reaches the axis", () => {
  const made = site.bands.pixels([curveOf([[0, 0, 100], [40, 0, 100]])], frameOf({ kind: "log", domain: [1, 1e4] }), 1, ALPHA);
  assert.deepStrictEqual(column(made, 12), Array.from({ length: HEIGHT }, (_, row) => (row >= 10 ? ONE : 0)));
});

test("a screen with two pixels to each shows the same band, twice as fine", () => {
  const made = site.bands.pixels([curveOf([[0, 5.5, 15], [40, 5.5, 15]])], frameOf(), 2, ALPHA);
  assert.deepStrictEqual([made.columns, made.rows, made.left], [2 * WIDTH, 2 * HEIGHT, 2 * LEFT]);
  assert.strictEqual(column(made, 7).filter((opacity) => opacity === ONE).length, 19);
});

test("a pixel inside a slanting band is covered whole, one outside not at all", () => {
  const rows = Array.from({ length: 9 }, (_, at) => [at * 5, 4 + 3 * Math.sin(at * 1.7), 12 + 4 * Math.sin(at * 2.3)]);
  const made = site.bands.pixels([curveOf(rows)], frameOf(), 1, ALPHA);
  const edge = (which, x) => {
    const left = Math.min(7, Math.floor(x / 5)), part = x / 5 - left;
    return rows[left][which] * (1 - part) + rows[left + 1][which] * part;
  };
  for (let at = 0; at < WIDTH; at++) {
    const places = Array.from({ length: 21 }, (_, part) => Math.min(at + part / 20, WIDTH - 1e-9));
    const high = Math.max(...places.map((x) => edge(2, x))), low = Math.min(...places.map((x) => edge(1, x)));
    column(made, at).forEach((opacity, row) => {
      const bottom = HEIGHT - row - 1, top = HEIGHT - row;
      if (bottom > low + 0.1 && top < high - 0.1) assert.strictEqual(opacity, ONE, `inside at ${at}, ${row}`);
      if (bottom > high + 0.1 || top < low - 0.1) assert.strictEqual(opacity, 0, `outside at ${at}, ${row}`);
    });
  }
});

test("what is known of a band from a picture before is used where it stands at the same place only", () => {
  const rows = [[0, 5, 15], [13, 2, 9], [40, 5, 15]], other = curveOf([[0, 0, 20], [40, 3, 12]], "#00ff00"), curve = curveOf(rows);
  const anew = (frame, ratio) => site.bands.pixels([curveOf(rows)], frame, ratio, ALPHA).bytes;
  const places = [[frameOf(), 1], [frameOf({ x: [0, 20] }), 1], [frameOf({ domain: [0, 40] }), 1], [frameOf({ domain: [0, 40] }), 2]];
  for (const [frame, ratio] of places) {
    site.bands.pixels([other, curve], frame, ratio, ALPHA);
    assert.deepStrictEqual(site.bands.pixels([curve], frame, ratio, ALPHA).bytes, anew(frame, ratio));
  }
});
