// The menu of what runs are grouped by, and of what the line and the band of a group are.
(function (/** @type {Site} */ site) {
  "use strict";

  const { store } = site, { make, button } = site.popover;
  const CENTRES = /** @type {[Centre, string][]} */ ([["mean", site.t("centre.mean")], ["median", site.t("centre.median")]]);
  const BANDS = /** @type {[Band, string][]} */ ([
    ["sd", site.t("band.sd")], ["sem", site.t("band.sem")], ["bootstrap", site.t("band.bootstrap")],
    ["quartiles", site.t("band.quartiles")], ["minmax", site.t("band.minmax")], ["none", site.t("band.none")],
  ]);

  /** @param {string} key @param {string} label @param {[string, string][]} options */
  function select(key, label, options) {
    const field = /** @type {HTMLSelectElement} */ (make("select"));
    field.setAttribute("aria-label", label);
    field.append(...options.map(([value, text]) => {
      const option = /** @type {HTMLOptionElement} */ (make("option", "", text));
      option.value = value;
      return option;
    }));
    field.value = store.get(key);
    field.addEventListener("change", () => store.set(key, field.value));
    return make("label", "field", make("span", "", label), field);
  }

  /** @param {HTMLElement} opener */
  async function open(opener) {
    const chosen = make("div", "chosen-keys"), list = make("div", "chooser-list", make("p", "quiet", site.t("later.loading")));
    const search = /** @type {HTMLInputElement} */ (make("input"));
    Object.assign(search, { type: "search", placeholder: site.t("group.find"), autocomplete: "off" });
    search.setAttribute("aria-label", site.t("group.find"));
    const foot = make("div", "popover-foot", select("centre", site.t("group.line"), CENTRES), select("band", site.t("group.band"), BANDS));
    site.popover.open(opener, site.t("group.title"), make("div", "chooser", chosen, make("label", "field wide", search), list, foot));
    const groups = await site.columns.open().catch(() => []);
    const columns = groups.flatMap((group) => group.columns || []);
    columns.sort((a, b) => Number(b.group === "config") - Number(a.group === "config"));
    await site.columns.load(columns.filter((one) => one.group === "config").map((one) => one.key));
    const draw = () => {
      const by = /** @type {string[]} */ (store.get("group"));
      const all = site.groups.allButSeed(site.columns.here());
      chosen.replaceChildren(
        ...by.map((key, at) => button(at ? site.t("group.then", { column: name(key) }) : `${name(key)} ×`, () => set(by.filter((one) => one !== key)), "chip")),
        ...(by.length ? [button(site.t("group.ungroup"), () => set([]), "button")] : []),
        ...(all.length && all.join("\n") !== by.join("\n") ? [button(site.t("group.all_but_seed"), () => set(all), "button")] : []),
      );
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const fitting = columns.filter((one) => !by.includes(one.key) && words.every((word) => one.key.toLowerCase().includes(word)));
      list.replaceChildren(...fitting.slice(0, 150).map((one) => button(one.label === one.key.replace(/^cfg\./, "") ? one.label : `${one.label} (${one.key})`, () => set([...by, one.key]), "row-button")));
    };
    const set = async (/** @type {string[]} */ by) => {
      await site.columns.load(by);
      store.set("group", by);
      const held = /** @type {HTMLElement | null} */ (document.activeElement), at = list.contains(held) ? [...list.children].indexOf(/** @type {Element} */ (held)) : -1;
      draw();
      // What was pressed is no longer in the list.
      if (!held?.isConnected) (/** @type {HTMLElement | undefined} */ (list.children[at]) || search).focus();
    };
    search.addEventListener("input", draw);
    site.listKeys.attach(search, list);
    draw();
    site.popover.again();
  }

  /** @param {string} key */
  const name = (key) => site.columns.find(key)?.label || key;

  site.groupMenu = { open };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
