// Loads the page's classic scripts into a fresh global, as a browser would, but without a document.
"use strict";

const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const vm = require("node:vm");

const SCRIPTS = join(__dirname, "..", "..", "themes", "default", "js");
const CASES = join(__dirname, "cases");
const ENGLISH = join(__dirname, "..", "..", "sitegen", "texts", "en.json");
const WORDS_SAID = Object.fromEntries(sentences(JSON.parse(readFileSync(ENGLISH, "utf8")), ""));
const WORDS = { NaN, Infinity, "-Infinity": -Infinity };

/** Keys with dots from keys in groups, as sitegen/texts/catalog.py makes them. */
function sentences(groups, prefix) {
  return Object.entries(groups).flatMap(([name, value]) =>
    typeof value === "object" && !("other" in value) ? sentences(value, `${prefix}${name}.`) : [[prefix + name, value]]);
}

/** The `site` that these scripts make. */
function load(...names) {
  const context = vm.createContext({
    URLSearchParams, DecompressionStream, Response, Blob, TextDecoder, TextEncoder, atob, performance, console,
  });
  context.site = { words: WORDS_SAID };
  for (const name of ["texts", ...names]) vm.runInContext(readFileSync(join(SCRIPTS, `${name}.js`), "utf8"), context, name);
  return context.site;
}

/** A table of cases; JSON knows no NaN, so the tables spell it as text. */
function cases(name) {
  return JSON.parse(readFileSync(join(CASES, `${name}.json`), "utf8"), (key, value) => {
    return key !== "name" && typeof value === "string" && value in WORDS ? WORDS[value] : value;
  });
}

/** Equal within rounding; NaN equals NaN. */
function near(one, other, tolerance = 1e-9) {
  if (Number.isNaN(one) || Number.isNaN(other)) return Number.isNaN(one) && Number.isNaN(other);
  return Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(one), Math.abs(other));
}

/** An entry as decoded, from steps and values. */
function whole(values, more = {}) {
  const step = Float64Array.from(more.steps || values.map((_, at) => at));
  const t = Float64Array.from(more.times || values.map((_, at) => at / 2));
  const cols = { step, t, y: Float64Array.from(values) };
  return { run: "run-a", metric: "loss", rank: 0, points: values.length, width: 1, started: 1000, cols, ...more.entry };
}

/** An entry of buckets from rows of [first step, last step, min, mean, max, finite points, others]. */
function bucketed(rows, more = {}) {
  const pick = (/** @type {number} */ at) => Float64Array.from(rows, (row) => row[at]);
  const cols = {
    step0: pick(0), step1: pick(1), t0: pick(0), t1: pick(1), min: pick(2), mean: pick(3), max: pick(4),
    n: pick(5), bad: pick(6), first: pick(3), last: pick(3),
  };
  return { run: "run-a", metric: "loss", rank: 0, points: 64 * rows.length, width: 64, started: 1000, cols, ...more.entry };
}

/** Plain arrays and objects of this realm, so that deepEqual compares what is inside. */
const plain = (value) => JSON.parse(JSON.stringify(value));

module.exports = { load, cases, near, whole, bucketed, plain };
