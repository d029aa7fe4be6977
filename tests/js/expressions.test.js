"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { load, near, plain } = require("./charts_harness.js");

const FILES = ["words", "lexer", "near", "states", "pattern", "signatures", "parser", "format", "evaluate", "folds", "curve", "complete"];
const { expressions } = load(...FILES.map((name) => `expression_${name}`));
const read = (/** @type {string} */ name) => JSON.parse(readFileSync(join(__dirname, "cases", `${name}.json`), "utf8"));
const TABLE = read("expressions");
const WORDS = { NaN, Infinity, "-Infinity": -Infinity };
const number = (value) => (typeof value === "string" && value in WORDS ? WORDS[value] : value);
const KNOWN = Object.fromEntries(Object.entries(TABLE.known).map(([kind, names]) => [kind, new Set(names)]));

/** The run of the table as an environment, as tests/collector/expressions/table.py has it. */
const RUN = {
  value({ kind, name }) {
    const { run } = TABLE;
    if (kind === "metric") return this.history("last", { name }, null) ?? run.summary[name] ?? run.config[name] ?? null;
    if (kind === "summary" && !(name in run.summary)) return this.history("last", { name }, null);
    return run[kind === "property" ? "properties" : kind][name] ?? null;
  },
  history(called, { name }, parameter) {
    const found = TABLE.run.history[name];
    if (!found) return null;
    if (called === "since") return TABLE.run.properties.silence;
    const fold = expressions.makeFold(called, parameter);
    found[0].forEach((step, at) => fold.add(step, number(found[1][at])));
    return fold.result();
  },
};

for (const { text, format, value } of TABLE.values) {
  test(`${JSON.stringify(text)} is ${JSON.stringify(value)}, as in Python`, () => {
    const { node } = expressions.parse(text, KNOWN);
    const found = expressions.evaluate(node, RUN), wanted = number(value);
    if (typeof wanted === "number") assert.ok(found === wanted || (typeof found === "number" && near(found, wanted, 1e-12)), String(found));
    else assert.deepStrictEqual(plain(found), wanted);
    assert.strictEqual(expressions.format(node), format);
    assert.deepStrictEqual(plain(expressions.parse(format, KNOWN).node), plain(node));
  });
}

for (const { text, message, start, end, hint } of TABLE.errors) {
  test(`${JSON.stringify(text.slice(0, 60))} is refused: ${message}`, () => {
    assert.throws(() => expressions.parse(text, KNOWN, true), (error) => {
      assert.ok(error instanceof expressions.Problem, String(error));
      assert.deepStrictEqual([error.message, error.start, error.end, error.hint], [message, start, end, hint]);
      return true;
    });
  });
}

for (const { text, cursor, start, candidates } of TABLE.completions) {
  test(`${JSON.stringify(text)} goes on with ${candidates[0] || "nothing"}`, () => {
    const found = expressions.complete(text, cursor, KNOWN);
    assert.strictEqual(found.start, start);
    assert.deepStrictEqual(plain(found.candidates.slice(0, 8).map((one) => one.text)), candidates);
  });
}

for (const { text, steps, values, times } of TABLE.curves) {
  test(`the curve of ${text}, as in Python`, () => {
    const curves = Object.fromEntries(Object.entries(TABLE.run.history).map(([name, [at, of]]) => (
      [name, { steps: at, values: of.map(number), times: at.map((step) => 10 * step) }]
    )));
    const found = expressions.evaluateCurve(expressions.parse(text, KNOWN).node, curves, RUN);
    assert.deepStrictEqual([[...found.steps], [...found.times]], [steps, times]);
    assert.strictEqual(found.values.length, values.length);
    values.forEach((value, at) => assert.ok(near(found.values[at], number(value), 1e-12), String(found.values[at])));
  });
}

for (const { pattern, text, found } of read("patterns")) {
  test(`the pattern ${pattern} is ${found ? "" : "not "}in ${text}`, () => {
    assert.strictEqual(expressions.compilePattern(pattern).foundIn(text), found);
  });
}

for (const { name, known, near: wanted } of TABLE.near) {
  test(`near ${JSON.stringify(name)}: ${wanted.join(", ")}`, () => {
    assert.deepStrictEqual(plain(expressions.nearNames(name, known)), wanted);
  });
}

test("the words are those of Python", () => {
  const table = read("expression_words"), { words } = expressions;
  const functions = [...words.FUNCTIONS.values()].map(({ name, form, least, most, kind, help }) => [name, form, least, most, kind, help]);
  assert.deepStrictEqual(plain(functions), table.functions);
  assert.deepStrictEqual(plain(words.PROPERTIES), table.properties);
  assert.deepStrictEqual(plain([words.CONSTANTS, words.OPERATOR_WORDS, words.SIGNS]), [table.constants, table.operators, table.signs]);
  assert.deepStrictEqual(plain([words.PREFIXES, words.PREFIX_OF, words.UNITS]), [table.prefixes, table.prefix_of, table.units]);
  assert.deepStrictEqual(plain(words.LIMITS), table.limits);
});

test("no text makes the parser throw anything but its own problem, and what it reads it writes back", () => {
  // A generator of our own, so that a failure can be repeated.
  let seed = 20260501;
  const random = (/** @type {number} */ below) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const pieces = ["loss", "val/loss", "`a b`", "cfg.lr", "min(", ")", "(", " ", "+", "-", "**", "<", "==", "and ", "not ", "in ", "[", "]", ",", "\"x\"", "~", "1", "2h", "é", "\ud83d\ude00", "\ud83d", "'", "`", ".", "\\", "nan", "ema(loss, 0.5)", "\u0000"];
  let read = 0;
  for (let round = 0; round < 20000; round += 1) {
    const text = Array.from({ length: 1 + random(9) }, () => pieces[random(pieces.length)]).join("");
    let expression;
    try {
      expression = expressions.parse(text, KNOWN);
    } catch (problem) {
      assert.ok(problem instanceof expressions.Problem, `${JSON.stringify(text)}: ${problem}`);
      assert.ok(problem.start >= 0 && problem.start <= text.length && problem.end > problem.start, JSON.stringify(text));
      continue;
    }
    read += 1;
    expressions.evaluate(expression.node, RUN);
    const written = expressions.format(expression.node);
    assert.deepStrictEqual(plain(expressions.parse(written, KNOWN).node), plain(expression.node), text);
  }
  assert.ok(read > 500, `${read} of 20000 were expressions`);
});

test("a hostile pattern takes time linear in the text", () => {
  const text = `${"a".repeat(900)}b`;
  for (const pattern of ["(a*)*c", "(a|aa)+$", "(a+a+)+c", "(.*.*.*)*=", `${"a?".repeat(60)}${"a".repeat(60)}c`]) {
    assert.strictEqual(expressions.compilePattern(pattern).foundIn(text), false);
  }
});
