// The one global of a page: what scripts hand in (page data, chunks, templates), and who waits for it.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @type {((page: PageData) => void)[]} */
  const waiting = [];
  site.current = null;
  site.parts = { chunks: new Map(), templates: null, catalog: [], tables: new Map() };

  /** Several charts may stand in one file, so a page names each file once; charts say which, each by its distance from the one before. @param {PageData} page */
  function numbered({ packs, charts }) {
    if (!packs) return;
    const files = packs.files.map(([id, first, last]) => /** @type {ChunkRef} */ ([`${packs.folder}${id}.js`, first, last]));
    for (const spec of charts) {
      let at = 0;
      spec.chunks = spec.chunks.map((distance) => files[at += Number(distance)]);
    }
  }

  site.page = (page) => {
    numbered(page);
    if (site.current) return site.renew(page);
    site.current = page;
    for (const run of waiting.splice(0)) run(page);
  };

  site.ready = (run) => {
    if (site.current) run(site.current);
    else waiting.push(run);
  };

  site.data = (id, text) => {
    site.parts.chunks.set(id, text);
  };

  site.catalog = (groups) => {
    site.parts.catalog = groups;
  };

  site.table = (columns) => {
    for (const [key, values] of Object.entries(columns)) site.parts.tables.set(key, whole(values));
  };

  /** A column's value for each run; one that few runs have comes as their places and values. */
  const whole = (/** @type {any} */ column) => {
    if (Array.isArray(column)) return column;
    const values = new Array(column.n).fill(null);
    column.at.forEach((/** @type {number} */ row, /** @type {number} */ at) => {
      values[row] = column.values[at];
    });
    return values;
  };

  site.templates = (all) => {
    site.parts.templates = all;
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
