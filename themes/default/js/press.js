// What a press on a group or on an entry of the legend draws and hides: all of its runs, or these alone.
(function (/** @type {Site} */ site) {
  "use strict";

  const { store } = site;
  /** What each hid last. @type {Map<string, string[]>} */
  const lost = new Map();
  /** What was hidden before something was drawn alone. @type {Set<string> | null} */
  let beforeOnly = null;

  /** Whether an entry's runs are drawn, as aria-pressed has it. @param {string[]} ids @param {Set<string>} hidden */
  function pressed(ids, hidden) {
    const count = ids.filter((id) => !hidden.has(id)).length;
    return count === 0 ? "false" : count === ids.length ? "true" : "mixed";
  }

  /** Which runs of an entry are drawn when it comes back: those that it lost, those that the page draws as it comes, or its newest. @param {string[]} ids @param {string[]} lost @param {Set<string>} usual @returns {string[]} */
  function again(ids, lost, usual) {
    const mine = new Set(ids), kept = lost.filter((id) => mine.has(id)), common = ids.filter((id) => usual.has(id));
    return kept.length ? kept : common.length ? common : ids.slice(0, Math.max(1, usual.size));
  }

  /** What is hidden after a press. @param {Set<string>} hidden @param {string[]} ids of the entry @param {string[]} back which of them come back @returns {Set<string>} */
  function toggled(hidden, ids, back) {
    const next = new Set(hidden);
    if (pressed(ids, hidden) === "false") for (const id of back) next.delete(id);
    else for (const id of ids) next.add(id);
    return next;
  }

  /** What is hidden when only this entry is drawn; null where nothing else was. @param {Set<string>} hidden @param {string[]} ids @param {string[]} all of the page @param {string[]} back @returns {Set<string> | null} */
  function only(hidden, ids, all, back) {
    const mine = new Set(ids), isDrawn = pressed(ids, hidden) !== "false";
    if (isDrawn && all.every((id) => mine.has(id) || hidden.has(id))) return null;
    const shown = new Set(isDrawn ? ids.filter((id) => !hidden.has(id)) : back);
    return new Set(all.filter((id) => !shown.has(id)));
  }

  const page = () => /** @type {PageData} */ (site.current);

  /** The runs that the page draws as it comes, or with this filter. */
  function usual() {
    const ids = page().runs.map((run) => run.id), others = /** @type {Set<string> | undefined} */ (store.get("followed"));
    return new Set(others ? ids.filter((id) => !others.has(id)) : page().drawn || ids);
  }

  /** Brings the page's own back; a filter then says again which these are. */
  function reopen() {
    const among = new Set(page().drawn || page().runs.map((run) => run.id));
    store.set("hidden", new Set(page().runs.filter((run) => !among.has(run.id)).map((run) => run.id)));
    lost.clear();
  }

  /** @param {string} key of what is pressed @param {string[]} ids of its runs @param {boolean} isAlone @param {boolean} [isWhole] whether every one of them is to be drawn */
  function on(key, ids, isAlone, isWhole = false) {
    const hidden = /** @type {Set<string>} */ (store.get("hidden")), back = isWhole ? ids : again(ids, lost.get(key) || [], usual());
    if (isAlone) {
      const next = only(hidden, ids, page().runs.map((run) => run.id), back);
      if (next) beforeOnly = hidden;
      return next ? store.set("hidden", next) : beforeOnly ? store.set("hidden", beforeOnly) : reopen();
    }
    if (isWhole) return store.set("hidden", new Set([...hidden].filter((id) => !ids.includes(id))));
    const seen = ids.filter((id) => !hidden.has(id));
    if (seen.length) lost.set(key, seen);
    store.set("hidden", toggled(hidden, ids, back));
  }

  site.press = { pressed, again, toggled, only, usual, reopen, on };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
