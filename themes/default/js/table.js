// The run table brought to life: columns, groups, order, filter, eyes, and only the lines in view as elements.
(function (/** @type {Site} */ site) {
  "use strict";

  /** Milliseconds after which all columns are loaded even where no chart has been drawn. */
  const COLUMNS_AFTER = 1000;

  /** @param {PageData} page */
  function start(page) {
    const table = /** @type {HTMLTableElement | null} */ (document.querySelector("table.runs"));
    if (!table || !page.columns) return;
    site.columns.start(page);
    const { runs } = page, { store } = site;
    let position = new Map(runs.map((run, at) => [run.id, at]));
    const choice = site.choice.make(runs, () => matching);
    /** @type {ColumnData[]} */
    let columns = site.columns.shown();
    let matching = new Set(runs.map((_, at) => at)), baseline = /** @type {number[]} */ ([]), now = Date.now() / 1000;
    const keeper = site.typing.keeper(site.filter.parse("", columns, runs));
    const view = site.lines.make(table, build);
    /** @type {WeakMap<HTMLElement, Group>} */
    const groups = new WeakMap();

    /** @param {Line} line */
    function build(line) {
      if (line.kind === "group") {
        const row = site.grouprow.build(line, columns, look(line.group));
        groups.set(row, line.group);
        return row;
      }
      const run = runs[line.at];
      const row = site.rows.build(run, line.at, columns, choice.isHidden(run.id), baseline);
      site.rows.place(row, line.depth, Boolean(line.isPinned), choice.isSelected(run.id));
      return row;
    }

    /** @param {Group} group @returns {GroupLook} */
    function look(group) {
      const color = store.get("color") === "group" || site.grouping.active() ? colorOf(group) : "";
      return { centre: store.get("centre"), baseline, isBase: store.get("base") === `group:${group.path}`, color, runs, now };
    }

    /** @param {Group} group */
    const colorOf = (group) => site.grouping.every().find((leaf) => leaf.path === group.path)?.color || "";

    /** The runs that all others are compared with. */
    function compared() {
      const base = String(store.get("base"));
      if (base.startsWith("run:")) return [position.get(base.slice(4))].filter((at) => at !== undefined);
      const path = base.replace(/^group:/, "");
      const found = path && site.grouping.active() ? find(site.groups.tree(runs.map((_, at) => at), site.grouping.by()), path) : null;
      return found ? found.positions : [];
    }

    /** @param {Group[]} groups @param {string} path @returns {Group | null} */
    function find(groups, path) {
      for (const group of groups) {
        const found = group.path === path ? group : find(group.inner, path);
        if (found) return found;
      }
      return null;
    }

    function arrange() {
      now = Date.now() / 1000;
      const known = site.columns.here();
      const text = store.get("filter"), found = site.filter.parse(text, known, runs);
      const needs = found.node ? site.filterRun.needs(found.node, known) : [];
      // A name that nobody knows may be one of the catalogue's.
      const waits = found.waits || Boolean(found.problem && !site.columns.isOpen());
      if (waits) fetchExpressions();
      if (needs.length) fetchColumns(needs);
      let passing = found.problem || waits || needs.length ? null : site.filter.passing(found, runs, known, now);
      // While an expression is being typed, the last filter that made sense stays.
      const isHalf = Boolean(passing && !passing.length && !found.node && found.terms.every((one) => !one.key) && site.typing.begins(text, known));
      if (passing && !isHalf) keeper.use(text, found);
      else if (!waits && !needs.length) keeper.keep(text);
      const inForce = keeper.now();
      if (!passing || isHalf) passing = site.filter.passing(inForce.filter, runs, known, now);
      site.choice.inForce = inForce.text;
      matching = new Set(passing);
      baseline = /** @type {number[]} */ (compared());
      const keys = store.get("sort");
      const pinned = [...store.get("pinned")].map((id) => position.get(id)).filter((at) => at !== undefined);
      view.show(site.arrange.lines(passing, keys, {
        by: site.grouping.by(), columns: known, centre: store.get("centre"), open: store.get("open"), pinned: /** @type {number[]} */ (pinned),
        sorted: (positions) => site.order.sorted(positions, keys, known, runs, now),
      }), columns.length + 1);
      const problem = waits ? null : found.problem, means = found.node ? site.typing.others(found.node, columns) : [];
      choice.count();
      site.filterNote.say({ text, problem, isUnfinished: isHalf || Boolean(problem && problem.isUnfinished), isEmpty: !passing.length, kept: inForce.text, means });
    }

    function anew() {
      view.forget();
      arrange();
    }

    /** Columns first, since they may have to be loaded; then everything that stands on them. */
    async function reload() {
      try {
        await site.columns.load([...site.columns.keys(), ...store.get("group"), ...store.get("sort").map((/** @type {SortKey} */ one) => one.key).filter((/** @type {string} */ key) => key !== "name"), ...[store.get("color"), store.get("style")].filter((/** @type {string} */ key) => key && key !== "group")]);
      } catch (error) {
        const message = site.t("table.some_failed", { why: String(error instanceof Error ? error.message : error) });
        site.filterNote.say({ text: "", problem: { message, start: 0, end: 0, hint: "" } });
      }
      draw();
    }

    const draw = () => site.grid.renew(/** @type {HTMLTableElement} */ (table), make);

    function make() {
      site.grouping.forget();
      const pins = store.get("pins");
      const all = site.columns.shown();
      columns = [...all.filter((/** @type {ColumnData} */ one) => pins.includes(one.key)), ...all.filter((/** @type {ColumnData} */ one) => !pins.includes(one.key))];
      site.header.draw(/** @type {HTMLTableElement} */ (table), columns, choice.toggleAll);
      view.forget();
      arrange();
      layout();
      // Rows that unfold are a tree's; in a plain grid they may not say so.
      if (table) table.setAttribute("role", site.grouping.active() ? "treegrid" : "grid");
      store.set("grouped", site.grouping.by().map((one) => one.key).join("\n"));
      document.dispatchEvent(new Event("runpress:colors"));
    }

    /** What an expression asks for and the page did not bring. @param {string[]} keys */
    function fetchColumns(keys) {
      site.columns.load(keys).then(arrange, (error) => {
        const message = site.t("table.columns_failed", { columns: keys.join(", "), why: String(error instanceof Error ? error.message : error) });
        site.filterNote.say({ text: "", problem: { message, start: 0, end: 0, hint: "" } });
      });
    }

    function layout() {
      const pins = store.get("pins");
      site.widths.apply(/** @type {HTMLTableElement} */ (table), columns, columns.filter((one) => pins.includes(one.key)).length);
    }

    /** The expression language comes with the first filter that is written in it. */
    function fetchExpressions() {
      // Without the catalogue the table's own columns can still be asked for.
      Promise.all([site.load.later(), site.columns.open().catch(() => {})]).then(() => {
        if (!site.expressions) throw new Error("no expressions");
        arrange();
      }).catch(() => {
        const message = site.t("table.words_only");
        site.filterNote.say({ text: store.get("filter"), problem: { message, start: 0, end: 0, hint: "" } });
      });
    }

    function marks() {
      for (const row of view.rows()) {
        const at = Number(row.dataset.run), run = runs[at], group = groups.get(row);
        if (group) site.grouprow.mark(row, group, runs);
        if (!run) continue;
        site.rows.mark(row, run, choice.isHidden(run.id));
        row.classList.toggle("chosen", choice.isSelected(run.id));
      }
      choice.count();
    }

    /** @param {HTMLElement} row */
    function fold(row) {
      const open = new Set(store.get("open")), path = row.dataset.group || "";
      if (!open.delete(path)) open.add(path);
      store.set("open", open);
    }

    /** As its entry in the legend. @param {HTMLElement} row @param {boolean} isAlone */
    function press(row, isAlone) {
      const group = groups.get(row);
      if (group) site.press.on(`group ${group.path}`, group.positions.map((at) => runs[at].id), isAlone);
    }

    table.tBodies[0].addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target), row = /** @type {HTMLElement | null} */ (target.closest("tr"));
      if (!row) return;
      if (row.dataset.group !== undefined && target.closest(".eye")) return press(row, event.altKey);
      if (row.dataset.group !== undefined && !target.closest("a")) return fold(row);
      const id = runs[Number(row.dataset.run)]?.id;
      if (!id) return;
      if (target.closest(".eye")) choice.toggle(id, event.altKey);
      else if (target.closest(".check")) choice.select(id, event.shiftKey, view.order());
    });
    table.tBodies[0].addEventListener("mouseover", (event) => {
      const row = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("tr"));
      const group = row && row.dataset.group, run = row && row.dataset.run;
      store.set("highlight", run ? runs[Number(run)].id : group ? `group:${group}` : null);
    });
    table.tBodies[0].addEventListener("mouseleave", () => store.set("highlight", null));
    store.on("highlight", (lit) => {
      for (const row of view.rows()) {
        const id = runs[Number(row.dataset.run)]?.id, key = id === undefined ? `group:${row.dataset.group}` : id;
        row.classList.toggle("lit", lit instanceof Set ? lit.has(key) : id !== undefined && id === lit);
      }
    });
    for (const key of ["hidden", "selected"]) store.on(key, marks);
    for (const key of ["filter", "open", "pinned", "base", "centre"]) {
      store.on(key, () => {
        if (key === "filter" || key === "open") arrange();
        else site.grid.renew(table, anew);
      });
    }
    store.on("sort", async (keys) => {
      await site.columns.load(keys.map((/** @type {SortKey} */ one) => one.key).filter((/** @type {string} */ key) => key !== "name")).catch(() => {});
      arrange();
      site.header.mark(table);
    });
    for (const key of ["columns", "group", "color", "style", "pins"]) store.on(key, reload);
    document.addEventListener("runpress:renewed", () => {
      position = new Map(runs.map((run, at) => [run.id, at]));
      site.columns.renew(page);
      reload();
    });
    site.widths.on(layout);
    site.grid.start(table, {
      count: view.count, index: view.index, row: view.row,
      toggle(index, alone) {
        const line = view.line(index);
        if (line.kind === "run") choice.toggle(runs[line.at].id, alone);
        else if (document.activeElement?.matches(".eye")) press(view.row(index), alone);
        else fold(view.row(index));
      },
      select(index) {
        const line = view.line(index);
        if (line.kind === "run") choice.select(runs[line.at].id, false, view.order());
      },
    });
    draw();  // With what the page brought. The rest of its columns waits: the first charts need the time more.
    let isWhole = false;
    const complete = () => {
      if (!isWhole) reload();
      isWhole = true;
    };
    // But for those that lines of charts may go by.
    const isUsual = ["group", "sort"].every((key) => !store.get(key).length) && !store.get("color") && !store.get("style");
    document.addEventListener("runpress:drawn", complete, { once: true });
    setTimeout(complete, isUsual && page.charts.length ? COLUMNS_AFTER : 0);
  }

  site.ready(start);
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
