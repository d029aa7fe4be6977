// The choice of what colours runs and what styles their lines: every setting and result, with a search over them.
(function (/** @type {Site} */ site) {
  "use strict";

  const { make, button } = site.popover, { store } = site;
  /** A list holds no more than one can look through; the field above it finds the others. */
  const MOST = 150;
  /** What of a metric is offered before its numbers are here. */
  const ENDS = ["min", "max"];
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  /** Whether its values tell runs apart, as far as they are known. @param {ColumnData} column */
  const tells = (column) => column.kind !== "spark" && (column.values?.length ? new Set(column.values).size > 1 : column.group === "metric");

  /** @param {ColumnData} column */
  const named = (column) => (column.label === column.key.replace(/^cfg\./, "") ? column.label : column.group === "metric" ? `${column.label} ${column.note}` : column.label);

  /** Where a column stands in the list. @param {ColumnData} column */
  const place = (column) => (column.group === "config" ? "settings" : machine.has(column.key) ? "system" : column.group === "metric" ? "results" : "facts");

  /** Columns of what the machine did. @type {Set<string>} */
  const machine = new Set();

  /** Columns to choose from: those that are here, and results that the catalogue names. @param {CatalogGroup[]} groups @returns {ColumnData[]} */
  function columns(groups) {
    const found = new Map(site.columns.here().map((one) => [one.key, one]));
    const all = groups.flatMap((group) => (group.metrics || []).map((metric) => ({ metric, isMachine: group.title === site.t("catalog.system") })));
    for (const { metric: [name, , , goal], isMachine } of all) {
      for (const statistic of ["last", ...ENDS.filter((end) => end === goal)]) {
        const column = site.columns.find(`${name}.${statistic}`);
        if (!column) continue;
        found.set(column.key, column);
        if (isMachine) machine.add(column.key);
      }
    }
    return [...found.values()].filter((one) => tells(one) || one.key === store.get("color") || one.key === store.get("style")).sort((a, b) => collator.compare(named(a), named(b)));
  }

  /** What is no column, by what it is chosen for. @returns {{ key: "color" | "style", label: string, own: [string, string][] }[]} */
  function aspects() {
    const isGrouped = store.get("group").length > 0;
    return [
      { key: "color", label: site.t("looks.color"), own: [["", isGrouped ? site.t("looks.own_group") : site.t("looks.own")], ...(isGrouped ? [/** @type {[string, string]} */ (["group", site.t("looks.group")])] : [])] },
      { key: "style", label: site.t("looks.style"), own: [["", site.t("looks.alike")]] },
    ];
  }

  /** @param {HTMLElement} opener */
  async function open(opener) {
    const all = aspects(), list = make("div", "chooser-list"), search = /** @type {HTMLInputElement} */ (make("input"));
    let [chosen] = all, known = columns([]), isComing = true;
    Object.assign(search, { type: "search", placeholder: site.t("looks.find"), autocomplete: "off", spellcheck: false });
    search.setAttribute("aria-label", site.t("looks.find"));

    /** @param {string} key @param {string} label */
    const row = (key, label) => {
      const made = button("", () => { store.set(chosen.key, key); draw(); }, "row-button");
      made.append(make("bdi", "", label));
      made.title = key;
      made.setAttribute("aria-pressed", String(store.get(chosen.key) === key));
      return made;
    };
    const of = all.map((one) => {
      const what = make("bdi"), made = button("", () => { chosen = one; draw(); }, "looks-of");
      made.append(make("span", "", one.label), what);
      return { one, made, what };
    });
    const draw = () => {
      for (const { one, made, what } of of) {
        const now = store.get(one.key), column = site.columns.find(now);
        what.textContent = one.own.find(([key]) => key === now)?.[1] ?? (column ? named(column) : now);
        made.setAttribute("aria-pressed", String(one === chosen));
      }
      const text = search.value.trim(), fitting = known.filter((one) => site.legendFind.has(`${one.key} ${named(one)}`, text));
      let more = 0;
      const parts = ["settings", "results", "facts", "system"].flatMap((part) => {
        const all = fitting.filter((one) => place(one) === part);
        // What is chosen is there however many come before it.
        const shown = all.filter((one, at) => at < MOST || one.key === store.get(chosen.key));
        more += all.length - shown.length;
        return shown.length ? [make("h3", "", site.t("looks." + part)), ...shown.map((one) => row(one.key, named(one)))] : [];
      });
      const isFocused = list.contains(document.activeElement), key = /** @type {HTMLElement | null} */ (document.activeElement)?.title;
      list.replaceChildren(...(text ? [] : chosen.own.map(([own, label]) => row(own, label))), ...parts,
        ...(isComing ? [make("p", "quiet", site.t("later.loading"))] : fitting.length ? [] : [make("p", "quiet", site.t("chooser.none"))]),
        ...(more > 0 ? [make("p", "quiet", site.t("chooser.more", { n: more }))] : []));
      if (isFocused) /** @type {HTMLElement[]} */ ([...list.querySelectorAll(".row-button")]).find((one) => one.title === key)?.focus({ preventScroll: true });
    };
    search.addEventListener("input", draw);
    site.listKeys.attach(search, list);
    draw();
    site.popover.open(opener, site.t("looks.title"), make("div", "chooser looks", make("div", "looks-aspects", ...of.map(({ made }) => made)), make("label", "field wide", search), list, make("p", "quiet", site.t("looks.more"))));
    search.focus({ preventScroll: true });
    const groups = await site.columns.open().catch(() => []);
    await site.columns.load(groups.flatMap((one) => one.columns || []).filter((one) => one.group === "config").map((one) => one.key)).catch(() => {});
    isComing = false;
    known = columns(groups);
    draw();
  }

  site.looks = { open };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
