// Which columns are shown: chosen anew, with their values loaded first.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @param {string[]} keys */
  async function show(keys) {
    await site.columns.load(keys);
    const isUsual = keys.join("\n") === site.columns.usual().join("\n");
    site.store.set("columns", isUsual ? null : keys);
  }

  /** @param {string} key */
  function toggle(key) {
    const keys = site.columns.keys();
    return show(keys.includes(key) ? keys.filter((/** @type {string} */ one) => one !== key) : [...keys, key]);
  }

  site.shownColumns = { show, toggle };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
