// The choice of columns: what is shown, in its order, and a search over all there could be.
(function (/** @type {Site} */ site) {
  "use strict";

  const MOST = 150;
  const { make, button } = site.popover;

  /** @param {string} key @param {string} label @param {string} title */
  function tick(key, label, title) {
    const box = /** @type {HTMLInputElement} */ (make("input"));
    box.type = "checkbox";
    box.checked = site.columns.keys().includes(key);
    box.addEventListener("change", () => site.shownColumns.toggle(key));
    const line = make("label", "tick", box, make("bdi", "", label));
    line.title = title;
    return line;
  }

  /** A metric with a button for each of its statistics. @param {CatalogMetric} metric */
  function metricLine([name, label]) {
    const line = make("div", "metric-line", make("bdi", "", label)), marks = make("span", "marks");
    line.title = name;
    for (const statistic of site.columns.statistics(name)) {
      const key = `${name}.${statistic}`;
      const mark = button(site.columns.words(statistic), async () => {
        await site.shownColumns.toggle(key);
        mark.setAttribute("aria-pressed", String(site.columns.keys().includes(key)));
      }, "mark-button");
      mark.setAttribute("aria-pressed", String(site.columns.keys().includes(key)));
      marks.append(mark);
    }
    line.append(marks);
    return line;
  }

  /** @param {CatalogGroup[]} groups @param {string} text @param {HTMLElement} list */
  function fill(groups, text, list) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (/** @type {string} */ name) => words.every((word) => name.toLowerCase().includes(word));
    /** @type {Map<string, HTMLElement[]>} */
    const found = new Map();
    let count = 0, more = 0;
    for (const group of groups) {
      const lines = found.get(group.title) || [];
      found.set(group.title, lines);
      for (const column of group.columns || []) {
        if (!fits(`${column.key} ${column.label} ${group.title}`)) continue;
        if (count++ < MOST) lines.push(tick(column.key, column.label, column.key));
        else more += 1;
      }
      for (const metric of group.metrics || []) {
        if (!fits(`${metric[0]} ${metric[1]} ${group.title}`)) continue;
        if (count++ < MOST) lines.push(metricLine(metric));
        else more += 1;
      }
    }
    const parts = [...found].filter(([, lines]) => lines.length).flatMap(([title, lines]) => [make("h3", "", title), ...lines]);
    if (!count) parts.push(make("p", "quiet", site.t("chooser.none")));
    if (more) parts.push(make("p", "quiet", site.t("chooser.more", { n: more })));
    list.replaceChildren(...parts);
  }

  /** The default columns that the catalogue does not have: state, curve, start. @returns {CatalogGroup} */
  function basic() {
    const usual = site.columns.usual().map(site.columns.find).filter((one) => one !== null);
    const found = usual.filter((one) => ["state", "time", "spark"].includes(one.kind));
    return { title: site.t("chooser.basics"), path: "", columns: found.map((one) => (one.kind === "spark" ? { ...one, label: site.t("chooser.curve", { name: one.label }) } : one)) };
  }

  /** @param {HTMLElement} opener */
  async function open(opener) {
    const search = /** @type {HTMLInputElement} */ (make("input"));
    Object.assign(search, { type: "search", placeholder: site.t("chooser.find"), autocomplete: "off", spellcheck: false });
    search.setAttribute("aria-label", site.t("chooser.find"));
    const list = make("div", "chooser-list", make("p", "quiet", site.t("later.loading")));
    const foot = make("div", "popover-foot", button(site.t("chooser.default"), async () => {
      await site.shownColumns.show(site.columns.usual());
      fill(groups, search.value, list);
    }, "button"));
    const field = make("label", "field wide", search);
    site.listKeys.attach(search, list);
    /** @type {CatalogGroup[]} */
    let groups = [];
    site.popover.open(opener, site.t("project.columns"), make("div", "chooser", field, list, foot));
    try {
      groups = [basic(), ...await site.columns.open()];
      fill(groups, search.value, list);
      search.addEventListener("input", () => fill(groups, search.value, list));
    } catch (error) {
      list.replaceChildren(make("p", "panel-error", site.t("chooser.failed", { why: String(error instanceof Error ? error.message : error) })));
    }
  }

  site.chooser = { open };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
