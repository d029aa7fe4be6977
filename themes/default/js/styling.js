// Which stroke and mark a run's line has by a value of its settings or results: for eyes that colours do not tell apart.
(function (/** @type {Site} */ site) {
  "use strict";

  /** No more can be told apart at a glance; many numbers are told in fewer ranges. */
  const MOST = 6, RANGES = 4;
  /** The column that was last asked for, and what came of it, by runs' ids. @type {{ key: string, values: CellValue[], styles: Styles, byRun: Map<string, number> } | null} */
  let known = null;

  /** @param {CellValue} value */
  const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

  /**
   * A style for each position, and what each style stands for: a value; of many numbers a range; of many words the
   * most frequent ones, and all others together.
   * @param {CellValue[]} values @returns {Styles}
   */
  function of(values) {
    const all = site.legendEntries.byValue(values, values.map((_, at) => at)), numbers = all.filter(([value]) => isNumber(value));
    if (all.length <= MOST) return made(values.length, all.map(([value, at]) => [JSON.stringify(value), site.legendEntries.told(value), at]));
    return numbers.length > MOST || numbers.length > all.length / 2 ? ranges(values.length, numbers, all) : frequent(values.length, all);
  }

  /** @param {number} count @param {[string, string, number[]][]} found id, words and positions of each @returns {Styles} */
  function made(count, found) {
    const at = new Int8Array(count).fill(-1);
    found.forEach(([, , positions], style) => { for (const place of positions) at[place] = style; });
    return { at, entries: found.map(([id, label, positions]) => ({ id, label, positions })) };
  }

  /** Ranges with about as many different numbers each; what is no number has a style of its own. @param {number} count @param {[CellValue, number[]][]} numbers @param {[CellValue, number[]][]} all */
  function ranges(count, numbers, all) {
    /** @type {[string, string, number[]][]} */
    const found = [];
    for (let part = 0; part < RANGES; part++) {
      const mine = numbers.slice(Math.round((part * numbers.length) / RANGES), Math.round(((part + 1) * numbers.length) / RANGES));
      const [from, to] = [mine[0], mine[mine.length - 1]].map(([value]) => site.legendEntries.rough(Number(value)));
      found.push([`range ${part}`, from === to ? from : site.t("legend.part", { from, to }), mine.flatMap(([, at]) => at)]);
    }
    const rest = all.filter(([value]) => !isNumber(value));
    return made(count, rest.length ? [...found, together(rest)] : found);
  }

  /** Of as frequent ones those with the newest runs. @param {number} count @param {[CellValue, number[]][]} all */
  function frequent(count, all) {
    const chosen = new Set([...all].sort((a, b) => b[1].length - a[1].length || a[1][0] - b[1][0]).slice(0, MOST - 1));
    const own = all.filter((one) => chosen.has(one)).map(([value, at]) => /** @type {[string, string, number[]]} */ ([JSON.stringify(value), site.legendEntries.told(value), at]));
    return made(count, [...own, together(all.filter((one) => !chosen.has(one)))]);
  }

  /** @param {[CellValue, number[]][]} rest @returns {[string, string, number[]]} */
  function together(rest) {
    const label = rest.length === 1 ? site.legendEntries.told(rest[0][0]) : site.t("legend.others", { n: rest.length });
    return ["others", label, rest.flatMap(([, at]) => at)];
  }

  /** The column whose values style lines, if one does and they are here. @returns {ColumnData | null} */
  function column() {
    const by = site.store.get("style"), found = by ? site.columns.find(by) : null;
    return found && found.values && found.values.length ? found : null;
  }

  /** @returns {Styles | null} */
  function styles() {
    const found = column(), page = /** @type {PageData} */ (site.current);
    if (!found || !found.values) return null;
    if (!known || known.key !== found.key || known.values !== found.values) {
      const made = of(found.values);
      known = { key: found.key, values: found.values, styles: made, byRun: new Map(page.runs.map((run, at) => [run.id, made.at[at]])) };
    }
    return known.styles;
  }

  /** @param {number} position */
  function at(position) {
    const page = /** @type {PageData} */ (site.current), by = site.store.get("style");
    // While the page is renewed its columns are on their way, and lines stay as they are.
    if (!by || (!styles() && known?.key !== by)) return -1;
    return known?.byRun.get(page.runs[position].id) ?? -1;
  }

  site.styling = { of, styles, column, at };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
