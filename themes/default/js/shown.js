// Which runs a page's charts draw, and at which places of the page they stand: worked out once for all of its charts.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @type {Shown | null} */
  let known = null;

  /** What charts leave out: hidden by the reader, or not let through by the filter. @param {PageData} page @returns {Set<string>} */
  const hiddenOf = (page) => (page.runs.length > 1 ? site.store.get("unseen") || site.store.get("hidden") : new Set());

  /** First of these rising places that is not before this one. @param {number[]} places @param {number} wanted */
  function from(places, wanted) {
    let low = 0, high = places.length;
    while (low < high) {
      const at = (low + high) >> 1;
      if (places[at] < wanted) low = at + 1;
      else high = at;
    }
    return low;
  }

  /** @param {PageData} page @returns {Shown} */
  function of(page) {
    const hidden = hiddenOf(page), { runs } = page;
    if (known && known.hidden === hidden && known.rows === runs && known.first === runs[0] && known.place.size === runs.length) return known;
    const isSame = known && known.rows === runs && known.first === runs[0] && known.place.size === runs.length;
    const place = isSame && known ? known.place : new Map(runs.map((run, at) => [run.id, at]));
    /** @type {number[]} */
    const places = [];
    for (let at = 0; at < runs.length; at++) if (!hidden.has(runs[at].id)) places.push(at);
    known = {
      hidden, rows: runs, first: runs[0], place, places,
      among(first, last) {
        const at = from(places, first);
        return at < places.length && places[at] <= last;
      },
    };
    return known;
  }

  site.shown = { of };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
