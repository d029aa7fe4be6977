// A metric that the reader has chosen as x axis: its series of the same run, joined by step.
(function (/** @type {Site} */ site) {
  "use strict";

  const WORD = "metric:";

  /** The name of the metric that is chosen as x, or "". */
  function chosen() {
    const x = String(site.store.get("x"));
    return x.startsWith(WORD) ? x.slice(WORD.length) : "";
  }

  /** The chart whose chunks hold the chosen metric; null where no run of the page has logged it. @param {PageData} page */
  function spec(page) {
    const name = chosen();
    return (name && page.charts.find((one) => one.family === "metric" && !one.added && one.metric === name)) || null;
  }

  /** How a chart measures x now, and by which metric. @param {Panel} panel @param {PageData} page */
  function settle(panel, page) {
    const x = site.state.of(panel.spec, "x"), { family, x: own } = panel.spec, found = family === "metric" && spec(page);
    panel.joined = Boolean(found);
    panel.xname = found ? found.metric : own || "";
    if (found) panel.xmode = "metric";
    else if (x === "relative" || x === "wall") panel.xmode = x;
    else panel.xmode = family === "system" ? "relative" : own ? "metric" : "step";
  }

  /** First position whose step is beyond this one. @param {ArrayLike<number>} steps @param {number} step */
  function after(steps, step) {
    let low = 0, high = steps.length;
    while (low < high) {
      const at = (low + high) >> 1;
      if (steps[at] <= step) low = at + 1;
      else high = at;
    }
    return low;
  }

  /** The metric's value at a step: what was logged there, else the latest before; within a bucket on the way through it. @param {Entry} entry @returns {(step: number) => number} */
  function reader({ cols, width }) {
    if (width === 1) return (step) => {
      const at = after(cols.step, step) - 1;
      return at < 0 ? NaN : cols.y[at];
    };
    const { step0, step1, first, last } = cols;
    return (step) => {
      const at = after(step0, step) - 1;
      if (at < 0) return NaN;
      const part = step1[at] > step0[at] ? Math.min(1, (step - step0[at]) / (step1[at] - step0[at])) : 1;
      return first[at] + (last[at] - first[at]) * part;
    };
  }

  /** @param {Numbers} values @param {number[]} rows */
  const picked = (values, rows) => Float64Array.from(rows, (row) => values[row]);

  /** A series with the metric's values as x; rows before its first value have none and are left out. @param {Entry} entry @param {Entry} other @returns {Entry} */
  function joined(entry, other) {
    const { cols, width } = entry, read = reader(other);
    const names = width === 1 ? [["step", "x"]] : [["step0", "x0"], ["step1", "x1"]];
    const made = names.map(([from]) => Float64Array.from(cols[from], read));
    const rows = /** @type {number[]} */ ([]);
    for (let at = 0; at < made[0].length; at++) if (made.every((values) => Number.isFinite(values[at]))) rows.push(at);
    const kept = Object.fromEntries(Object.entries(cols).map(([name, values]) => [name, picked(values, rows)]));
    names.forEach(([, to], at) => { kept[to] = picked(made[at], rows); });
    if (width > 1) {
      for (const [at] of rows.entries()) if (kept.x0[at] > kept.x1[at]) [kept.x0[at], kept.x1[at]] = [kept.x1[at], kept.x0[at]];
    }
    return { ...entry, cols: kept, join: { entry, other, rows } };
  }

  /**
   * The series over the chosen metric, from the same rank or the lowest that logged it; without it, a run is left out.
   * @param {Panel} panel @param {Entry[]} entries
   */
  function join(panel, entries) {
    const name = chosen(), isUnknown = name && !panel.joined && panel.spec.family === "metric";
    panel.lacking = isUnknown ? site.t("xmetric.unknown", { name }) : "";
    if (!panel.joined) return entries;
    /** @type {Map<string, Entry>} */
    const known = new Map();
    for (const one of panel.xentries) {
      const lowest = known.get(one.run);
      if (!lowest || one.rank < lowest.rank) known.set(one.run, one);
      known.set(`${one.run} ${one.rank}`, one);
    }
    const made = entries.flatMap((entry) => {
      const other = known.get(`${entry.run} ${entry.rank}`) || known.get(entry.run);
      const one = other && joined(entry, other);
      return one && Object.values(one.cols)[0].length ? [one] : [];
    });
    const without = new Set(entries.map((one) => one.run)).size - new Set(made.map((one) => one.run)).size;
    if (without) panel.lacking = site.t("xmetric.without", { n: without, name: panel.xname });
    return made;
  }

  /** Offers the page's metrics in the field of the x axis; many of them only when it is about to be opened. @param {HTMLSelectElement} field @param {PageData} page */
  function offer(field, page) {
    /** @param {string} name */
    const option = (name) => new Option(name, WORD + name);
    const group = document.createElement("optgroup");
    group.label = site.t("xmetric.group");
    const names = page.charts.filter((one) => one.family === "metric" && !one.added).map((one) => one.metric);
    const fill = () => {
      const value = field.value;
      if (group.childElementCount < names.length) group.replaceChildren(...names.map(option));
      field.value = value;
    };
    if (chosen()) group.append(option(chosen()));
    field.append(group);
    field.addEventListener("pointerdown", fill, { once: true });
    field.addEventListener("focus", fill, { once: true });
    site.store.on("x", () => {
      if (chosen() && ![...field.options].some((one) => one.value === WORD + chosen())) group.append(option(chosen()));
      field.value = site.store.get("x");
    });
    field.value = site.store.get("x");
  }

  /** The rows of a series behind those of the joined one. @param {Join} join @param {Span} rows @param {number} width @returns {Span} */
  function behind({ rows: kept }, [from, to], width) {
    if (to <= from || !kept.length) return [0, 0];
    const place = (/** @type {number} */ row) => kept[Math.min(kept.length - 1, Math.floor(row / width))];
    return [place(from) * width, (place(to - 1) + 1) * width];
  }

  /** Rows of the metric's series, in buckets, between two steps and one bucket beyond them. @param {Entry} other @param {number} from @param {number} to @returns {Span} */
  function between({ cols, width, points }, from, to) {
    const first = Math.max(0, after(cols.step0, from) - 2), last = Math.min(cols.step0.length - 1, after(cols.step0, to));
    return [first * width, Math.min(points, (last + 1) * width)];
  }

  site.xmetric = { chosen, spec, settle, joined, join, behind, between };
  if (typeof document === "undefined") return;
  site.ready((page) => {
    for (const field of /** @type {NodeListOf<HTMLSelectElement>} */ (document.querySelectorAll("select[data-store=x]"))) offer(field, page);
  });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
