"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { cases, load, plain } = require("./charts_harness.js");

const { languages, zones, moments } = cases("dates");

/** The page's scripts in a language and a time zone. */
function page(language, zone, ...names) {
  const site = load("format", "dates", ...names);
  site.words = { ...site.words, ...languages[language] };
  site.current = zone === "UTC" ? {} : { zone: { id: zone, names: zones[zone] } };
  return site;
}

test("a date by the script is the date by the build, by one table", () => {
  for (const [language, zone, epoch, iso, text] of moments) {
    assert.deepStrictEqual(plain(page(language, zone).dates.moment(epoch)), { iso, text }, `${language} ${zone} ${epoch}`);
  }
});

test("a date may have its seconds, and what is less than one", () => {
  const { dates } = page("en", "UTC");
  assert.strictEqual(dates.moment(1772269213.25, "second").text, "28 Feb 2026 09:00:13 UTC");
  assert.strictEqual(dates.moment(1772269213.25, "exact").text, "28 Feb 2026 09:00:13.250 UTC");
  assert.strictEqual(dates.moment(1772269213, "exact").text, "28 Feb 2026 09:00:13 UTC");
});

test("what no calendar has is no date", () => {
  const { dates } = page("en", "Europe/Berlin");
  for (const epoch of [null, undefined, NaN, Infinity, 1e300, -1e12, 1e12]) assert.strictEqual(dates.moment(epoch), null, String(epoch));
});

test("a zone that the browser does not know is UTC, and called so", () => {
  const site = page("en", "UTC");
  site.current = { zone: { id: "Mars/Olympus_Mons", names: { 0: "MTC" } } };
  assert.strictEqual(site.dates.moment(1772269200).text, "28 Feb 2026 09:00 UTC");
  assert.strictEqual(site.dates.zone(), "UTC");
});

test("an offset that the site has no name for is told in hours", () => {
  const site = page("en", "UTC");
  site.current = { zone: { id: "Asia/Kolkata", names: {} } };
  assert.strictEqual(site.dates.moment(1772269200).text, "28 Feb 2026 14:30 UTC+05:30");
});

test("an axis of dates has the site's clocks, its months and its midnights", () => {
  const from = 1772269200 - 9 * 3600;
  const ticks = (language, zone, hours) => plain(page(language, zone, "scale", "ticks").ticks.wall(from, from + hours * 3600, 4).labels);
  assert.deepStrictEqual(ticks("en", "UTC", 20), ["28 Feb", "06:00", "12:00", "18:00"]);
  assert.deepStrictEqual(ticks("de", "Europe/Berlin", 20), ["28. Februar", "12:00", "18:00"]);
  assert.deepStrictEqual(ticks("ja", "UTC", 96), ["2月28日", "3月1日", "3月2日", "3月3日", "3月4日"]);
});

test("a tooltip and the table behind a chart say the same date", () => {
  const site = page("de", "Europe/Berlin", "scale", "ticks", "series", "tooltip");
  assert.strictEqual(site.tooltip.head({ xmode: "wall", xname: "" }, 1772269213, null, 0), "28. Februar 2026, 10:00:13 CET");
});

/** Clocks of Berlin go back on 25 October 2026 at 01:00 UTC. */
const BACK = Date.UTC(2026, 9, 25, 1) / 1000, HOUR = 3600;

test("when the clocks change is known to the second, and so is what they are ahead then", () => {
  const { dates } = page("en", "Europe/Berlin");
  assert.deepStrictEqual(plain(dates.shifts(BACK - 40 * HOUR, BACK + 40 * HOUR)), [{ from: BACK - 40 * HOUR, ahead: 7200 }, { from: BACK, ahead: 3600 }]);
  assert.deepStrictEqual(plain(dates.shifts(BACK, BACK + 40 * HOUR)).length, 1);
  assert.deepStrictEqual(plain(dates.shifts(BACK - 400 * 24 * HOUR, BACK).map((one) => one.ahead)), [7200, 3600, 7200, 3600]);
  assert.deepStrictEqual(plain(page("en", "UTC").dates.shifts(0, 1e9)), [{ from: 0, ahead: 0 }]);
});

test("an axis over a change of the clocks has every midnight", () => {
  const { ticks, dates } = page("en", "Europe/Berlin", "scale", "ticks");
  const { values, labels } = ticks.wall(BACK - 60 * HOUR, BACK + 60 * HOUR, 5);
  assert.deepStrictEqual(plain(labels), ["23 Oct", "24 Oct", "25 Oct", "26 Oct", "27 Oct"]);
  for (const value of values) assert.strictEqual(dates.clock(value, true), "00:00:00");
});

test("the mark of a first NaN is named as the axis counts", () => {
  const site = page("en", "Europe/Berlin", "scale", "ticks", "axes"), frame = (span) => ({ x: { domain: [BACK, BACK + span] } });
  const called = (xmode, x, span = HOUR) => site.axes.called({ xmode }, frame(span), x, 750);
  assert.deepStrictEqual([called("step", 750), called("metric", 1.5), called("relative", 750)], ["750", "1.5", "12 m 30 s"]);
  assert.deepStrictEqual([called("wall", BACK), called("wall", BACK - 1, 100 * HOUR)], ["02:00:00", "25 Oct 02:59"]);
});
