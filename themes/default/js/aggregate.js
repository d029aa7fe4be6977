// What a group of runs has in a column: a centre with its spread, the value all share, or how many there are.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @param {Summary} all @param {Centre} centre @param {ColumnData} column */
  function told(all, centre, column) {
    const form = column.kind === "duration" ? site.format.duration : site.format.measure;
    const spread = centre === "mean" ? (all.n > 1 ? site.t("stats.sd", { sd: form(all.sd) }) : "") : site.t("stats.quartiles", { low: form(all.q1), high: form(all.q3) });
    return site.t("stats.told", {
      centre: site.t("centre." + centre), value: form(all[centre]), spread, median: form(all.median), low: form(all.min), high: form(all.max), count: all.n,
    });
  }

  /** Digits of the centre down to the first two of its spread: 0.9431 ± 0.0012. @param {number} centre @param {number} spread */
  function pair(centre, spread) {
    if (!Number.isFinite(spread) || spread === 0) return [site.format.measure(centre), ""];
    const places = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(spread)))));
    if (Math.abs(centre) >= 1e9 || Math.abs(centre) < 1e-4 && centre !== 0) return [site.format.measure(centre), site.format.measure(spread)];
    return [centre.toFixed(places), spread.toFixed(places)];
  }

  /** @param {CellValue[]} values */
  function shared(values) {
    const distinct = new Set(values.filter((value) => value !== null));
    if (!distinct.size) return { text: site.format.MISSING, title: "", isMissing: true };
    const [first] = distinct;
    if (distinct.size === 1 && values.every((value) => value !== null)) return { text: typeof first === "number" ? site.format.brief(first) : String(first), title: "", isMissing: false };
    const some = [...distinct].slice(0, 12).map((value) => (typeof value === "number" ? site.format.brief(value) : String(value))).join(", ");
    const text = distinct.size === 1 ? site.t("group.in_some", { value: typeof first === "number" ? site.format.brief(first) : String(first) }) : site.t("group.values", { n: distinct.size });
    return { text, title: distinct.size > 12 ? `${some}, …` : some, isMissing: true };
  }

  /** @param {ColumnData} column @param {number[]} positions @returns {CellValue[]} */
  const valuesOf = (column, positions) => positions.map((at) => (column.values || [])[at] ?? null);

  /**
   * The cell of a group.
   * @param {ColumnData} column @param {number[]} positions @param {Centre} centre @returns {GroupCell}
   */
  function cell(column, positions, centre) {
    const values = valuesOf(column, positions);
    if (column.kind !== "number" && column.kind !== "duration") return { ...shared(values), spread: "", number: null };
    const all = site.stats.summary(values);
    if (!all.n) return { ...shared(values), spread: "", number: null };
    const lost = values.filter((value) => typeof value === "string").length;
    const isTime = column.kind === "duration";
    const [text, spread] = isTime ? [site.format.duration(all[centre]), ""] : pair(all[centre], centre === "mean" ? all.sd : (all.q3 - all.q1) / 2);
    const title = told(all, centre, column) + (lost ? `; ${site.t("group.left_out", { n: lost })}` : "");
    return { text, spread, title, isMissing: false, number: all[centre] };
  }

  /** A centre to sort groups by; words by what most members say. @param {ColumnData} column @param {number[]} positions @param {Centre} centre @returns {CellValue} */
  function key(column, positions, centre) {
    const values = valuesOf(column, positions);
    const all = site.stats.summary(values);
    return all.n ? all[centre] : values.find((value) => value !== null) ?? null;
  }

  /** How groups are drawn: "4 groups, mean ± sd". @param {number} groups */
  function words(groups) {
    return site.t("group.drawn", { n: groups, how: site.t("drawn_as." + site.store.get("band"), { centre: site.t("centre." + site.store.get("centre")) }) });
  }

  site.aggregate = { cell, key, pair, valuesOf, words };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
