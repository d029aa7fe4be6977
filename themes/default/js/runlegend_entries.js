// The entries of the legend of a project's charts, and what a press on one draws and hides.
(function (/** @type {Site} */ site) {
  "use strict";

  const PARTS = 8;
  /** A part's bounds need not tell more than the eye can see. */
  const DIGITS = 3;

  /** @param {CellValue} value */
  const told = (value) => (value === null ? site.t("group.none") : value === "" ? site.t("legend.empty") : typeof value === "number" ? site.format.brief(value) : value);

  /** What a column is called where its head is not in sight. @param {ColumnData} column */
  const title = (column) => (column.group === "metric" && column.note ? `${column.label} ${column.note}` : column.label);

  /** @param {number} value */
  const rough = (value) => site.format.brief(Number(value.toPrecision(DIGITS)));

  /** The positions that have each value, numbers first and what is missing last. @param {CellValue[]} values @param {number[]} positions @returns {[CellValue, number[]][]} */
  function byValue(values, positions) {
    /** @type {Map<CellValue, number[]>} */
    const found = new Map();
    for (const at of positions) {
      const value = values[at] ?? null, known = found.get(value);
      if (known) known.push(at);
      else found.set(value, [at]);
    }
    return [...found].sort(([a], [b]) => site.groups.compare(a, b));
  }

  /**
   * An entry for each value; of many numbers one for each part of the ramp, and then what is no number.
   * @param {CellValue[]} values @param {number[]} positions those that the filter lets through @param {Looks} looks @returns {LegendEntry[]}
   */
  function ofValues(values, positions, looks) {
    const over = site.colouring.measure(values), colors = site.colouring.scale(values, looks.palette, looks.ramp);
    const isPart = (/** @type {CellValue} */ value) => over && typeof value === "number" && Number.isFinite(value);
    const single = byValue(values, positions.filter((at) => !isPart(values[at] ?? null)))
      .map(([value, at]) => ({ id: JSON.stringify(value), label: told(value), color: colors.get(value) || looks.none, positions: at }));
    return over ? [...parts(values, positions, over, looks.ramp), ...single] : single;
  }

  /** @param {CellValue[]} values @param {number[]} positions @param {Measure} over @param {string[]} ramp @returns {LegendEntry[]} */
  function parts(values, positions, over, ramp) {
    const edge = (/** @type {number} */ at) => (over.isLog ? over.low * (over.high / over.low) ** (at / PARTS) : over.low + ((over.high - over.low) * at) / PARTS);
    const last = ramp.length - 1, width = Math.ceil(last / PARTS);
    return Array.from({ length: PARTS }, (_, at) => {
      const from = Math.round((at * last) / PARTS), colors = ramp.slice(from, from + width + 1);
      return {
        id: `part ${at}`, label: site.t("legend.part", { from: rough(edge(at)), to: rough(edge(at + 1)) }), color: colors[colors.length >> 1], colors,
        positions: positions.filter((place) => {
          const value = values[place];
          return typeof value === "number" && Number.isFinite(value) && Math.min(PARTS - 1, Math.floor(site.colouring.share(over, value) * PARTS)) === at;
        }),
      };
    });
  }

  /** The ends of the ramp in words. @param {Measure} over @returns {[string, string]} */
  const ends = ({ low, high }) => [rough(low), rough(high)];

  /** So many entries to begin with, in their order: those with runs that the page draws as it comes, then others. @param {LegendEntry[]} entries @param {number} most @param {Set<number>} usual @returns {LegendEntry[]} */
  function first(entries, most, usual) {
    const parted = entries.filter((one) => one.colors), single = entries.filter((one) => !one.colors);
    // One more takes no more room than saying that there is one more.
    if (single.length <= most + 1) return entries;
    const drawn = single.filter((one) => one.positions.some((at) => usual.has(at)));
    const chosen = new Set([...drawn, ...single.filter((one) => !drawn.includes(one))].slice(0, most));
    return [...parted, ...single.filter((one) => chosen.has(one))];
  }

  site.legendEntries = { ofValues, byValue, told, title, rough, ends, first };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
