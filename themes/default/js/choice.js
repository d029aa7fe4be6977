// Which runs are drawn and which are selected: eyes, checks, and sets such as the newest or the best.
(function (/** @type {Site} */ site) {
  "use strict";

  const { store } = site;
  /** Milliseconds of peace after which a filter that is being typed says which runs are drawn: each may need its chunk. */
  const FOLLOW_AFTER = 250;

  /**
   * The runs a set names, by id: every one, none but the pinned or selected ones, the newest or the best so many.
   * @param {string} set such as "newest:50" or "best:10:val/acc.max" @param {RunRow[]} runs newest first @param {number[]} passing
   * @returns {Set<string>}
   */
  function drawnBy(set, runs, passing) {
    const [kind, count, ...rest] = set.split(":"), key = rest.join(":"), most = Number(count) || 0;
    const ids = (/** @type {number[]} */ positions) => new Set(positions.map((at) => runs[at].id));
    if (kind === "all") return ids(passing);
    if (kind === "none") return new Set();
    if (kind === "pinned") return new Set(store.get("pinned"));
    if (kind === "selected") return new Set(store.get("selected"));
    if (kind === "best") return ids(best(passing, key).slice(0, most));
    return ids(passing.slice(0, most));
  }

  /** By a column's goal, those without a number left out. @param {number[]} positions @param {string} key */
  function best(positions, key) {
    const column = site.columns.find(key), values = (column && column.values) || [];
    const sign = column && column.goal === "min" ? 1 : -1;
    const numbers = positions.filter((at) => typeof values[at] === "number");
    return numbers.sort((a, b) => sign * (Number(values[a]) - Number(values[b])) || a - b);
  }

  /** @param {RunRow[]} runs @param {() => Set<number>} matching @returns {Choice} */
  function make(runs, matching) {
    /** @type {string | null} */
    let last = null;
    let timer = 0, isBegun = false;
    const drawn = /** @type {PageData} */ (site.current).drawn || [];
    /** A file may draw others than the newest, and means those. Runs that come later are newer ones. */
    const isNewest = drawn.length > 0 && drawn.length < runs.length && drawn.every((id, at) => runs[at]?.id === id);

    /** Until readers choose runs themselves, the newest of those that the filter lets through are drawn, as many as the page draws as it comes. */
    function follow() {
      const seen = matching(), hidden = store.get("hidden");
      if (!isNewest || !seen.size) return;
      const newest = new Set([...seen].sort((a, b) => a - b).slice(0, drawn.length));
      const next = new Set(runs.filter((_, at) => !newest.has(at)).map((run) => run.id));
      const isSame = hidden.size === next.size && [...next].every((id) => hidden.has(id));
      if (!isSame && !site.state.isKept("hidden")) return;
      store.set("followed", isSame ? hidden : next);
      store.set("hidden", isSame ? hidden : next);
    }

    /** At once as the page comes, then when the typing rests. */
    function followSoon() {
      clearTimeout(timer);
      if (isBegun) timer = window.setTimeout(follow, FOLLOW_AFTER);
      else follow();
      isBegun = true;
    }

    /** @param {string} id @param {boolean} alone */
    function toggle(id, alone) {
      const hidden = new Set(store.get("hidden"));
      const others = runs.filter((run) => run.id !== id);
      if (alone) {
        const isAlone = !hidden.has(id) && others.every((run) => hidden.has(run.id));
        store.set("hidden", new Set(isAlone ? [] : others.map((run) => run.id)));
        return;
      }
      if (!hidden.delete(id)) hidden.add(id);
      store.set("hidden", hidden);
    }

    function toggleAll() {
      const ids = runs.filter((_, at) => matching().has(at)).map((run) => run.id);
      const hidden = new Set(store.get("hidden"));
      const anyHidden = ids.some((id) => hidden.has(id));
      for (const id of ids) {
        if (anyHidden) hidden.delete(id);
        else hidden.add(id);
      }
      store.set("hidden", hidden);
    }

    /** With Shift from the run selected before, in the order shown. @param {string} id @param {boolean} range @param {number[]} order */
    function select(id, range, order) {
      const selected = new Set(store.get("selected")), ids = order.map((at) => runs[at].id);
      const from = last === null ? -1 : ids.indexOf(last), to = ids.indexOf(id);
      if (range && from >= 0) for (const one of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) selected.add(one);
      else if (!selected.delete(id)) selected.add(id);
      last = id;
      store.set("selected", selected);
    }

    /** What charts leave out: hidden runs, and those the filter does not let through. */
    function count() {
      followSoon();
      const hidden = store.get("hidden"), seen = matching();
      const isFiltered = seen.size < runs.length;
      store.set("unseen", !isFiltered ? hidden : new Set(runs.filter((run, at) => !seen.has(at) || hidden.has(run.id)).map((run) => run.id)));
      const drawn = runs.filter((run, at) => seen.has(at) && !hidden.has(run.id)).length;
      const total = document.querySelector("[data-shown]"), note = document.querySelector("[data-drawn]");
      const all = site.t("count.run", { n: runs.length });
      if (total) total.textContent = !isFiltered ? all : site.t("table.seen", { seen: seen.size, all });
      if (note) note.textContent = site.t("project.drawn", { n: drawn });
    }

    return {
      toggle, toggleAll, select, count,
      isHidden: (id) => store.get("hidden").has(id),
      isSelected: (id) => store.get("selected").has(id),
    };
  }

  /** Draws a set of runs and no others. @param {string} set @param {RunRow[]} runs @param {number[]} passing */
  async function draw(set, runs, passing) {
    const key = set.startsWith("best:") ? set.split(":").slice(2).join(":") : "";
    if (key) await site.columns.load([key]);
    const wanted = drawnBy(set, runs, passing);
    store.set("hidden", new Set(runs.filter((run) => !wanted.has(run.id)).map((run) => run.id)));
  }

  /** The positions that a filter lets through; null where it makes no sense. @param {RunRow[]} runs @param {string} text */
  function through(runs, text) {
    const columns = site.columns.here(), filter = site.filter.parse(text, columns, runs);
    return filter.problem || filter.waits ? null : site.filter.passing(filter, runs, columns, Date.now() / 1000);
  }

  /** The words of a filter; what stands in quotes is of one word. @param {string} text @returns {string[]} */
  const words = (text) => text.match(site.filter.TOKEN) || [];

  /** What a filter asks but for the state of runs. @param {string} text */
  function stateless(text) {
    const rest = words(text).filter((word) => !word.startsWith("state:")).join(" ");
    return site.clauses && rest.includes("state in [") ? site.clauses.replaced(rest, false, "state", "") : rest;
  }

  site.choice = { through, stateless, words, inForce: null, passing: (runs) => through(runs, site.choice.inForce ?? store.get("filter")) || runs.map((_, at) => at), make, draw, drawnBy, best };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
