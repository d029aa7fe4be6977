"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, plain } = require("./charts_harness.js");

const { clauses } = load("core", "typing", "filter", "clauses");
const none = { values: [], from: null, to: null };
const chosen = (text, left) => plain(clauses.chosen(text, left));

test("what is chosen is written, and read from what was written", () => {
  for (const values of [["failed"], ["a \"b\" \\ c", "d, e]"], [0.1, -3, 1e-7, "auto"]]) {
    for (const left of ["state", "cfg.`odd key`", "tags"]) {
      const written = left === "tags" ? values.map(String) : values;
      assert.deepStrictEqual(chosen(clauses.choice(left, written), left), { ...none, values: written }, left);
    }
  }
  assert.deepStrictEqual(chosen(clauses.range("max(val/acc)", 0.9, null), "max(val/acc)"), { ...none, from: 0.9 });
  assert.deepStrictEqual(chosen(clauses.range("max(val/acc)", null, -1e-7), "max(val/acc)"), { ...none, to: -1e-7 });
  assert.deepStrictEqual(chosen(clauses.range("a.b", -2, 3), "a.b"), { ...none, from: -2, to: 3 });
  assert.deepStrictEqual(chosen(clauses.range("a.b", -2, 3), "axb"), none);
  assert.strictEqual(clauses.range("a", null, null) + clauses.choice("a", []), "");
});

test("a clause is put beside what is there, changed in its place and taken away", () => {
  const first = clauses.replaced("cfg.note ~ \"x and y\" and val/acc > 0.9", false, "state", "state in [\"failed\"]");
  assert.strictEqual(first, "cfg.note ~ \"x and y\" and val/acc > 0.9 and state in [\"failed\"]");
  const second = clauses.replaced(`state in ["lost"] and cfg.lr in [0.1]`, false, "state", "state in [\"failed\"]");
  assert.strictEqual(second, "state in [\"failed\"] and cfg.lr in [0.1]");
  assert.strictEqual(clauses.replaced(second, false, "cfg.lr", ""), "state in [\"failed\"]");
  assert.strictEqual(clauses.replaced("state in [\"failed\"]", false, "state", ""), "");
});

test("what is joined by or stays together", () => {
  assert.deepStrictEqual(plain(clauses.split("a > 1 && (b or c) and d in [1, 2]")), ["a > 1", "(b or c)", "d in [1, 2]"]);
  assert.strictEqual(clauses.replaced("a > 1 and b or c", false, "state", "state in [\"failed\"]"), "(a > 1 and b or c) and state in [\"failed\"]");
});

test("terms of the search stay in front, and words of it become patterns for names", () => {
  assert.strictEqual(clauses.replaced("tag:paper", false, "cfg.lr", "cfg.lr in [0.1]"), "tag:paper cfg.lr in [0.1]");
  assert.strictEqual(clauses.replaced("tag:paper fox -v1.2", true, "cfg.lr", "cfg.lr in [0.1]"),
    "tag:paper name ~ \"(?i)fox\" and name !~ \"(?i)v1\\\\.2\" and cfg.lr in [0.1]");
  assert.strictEqual(clauses.replaced("fox", true, "cfg.lr", ""), "fox");
});
