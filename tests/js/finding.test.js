"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, plain } = require("./charts_harness.js");

const { palette, recent } = load("core", "recent", "palette");
const INDEX = new Map([
  ["", { projects: [["Digits", "digits", 12], ["Vision", "vision", 1]] }],
  ["vision", { title: "Vision", runs: [["late-pike", "late-pike-1"]], metrics: ["val/acc"] }],
  ["digits", { title: "Digits", runs: [["warm-pike", "warm-pike-1", "paper best"], ["a pike", "x"]], metrics: ["val/acc"], workspaces: [["Paper", "w/paper.html"]] }],
]);
const hits = palette.hitsOf(INDEX, "../", "digits");
const found = (text) => plain(palette.matching(hits, text).map((hit) => `${hit.kind} ${hit.text} ${hit.url}`));

test("the project one is in comes first, and its own hits need not say where they are", () => {
  assert.deepStrictEqual(found("val"), ["metric val/acc ../digits/index.html", "metric val/acc ../vision/index.html"]);
  assert.deepStrictEqual(plain(palette.matching(hits, "val").map((hit) => hit.where)), ["", "Vision"]);
});

test("every word counts, also those of tags, ids and kinds; names that begin so are in front", () => {
  assert.deepStrictEqual(found("pike best"), ["run warm-pike ../digits/runs/warm-pike-1.html"]);
  assert.deepStrictEqual(found("late run"), ["run late-pike ../vision/runs/late-pike-1.html"]);
  assert.deepStrictEqual(found("wa")[0], "run warm-pike ../digits/runs/warm-pike-1.html");
  assert.deepStrictEqual(found("paper")[0], "workspace Paper ../digits/w/paper.html");
  assert.deepStrictEqual(found("vision pro"), ["project Vision ../vision/index.html"]);
  assert.deepStrictEqual(found("nothing like it"), []);
});

test("ten thousand hits are cut to what can be read", () => {
  const many = Array.from({ length: 10_000 }, (_, at) => ({ kind: "run", text: `run ${at}`, url: "", where: "", more: "", metric: "" }));
  assert.ok(palette.matching(many, "run").length <= 50);
});

test("a run that was viewed again is in front, once; others are forgotten in the end", () => {
  const one = { url: "a", title: "A", project: "P" };
  let list = [];
  for (let at = 0; at < 200; at++) list = recent.added(list, { ...one, url: String(at) });
  assert.ok(list.length <= 100);
  assert.deepStrictEqual(plain(recent.added(recent.added([], one), { ...one, title: "B" })), [{ ...one, title: "B" }]);
});

for (const text of [null, "", "{", "3", '{"a":1}', "[null, 3, {}]", '[{"url":1,"title":"x","project":"y"}]']) {
  test(`storage that holds ${text} is no list of runs`, () => assert.deepStrictEqual(plain(recent.read(text)), []));
}
