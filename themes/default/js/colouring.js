// What colours runs: each its own, those of its group, or a value of its settings or results.
(function (/** @type {Site} */ site) {
  "use strict";

  const GOLDEN = 137.508;
  /** @type {Map<string, string> | null} */
  let colors = null;

  /** A colour for the n-th of several, from the palette first, then by turning the hue. @param {number} at @param {string[]} palette */
  function nth(at, palette) {
    if (at < palette.length) return palette[at];
    const lightness = 0.6 + 0.07 * (at % 3);
    return site.tokens.probe(`oklch(${lightness} 0.13 ${(at * GOLDEN) % 360})`);
  }

  /**
   * A colour for each value: numbers along the ramp by their order, words from the palette.
   * @param {CellValue[]} values @param {string[]} palette @param {string[]} ramp @returns {Map<CellValue, string>}
   */
  function scale(values, palette, ramp) {
    const distinct = [...new Set(values)].filter((value) => value !== null);
    const numbers = /** @type {number[]} */ (distinct.filter((value) => typeof value === "number")).sort((a, b) => a - b);
    /** @type {Map<CellValue, string>} */
    const found = new Map();
    numbers.forEach((value, at) => found.set(value, ramp[numbers.length > 1 ? Math.round((at * (ramp.length - 1)) / (numbers.length - 1)) : 0]));
    const words = distinct.filter((value) => typeof value !== "number").map(String).sort();
    words.forEach((value, at) => found.set(value, nth(at, palette)));
    return found;
  }

  /** @param {PageData} page @returns {Map<string, string>} run id to colour */
  function make(page) {
    const by = site.store.get("color"), looks = page.colors || { palette: [], ramp: [], none: "" };
    /** @type {Map<string, string>} */
    const made = new Map();
    if (by === "group") {
      for (const leaf of site.grouping.every()) for (const at of leaf.positions) made.set(page.runs[at].id, leaf.color);
    } else if (by) {
      const values = site.columns.find(by)?.values || [];
      const known = scale(values, looks.palette, looks.ramp);
      page.runs.forEach((run, at) => made.set(run.id, known.get(values[at] ?? null) || looks.none));
    }
    return made;
  }

  site.colouring = {
    nth, scale,
    of(run) {
      if (!site.store.get("color")) return run.color;
      colors = colors || make(/** @type {PageData} */ (site.current));
      return colors.get(run.id) || run.color;
    },
    forget() { colors = null; },
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
