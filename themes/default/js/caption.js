// The words beside a chart's title: how many curves, how exact, and what is not shown.
(function (/** @type {Site} */ site) {
  "use strict";

  const MOST_NAMES = 12;

  /** @param {Drawn[]} drawn */
  function detail(drawn) {
    const wide = drawn.filter((one) => one.width > 1);
    if (!wide.length) return site.t("caption.every_point");
    const widths = wide.map((one) => one.width);
    const least = Math.min(...widths), most = Math.max(...widths);
    const [first] = wide;
    const alike = least === most && wide.length === drawn.length && wide.every((one) => one.whole && one.values === first.values && one.points === first.points);
    if (alike) return site.t("caption.buckets", { n: first.values, points: first.points });
    return site.t("caption.buckets_of", { sizes: least === most ? String(most) : `${least}–${most}` });
  }

  /** Whether the points behind buckets can be had, and if not why. @param {Drawn[]} drawn */
  function behind(drawn) {
    const wide = drawn.filter((one) => one.width > 1);
    const reasons = [...new Set(wide.map((one) => one.held).filter(Boolean))];
    const kept = wide.filter((one) => one.held).length;
    const why = reasons.join("; ");
    if (why) return kept < wide.length ? site.t("caption.held_some", { n: kept, why }) : site.t("caption.held", { why });
    return wide.some((one) => one.whole && one.more) ? site.t("caption.zoom") : "";
  }

  /** What stands beside the title, and what is said to those who ask for more. @param {CaptionCounts} counts */
  function text(counts) {
    const { drawn, runs, chosen, known, hiddenByLog, missing, lacking, outside } = counts;
    const parts = [];
    if (known > 1) parts.push(runs < known ? site.t("caption.of_runs", { shown: String(runs), n: known }) : site.t("count.run", { n: runs }));
    else if (drawn.length > 1) parts.push(site.t("caption.series", { n: drawn.length }));
    // What a reader would not expect comes first: a narrow chart cuts the rest.
    for (const more of [lacking, outside, counts.groups && drawn.length ? counts.means : ""]) if (more) parts.push(more);
    if (counts.groups && drawn.length) parts.push(counts.groups);
    else if (drawn.length && counts.isLost && !hiddenByLog) parts.push(site.t("caption.none_finite"));
    else parts.push(drawn.length ? detail(drawn) : chosen ? site.t("caption.no_values") : site.t("caption.no_run"));
    if (hiddenByLog) parts.push(site.t("caption.below_zero", { n: hiddenByLog }));
    const names = missing.length > MOST_NAMES ? site.t("caption.shown_runs", { n: missing.length }) : missing.join(", ");
    const more = [behind(drawn), missing.length && known > 1 ? site.t("caption.not_logged", { names }) : ""].filter(Boolean);
    return { text: parts.join(" · "), more: more.join(" · ") };
  }

  /** What lines of groups are made of where their runs are drawn in buckets: means, without the extremes of these. @param {Curve[]} curves */
  function means(curves) {
    const widths = curves.filter(site.series.isMany).flatMap((curve) => /** @type {Curve[]} */ (curve.members).map((one) => one.width)).filter((width) => width > 1);
    const least = widths.reduce((a, b) => Math.min(a, b), Infinity), most = widths.reduce((a, b) => Math.max(a, b), 1);
    return most > 1 ? site.t("caption.means", { sizes: least === most ? String(most) : `${least}–${most}` }) : "";
  }

  site.caption = { text, means };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
