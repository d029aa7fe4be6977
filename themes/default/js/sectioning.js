// The sections of the charts as the reader has them: their headings, their order, and which charts stand in each.
(function (/** @type {Site} */ site) {
  "use strict";

  const { keyOf, ordered, sections } = site.layout;

  /**
   * The sections of now, each with its charts in their order. New ones come first; one that lost all its charts is empty.
   * @param {PageData} page @param {{placed: {[chart: string]: string}, titles: {[name: string]: string}, ranks: string[], order: string[]}} state
   * @returns {LaidSection[]}
   */
  function laid(page, { placed, titles, ranks, order }) {
    const came = sections(page), charts = new Map(came.flatMap((one) => one.charts.map((spec) => [keyOf(spec), spec])));
    /** @param {string} name @param {string[]} keys @returns {LaidSection} */
    const section = (name, keys) => ({ name, title: titles[name] || name, keys, charts: [] });
    const found = new Map(came.map(({ title, charts: own }) => [title, section(title, own.map(keyOf).filter((key) => (placed[key] ?? title) === title))]));
    /** @type {LaidSection[]} */
    const fresh = [];
    for (const [key, name] of Object.entries(placed)) {
      if (!charts.has(key)) continue;  // An address from before the metric had another name.
      let home = found.get(name);
      if (!home) {
        found.set(name, home = section(name, []));
        fresh.push(home);
      }
      if (!home.keys.includes(key)) home.keys.push(key);
    }
    for (const one of found.values()) one.charts = ordered(one.keys, order).map((key) => /** @type {ChartSpec} */ (charts.get(key)));
    const names = [...fresh.map((one) => one.name), ...came.map((one) => one.title)];
    return ordered(names, ranks).map((name) => /** @type {LaidSection} */ (found.get(name)));
  }

  /** The sections as the store has them. @param {PageData} page */
  const now = (page) => laid(page, { placed: site.store.get("placed"), titles: site.store.get("titles"), ranks: site.store.get("ranks"), order: site.store.get("order") });

  site.sectioning = { laid, now, show: () => {} };
  if (typeof document === "undefined") return;
  const { make, button } = site.popover;
  /** Every section that is in the page, by its name. @type {Map<string, HTMLDetailsElement>} */
  const groups = new Map();
  let isPlain = true;

  /** A name is that which stands in workspace files, the same in every language. @param {HTMLDetailsElement} group @param {string} name @param {PageData} page */
  function adopt(group, name, page) {
    group.dataset.title = name;
    groups.set(name, group);
    const summary = group.querySelector("summary");
    summary?.addEventListener("click", (event) => {
      const find = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-find=charts]"));
      if (find && find.value) return;  // What a search has opened says nothing of the layout.
      event.preventDefault();
      const folded = new Set(site.store.get("folded"));
      if (!folded.delete(name)) folded.add(name);
      site.store.set("folded", now(page).map((one) => one.name).filter((one) => folded.has(one)));
    });
    const opener = button("⋯", () => site.load.later().then(() => site.sectionMenu.open(opener, name, page)), "tool tool-section");
    opener.title = site.t("sections.menu");
    opener.setAttribute("aria-label", site.t("sections.menu_of", { section: summary?.querySelector("h2")?.textContent || name }));
    // Not inside it, where a button in a button would be.
    summary?.after(opener);
  }

  /** @param {string} name @param {PageData} page */
  function added(name, page) {
    const group = /** @type {HTMLDetailsElement} */ (make("details", "group", make("summary", "", make("h2", "", make("bdi", "", name)), make("span")), make("div", "panels")));
    group.open = true;
    group.dataset.section = name;
    adopt(group, name, page);
    return group;
  }

  /** Every chart in its section, the sections in their order. @param {PageData} page */
  function show(page) {
    const { placed, titles, ranks, order } = site.state.current();
    const isNowPlain = !ranks.length && !order.length && !Object.keys(placed).length && !Object.keys(titles).length;
    if (isPlain && isNowPlain) return;  // A page may have thousands of charts.
    isPlain = isNowPlain;
    const every = now(page), box = document.querySelector(".pane-charts .sections");
    const figures = new Map([.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".pane-charts figure[data-chart]"))].map((one) => [one.dataset.chart, one]));
    const stand = every.map((one) => groups.get(one.name) || added(one.name, page));
    for (const [at, { name, title, charts }] of every.entries()) {
      const group = stand[at], panels = group.querySelector(".panels"), heading = group.querySelector("h2 bdi"), count = group.querySelector("summary > span");
      const wanted = charts.map((spec) => figures.get(spec.id)).filter((one) => one !== undefined);
      if (panels && (wanted.length !== panels.children.length || wanted.some((figure, place) => figure !== panels.children[place]))) panels.append(...wanted);
      // Its own heading is in the reader's language, its name is not.
      if (heading && (titles[name] || group.dataset.said !== undefined)) {
        group.dataset.said ??= heading.textContent || "";
        heading.textContent = titles[name] || group.dataset.said;
      }
      if (count) count.textContent = site.t("count.chart", { n: charts.length });
      group.className = `group${charts.length <= 4 ? ` n${charts.length}` : ""}`;
      group.querySelector(".tool-section")?.setAttribute("aria-label", site.t("sections.menu_of", { section: title }));
    }
    for (const [name, group] of groups) {
      if (stand.includes(group)) continue;
      group.remove();
      groups.delete(name);
    }
    const there = [...document.querySelectorAll(".pane-charts details.group:not([data-added])")];
    if (box && stand.some((group, place) => group !== there[place])) box.append(...stand);
  }

  /** @param {PageData} page */
  function start(page) {
    if (page.kind !== "project" || !page.sections) return;
    for (const [at, group] of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.group:not([data-added])")).entries()) {
      adopt(group, page.sections[at]?.[0] || "", page);
    }
  }

  site.sectioning.show = show;
  site.ready((page) => {
    start(page);
    site.layout.start(page);
  });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
