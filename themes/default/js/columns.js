// The columns there are: those the page came with, and all others by a catalogue that loads when it is asked for.
(function (/** @type {Site} */ site) {
  "use strict";

  /** What a metric offers, as the container of sitegen/pages/catalog.py has it */
  const STATISTICS = ["last", "min", "max", "mean", "first", "min_step", "max_step"];
  const ENDS_BAD = 2, ALL_BAD = 3;

  /** @type {Map<string, ColumnData>} */
  const known = new Map();
  /** Where a metric's numbers are. @type {Map<string, { group: CatalogGroup, metric: CatalogMetric }>} */
  const metrics = new Map();
  /** Columns of the catalogue's plain groups, to their file. @type {Map<string, string>} */
  const files = new Map();
  /** Columns whose values are on their way. @type {Map<ColumnData, Promise<void>>} */
  const coming = new Map();
  /** @type {string[]} */
  let usual = [];
  /** @type {Promise<CatalogGroup[]> | null} */
  let opening = null;
  /** Whether the names of the catalogue are known, or can not be. */
  let isOpen = false;
  /** A file that comes back after others must run again; the first time it may have run already. */
  let bring = (/** @type {string} */ path) => site.load.script(path);

  /** @param {string} key @returns {[string, string] | null} the metric and the statistic of a column's key */
  function parts(key) {
    const anchor = key.indexOf(".@");
    if (anchor > 0) return [key.slice(0, anchor), key.slice(anchor + 1)];
    const at = key.lastIndexOf("."), statistic = key.slice(at + 1);
    return at > 0 && STATISTICS.includes(statistic) ? [key.slice(0, at), statistic] : null;
  }

  /** "@val/acc" is the value at the step where val/acc was best. @param {string} statistic */
  const words = (statistic) => (statistic.startsWith("@") ? site.t("column.at_best_note", { best: statistic.slice(1) }) : site.t("statistic." + statistic));

  /** @param {CatalogMetric} metric @param {string} statistic @returns {ColumnData} */
  function metricColumn([name, label, unit, goal], statistic) {
    const what = words(statistic), isValue = !statistic.endsWith("_step");
    const column = /** @type {ColumnData} */ ({
      key: `${name}.${statistic}`, label, note: unit && isValue ? site.t("column.with_unit", { what, unit }) : what, group: "metric",
      kind: isValue ? "number" : "setting", align: "right",
    });
    if (goal && (statistic === goal || statistic === "last")) column.goal = /** @type {"min" | "max"} */ (goal);
    return column;
  }

  /** The catalogue; its groups are known from then on. @returns {Promise<CatalogGroup[]>} */
  function open() {
    const page = /** @type {PageData} */ (site.current);
    if (!page.catalog) {
      isOpen = true;
      return Promise.resolve([]);
    }
    opening = opening || bring(page.catalog).then(() => {
      for (const group of site.parts.catalog) {
        for (const metric of group.metrics || []) metrics.set(metric[0], { group, metric });
        for (const column of group.columns || []) {
          files.set(column.key, group.path);
          if (!known.has(column.key)) known.set(column.key, column);
        }
      }
      isOpen = true;
      return site.parts.catalog;
    });
    opening.catch(() => {
      opening = null;
      isOpen = true;
    });
    return opening;
  }

  /** @param {string} key @returns {ColumnData | null} */
  function find(key) {
    const column = known.get(key), split = parts(key), found = !column && split ? metrics.get(split[0]) : null;
    if (!found || !split) return column || null;
    if (split[1].startsWith("@") && !(found.group.anchors || []).includes(split[1].slice(1))) return null;
    const made = metricColumn(found.metric, split[1]);
    known.set(key, made);
    return made;
  }

  /** Whether a column can be shown; one whose values come later is empty until then. @param {ColumnData} column */
  const isReady = (column) => Boolean(column.values || column.later) || ["state", "time"].includes(column.kind);

  /** @param {ColumnData} column */
  const isAway = (column) => !column.values && !["state", "time"].includes(column.kind);

  /** @param {Entry} entry @param {string} statistic @returns {CellValue[]} */
  function numbers(entry, statistic) {
    const values = entry.cols[statistic] || [], has = entry.cols.has;
    return Array.from(values, (value, at) => {
      if (!has[at]) return null;
      const isBad = has[at] === ALL_BAD || (has[at] === ENDS_BAD && statistic === "last");
      return isBad && !statistic.endsWith("_step") ? "NaN" : Number.isNaN(value) ? null : value;
    });
  }

  /** The best of a column where a direction is better and not all are alike. @param {ColumnData} column */
  function mark(column) {
    const found = (column.values || []).filter((value) => typeof value === "number");
    if (!column.goal || new Set(found).size < 2) return;
    column.best = found.reduce((best, value) => ((column.goal === "max") === (value > best) ? value : best), found[0]);
  }

  /** @param {ColumnData} column */
  async function fetchMetric(column) {
    const split = parts(column.key), place = split && metrics.get(split[0]);
    column.values = [];  // What is nowhere is asked for once.
    if (!split || !place) return;
    const entries = await site.load.chunk(place.group.path);
    const entry = entries.find((one) => one.metric === split[0]);
    if (!entry) throw new Error(site.t("trouble.lacks", { file: place.group.path, what: split[0] }));
    const anchor = split[1].startsWith("@") ? (place.group.anchors || []).indexOf(split[1].slice(1)) : -1;
    column.values = numbers(entry, anchor < 0 ? split[1] : `at${anchor}`);
    mark(column);
  }

  /** @param {ColumnData} column */
  async function fetchPlain(column) {
    const path = column.later ? site.current && site.current.later : files.get(column.key);
    column.values = column.later ? undefined : [];
    if (!path) return;
    await bring(path);
    column.values = site.parts.tables.get(column.key) || [];
  }

  /** Brings the values of these columns here; who asks for what is on its way waits for it too. @param {string[]} keys @returns {Promise<void>} */
  async function load(keys) {
    if (keys.some((key) => !find(key))) await open();
    const wanted = keys.map(find).filter((column) => column !== null);
    for (const column of wanted) {
      if (!isAway(column) || coming.has(column)) continue;
      const fetching = column.later || files.has(column.key) ? fetchPlain(column) : fetchMetric(column);
      const mine = fetching.finally(() => coming.get(column) === mine && coming.delete(column));
      coming.set(column, mine);
    }
    await Promise.all(wanted.map((column) => coming.get(column)));
  }

  /** Runs went on or came: every column has other values now. @param {PageData} page */
  function renew(page) {
    bring = (path) => site.load.again(path);
    opening = null;
    isOpen = false;
    metrics.clear();
    files.clear();
    known.clear();
    coming.clear();
    for (const column of page.columns || []) if (column.later) delete column.values;
    start(page);
  }

  /** @param {PageData} page */
  function start(page) {
    for (const column of page.columns || []) known.set(column.key, column);
    usual = (page.columns || []).map((column) => column.key);
  }

  site.columns = {
    start, renew, open, load, find, words,
    isOpen: () => isOpen,
    /** What can be shown of a metric. @param {string} name */
    statistics: (name) => [...STATISTICS, ...(metrics.get(name)?.group.anchors || []).filter((anchor) => anchor !== name).map((anchor) => `@${anchor}`)],
    usual: () => usual,
    /** Adds all that the catalogue names, as far as it is here. @param {KnownNames} names */
    names(names) {
      for (const name of metrics.keys()) names.metrics.add(name);
      for (const key of files.keys()) if (key.startsWith("cfg.")) names.config.add(key.slice(4));
    },
    /** Every column whose values are here, also those not shown. */
    here: () => [...known.values()].filter(isReady),
    keys: () => site.store.get("columns") || usual,
    shown: () => site.columns.keys().map(find).filter((column) => column !== null).filter(isReady),
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
