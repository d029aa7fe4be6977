// The line above the run table: how runs are grouped, which columns, which runs are drawn, and what is selected.
(function (/** @type {Site} */ site) {
  "use strict";

  const { store } = site, { make, button } = site.popover;
  const MOST_NAMES = 4;

  /** @param {string} key */
  const name = (key) => site.columns.find(key)?.label || key;

  /** A group by its path, as its line in the table is called. @param {string} path */
  const told = (path) => path.split("\n").map((part) => {
    const at = part.indexOf("="), value = part.slice(at + 1);
    return at < 0 ? part : `${name(part.slice(0, at))} ${!value ? site.t("group.none") : Number.isFinite(Number(value)) ? site.format.brief(Number(value)) : value}`;
  }).join(", ");

  /** @param {HTMLElement} opener @param {PageData} page */
  function openDraw(opener, page) {
    const passing = () => site.choice.passing(page.runs);
    const act = (/** @type {string} */ set) => () => {
      site.popover.close();
      site.choice.draw(set, page.runs, passing());
    };
    const usual = (page.drawn || page.runs).length;
    const best = site.columns.here().filter((one) => one.kind === "number" && one.goal && one.best !== undefined).slice(0, 4);
    site.popover.open(opener, site.t("draw.title"), make("div", "menu",
      make("p", "quiet", site.t("draw.heading")),
      button(usual < page.runs.length ? site.t("draw.newest", { n: usual }) : site.t("draw.every"), act(`newest:${usual}`)),
      ...(usual < page.runs.length ? [button(site.t("draw.passing", { n: passing().length }), act("all"))] : []),
      ...best.map((one) => button(site.t("draw.best", { n: 10, column: one.key }), act(`best:10:${one.key}`))),
      ...(store.get("pinned").size ? [button(site.t("draw.pinned"), act("pinned"))] : []),
      ...(store.get("selected").size ? [button(site.t("draw.selected"), act("selected"))] : []),
      button(site.t("draw.none"), act("none")),
    ));
  }

  /** @param {HTMLElement} opener @param {PageData} page */
  function openMore(opener, page) {
    const act = (/** @type {() => void} */ run) => () => { site.popover.close(); run(); };
    const fail = () => site.popover.open(opener, site.t("project.more"), make("div", "menu", make("p", "quiet", site.t("later.failed"))));
    const take = (/** @type {"csv" | "parquet"} */ kind) => site.load.later().then(() => site.exporting[kind](page), fail);
    site.popover.open(opener, site.t("project.more"), make("div", "menu",
      make("p", "quiet", site.t("export.heading")),
      button(site.t("export.csv"), act(() => take("csv"))),
      button(site.t("export.parquet"), act(() => take("parquet"))),
      button(site.t("layout.keep"), () => { site.popover.close(); site.layout.openFile(opener, page); }),
    ));
  }

  /** What is chosen, each with a way back. @param {HTMLElement} box @param {PageData} page */
  function chips(box, page) {
    const made = [];
    const by = /** @type {string[]} */ (store.get("group")), base = String(store.get("base")), color = store.get("color"), style = store.get("style");
    if (by.length) {
      const names = by.map(name), more = names.length - MOST_NAMES;
      const shown = more > 1 ? [...names.slice(0, MOST_NAMES), `+${more}`] : names;
      const chip = button(site.t("chip.grouped", { columns: shown.join(", ") }), () => store.set("group", []), "chip");
      chip.title = site.t("chip.grouped", { columns: names.join(", ") });
      made.push(chip);
    }
    if (base) {
      const run = page.runs.find((one) => `run:${one.id}` === base);
      made.push(button(site.t("chip.baseline", { name: run ? run.name : base.startsWith("group:") ? told(base.slice(6)) : base }), () => store.set("base", ""), "chip"));
    }
    if (color && color !== "group") made.push(button(site.t("chip.coloured", { column: name(color) }), () => store.set("color", ""), "chip"));
    if (style) made.push(button(site.t("chip.styled", { column: name(style) }), () => store.set("style", ""), "chip"));
    box.replaceChildren(...made);
  }

  /** @param {HTMLElement} bar @param {PageData} page */
  function selection(bar, page) {
    const selected = /** @type {Set<string>} */ (store.get("selected"));
    bar.hidden = selected.size === 0;
    if (!selected.size) return;
    const chosen = page.runs.filter((run) => selected.has(run.id));
    const hide = () => store.set("hidden", new Set([...store.get("hidden"), ...selected]));
    const isPinned = chosen.every((run) => store.get("pinned").has(run.id));
    const pin = () => store.set("pinned", new Set(isPinned ? [...store.get("pinned")].filter((id) => !selected.has(id)) : [...store.get("pinned"), ...selected]));
    bar.replaceChildren(
      make("b", "", site.t("selected.count", { n: selected.size })),
      button(site.t("selected.only"), () => site.choice.draw("selected", page.runs, []), "button"),
      button(site.t("selected.hide"), hide, "button"),
      button(isPinned ? site.t("selected.unpin") : site.t("selected.pin"), pin, "button"),
      ...(selected.size === 1 ? [button(site.t("selected.baseline"), () => store.set("base", `run:${chosen[0].id}`), "button")] : []),
      button(site.t("selected.clear"), () => store.set("selected", new Set()), "button"),
    );
  }

  /** @param {PageData} page */
  function start(page) {
    const chipBox = /** @type {HTMLElement | null} */ (document.querySelector("[data-chips]"));
    const bar = /** @type {HTMLElement | null} */ (document.querySelector("[data-selection]"));
    if (page.kind !== "project" || !chipBox || !bar) return;
    const openers = /** @type {{[name: string]: (opener: HTMLElement) => void}} */ ({
      add: (opener) => site.load.later().then(() => site.added.open(opener, page)), group: (opener) => site.load.later().then(() => site.groupMenu.open(opener)), columns: (opener) => site.load.later().then(() => site.chooser.open(opener)), draw: (opener) => openDraw(opener, page), more: (opener) => openMore(opener, page),
      looks: (opener) => site.load.later().then(() => site.looks.open(opener)),
      filter: (opener) => site.load.later().then(() => site.quickFilter.open(opener, page)),
    });
    for (const opener of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-panel]"))) {
      opener.setAttribute("aria-haspopup", "dialog");
      opener.addEventListener("click", () => openers[opener.dataset.panel || ""]?.(opener));
    }
    const showAdded = () => site.load.later().then(() => site.added.sync(page));
    store.on("added", showAdded);
    if (store.get("added").length) showAdded();
    for (const key of ["group", "base", "color", "style"]) store.on(key, () => chips(chipBox, page));
    for (const key of ["selected", "pinned"]) store.on(key, () => selection(bar, page));
    // A column's name may come after its values were asked for.
    document.addEventListener("runpress:colors", () => chips(chipBox, page));
    document.querySelector("[data-action=clear-filter]")?.addEventListener("click", () => store.set("filter", ""));
    const tell = () => {
      if (store.get("color") || store.get("style") || store.get("group").length) site.load.later().then(() => site.runLegend.start(), () => {});
    };
    for (const key of ["color", "style", "group"]) store.on(key, tell);
    chips(chipBox, page);
    selection(bar, page);
    tell();
  }

  site.ready(start);
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
