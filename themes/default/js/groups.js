// Runs put together by the values they share: a tree of groups, outermost key first.
(function (/** @type {Site} */ site) {
  "use strict";

  const REPEATS = /(^|[._/-])(seed|seeds|random_state|random_seed|rng|trial|fold|repeat|replicate)$/i;
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  /** Numbers by size, then words, then what is missing. @param {CellValue} a @param {CellValue} b */
  function compare(a, b) {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return collator.compare(String(a), String(b));
  }

  /** @param {CellValue} value */
  const told = (value) => (value === null ? site.t("group.none") : typeof value === "number" ? site.format.brief(value) : value || site.t("group.none"));

  /**
   * The groups of these runs by a list of columns, nested in that order; without columns there is none.
   * @param {number[]} positions @param {ColumnData[]} columns @param {string} [above] @returns {Group[]}
   */
  function tree(positions, columns, above = "") {
    const [column, ...inner] = columns;
    if (!column) return [];
    const values = column.values || [];
    /** @type {Map<CellValue, number[]>} */
    const found = new Map();
    for (const at of positions) {
      const value = values[at] ?? null, known = found.get(value);
      if (known) known.push(at);
      else found.set(value, [at]);
    }
    return [...found].sort(([a], [b]) => compare(a, b)).map(([value, members]) => {
      const path = `${above}${above && "\n"}${column.key}=${value === null ? "" : value}`;
      return { path, column, value, label: told(value), positions: members, inner: tree(members, inner, path) };
    });
  }

  /** A value that says which setting it is of: a word does, a number or a yes does not. @param {Group} group */
  const alone = ({ column, value, label }) => (value === null || typeof value === "number" || /^(true|false|yes|no|on|off|none)?$/i.test(String(value)) ? `${column.label} ${label}` : label);

  /** The innermost groups, each with the values of all groups around it in its name. @param {Group[]} groups @param {Group[]} [around] @returns {Leaf[]} */
  function leaves(groups, around = []) {
    return groups.flatMap((group) => {
      const all = [...around, group];
      if (group.inner.length) return leaves(group.inner, all);
      const name = all.length > 1 ? all.map(alone).join(", ") : `${group.column.label} ${group.label}`;
      return [{ path: group.path, name, label: all.length > 1 ? name : group.label, positions: group.positions }];
    });
  }

  /**
   * Every setting that differs between runs but for what only repeats them, as a seed does: "all but seed".
   * @param {ColumnData[]} columns @returns {string[]}
   */
  function allButSeed(columns) {
    const settings = columns.filter((one) => one.group === "config" && one.values && new Set(one.values).size > 1);
    return settings.filter((one) => !isRepeat(one.key)).map((one) => one.key);
  }

  /** Whether a setting only tells repetitions of one experiment apart. @param {string} key */
  const isRepeat = (key) => REPEATS.test(key.replace(/^cfg\./, ""));

  site.groups = { tree, leaves, allButSeed, isRepeat, compare };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
