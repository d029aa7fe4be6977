// The words beside a chart's title: how many curves, how exact, and what is not shown.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @param {number} count @param {string} word */
  const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  /** @param {CaptionCounts} counts */
  function text(counts) {
    const { curves, runs, chosen, known, widths, hiddenByLog, missing } = counts;
    const parts = [];
    if (known > 1) parts.push(runs < known ? `${runs} of ${many(known, "run")}` : many(runs, "run"));
    if (known <= 1 && curves > 1) parts.push(many(curves, "series"));
    if (curves) {
      const wide = widths.filter((width) => width > 1);
      if (!wide.length) parts.push("every point");
      else {
        const least = Math.min(...wide), most = Math.max(...wide);
        parts.push(`buckets of ${least === most ? most : `${least} to ${most}`} points, extremes kept`);
      }
    } else parts.push(chosen ? "no values" : "no run is shown");
    if (hiddenByLog) parts.push(`${many(hiddenByLog, "value")} ≤ 0 not on this axis`);
    if (missing.length && known > 1) parts.push(`not logged by ${missing.length > 2 ? many(missing.length, "shown run") : missing.join(", ")}`);
    return parts.join(" · ").replace("seriess", "series");
  }

  site.caption = { text };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
