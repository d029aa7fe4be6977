// Charts that the reader puts together: a form with what can be drawn, and the section in which they stand.
(function (/** @type {Site} */ site) {
  "use strict";

  if (typeof document === "undefined") return;
  const { store } = site, { make, button } = site.popover, LISTED = 200;
  /** The panels of now, by their texts. @type {Map<string, Panel>} */
  const shown = new Map();
  let made = 0;

  /** @returns {string[]} */
  const texts = () => store.get("added");

  /** The section of added charts, made when there is a first. @param {PageData} page */
  function section(page) {
    const found = /** @type {HTMLElement | null} */ (document.querySelector("[data-added]"));
    if (found) return found;
    const box = make("div", "panels"), count = make("span");
    const group = make("details", "group", make("summary", "", make("h2", "", site.t("added.section")), count), box);
    group.setAttribute("open", "");
    group.dataset.added = "";
    document.querySelector(".pane-charts .sections")?.prepend(group);
    return group;
  }

  /** @param {ChartSpec} spec */
  function figureOf(spec) {
    const heading = make("h3", "", make("bdi", "", spec.title)), figure = make("figure", "panel");
    heading.title = spec.title;
    figure.dataset.chart = spec.id;
    figure.append(make("figcaption", "", heading, make("span", "sub"), make("span", "tools")), make("div", "plot"));
    return figure;
  }

  /** Charts for the texts of now, no others, in their order. @param {PageData} page */
  function sync(page) {
    const wanted = texts();
    for (const [text, panel] of [...shown]) {
      if (wanted.includes(text)) continue;
      site.panels.remove(panel);
      shown.delete(text);
    }
    const group = wanted.length || shown.size ? section(page) : document.querySelector("[data-added]");
    const box = group && group.querySelector(".panels");
    if (!group || !box) return;
    for (const text of wanted) {
      const panel = shown.get(text) || chart(text, page);
      if (!panel) continue;
      shown.set(text, panel);
      if (panel.figure.parentElement !== box) box.append(panel.figure);
    }
    box.append(...wanted.flatMap((text) => { const panel = shown.get(text); return panel ? [panel.figure] : []; }));
    /** @type {HTMLElement} */ (group).hidden = shown.size === 0;
    group.className = `group${shown.size <= 4 ? ` n${shown.size}` : ""}`;
    const count = group.querySelector("summary > span");
    if (count) count.textContent = site.t("count.chart", { n: shown.size });
  }

  /** @param {string} text @param {PageData} page @returns {Panel | null} */
  function chart(text, page) {
    try {
      const spec = site.plots.spec(text, made, page);
      made += 1;
      const figure = figureOf(spec);
      section(page).querySelector(".panels")?.append(figure);
      return site.panels.add(figure, spec);
    } catch (problem) {
      if (!(problem instanceof site.expressions.Problem)) throw problem;
      return null;  // An address from before the metric had another name.
    }
  }

  /** Runs went on: what is loaded for a chart has other addresses now. @param {PageData} page */
  function renew(page) {
    for (const [text, panel] of shown) panel.spec.chunks = site.plots.spec(text, 0, page).chunks;
  }

  /** What is wrong with a text, its place marked; or what it draws. @param {HTMLElement} note @param {string} text @param {PageData} page @returns {boolean} whether it can be drawn */
  function say(note, text, page) {
    note.classList.remove("wrong");
    if (!text.trim()) return note.replaceChildren(site.t("added.hint")), false;
    try {
      const parts = site.plots.parts(text, site.plots.known(page)), names = site.plots.metricsOf(parts.filter((one) => !one.node));
      const formulas = parts.filter((one) => one.node).map((one) => one.text);
      note.replaceChildren(site.t("added.draws", { what: [...names, ...formulas].join(", ") }));
      return true;
    } catch (problem) {
      if (!(problem instanceof site.expressions.Problem)) throw problem;
      const mark = make("mark", "", text.slice(problem.start, problem.end) || "\u00a0");
      note.classList.add("wrong");
      note.replaceChildren([problem.message, problem.hint].filter(Boolean).join(" "), " ", make("code", "", text.slice(0, problem.start), mark, text.slice(problem.end)));
      return false;
    }
  }

  /** The text with a metric more, or without it. @param {string} text @param {string} name */
  function toggled(text, name) {
    const spelled = /[,*?[`]|^\/|^\s|\s$/.test(name) ? `\`${name}\`` : name, pieces = site.plots.pieces(text).map(([piece]) => piece);
    return (pieces.includes(spelled) ? pieces.filter((one) => one !== spelled) : [...pieces, spelled]).join(", ");
  }

  /** The form for a new chart, or for one that is there. @param {HTMLElement} opener @param {PageData} page @param {string} [before] */
  function open(opener, page, before = "") {
    const field = /** @type {HTMLInputElement} */ (make("input")), label = before ? site.t("added.change") : site.t("added.add");
    Object.assign(field, { type: "text", value: before, placeholder: "val/loss - train/loss", autocomplete: "off", spellcheck: false });
    field.setAttribute("aria-label", site.t("added.what"));
    const note = make("p", "added-note"), list = make("div", "chooser-list");
    note.setAttribute("role", "status");
    const add = button(label, () => {}, "button primary");
    add.type = "submit";
    const take = () => {
      const text = field.value.trim();
      if (!say(note, text, page)) return;
      const others = texts().filter((one) => one !== before && one !== text);
      const at = before ? texts().indexOf(before) : 0;
      site.popover.close();
      store.set("added", [...others.slice(0, at), text, ...others.slice(at)]);
      document.querySelector("[data-added]")?.scrollIntoView({ block: "nearest" });
    };
    const names = [...site.plots.known(page).metrics];
    const draw = () => {
      add.disabled = !say(note, field.value, page);
      const pieces = site.plots.pieces(field.value).map(([piece]) => piece);
      const words = (pieces.filter((one) => !names.includes(one)).pop() || "").toLowerCase().split(/[^\w/.-]+/).filter(Boolean);
      const fitting = names.filter((name) => words.every((word) => name.toLowerCase().includes(word)));
      list.replaceChildren(...(fitting.length ? fitting : names).slice(0, LISTED).map((name) => {
        const one = button(name, () => { field.value = toggled(fitting.length && words.length ? pieces.slice(0, -1).join(", ") : field.value, name); draw(); field.focus(); }, "row-button");
        one.setAttribute("aria-pressed", String(pieces.includes(name)));
        return one;
      }));
    };
    field.addEventListener("input", draw);
    const wide = make("div", "field wide suggesting", field);
    const form = make("form", "chooser adding", wide, note, list, make("div", "popover-foot", add));
    site.popover.open(opener, label, form);
    if (!field.isConnected) return;  // A second press has closed it.
    site.suggest?.attach(field, page, () => site.plots.known(page));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      take();
    });
    draw();
  }

  /** What can be done with an added chart. @param {HTMLElement} opener @param {Panel} panel @param {PageData} page */
  function menu(opener, panel, page) {
    const text = String(panel.spec.added), act = (/** @type {() => void} */ run) => () => { site.popover.close(); run(); };
    site.popover.open(opener, site.t("layout.place", { chart: text }), make("div", "menu",
      button(site.t("added.edit"), act(() => open(opener, page, text))),
      button(site.t("added.remove"), act(() => store.set("added", texts().filter((one) => one !== text)))),
    ));
  }

  site.added = { open, menu, sync, has: (panel) => shown.get(String(panel.spec.added)) === panel };
  document.addEventListener("runpress:renewed", () => renew(/** @type {PageData} */ (site.current)));
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
