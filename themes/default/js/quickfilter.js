// Quick controls of the filter: values to tick and ends of numbers, which write the expression above the table.
(function (/** @type {Site} */ site) {
  "use strict";

  const { make, button } = site.popover, { store } = site;
  /** A setting of so many values or fewer has them to tick; of more numbers it has ends, as results have. */
  const FEW = 12;
  /** More lines than anybody looks through; the field above them finds the others. */
  const MOST = 100;
  const STATES = ["running", "stalled", "finished", "failed", "stopped", "lost"];
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const STATISTIC = /\.(last|min|max|mean|first)$/;

  /** A name as the expression language reads it, in backticks where it must. @param {string} name @param {string} lead */
  function named(name, lead) {
    const isPlain = /^[A-Za-z_]\w*(?:[./:-]\w+)*$/.test(name);
    const { PROPERTIES, CONSTANTS, OPERATOR_WORDS } = site.expressions.words;
    const isWord = !lead && [PROPERTIES, CONSTANTS, OPERATOR_WORDS].some((words) => name in words);
    return isPlain && !isWord ? lead + name : `${lead}\`${name.replace(/`/g, "``")}\``;
  }

  /** @param {ColumnData} column */
  function leftOf(column) {
    if (column.group === "config") return named(column.key.replace(/^cfg\./, ""), "cfg.");
    const statistic = (STATISTIC.exec(column.key) || ["", "last"])[1], metric = named(column.key.replace(STATISTIC, ""), "");
    return statistic === "last" ? metric : `${statistic}(${metric})`;
  }

  /** @param {string} left @param {string} title @param {(at: number) => (string | number)[]} of @param {number} count @returns {Facet} */
  function facet(left, title, of, count) {
    /** @type {Map<string | number, number[]>} */
    const runs = new Map();
    for (let at = 0; at < count; at++) {
      for (const one of of(at)) {
        const found = runs.get(one);
        if (found) found.push(at);
        else runs.set(one, [at]);
      }
    }
    return { left, title, runs };
  }

  /** @param {PageData} page @returns {Facet[]} */
  function facets(page) {
    const { runs } = page, now = Date.now() / 1000, count = runs.length;
    const cell = (/** @type {ColumnData} */ column) => (/** @type {number} */ at) => {
      const value = (column.values || [])[at];
      return value === null || value === undefined || ["", "NaN", "Infinity", "-Infinity"].includes(String(value)) ? [] : [value];
    };
    const of = (/** @type {ColumnData} */ column) => facet(leftOf(column), column.group === "metric" ? `${column.label} ${column.note}` : column.key.replace(/^cfg\./, ""), cell(column), count);
    const here = site.columns.here(), settings = here.filter((one) => one.group === "config");
    const results = here.filter((one) => one.kind === "number" && one.group === "metric" && STATISTIC.test(one.key));
    const own = /** @type {Facet[]} */ ([
      facet("state", site.t("quick.state"), (at) => [site.live.word(runs[at], now)], count),
      facet("tags", site.t("quick.tags"), (at) => runs[at].tags || [], count),
      facet("group", site.t("quick.group"), (at) => (runs[at].group ? [String(runs[at].group)] : []), count),
    ]);
    // What all runs have alike tells none of them apart.
    const tells = (/** @type {Facet} */ one) => one.runs.size > 1 || (own.includes(one) && [...one.runs.values()].some((found) => found.length < count));
    return [...own, ...settings.map(of), ...results.map((one) => ({ ...of(one), isResult: true }))].filter((one) => one.runs.size && (tells(one) || isSet(one)));
  }

  /** @param {Facet} one */
  function isSet(one) {
    const { values, from, to } = site.clauses.chosen(store.get("filter"), one.left);
    return values.length > 0 || from !== null || to !== null;
  }

  /** @param {Facet} one */
  const isRange = (one) => (one.isResult || one.runs.size > FEW) && [...one.runs.keys()].every((value) => typeof value === "number");

  /** @param {Facet} one */
  function ordered(one) {
    const values = [...one.runs.keys()];
    if (one.left === "state") return STATES.filter((word) => one.runs.has(word));
    return values.sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b))));
  }

  /** The filter with this clause for one of them, or without any. @param {string} text @param {Facet} one @param {string} clause @param {PageData} page */
  function replaced(text, one, clause, page) {
    const found = site.filter.parse(text, site.columns.here(), page.runs);
    const isWords = !found.node && !found.problem && found.terms.some((term) => !term.key && !term.column);
    return site.clauses.replaced(text, isWords, one.left, clause);
  }

  /** @param {Facet} one @param {string} clause @param {PageData} page */
  const apply = (one, clause, page) => store.set("filter", replaced(store.get("filter"), one, clause, page));

  /** The runs that pass what the filter asks of all others. @param {Facet} one @param {PageData} page */
  function among(one, page) {
    const text = one.left === "state" ? site.choice.stateless(store.get("filter")) : store.get("filter");
    return new Set(site.choice.through(page.runs, replaced(text, one, "", page)) || page.runs.keys());
  }

  /** @param {Facet} one @param {PageData} page */
  function ticks(one, page) {
    const list = make("div", "quick-values"), values = ordered(one);
    const count = () => {
      const passing = among(one, page);
      for (const [value, place] of counts) place.textContent = String((one.runs.get(value) || []).filter((at) => passing.has(at)).length);
    };
    /** @type {Map<string | number, HTMLElement>} */
    const counts = new Map();
    const fill = (/** @type {string} */ text) => {
      const chosen = site.clauses.chosen(store.get("filter"), one.left).values;
      counts.clear();
      const fitting = values.filter((value) => String(value).toLowerCase().includes(text.toLowerCase()));
      const lines = fitting.slice(0, MOST).map((value) => {
        const box = /** @type {HTMLInputElement} */ (make("input"));
        box.type = "checkbox";
        box.checked = chosen.includes(value);
        box.addEventListener("change", () => {
          const now = site.clauses.chosen(store.get("filter"), one.left).values.filter((other) => other !== value);
          apply(one, site.clauses.choice(one.left, box.checked ? [...now, value] : now), page);
        });
        const name = one.left === "state" ? site.t("state." + value) : typeof value === "number" ? site.format.exact(value) : value;
        const number = make("span", "quiet");
        counts.set(value, number);
        return make("label", "tick", box, make("bdi", "", name), number);
      });
      const more = fitting.length - lines.length;
      list.replaceChildren(...lines, ...(more > 0 ? [make("p", "quiet", site.t("quick.more", { n: more }))] : []));
      count();
    };
    const stop = store.on("filter", () => (list.isConnected ? count() : stop()));
    fill("");
    if (values.length <= FEW) return [list];
    const search = /** @type {HTMLInputElement} */ (make("input"));
    Object.assign(search, { type: "search", placeholder: site.t("quick.find_value"), autocomplete: "off", spellcheck: false });
    search.setAttribute("aria-label", site.t("quick.find_value"));
    search.addEventListener("input", () => fill(search.value));
    return [make("label", "field wide", search), list];
  }

  /** @param {Facet} one @param {PageData} page */
  function ends(one, page) {
    const numbers = /** @type {number[]} */ (ordered(one)), now = site.clauses.chosen(store.get("filter"), one.left);
    const field = (/** @type {string} */ label, /** @type {number | null} */ value, /** @type {number} */ end) => {
      const input = /** @type {HTMLInputElement} */ (make("input"));
      Object.assign(input, { type: "number", step: "any", placeholder: site.format.exact(end), value: value === null ? "" : String(value) });
      input.setAttribute("aria-label", `${one.title}: ${label}`);
      return input;
    };
    const from = field(site.t("quick.from"), now.from, numbers[0]), to = field(site.t("quick.to"), now.to, numbers[numbers.length - 1]);
    const number = (/** @type {HTMLInputElement} */ input) => (input.value.trim() && Number.isFinite(Number(input.value)) ? Number(input.value) : null);
    for (const input of [from, to]) input.addEventListener("change", () => apply(one, site.clauses.range(one.left, number(from), number(to)), page));
    return [make("div", "quick-ends", make("label", "field", make("span", "", site.t("quick.from")), from), make("label", "field", make("span", "", site.t("quick.to")), to))];
  }

  /** What the filter asks of it, in a few words. @param {Facet} one */
  function said(one) {
    const { values, from, to } = site.clauses.chosen(store.get("filter"), one.left);
    if (values.length) return values.map((value) => (one.left === "state" ? site.t("state." + value) : String(value))).join(", ");
    return from === null && to === null ? "" : `${from === null ? "" : site.format.exact(from)} – ${to === null ? "" : site.format.exact(to)}`;
  }

  /** @param {Facet} one @param {PageData} page */
  function section(one, page) {
    const told = make("span", "quick-said"), fold = /** @type {HTMLDetailsElement} */ (make("details", "quick-facet", make("summary", "", make("bdi", "", one.title), told)));
    const tell = () => { told.textContent = said(one); };
    fold.addEventListener("toggle", () => {
      if (fold.open && fold.children.length === 1) fold.append(...(isRange(one) ? ends(one, page) : ticks(one, page)));
    });
    fold.addEventListener("change", tell);
    tell();
    fold.open = isSet(one);
    return fold;
  }

  /** @param {HTMLElement} opener @param {PageData} page */
  async function open(opener, page) {
    const search = /** @type {HTMLInputElement} */ (make("input")), list = make("div", "chooser-list quick", make("p", "quiet", site.t("later.loading")));
    Object.assign(search, { type: "search", placeholder: site.t("quick.find"), autocomplete: "off", spellcheck: false });
    search.setAttribute("aria-label", site.t("quick.find"));
    const foot = make("div", "popover-foot quick-foot", make("span", "quiet", site.t("quick.hint")), button(site.t("quick.clear"), () => {
      store.set("filter", "");
      fill();
    }, "button"));
    /** Gathered once: a thousand runs have hundreds of thousands of values. @type {Facet[]} */
    let all = [];
    const fill = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const fitting = all.filter((one) => words.every((word) => one.title.toLowerCase().includes(word)));
      const more = fitting.length - MOST;
      list.replaceChildren(...fitting.slice(0, MOST).map((one) => section(one, page)),
        ...(more > 0 ? [make("p", "quiet", site.t("chooser.more", { n: more }))] : []),
        ...(fitting.length ? [] : [make("p", "quiet", site.t("quick.none"))]));
    };
    site.popover.open(opener, site.t("quick.title"), make("div", "chooser", make("label", "field wide", search), list, foot));
    const groups = await site.columns.open().catch(() => []);
    await site.columns.load(groups.flatMap((one) => one.columns || []).filter((one) => one.group === "config").map((one) => one.key)).catch(() => {});
    all = facets(page);
    search.addEventListener("input", fill);
    site.listKeys.attach(search, list);
    fill();
  }

  site.quickFilter = { open };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
