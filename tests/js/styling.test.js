"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, plain, whole } = require("./charts_harness.js");

const site = load("store", "format", "groups", "colouring", "scale", "series", "runlegend_entries", "styling", "markers");
const { styling, markers } = site;
const told = (values) => plain(styling.of(values).entries.map((one) => [one.label, one.positions.length]));

test("up to six values have a style each, what is missing among them", () => {
  assert.deepStrictEqual(told(["b", "a", null, "b"]), [["a", 1], ["b", 2], ["none", 1]]);
  assert.deepStrictEqual([...styling.of(["b", "a", null, "b"]).at], [1, 0, 2, 1]);
  assert.strictEqual(told([1, 2, 3, 4, 5, 6]).length, 6);
});

test("of more words the five most frequent have a style, all others share one", () => {
  const values = [..."abcdefgh", ..."cdefgh", ..."h"];
  assert.deepStrictEqual(told(values), [["c", 2], ["d", 2], ["e", 2], ["f", 2], ["h", 3], ["3 others", 4]]);
  assert.ok([...styling.of(values).at].every((style) => style >= 0 && style < 6));
});

test("of words that are as frequent those of the newest runs have a style", () => {
  const values = Array.from({ length: 20 }, (_, at) => `name-${String(19 - at).padStart(2, "0")}`);
  assert.deepStrictEqual(told(values).map(([label]) => label), ["name-15", "name-16", "name-17", "name-18", "name-19", "15 others"]);
});

test("of more numbers each quarter has a style, and what is no number one of its own", () => {
  const values = [...Array.from({ length: 40 }, (_, at) => at), null, null];
  assert.deepStrictEqual(told(values), [["0 – 9", 10], ["10 – 19", 10], ["20 – 29", 10], ["30 – 39", 10], ["none", 2]]);
});

/** A chart of a line with a point for each of these values. */
function charted(values) {
  const curve = { ...site.series.curve(whole(values), "step"), color: "#123456", mark: 0 };
  const frame = { left: 0, top: 0, width: 400, height: 100, x: site.scale.make("linear", [0, values.length - 1], [0, 400]), y: site.scale.make("linear", [-1, 1], [100, 0]) };
  return { curve, frame };
}

test("marks are sparse, at points of the line, and one stands at its end", () => {
  const { curve, frame } = charted(Array.from({ length: 401 }, (_, at) => Math.sin(at / 40)));
  const found = plain(markers.places(curve, frame, 84, 0));
  assert.strictEqual(found.at(-1), 400);
  assert.ok(found.length >= 4 && found.length <= 6, String(found));
  const gaps = found.slice(1, -1).map((at, before) => at - found[before]);
  assert.ok(gaps.every((gap) => Math.abs(gap - 84) <= 1), String(gaps));
  assert.notDeepStrictEqual(plain(markers.places(curve, frame, 84, 0.5)).slice(0, -1), found.slice(0, -1));
});

test("a mark stands at no value that is not finite, and at none outside of the range", () => {
  const { curve, frame } = charted(Array.from({ length: 401 }, (_, at) => (at < 200 || at === 400 ? NaN : 0)));
  const found = plain(markers.places(curve, frame, 84, 0));
  assert.ok(found.every((at) => at >= 200 && at < 400), String(found));
  assert.strictEqual(found.at(-1), 399);
  frame.x = site.scale.make("linear", [0, 300], [0, 400]);
  assert.ok(plain(markers.places(curve, frame, 84, 0)).every((at) => at <= 300));
});

test("each style has a shape of its own", () => {
  const shapes = Array.from({ length: 6 }, (_, kind) => {
    const written = [], write = (name) => (...at) => void written.push([name, ...at.map((one) => one.toFixed(2))].join(" "));
    markers.trace({ moveTo: write("M"), lineTo: write("L"), arc: write("A"), closePath: write("Z") }, kind, 0, 0);
    return written.join(" ");
  });
  assert.strictEqual(new Set(shapes).size, 6);
  assert.strictEqual(new Set(Array.from({ length: 6 }, (_, dash) => site.series.dashes(dash).join(" "))).size, 6);
});

test("while a page is renewed its lines keep their styles, also where runs have moved", () => {
  let values = ["a", "b"];
  const ids = (...all) => { site.current = { runs: all.map((id) => ({ id })) }; };
  site.columns = { find: () => ({ key: "cfg.x", values }) };
  ids("one", "two");
  assert.strictEqual(styling.at(0), -1);
  site.store.set("style", "cfg.x");
  assert.deepStrictEqual([styling.at(0), styling.at(1)], [0, 1]);
  values = undefined;
  ids("new", "one", "two");
  assert.deepStrictEqual([styling.at(0), styling.at(1), styling.at(2)], [-1, 0, 1]);
  values = ["b", "a", "b"];
  assert.deepStrictEqual([styling.at(0), styling.at(1), styling.at(2)], [1, 0, 1]);
  site.store.set("style", "cfg.y");
  values = undefined;
  assert.strictEqual(styling.at(1), -1);
});
