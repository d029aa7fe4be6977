"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { cases, load } = require("./charts_harness.js");

test("plural forms of a page are those of Python's sentences, by one table", () => {
  const { counts, forms } = cases("plurals");
  for (const [language, expected] of Object.entries(forms)) {
    const rules = new Intl.PluralRules(language);
    assert.strictEqual(counts.map((count) => rules.select(count)).join(" "), expected, language);
  }
});

test("a sentence is filled in, counts and numbers as Python writes them", () => {
  const site = load();
  site.words = { "a.run": { one: "{n} run", other: "{n} runs" }, "a.of": "{shown} of {total} in {where}" };
  assert.deepStrictEqual([0, 1, 1234567].map((n) => site.t("a.run", { n })), ["0 runs", "1 run", "1,234,567 runs"]);
  assert.strictEqual(site.t("a.of", { shown: 50, total: 12000, where: "{n}$&" }), "50 of 12,000 in {n}$&");
  assert.strictEqual(site.t("a.unknown"), "a.unknown");
});
