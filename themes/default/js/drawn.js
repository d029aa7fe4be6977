// What a chart draws, as a table: a row for every point or bucket of every line, for its data view and its files.
(function (/** @type {Site} */ site) {
  "use strict";

  /** The name of each line, told apart from others of the same name. @param {Panel} panel */
  function labels(panel) {
    const { visible } = panel;
    /** @type {((curve: Curve) => string)[]} */
    const ways = [(one) => one.name, (one) => `${one.name} ${one.metric}`, (one) => `${one.name} (${one.run})`, (one) => `${one.name} (${one.key})`];
    return visible.map((curve) => {
      const way = ways.find((tell) => visible.filter((other) => tell(other) === tell(curve)).length === 1);
      return way ? way(curve) : curve.key;
    });
  }

  /** @param {Panel} panel @param {(curve: Curve) => unknown} of */
  const differ = (panel, of) => new Set(panel.visible.map(of)).size > 1;

  /** The column of x: how a file calls it and what the page says. @param {Panel} panel */
  function xColumn(panel) {
    const { xmode, xname } = panel;
    const key = { step: "step", relative: "seconds", wall: "time", metric: xname }[xmode];
    const title = { step: site.t("charts.axis.step"), relative: site.t("drawn.seconds"), wall: site.t("charts.axis.wall"), metric: xname }[xmode];
    return { key, title, kind: /** @type {"time" | "number"} */ (xmode === "wall" ? "time" : "number") };
  }

  /** Every column that some line has something for. @param {Panel} panel @returns {DrawnColumn[]} */
  function columns(panel) {
    const { visible } = panel, names = labels(panel);
    const isGrouped = visible.some((curve) => curve.members), isWide = visible.some((curve) => curve.buckets && !curve.members);
    const isSolo = !isGrouped && visible.some((curve) => curve.row && curve.row.name !== curve.name);
    const x = xColumn(panel);
    /** @type {DrawnColumn[]} */
    const found = [{ key: isGrouped ? "group" : isSolo ? "series" : "run", title: isGrouped ? site.t("drawn.group") : isSolo ? site.t("drawn.series") : site.t("drawn.run"), kind: "text", of: (curve) => names[visible.indexOf(curve)] }];
    /** @param {boolean} isWanted @param {string} key @param {string} title @param {DrawnColumn["kind"]} kind @param {DrawnColumn["of"]} of */
    const add = (isWanted, key, title, kind, of) => {
      // A metric may be called like one of our own columns.
      if (isWanted) found.push({ key: found.some((one) => one.key === key) ? `x ${key}` : key, title, kind, of });
    };
    add(isSolo, "run", site.t("drawn.run"), "text", (curve) => (curve.row ? curve.row.name : ""));
    add(differ(panel, (curve) => curve.metric), "metric", site.t("drawn.metric"), "text", (curve) => curve.metric);
    add(!isGrouped && differ(panel, (curve) => curve.rank), "rank", site.t("drawn.rank"), "number", (curve) => curve.rank);
    const own = ["value", "smoothed", "low", "high", "n", "not_finite", "from", "to"];
    add(true, own.includes(x.key) ? `x ${x.key}` : x.key, x.title, x.kind, (curve, at) => curve.x[at]);
    add(isWide, "from", site.t("drawn.from"), x.kind, (curve, at) => (curve.buckets && !curve.members ? curve.buckets.x0[at] : curve.x[at]));
    add(isWide, "to", site.t("drawn.to"), x.kind, (curve, at) => (curve.buckets && !curve.members ? curve.buckets.x1[at] : curve.x[at]));
    add(!isGrouped && panel.xmode !== "step", "step", site.t("charts.axis.step"), "number", (curve, at) => {
      const steps = curve.entry.cols.step || curve.entry.cols.step0;
      return steps ? steps[at] : null;
    });
    add(true, "value", site.t("drawn.value"), "number", (curve, at) => curve.y[at]);
    add(visible.some((curve) => curve.smooth), "smoothed", site.t("drawn.smoothed"), "number", (curve, at) => (curve.smooth ? curve.smooth[at] : null));
    const isBanded = isGrouped || isWide;
    add(isBanded, "low", site.t("drawn.low"), "number", (curve, at) => (curve.buckets ? curve.buckets.lo[at] : curve.y[at]));
    add(isBanded, "high", site.t("drawn.high"), "number", (curve, at) => (curve.buckets ? curve.buckets.hi[at] : curve.y[at]));
    add(isBanded, "n", isGrouped ? site.t("drawn.runs") : site.t("drawn.points"), "number", (curve, at) => (curve.buckets && (!isGrouped || site.series.isMany(curve)) ? curve.buckets.n[at] : Number(Number.isFinite(curve.y[at]))));
    add(isWide, "not_finite", site.t("drawn.not_finite"), "number", (curve, at) => (curve.buckets ? curve.buckets.bad[at] : Number(!Number.isFinite(curve.y[at]))));
    return found;
  }

  /** The rows of what is drawn, in the order of the lines. @param {Panel} panel @returns {DrawnTable} */
  function of(panel) {
    const starts = [0];
    for (const curve of panel.visible) starts.push(starts[starts.length - 1] + curve.x.length);
    const all = columns(panel), count = starts[starts.length - 1];
    return {
      columns: all, count,
      cell(row, column) {
        let low = 0, high = panel.visible.length - 1;
        while (low < high) {
          const middle = (low + high + 1) >> 1;
          if (starts[middle] <= row) low = middle;
          else high = middle - 1;
        }
        return all[column].of(panel.visible[low], row - starts[low]);
      },
    };
  }

  /** A cell that no spreadsheet takes for a formula. @param {string} value */
  function quoted(value) {
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  }

  /** @param {string | number | null} value @param {DrawnColumn["kind"]} kind */
  function written(value, kind) {
    if (value === null) return "";
    if (typeof value === "string") return quoted(value);
    return kind === "time" && Number.isFinite(value) ? new Date(value * 1000).toISOString() : String(value);
  }

  /** All of it as the text of a CSV file. @param {Panel} panel */
  function csv(panel) {
    const all = columns(panel), lines = [all.map((column) => quoted(column.key)).join(",")];
    for (const curve of panel.visible) {
      for (let at = 0; at < curve.x.length; at++) lines.push(all.map((column) => written(column.of(curve, at), column.kind)).join(","));
    }
    return `${lines.join("\r\n")}\r\n`;
  }

  site.drawn = { of, csv, labels, columns, xColumn, quoted };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
