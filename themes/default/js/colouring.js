// What colours runs: each its own, those of its group, or a value of its settings or results.
(function (/** @type {Site} */ site) {
  "use strict";

  const GOLDEN = 137.508;
  /** From more numbers than these on, a colour says about where a value lies, not which it is. */
  const MOST_STEPS = 8;
  /** Values must span this factor before a logarithmic ramp is thought of. */
  const WIDE = 20;
  /** @type {Map<string, string> | null} */
  let colors = null;

  /** A colour for the n-th of several, from the palette first, then by turning the hue. @param {number} at @param {string[]} palette */
  function nth(at, palette) {
    if (at < palette.length) return palette[at];
    const lightness = 0.6 + 0.07 * (at % 3);
    return site.tokens.probe(`oklch(${lightness} 0.13 ${(at * GOLDEN) % 360})`);
  }

  /** How a ramp lies over numbers: in equal factors where they are spread more evenly so. Null for few numbers, which are told one by one. @param {CellValue[]} values @returns {Measure | null} */
  function measure(values) {
    const numbers = /** @type {number[]} */ ([...new Set(values)].filter((value) => typeof value === "number" && Number.isFinite(value))).sort((a, b) => a - b);
    if (numbers.length <= MOST_STEPS) return null;
    const low = numbers[0], high = numbers[numbers.length - 1], middle = numbers[numbers.length >> 1];
    const off = (/** @type {boolean} */ isLog) => Math.abs(share({ low, high, isLog }, middle) - 0.5);
    return { low, high, isLog: low > 0 && high / low >= WIDE && off(true) < off(false) };
  }

  /** How far along the ramp a number stands, from 0 to 1. @param {Measure} measure @param {number} value */
  function share({ low, high, isLog }, value) {
    const place = isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return Math.max(0, Math.min(1, place));
  }

  /**
   * A colour for each value: numbers along the ramp, few of them by their order and many by their size; words from the palette.
   * @param {CellValue[]} values @param {string[]} palette @param {string[]} ramp @returns {Map<CellValue, string>}
   */
  function scale(values, palette, ramp) {
    const distinct = [...new Set(values)].filter((value) => value !== null), over = measure(distinct);
    const numbers = /** @type {number[]} */ (distinct.filter((value) => typeof value === "number")).sort((a, b) => a - b);
    /** @type {Map<CellValue, string>} */
    const found = new Map();
    const place = (/** @type {number} */ value, /** @type {number} */ at) => (over ? share(over, value) : numbers.length > 1 ? at / (numbers.length - 1) : 0);
    numbers.forEach((value, at) => found.set(value, ramp[Math.round(place(value, at) * (ramp.length - 1))]));
    const words = distinct.filter((value) => typeof value !== "number").map(String).sort();
    words.forEach((value, at) => found.set(value, nth(at, palette)));
    return found;
  }

  /** The column whose values colour runs, if one does and they are here. @returns {ColumnData | null} */
  function column() {
    const by = site.store.get("color");
    const found = by && by !== "group" ? site.columns.find(by) : null;
    return found && found.values ? found : null;
  }

  /** @param {PageData} page @returns {Map<string, string>} run id to colour */
  function make(page) {
    const by = site.store.get("color"), looks = page.colors || { palette: [], ramp: [], none: "" };
    /** @type {Map<string, string>} */
    const made = new Map();
    if (by === "group") {
      for (const leaf of site.grouping.every()) for (const at of leaf.positions) made.set(page.runs[at].id, leaf.color);
    } else if (by) {
      const values = column()?.values || [];
      const known = scale(values, looks.palette, looks.ramp);
      page.runs.forEach((run, at) => made.set(run.id, known.get(values[at] ?? null) || looks.none));
    }
    return made;
  }

  /** The colours of groups' lines where a value colours runs: on a ramp that of their mean; none for a group whose runs differ. Null where all do, so that the value tells no groups apart. @param {(Leaf & { color: string })[]} leaves */
  function ofGroups(leaves) {
    const page = /** @type {PageData} */ (site.current), values = column()?.values, over = values && measure(values);
    if (!values || !page.colors) return null;
    const { palette, ramp, none } = page.colors, known = scale(values, palette, ramp);
    const found = leaves.map(({ positions }) => {
      const distinct = [...new Set(positions.map((at) => values[at] ?? null))], numbers = distinct.length > 1 ? positions.map((at) => Number(values[at] ?? NaN)).filter(Number.isFinite) : [];
      if (!over || !numbers.length) return distinct.length === 1 ? known.get(distinct[0]) || none : "";
      return ramp[Math.round(share(over, numbers.reduce((sum, value) => sum + value, 0) / numbers.length) * (ramp.length - 1))];
    });
    return found.some(Boolean) ? found.map((color) => color || none) : null;
  }

  site.colouring = {
    nth, scale, measure, share, column, ofGroups,
    of(run) {
      if (!site.store.get("color")) return run.color;
      colors = colors || make(/** @type {PageData} */ (site.current));
      return colors.get(run.id) || run.color;
    },
    forget() { colors = null; },
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
