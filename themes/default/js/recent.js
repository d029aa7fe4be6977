// The runs that were viewed last in this browser; remembered nowhere else.
(function (/** @type {Site} */ site) {
  "use strict";

  const KEY = "runpress.recent", MOST = 60, SHOWN = 8;

  /** With one in front, each once. @param {RecentRun[]} list @param {RecentRun} one @returns {RecentRun[]} */
  const added = (list, one) => [one, ...list.filter((other) => other.url !== one.url)].slice(0, MOST);

  /** What storage holds, if it makes sense. @param {string | null} text @returns {RecentRun[]} */
  function read(text) {
    try {
      const list = JSON.parse(text || "[]");
      return Array.isArray(list) ? list.filter((one) => one && [one.url, one.title, one.project].every((part) => typeof part === "string")) : [];
    } catch {
      return [];
    }
  }

  site.recent = { added, read, list: () => [] };
  if (typeof document === "undefined") return;

  const address = () => location.href.replace(/[?#].*$/, "");

  /** Those of this site but for the page one is on: another may stand at the same origin. */
  function list() {
    const root = new URL((site.current && site.current.root) || ".", location.href).href, here = address();
    try {
      return read(localStorage.getItem(KEY)).filter((one) => one.url.startsWith(root) && one.url !== here).slice(0, SHOWN);
    } catch {
      return [];  // Storage may be forbidden.
    }
  }

  /** @param {PageData} page */
  function remember(page) {
    const project = document.querySelector(".crumbs li a")?.textContent || "";
    const [run] = page.runs;
    try {
      const all = added(read(localStorage.getItem(KEY)), { url: address(), title: run.name, project });
      localStorage.setItem(KEY, JSON.stringify(all));
    } catch {
      // Then nothing is remembered.
    }
  }

  /** @param {HTMLElement} place */
  function show(place) {
    const found = list();
    place.hidden = found.length === 0;
    place.querySelector("ul")?.replaceChildren(...found.map((one) => {
      const row = document.createElement("li"), link = document.createElement("a"), where = document.createElement("bdi");
      link.href = one.url;
      link.textContent = one.title;
      where.textContent = one.project;
      row.append(link, where);
      return row;
    }));
  }

  site.recent.list = list;
  site.ready((page) => {
    if (page.kind === "run" && page.runs.length) remember(page);
    const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-recent]"));
    if (place) show(place);
  });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
