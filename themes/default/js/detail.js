// The points behind buckets: loaded when a reader zooms in, drawn in place of the buckets once they are there.
(function (/** @type {Site} */ site) {
  "use strict";

  const KEPT_BYTES = 128 * 1024 * 1024, PART_DELAY = 150;
  const INDEX = "index";
  /** Indexes of runs' tiles, by their ids. @type {Map<string, Promise<Map<string, TileIndex>>>} */
  const indexes = new Map();
  /** Decoded files, the one that was used last at the end. @type {Map<string, {bytes: number, entries: Promise<Entry[]>}>} */
  const files = new Map();
  let held = 0;

  /** What is drawn of a curve, and what is on its way. @typedef {{index: Map<string, TileIndex> | null, made: Curve | null, rows: Span, key: string, waiting: string, failed: string, reason: string}} Detail */
  /** @type {WeakMap<Curve, Detail>} */
  const known = new WeakMap();
  /** How many of a chart's curves have points on their way. @type {WeakMap<Panel, number>} */
  const busy = new WeakMap();
  /** Charts that are drawn a little later with what has come. @type {Set<Panel>} */
  const soon = new Set();

  /** @param {string} path @returns {Promise<Entry[]>} */
  function file(path) {
    const found = files.get(path) || { bytes: 0, entries: read(path) };
    files.delete(path);
    files.set(path, found);
    return found.entries;
  }

  /** @param {string} path */
  async function read(path) {
    try {
      const entries = await site.load.once(path);
      const own = files.get(path);
      if (own) held += own.bytes = size(entries);
      for (const [oldest, { bytes }] of files) {
        if (held <= KEPT_BYTES || oldest === path) break;
        held -= bytes;
        files.delete(oldest);
      }
      return entries;
    } catch (error) {
      files.delete(path);
      throw error;
    }
  }

  /** @param {Entry[]} entries */
  function size(entries) {
    const columns = new Set(entries.flatMap((entry) => Object.values(entry.cols)));
    return [...columns].reduce((sum, column) => sum + column.byteLength, 0);
  }

  /** @param {string} folder @param {RunRow} run */
  function indexOf(folder, run) {
    const id = String(run.tiles);
    const found = indexes.get(id) || site.load.once(`${folder}${id}.js`).then((entries) =>
      new Map(entries.map((entry) => [name(entry.family || "metric", entry), /** @type {any} */ (entry)])));
    indexes.set(id, found);
    found.catch(() => indexes.delete(id));
    return found;
  }

  /** @param {string} family @param {{metric: string, rank: number}} one */
  const name = (family, one) => `${family} ${one.rank} ${one.metric}`;

  /**
   * The curve as it is drawn in a window of x: its points, or the finest that is there until they are.
   * @param {Panel} panel @param {Curve} curve @param {Span | null} range @param {number} pixels
   */
  function of(panel, curve, range, pixels) {
    const page = /** @type {PageData} */ (site.current);
    const { row: run } = curve;
    if (!range || !curve.buckets || !run || !run.tiles || !page.tiles) return curve;
    const detail = known.get(curve) || { index: null, made: null, rows: [0, 0], key: "", waiting: "", failed: "", reason: "" };
    known.set(curve, detail);
    const seen = site.levels.rows(curve, range), { join } = curve.entry;
    const rows = join ? site.xmetric.behind(join, seen, curve.width) : seen;
    if (detail.index) return wanted(panel, curve, detail, rows, pixels);
    begin(panel, detail, INDEX, async () => {
      detail.index = await indexOf(page.tiles || "", run);
    });
    return curve;
  }

  /** @param {Panel} panel @param {Curve} curve @param {Detail} detail @param {Span} rows @param {number} pixels */
  function wanted(panel, curve, detail, rows, pixels) {
    const index = detail.index && detail.index.get(name(panel.spec.family, curve));
    const level = index && site.levels.choose(curve.width, index.levels, rows, pixels);
    if (!index || !level) return curve;
    const [first, last] = site.levels.tiles(index, level, rows);
    const key = `${level.width}:${first}-${last}`;
    if (key === detail.key) return detail.made || curve;
    const size = level.width * index.buckets;
    begin(panel, detail, key, async () => {
      const made = await assembled(panel, curve, detail, level, [first, last], first * size);
      Object.assign(detail, { made, key, rows: [first * size, (last + 1) * size] });
    });
    const covers = detail.made && detail.rows[0] <= rows[0] && detail.rows[1] >= rows[1];
    return (covers && detail.made) || curve;
  }

  /** @param {Panel} panel @param {Detail} detail @param {string} key @param {() => Promise<void>} load */
  function begin(panel, detail, key, load) {
    if (detail.failed === key) panel.trouble = detail.reason;
    if (detail.waiting === key || detail.failed === key) return;
    detail.waiting = key;
    detail.failed = "";
    busy.set(panel, (busy.get(panel) || 0) + 1);
    turn(panel).then(load).catch((error) => {
      detail.failed = key;
      detail.reason = error instanceof Error ? error.message : String(error);
    }).finally(() => {
      if (detail.waiting === key) detail.waiting = "";
      busy.set(panel, Number(busy.get(panel)) - 1);
      came(panel);
    });
  }

  /** Draws a chart when all its points have come; what comes slowly in parts. @param {Panel} panel */
  function came(panel) {
    if (!busy.get(panel)) return site.panels.redraw(panel);
    if (soon.has(panel)) return;
    soon.add(panel);
    setTimeout(() => {
      soon.delete(panel);
      site.panels.redraw(panel);
    }, PART_DELAY);
  }

  /** The chart that a reader is at has its points first; the others wait. @param {Panel} panel */
  async function turn(panel) {
    const first = site.panels.all.find((one) => one.near && one.over.matches(":hover, :focus"));
    if (!first || first === panel) return;
    while (first.state === "live" && (first.dirty || busy.get(first))) await new Promise(requestAnimationFrame);
  }

  /** The columns of a part of a series. @param {string} family @param {{metric: string, rank: number}} one @param {TileLevel} level @param {Span} tiles */
  async function loaded(family, one, level, [first, last]) {
    const { tiles: folder } = /** @type {PageData} */ (site.current);
    const paths = level.files.slice(first, last + 1).map((id) => `${folder}${id}.js`);
    const parts = await Promise.all(paths.map(file));
    return site.levels.joined(parts.map((entries, at) => {
      const found = entries.find((other) => other.metric === one.metric && other.rank === one.rank
        && other.tile === first + at && other.width === level.width && other.family === family);
      if (!found) throw new Error(site.t("trouble.no_points", { file: paths[at] }));
      return found.cols;
    }));
  }

  /** The metric on the x axis as fine as the series over it, where that has its points. @param {Detail} detail @param {Entry} other @param {Entry} entry @returns {Promise<Entry>} */
  async function across(detail, other, { cols, width }) {
    const index = detail.index && detail.index.get(name("metric", other));
    if (!index || other.width <= width) return other;
    const level = index.levels.find((one) => one.width <= width) || index.levels[index.levels.length - 1];
    const [begin, end] = width === 1 ? [cols.step, cols.step] : [cols.step0, cols.step1];
    const rows = site.xmetric.between(other, begin[0], end[end.length - 1]);
    return { ...other, width: level.width, cols: await loaded("metric", other, level, site.levels.tiles(index, level, rows)) };
  }

  /** @param {Panel} panel @param {Curve} curve @param {Detail} detail @param {TileLevel} level @param {Span} tiles @param {number} row of its first point */
  async function assembled(panel, curve, detail, level, tiles, row) {
    const { join } = curve.entry, whole = { ...(join ? join.entry : curve.entry), width: level.width };
    const entry = { ...whole, cols: await loaded(panel.spec.family, curve, level, tiles) };
    const made = site.series.curve(join ? site.xmetric.joined(entry, await across(detail, join.other, entry)) : entry, panel.xmode);
    const { name, color, unit, row: owner } = curve, before = Math.floor(row / curve.width);
    const buckets = join ? join.rows.filter((one) => one < before).length : before;
    return Object.assign(made, { name, color, unit, row: owner, lead: { curve, buckets } });
  }

  /** Asks once more for what could not be loaded. @param {Panel} panel */
  function retry(panel) {
    for (const curve of panel.whole) {
      const detail = known.get(curve);
      if (detail) detail.failed = "";
    }
    site.panels.redraw(panel);
  }

  /** Runs that went on have other tiles now. */
  function forget() {
    const page = /** @type {PageData} */ (site.current);
    const ids = new Set(page.runs.map((run) => run.tiles));
    for (const id of indexes.keys()) if (!ids.has(id)) indexes.delete(id);
  }

  site.detail = { of, retry };
  if (typeof document !== "undefined") document.addEventListener("runpress:renewed", forget);
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
