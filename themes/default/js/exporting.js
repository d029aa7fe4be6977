// What the run table shows, as a file: the lines that pass the filter, in their order, with the columns in theirs.
(function (/** @type {Site} */ site) {
  "use strict";

  const { store } = site;

  /** @param {PageData} page @returns {ExportColumn[]} */
  function columns(page) {
    const now = Date.now() / 1000, known = site.columns.here();
    const order = site.order.sorted(site.choice.passing(page.runs), store.get("sort"), known, page.runs, now), runs = order.map((at) => page.runs[at]);
    const shown = site.columns.shown().filter((column) => column.kind !== "spark");
    const grouping = site.grouping.by().filter((column) => !shown.includes(column));
    return [
      { name: "run", values: runs.map((run) => run.name) },
      { name: "id", values: runs.map((run) => run.id) },
      ...[...grouping, ...shown].map((column) => ({ name: column.key, values: column.kind === "state" ? runs.map((run) => site.live.word(run, now))
        : column.kind === "time" ? runs.map((run) => new Date((run.started || 0) * 1000).toISOString()) : order.map((at) => number((column.values || [])[at] ?? null)) })),
    ];
  }

  /** @param {CellValue} value @returns {CellValue} */
  const number = (value) => (value === "NaN" ? NaN : value === "Infinity" ? Infinity : value === "-Infinity" ? -Infinity : value);

  /** A cell that no spreadsheet takes for a formula. @param {CellValue} value */
  function cell(value) {
    if (value === null) return "";
    if (typeof value === "number") return String(value);
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  }

  /** @param {ExportColumn[]} all */
  function text(all) {
    const lines = [all.map((column) => cell(column.name)).join(",")];
    for (let at = 0; at < all[0].values.length; at++) lines.push(all.map((column) => cell(column.values[at])).join(","));
    return lines.join("\r\n") + "\r\n";
  }

  /** @param {PageData} page @param {BlobPart} content @param {string} type @param {string} suffix */
  function download(page, content, type, suffix) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = `${(page.name || "runs").replace(/[^\w.-]+/g, "-")}${suffix}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  site.exporting = {
    columns, text, cell,
    csv: (page) => download(page, text(columns(page)), "text/csv", ".csv"),
    parquet: (page) => download(page, site.parquet.file(columns(page)), "application/vnd.apache.parquet", ".parquet"),
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
