// What can be done with a section of charts, and with the place of a chart among them.
(function (/** @type {Site} */ site) {
  "use strict";

  const { store } = site;

  /** Without what says nothing. @param {{[key: string]: string}} map @param {(key: string, value: string) => boolean} isSaid */
  const only = (map, isSaid) => Object.fromEntries(Object.entries(map).filter(([key, value]) => isSaid(key, value)));

  /** A name for a new section: its heading, unless a section that got another one is called so in files. @param {LaidSection[]} every @param {string} title @returns {string} */
  const free = (every, title) => (every.some((one) => one.name === title && one.title !== title) ? free(every, `${title} (2)`) : title);

  /** The section that a heading stands for: one that has it, else a new one. @param {LaidSection[]} every @param {string} title */
  const named = (every, title) => (every.find((one) => one.title === title) || { name: free(every, title) }).name;

  /**
   * Where charts stand after some of them went to a section.
   * @param {PageData} page @param {{[chart: string]: string}} placed @param {string[]} keys @param {string} name
   */
  function put(page, placed, keys, name) {
    const homes = new Map(site.layout.sections(page).flatMap((one) => one.charts.map((spec) => [site.layout.keyOf(spec), one.title])));
    return only({ ...placed, ...Object.fromEntries(keys.map((key) => [key, name])) }, (key, value) => homes.get(key) !== value);
  }

  /**
   * What changes in the store when a section gets another heading: one that is there already takes its charts.
   * @param {PageData} page @param {LaidSection[]} every @param {string} name @param {string} title
   * @param {{placed: {[chart: string]: string}, titles: {[name: string]: string}, ranks: string[], folded: string[]}} state
   */
  function renamed(page, every, name, title, { placed, titles, ranks, folded }) {
    const section = every.find((one) => one.name === name), other = every.find((one) => one.title === title);
    if (!section || !title || section.title === title) return {};
    if (other && other.charts.length) return { placed: put(page, placed, section.keys, other.name) };
    const isOurs = site.layout.sections(page).some((one) => one.title === name);
    if (isOurs) return { titles: only({ ...titles, [name]: title }, (key, value) => key !== value) };
    const next = named(every, title), again = (/** @type {string[]} */ names) => names.map((one) => (one === name ? next : one));
    return { placed: put(page, placed, section.keys, next), ranks: again(ranks), folded: again(folded) };
  }

  /** The order of sections after one was moved by so many places among those that are seen. @param {PageData} page @param {LaidSection[]} every @param {string} name @param {number} by */
  function ranked(page, every, name, by) {
    const seen = every.filter((one) => one.charts.length).map((one) => one.name), at = seen.indexOf(name);
    const to = Math.max(0, Math.min(seen.length - 1, at + by));
    seen.splice(to, 0, ...seen.splice(at, 1));
    const came = site.sectioning.laid(page, { placed: store.get("placed"), titles: {}, ranks: [], order: [] }).filter((one) => one.charts.length);
    return came.every((one, place) => one.name === seen[place]) ? [] : seen;
  }

  site.sectionMenu = { named, put, renamed, ranked, open: () => {}, choose: () => {} };
  if (typeof document === "undefined") return;
  const { make, button } = site.popover;

  /** @param {() => void} run */
  const act = (run) => () => { site.popover.close(); run(); };

  /** @param {string} label @param {string} word @param {string} value @param {(text: string) => void} take */
  function form(label, word, value, take) {
    const field = /** @type {HTMLInputElement} */ (make("input")), go = button(word, () => {}, "button primary");
    Object.assign(field, { type: "text", value, maxLength: 200, autocomplete: "off", spellcheck: false });
    field.setAttribute("aria-label", label);
    if (!value) field.placeholder = label;
    go.type = "submit";
    const box = make("form", "naming", make("div", "field wide", field), go);
    box.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trim();
      if (!text) return field.focus();
      site.popover.close();
      take(text);
    });
    return box;
  }

  /** @param {{[key: string]: any}} changes */
  function apply(changes) {
    for (const [key, value] of Object.entries(changes)) store.set(key, value);
  }

  /** What can be done with a section. @param {HTMLElement} opener @param {string} name @param {PageData} page */
  function open(opener, name, page) {
    const every = site.sectioning.now(page), section = every.find((one) => one.name === name);
    if (!section) return;
    const seen = every.filter((one) => one.charts.length), at = seen.indexOf(section);
    const move = (/** @type {number} */ by) => act(() => store.set("ranks", ranked(page, every, name, by)));
    const rename = (/** @type {string} */ title) => apply(renamed(page, every, name, title, site.state.current()));
    site.popover.open(opener, site.t("sections.menu_of", { section: section.title }), make("div", "menu",
      form(site.t("sections.heading"), site.t("sections.rename"), section.title, rename),
      ...(at > 0 ? [button(site.t("layout.up"), move(-1)), button(site.t("layout.top"), move(-at))] : []),
      ...(at < seen.length - 1 ? [button(site.t("layout.down"), move(1))] : []),
    ));
  }

  /** Which section a chart is to stand in. @param {HTMLElement} opener @param {Panel} panel @param {PageData} page */
  function choose(opener, panel, page) {
    const key = site.layout.keyOf(panel.spec), every = site.sectioning.now(page);
    const take = (/** @type {string} */ name) => store.set("placed", put(page, store.get("placed"), [key], name));
    const list = every.filter((one) => one.charts.length).map((one) => {
      const choice = button(one.title, act(() => take(one.name)), "row-button");
      choice.setAttribute("aria-pressed", String(one.keys.includes(key)));
      return choice;
    });
    site.popover.open(opener, site.t("sections.of_chart", { chart: panel.spec.title }), make("div", "menu sections-menu",
      form(site.t("sections.new"), site.t("sections.make"), "", (title) => take(named(every, title))),
      make("div", "chooser-list", ...list),
    ));
  }

  Object.assign(site.sectionMenu, { open, choose });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
