"use strict";

const assert = require("node:assert");
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const test = require("node:test");
const { load } = require("./charts_harness.js");

const SCRIPTS = join(__dirname, "..", "..", "themes", "default", "js");
const site = load("help");
const titles = (/** @type {string[]} */ ...names) => names.map((name) => site.t(`help.${name}`));

/** Where the sheet tells of the keys that a script listens to. */
const TOLD = {
  nav: titles("everywhere", "run"), grid: titles("table"), header: titles("heads"), suggest: titles("filter"), listkeys: titles("lists"),
  zoom: titles("chart"), media_bars: titles("histogram"), fullscreen: titles("screen"), datatable: titles("everywhere"), workspace: titles("width"), runlegend: titles("legend"),
  // The palette says its keys itself; Escape closes a popover as everything else.
  palette: null, popover: titles("everywhere"),
};
const NAMES = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", PageUp: "PgUp", PageDown: "PgDn", Escape: "Esc", " ": "Space", "-": "−", k: "K" };
const MODIFIERS = new Set(["Ctrl", "Shift", "Alt"]);
/** The same key with Shift on some keyboards. */
const SAME = { "=": "+" };

/** Keys that a script compares `event.key` with, or looks up by it. */
function handled(name) {
  const text = readFileSync(join(SCRIPTS, `${name}.js`), "utf8");
  const keys = [...text.matchAll(/event\.key(?:\.toLowerCase\(\))? [!=]== "([^"]+)"/g)].map((found) => found[1]);
  for (const [, table] of text.matchAll(/\{([^{}]*\bArrow\w+:[^{}]*)\}/g)) keys.push(...[...table.matchAll(/(\w+): ?(?=\[|-?\d)/g)].map((found) => found[1]));
  return new Set(keys.map((key) => SAME[key] || key).map((key) => NAMES[key] || key));
}

/** Keys that the sheet lists under these titles. */
function listed(names) {
  const rows = site.help.keys.filter(([title]) => names.includes(title)).flatMap(([, , keys]) => keys);
  return new Set(rows.flatMap(([keys]) => keys.split(" ")).filter((key) => !MODIFIERS.has(key)));
}

test("every script that listens to keys has its place on the sheet of keys", () => {
  const listening = readdirSync(SCRIPTS).filter((file) => /addEventListener\("keydown"/.test(readFileSync(join(SCRIPTS, file), "utf8")));
  assert.deepStrictEqual(listening.map((file) => file.replace(/\.js$/, "")).sort(), Object.keys(TOLD).sort());
});

for (const [name, names] of Object.entries(TOLD)) {
  if (!names) continue;
  test(`the keys of ${name} are those that the sheet lists`, () => {
    const keys = handled(name), told = listed(names);
    // Of a menu it leads to the next field, as everywhere.
    if (name === "popover") keys.delete("Tab");
    assert.ok(keys.size > 0);
    assert.deepStrictEqual([...keys].filter((key) => !told.has(key)), [], "handled, but not on the sheet");
  });
}

test("the sheet lists no key that nothing listens to", () => {
  const places = Object.entries(TOLD).filter(([, names]) => names);
  for (const title of new Set(site.help.keys.map(([one]) => one))) {
    const keys = new Set(places.filter(([, names]) => names.includes(title)).flatMap(([name]) => [...handled(name)]));
    // A head is a button: Enter presses it.
    if (title === site.t("help.heads")) keys.add("Enter");
    assert.deepStrictEqual([...listed([title])].filter((key) => !keys.has(key)), [], title);
  }
});
