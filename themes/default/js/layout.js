// The layout of the charts as the reader has it: sections folded, charts moved and hidden, and what differs from the file.
(function (/** @type {Site} */ site) {
  "use strict";

  /** What a chart is called in the page's state. @param {ChartSpec} spec */
  const keyOf = (spec) => spec.key || spec.metric;

  /** Keys in the order that was chosen for them, the others behind as they came. @param {string[]} keys @param {string[]} order */
  function ordered(keys, order) {
    const chosen = new Set(keys);
    const first = order.filter((key) => chosen.has(key)), moved = new Set(first);
    return [...first, ...keys.filter((key) => !moved.has(key))];
  }

  /** The order after a chart of a section was moved by so many places. @param {string[]} keys of the section @param {string[]} order @param {string} key @param {number} by */
  function moved(keys, order, key, by) {
    const now = ordered(keys, order), at = now.indexOf(key), to = Math.max(0, Math.min(now.length - 1, at + by));
    now.splice(to, 0, ...now.splice(at, 1));
    const others = order.filter((one) => !keys.includes(one));
    return now.every((one, place) => one === keys[place]) ? others : [...others, ...now];
  }

  /** The page's sections with their charts as they came. @param {PageData} page */
  function sections(page) {
    let at = 0;
    return (page.sections || []).map(([title, count, isOpen]) => ({ title, isOpen, charts: page.charts.slice(at, (at += count)) }));
  }

  site.layout = { keyOf, ordered, moved, sections, openFile: async () => {}, button: () => null, start: () => {} };
  if (typeof document === "undefined") return;
  const { store } = site, { make, button } = site.popover;

  const folds = () => /** @type {HTMLDetailsElement[]} */ ([...document.querySelectorAll("details.group[data-title]")]);

  function showFolds() {
    const folded = new Set(store.get("folded"));
    for (const section of folds()) section.open = !folded.has(section.dataset.title || "");
  }

  /** @param {PageData} page */
  function showAway(page) {
    const away = new Set(store.get("away"));
    for (const spec of page.charts) {
      const figure = /** @type {HTMLElement | null} */ (document.querySelector(`figure[data-chart="${spec.id}"]`));
      if (!figure) continue;
      const isAway = away.has(keyOf(spec)), wasAway = figure.dataset.away !== undefined;
      if (isAway) figure.dataset.away = "";
      else delete figure.dataset.away;
      if (isAway || wasAway) figure.hidden = isAway;
    }
    for (const section of folds()) section.hidden = [...section.querySelectorAll("figure")].every((one) => one.hidden);
    const note = /** @type {HTMLElement | null} */ (document.querySelector("[data-away-note]"));
    if (!note) return;
    note.hidden = away.size === 0;
    note.replaceChildren(`${site.t("layout.hidden", { n: away.size })} `, button(site.t("layout.show"), () => store.set("away", []), "chip"));
  }

  /** @param {HTMLElement} opener @param {Panel} panel @param {PageData} page */
  function menu(opener, panel, page) {
    const key = keyOf(panel.spec), section = site.sectioning.now(page).find((one) => one.keys.includes(key));
    const keys = section ? section.keys : [key], now = ordered(keys, store.get("order")), at = now.indexOf(key);
    const act = (/** @type {() => void} */ run) => () => { site.popover.close(); run(); };
    const move = (/** @type {number} */ by) => act(() => store.set("order", moved(keys, store.get("order"), key, by)));
    site.popover.open(opener, site.t("layout.place", { chart: panel.spec.title }), make("div", "menu",
      ...(at > 0 ? [button(site.t("layout.up"), move(-1)), button(site.t("layout.top"), move(-at))] : []),
      ...(at < now.length - 1 ? [button(site.t("layout.down"), move(1))] : []),
      button(site.t("sections.elsewhere"), () => site.load.later().then(() => { site.popover.close(); site.sectionMenu.choose(opener, panel, page); })),
      button(site.t("layout.hide"), act(() => store.set("away", [...store.get("away"), key]))),
    ));
  }

  /** @param {HTMLElement} opener @param {PageData} page */
  async function openFile(opener, page) {
    const box = make("div", "layout-file", make("p", "quiet", site.t("later.loading")));
    site.popover.open(opener, site.state.isChanged() ? site.t("project.layout") : site.t("layout.keep"), box);
    await site.load.later().catch(() => {});
    if (!site.layoutFile) return box.replaceChildren(make("p", "quiet", site.t("later.failed")));
    site.layoutFile.show(box, page);
    site.popover.again();
  }

  site.layout.openFile = openFile;

  /** @param {PageData} page */
  function start(page) {
    const chip = /** @type {HTMLElement | null} */ (document.querySelector("[data-layout]"));
    if (page.kind !== "project" || !page.sections) return;
    const note = () => { if (chip) chip.hidden = !site.state.isChanged(); };
    for (const key of site.state.SHARED) if (!key.startsWith("zoom")) store.on(key, () => queueMicrotask(note));
    store.on("folded", showFolds);
    const lay = () => {
      site.sectioning.show(page);
      showFolds();
      showAway(page);
    };
    let isDue = false;
    for (const key of ["placed", "titles", "ranks", "order"]) {
      store.on(key, () => {
        // An address sets all of them, one after the other.
        if (!isDue) queueMicrotask(() => { isDue = false; lay(); });
        isDue = true;
      });
    }
    store.on("away", () => showAway(page));
    if (chip) chip.addEventListener("click", () => openFile(chip, page));
    lay();
    note();
    site.layout.button = (panel) => {
      const opener = button("⋯", () => (site.added?.has(panel) ? site.added.menu(opener, panel, page) : menu(opener, panel, page)), "tool tool-place");
      opener.title = site.t("layout.menu");
      opener.setAttribute("aria-label", site.t("layout.menu"));
      return opener;
    };
  }

  site.layout.start = start;  // When sectioning.js knows the sections.
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
