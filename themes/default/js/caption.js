// The words beside a chart's title: how many curves, how exact, and what is not shown.
(function (/** @type {Site} */ site) {
  "use strict";

  const MOST_NAMES = 12;

  /** @param {number} count @param {string} word */
  const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  /** @param {Drawn[]} drawn */
  function detail(drawn) {
    const wide = drawn.filter((one) => one.width > 1);
    if (!wide.length) return "every point";
    const widths = wide.map((one) => one.width);
    const least = Math.min(...widths), most = Math.max(...widths);
    const [first] = wide;
    const alike = least === most && wide.length === drawn.length && wide.every((one) => one.whole && one.values === first.values && one.points === first.points);
    if (alike) return `${count(first.values)} buckets of ${count(first.points)} points`;
    return `buckets of ${least === most ? most : `${least}–${most}`}, extremes kept`;
  }

  /** @param {number} value */
  const count = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

  /** Whether the points behind buckets can be had, and if not why. @param {Drawn[]} drawn */
  function behind(drawn) {
    const wide = drawn.filter((one) => one.width > 1);
    const reasons = [...new Set(wide.map((one) => one.held).filter(Boolean))];
    const kept = wide.filter((one) => one.held).length;
    if (reasons.length) return `raw points ${kept < wide.length ? `of ${kept} ` : ""}were not shipped (${reasons.join("; ")})`;
    return wide.some((one) => one.whole && one.more) ? "zoom in for every point" : "";
  }

  /** What stands beside the title, and what is said to those who ask for more. @param {CaptionCounts} counts */
  function text(counts) {
    const { drawn, runs, chosen, known, hiddenByLog, missing, lacking, outside } = counts;
    const parts = [];
    if (known > 1) parts.push(runs < known ? `${runs} of ${many(known, "run")}` : many(runs, "run"));
    else if (drawn.length > 1) parts.push(`${drawn.length} series`);
    // What a reader would not expect comes first: a narrow chart cuts the rest.
    for (const more of [lacking, outside]) if (more) parts.push(more);
    if (counts.groups && drawn.length) parts.push(counts.groups);
    else parts.push(drawn.length ? detail(drawn) : chosen ? "no values" : "no run is shown");
    if (hiddenByLog) parts.push(`${many(hiddenByLog, "value")} ≤ 0 left out`);
    const names = missing.length > MOST_NAMES ? `${missing.length} shown runs` : missing.join(", ");
    const more = [behind(drawn), missing.length && known > 1 ? `not logged by ${names}` : ""].filter(Boolean);
    return { text: parts.join(" · "), more: more.join(" · ") };
  }

  site.caption = { text };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
