// The choice of what colours runs and what styles their lines.
(function (/** @type {Site} */ site) {
  "use strict";

  const { make } = site.popover, { store } = site;
  /** A list that opens at a field holds no more than one can look through; the table's heads lead to any column. */
  const MOST = 200;

  /** Whether its values tell runs apart. @param {ColumnData} column */
  const tells = (column) => Boolean(column.values) && column.kind !== "spark" && new Set(column.values).size > 1;

  /** @param {string} name @param {ColumnData[]} columns */
  function group(name, columns) {
    const made = /** @type {HTMLOptGroupElement} */ (make("optgroup"));
    made.label = name;
    made.append(...columns.slice(0, MOST).map((column) => new Option(column.label === column.key.replace(/^cfg\./, "") ? column.label : column.group === "metric" ? `${column.label} ${column.note}` : column.label, column.key)));
    return columns.length ? [made] : [];
  }

  /** @param {"color" | "style"} key @param {string} label @param {[string, string][]} own choices that are no columns */
  function field(key, label, own) {
    const select = /** @type {HTMLSelectElement} */ (make("select"));
    const fill = () => {
      const now = store.get(key), all = site.columns.here().filter((one) => tells(one) || one.key === now);
      const known = now && !own.some(([value]) => value === now) && !all.some((one) => one.key === now) ? [/** @type {[string, string]} */ ([now, now])] : [];
      select.replaceChildren(...[...own, ...known].map(([value, text]) => new Option(text, value)),
        ...group(site.t("looks.settings"), all.filter((one) => one.group === "config")),
        ...group(site.t("looks.results"), all.filter((one) => one.group === "metric")),
        ...group(site.t("looks.facts"), all.filter((one) => one.group !== "config" && one.group !== "metric")));
      select.value = now;
    };
    select.addEventListener("change", () => store.set(key, select.value));
    fill();
    return { fill, element: make("label", "looks-field", make("span", "", label), select) };
  }

  /** @param {HTMLElement} opener */
  async function open(opener) {
    const isGrouped = store.get("group").length > 0;
    const fields = [
      field("color", site.t("looks.color"), [["", isGrouped ? site.t("looks.own_group") : site.t("looks.own")], ...(isGrouped ? [/** @type {[string, string]} */ (["group", site.t("looks.group")])] : [])]),
      field("style", site.t("looks.style"), [["", site.t("looks.alike")]]),
    ];
    site.popover.open(opener, site.t("looks.title"), make("div", "looks", ...fields.map((one) => one.element), make("p", "quiet", site.t("looks.more"))));
    const groups = await site.columns.open().catch(() => []);
    await site.columns.load(groups.flatMap((one) => one.columns || []).filter((one) => one.group === "config").map((one) => one.key)).catch(() => {});
    for (const one of fields) one.fill();
  }

  site.looks = { open };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
