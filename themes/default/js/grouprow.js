// A line of the run table for a group: what its runs share, their centre and spread, and how far from the baseline.
(function (/** @type {Site} */ site) {
  "use strict";

  /** States that a group shows though most of its runs are in another one, the worst first. */
  const FAULTS = ["failed", "lost", "stalled"];

  const { make, button } = site.popover;

  /** What is better by the column's goal. @param {ColumnData} column @param {number} difference */
  function direction(column, difference) {
    if (!column.goal || !difference) return "";
    return (difference > 0) === (column.goal === "max") ? "better" : "worse";
  }

  /** @param {number} value */
  const signed = (value) => (value > 0 ? "+" : value < 0 ? "−" : "±") + site.format.brief(Number(Math.abs(value).toPrecision(2)));

  /**
   * The difference from the baseline, with its interval where both sides have runs enough.
   * @param {ColumnData} column @param {number[]} positions @param {number[]} baseline @returns {HTMLElement | null}
   */
  function delta(column, positions, baseline) {
    if (column.kind !== "number" || !baseline.length) return null;
    const found = site.stats.effect(site.aggregate.valuesOf(column, positions), site.aggregate.valuesOf(column, baseline));
    if (!Number.isFinite(found.difference)) return null;
    const mark = make("span", `delta ${direction(column, found.difference)}`, signed(found.difference));
    const words = [site.t("delta.difference", { difference: signed(found.difference) })];
    if (Number.isFinite(found.low)) {
      words.push(site.t("delta.interval", { low: signed(found.low), high: signed(found.high) }));
      if (Number.isFinite(found.g)) words.push(site.t("delta.effect", { g: found.g.toFixed(2) }));
      mark.classList.toggle("clear", found.low > 0 || found.high < 0);
    }
    if (found.isFew) words.push(site.t("delta.few", { count: found.n, others: found.m }));
    mark.classList.toggle("few", found.isFew && found.n + found.m > 2);
    mark.title = words.join("; ");
    return mark;
  }

  /** @param {Extract<Line, { kind: "group" }>} line @param {ColumnData[]} columns @param {GroupLook} look */
  function build({ group, depth, isOpen }, columns, look) {
    const row = /** @type {HTMLTableRowElement} */ (make("tr", "group"));
    row.dataset.group = group.path;
    row.setAttribute("aria-expanded", String(isOpen));
    row.setAttribute("aria-level", String(depth + 1));
    const caret = button("", () => {}, "caret");
    caret.tabIndex = -1;
    caret.setAttribute("aria-label", isOpen ? site.t("group.fold", { name: `${group.column.label} ${group.label}` }) : site.t("group.unfold", { name: `${group.column.label} ${group.label}` }));
    const eye = button("", () => {}, "eye");
    eye.tabIndex = -1;
    eye.append(site.rows.dot(look.color || "currentColor"));
    const name = make("span", "group-name", make("small", "", group.column.label), " ", make("bdi", "", group.label));
    name.title = `${group.column.key} = ${group.label}`;
    const inside = make("div", "", caret, eye, name, make("span", "members", group.positions.length.toLocaleString("en")));
    inside.style.paddingInlineStart = `${14 * depth}px`;
    const who = make("th", "who", inside);
    who.setAttribute("scope", "row");
    row.append(who, ...columns.map((column) => cell(column, group, look)));
    row.classList.toggle("base", look.isBase);
    mark(row, group, look.runs);
    return row;
  }

  /** Whether charts draw the group's runs, all or some of them. @param {HTMLElement} row @param {Group} group @param {RunRow[]} runs */
  function mark(row, group, runs) {
    const eye = /** @type {HTMLElement} */ (row.querySelector(".eye")), ids = group.positions.map((at) => runs[at].id);
    const pressed = site.press.pressed(ids, site.store.get("hidden"));
    row.classList.toggle("off", pressed === "false");
    eye.setAttribute("aria-pressed", pressed);
    eye.setAttribute("aria-label", site.t("table.draw", { run: `${group.column.label} ${group.label}` }));
    eye.title = pressed === "false" ? site.t("table.draw_hint") : site.t("table.leave_hint");
  }

  /** @param {ColumnData} column @param {Group} group @param {GroupLook} look */
  function cell(column, group, look) {
    const made = make("td", column.align === "right" ? "num" : "");
    made.tabIndex = -1;
    if (column.kind === "spark") return made;
    if (column.kind === "state" || column.kind === "time") return summed(made, column, group, look);
    const found = site.aggregate.cell(column, group.positions, look.centre);
    made.append(make("bdi", "", found.text));
    if (found.spread) made.append(make("small", "spread", ` ± ${found.spread}`));
    made.classList.toggle("dim", found.isMissing);
    if (found.title) made.title = found.title;
    const change = look.isBase ? null : delta(column, group.positions, look.baseline);
    if (change) made.append(" ", change);
    return made;
  }

  /** States by how many, the start by the newest. @param {HTMLElement} made @param {ColumnData} column @param {Group} group @param {GroupLook} look */
  function summed(made, column, group, look) {
    const runs = group.positions.map((at) => look.runs[at]);
    if (column.kind === "time") {
      const newest = Math.max(...runs.map((run) => run.started || 0));
      const time = /** @type {HTMLTimeElement} */ (make("time", "", site.live.age(Date.now() / 1000 - newest)));
      const at = newest ? site.dates.moment(newest) : null;
      if (!at) return made;
      time.dateTime = at.iso;
      time.title = site.t("group.newest", { when: at.text });
      time.dataset.ago = "";
      made.append(time);
      return made;
    }
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const run of runs) {
      const word = site.live.word(run, look.now);
      counts.set(word, (counts.get(word) || 0) + 1);
    }
    const rank = (/** @type {string} */ word) => (FAULTS.indexOf(word) + 1) || FAULTS.length + 1;
    const [most] = [...counts].sort((a, b) => rank(a[0]) - rank(b[0]) || b[1] - a[1]);
    made.append(make("span", `state ${most[0]}`, counts.size === 1 ? site.t("state." + most[0]) : `${most[1]} ${site.t("state." + most[0])}`));
    if (counts.size > 1) made.append(make("small", "", ` +${runs.length - most[1]}`));
    made.title = [...counts].map(([word, count]) => `${count} ${site.t("state." + word)}`).join(", ");
    return made;
  }

  site.grouprow = { build, mark, delta };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
