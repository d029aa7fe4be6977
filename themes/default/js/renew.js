// While a run is live its pages renew themselves: a small script says which data are current, the rest follows in place.
(function (/** @type {Site} */ site) {
  "use strict";

  const EVERY = 5000, RARELY = 60_000, FIRST = 2000;
  const RELOAD_PAUSE = 10_000, RELOAD_KEY = "runpress.reload";
  /** Parts of a page that are replaced when they read differently; charts, tables and media renew themselves. */
  const PARTS = [".head", ".alerts", "#overview", "#artifacts", "#metrics", "#console > h2", "#console .console-text", "#provenance"];
  /** The text that each part was given last. @type {Map<string, string>} */
  const given = new Map();
  let data = "", body = "", app = "", asked = 0, last = 0, isBusy = false;

  /** @param {PageData} page */
  const interval = (page) => (page.runs.some((run) => ["running", "stalled"].includes(site.live.word(run, Date.now() / 1000))) ? EVERY : RARELY);

  /** Asks what is current. A number in the address, since a browser may keep what it has loaded before. */
  function ask() {
    const page = /** @type {PageData} */ (site.current);
    if (document.hidden || isBusy || Date.now() - last < interval(page) - 100) return;
    last = Date.now();
    const script = document.createElement("script");
    script.src = `${page.root}${page.live}?${asked++}`;
    script.onload = () => script.remove();
    script.onerror = () => {
      script.remove();
      reload();  // No live run is left, or the site is being replaced: the page itself knows how it ended.
    };
    document.head.append(script);
  }

  /** @param {{data: string, body?: string, app: string}} state */
  async function fresh(state) {
    const isFirst = !app;
    app = app || state.app;
    if (app !== state.app) return reload();
    if (isFirst && isLoaded(state.data)) [data, body] = [state.data, state.body || ""];
    isBusy = true;
    try {
      if (state.data !== data) await site.load.again(state.data);
      data = state.data;
      if (state.body && state.body !== body) await site.load.again(state.body);
      body = state.body || "";
    } catch {
      // The site was published while we read it; the next question finds it whole.
    } finally {
      isBusy = false;
    }
  }

  /** @param {string} path */
  const isLoaded = (path) => [...document.querySelectorAll("script")].some((one) => (one.getAttribute("src") || "").endsWith(path));

  /** What must be equal for a page to take new data without being built anew. @param {PageData} page */
  const shape = (page) => JSON.stringify([
    page.kind, page.charts.map((spec) => [spec.id, spec.family, spec.metrics || spec.metric]),
    (page.columns || []).map((column) => column.key),
  ]);

  /** The page's data in place of the former, in the very objects that everything refers to. @param {PageData} next */
  function renew(next) {
    const page = /** @type {PageData} */ (site.current);
    if (shape(next) !== shape(page)) return reload();
    page.runs.splice(0, page.runs.length, ...next.runs);
    for (const [at, column] of (page.columns || []).entries()) {
      delete column.alarms;
      delete column.best;
      Object.assign(column, /** @type {ColumnData[]} */ (next.columns)[at]);
    }
    for (const [at, spec] of page.charts.entries()) Object.assign(spec, next.charts[at]);
    const { runs, columns, charts, ...others } = next;
    Object.assign(page, { tiles: undefined, held: undefined }, others);
    document.dispatchEvent(new Event("runpress:renewed"));
    site.panels.reload();
  }

  /** @param {string} html what stands in the page's main element now */
  function replace(html) {
    const now = new DOMParser().parseFromString(html, "text/html");
    for (const part of PARTS) {
      const old = document.querySelector(part), next = now.querySelector(part);
      if (!old || !next) {
        if (old || next) return reload();
        continue;
      }
      const text = next.innerHTML;
      if (given.get(part) === text || isSelected(old)) continue;
      given.set(part, text);
      swap(/** @type {HTMLElement} */ (old), next);
    }
    if (media(now) !== media(document)) return reload();
    // Ages and states in words, and what is being searched for.
    document.dispatchEvent(new Event("runpress:rows"));
    document.dispatchEvent(new Event("runpress:body"));
  }

  /** Somebody is about to copy it. @param {Element} part */
  function isSelected(part) {
    const selection = getSelection();
    return Boolean(selection && !selection.isCollapsed && selection.anchorNode && part.contains(selection.anchorNode));
  }

  /** New content, with what was unfolded still so, and a text that was followed to its end still at its end. @param {HTMLElement} old @param {Element} next */
  function swap(old, next) {
    const open = new Set([...old.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
    const { scrollTop } = old, isAtEnd = scrollTop > 0 && scrollTop + old.clientHeight >= old.scrollHeight - 8;
    old.replaceChildren(...next.childNodes);
    for (const summary of old.querySelectorAll("details > summary")) {
      if (open.has(summary.textContent)) /** @type {HTMLDetailsElement} */ (summary.parentElement).open = true;
    }
    old.scrollTop = isAtEnd ? old.scrollHeight : scrollTop;
  }

  /** @param {Document} place */
  const media = (place) => [...place.querySelectorAll("[data-media]")].map((one) => /** @type {HTMLElement} */ (one).dataset.media).join(" ");

  const SCROLLERS = ".scroller, .pane-charts, .console-text";

  /** Loads the page anew where renewing it in place would not do; not again and again. */
  function reload() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(RELOAD_KEY) || "{}");
      if (Date.now() - (kept.at || 0) < RELOAD_PAUSE) return;
      const scrolls = [...document.querySelectorAll(SCROLLERS)].map((one) => one.scrollTop);
      const open = [...document.querySelectorAll("details.group")].map((one) => /** @type {HTMLDetailsElement} */ (one).open);
      const state = { at: Date.now(), path: location.pathname, scrolls, open, zoommetric: site.store.get("zoommetric") };
      sessionStorage.setItem(RELOAD_KEY, JSON.stringify(state));
    } catch {
      return;  // Without storage nothing would keep us from loading for ever.
    }
    location.reload();
  }

  /** What a reload would forget. */
  function restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(RELOAD_KEY) || "{}");
      if (kept.path !== location.pathname || !kept.scrolls) return;
      sessionStorage.setItem(RELOAD_KEY, JSON.stringify({ at: kept.at }));
      for (const [at, one] of [...document.querySelectorAll("details.group")].entries()) /** @type {HTMLDetailsElement} */ (one).open = kept.open[at] ?? true;
      for (const [at, one] of [...document.querySelectorAll(SCROLLERS)].entries()) one.scrollTop = kept.scrolls[at] || 0;
      if (kept.zoommetric) site.store.set("zoommetric", kept.zoommetric);
    } catch {
      // The page then begins as it always does.
    }
  }

  site.renew = renew;
  site.fresh = fresh;
  site.body = replace;
  if (typeof document === "undefined") return;
  site.ready((page) => {
    restore();
    if (!page.live) return;
    last = Date.now() - EVERY + FIRST;
    window.setInterval(ask, 1000);
  });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
