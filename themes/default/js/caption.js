// The words beside a chart's title: how many curves, how exact, and what is not shown.
(function (/** @type {Site} */ site) {
  "use strict";

  const MOST_NAMES = 12;

  /** @param {number} count @param {string} word */
  const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  /** @param {number[]} widths points per bucket of each curve */
  function detail(widths) {
    const wide = widths.filter((width) => width > 1);
    if (!wide.length) return "every point";
    const least = Math.min(...wide), most = Math.max(...wide);
    return `buckets of ${least === most ? most : `${least}–${most}`}, extremes kept`;
  }

  /** What stands beside the title, and what is said to those who ask for more. @param {CaptionCounts} counts */
  function text(counts) {
    const { curves, runs, chosen, known, widths, hiddenByLog, missing } = counts;
    const parts = [];
    if (known > 1) parts.push(runs < known ? `${runs} of ${many(known, "run")}` : many(runs, "run"));
    else if (curves > 1) parts.push(`${curves} series`);
    parts.push(curves ? detail(widths) : chosen ? "no values" : "no run is shown");
    if (hiddenByLog) parts.push(`${many(hiddenByLog, "value")} ≤ 0 left out`);
    const names = missing.length > MOST_NAMES ? `${missing.length} shown runs` : missing.join(", ");
    return { text: parts.join(" · "), more: missing.length && known > 1 ? `not logged by ${names}` : "" };
  }

  site.caption = { text };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
