// The order of the run table: by one column or several, what is missing or not finite always last.
(function (/** @type {Site} */ site) {
  "use strict";

  const ORDER = ["running", "stalled", "finished", "stopped", "failed", "lost"];
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  /** @param {CellValue} value */
  const isMissing = (value) => value === null || value === "NaN" || value === "Infinity" || value === "-Infinity";

  /** @param {string} key @param {ColumnData[]} columns @param {RunRow[]} runs @param {number} now */
  function values(key, columns, runs, now) {
    if (key === "name") return runs.map((run) => run.name);
    const column = columns.find((one) => one.key === key);
    if (!column) return null;
    if (column.kind === "state") return runs.map((run) => ORDER.indexOf(site.live.word(run, now)));
    if (column.kind === "time") return runs.map((run) => run.started ?? null);
    return column.values || null;
  }

  /**
   * The positions in the order asked for; equal ones stay as they were.
   * @param {number[]} positions @param {SortKey[]} keys @param {ColumnData[]} columns @param {RunRow[]} runs
   * @param {number} now
   */
  function sorted(positions, keys, columns, runs, now) {
    const by = keys.map(({ key, dir }) => ({ of: values(key, columns, runs, now), sign: dir === "desc" ? -1 : 1 }));
    return [...positions].sort((one, other) => {
      for (const { of, sign } of by) {
        if (!of) continue;
        const a = of[one] ?? null, b = of[other] ?? null;
        if (isMissing(a) || isMissing(b)) {
          if (isMissing(a) !== isMissing(b)) return isMissing(a) ? 1 : -1;
          continue;
        }
        const found = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
        if (found) return sign * found;
      }
      return one - other;
    });
  }

  site.order = { sorted };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
