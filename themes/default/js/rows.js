// One row of the run table as elements, the same that the page's HTML has for its first rows.
(function (/** @type {Site} */ site) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

  /**
   * The path of a spark code, as sitegen/pages/curves.py draws it.
   * @param {string} code
   */
  function path(code) {
    const last = Math.max(1, code.length - 1);
    let text = "";
    for (let at = 0; at < code.length; at += 1) {
      if (code[at] === " ") continue;
      const x = (at * 64) / last, y = 1 + ((63 - LETTERS.indexOf(code[at])) * 16) / 63;
      text += `${text ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    return text;
  }

  /** @param {string} name @param {Record<string, string>} attributes */
  function svg(name, attributes) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }

  /** @param {string} tag @param {string} [className] @param {string} [text] */
  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /** @param {string} color */
  function dot(color) {
    const box = svg("svg", { class: "dot", viewBox: "0 0 11 11", "aria-hidden": "true" });
    box.append(svg("rect", { x: ".75", y: ".75", width: "9.5", height: "9.5", rx: "2.5", fill: color, stroke: color, "stroke-width": "1.5" }));
    return box;
  }

  /** @param {RunRow} run */
  function who(run) {
    const cell = element("th", "who"), line = element("div"), eye = /** @type {HTMLButtonElement} */ (element("button", "eye"));
    cell.setAttribute("scope", "row");
    eye.type = "button";
    eye.tabIndex = -1;
    eye.append(dot(site.colouring.of(run)));
    const check = /** @type {HTMLButtonElement} */ (element("button", "check"));
    check.type = "button";
    check.tabIndex = -1;
    check.setAttribute("aria-label", site.t("table.select", { run: run.name }));
    check.title = site.t("table.select_hint");
    const link = /** @type {HTMLAnchorElement} */ (element("a"));
    link.href = `${/** @type {PageData} */ (site.current).pages}${run.file || run.id}.html`;
    link.title = run.name;
    link.tabIndex = -1;
    link.append(element("bdi", "", run.name));
    line.append(eye, check, link);
    cell.append(line);
    return cell;
  }

  /** @param {RunRow} run */
  function state(run) {
    const word = site.live.word(run, Date.now() / 1000);
    const badge = element("span", `state ${word}`, site.t("state." + word));
    if (run.state === "open") Object.assign(badge.dataset, { heard: String(run.heard), beat: String(run.beat) });
    if (run.cause) badge.title = run.cause;
    return badge;
  }

  /** @param {RunRow} run */
  function started(run) {
    const at = site.dates.moment(run.started);
    const time = /** @type {HTMLTimeElement} */ (element("time", "", site.live.age(Date.now() / 1000 - (run.started || 0))));
    if (!at) return element("span", "", site.format.MISSING);
    time.dateTime = at.iso;
    time.title = at.text;
    time.dataset.ago = "";
    return time;
  }

  /** @param {ColumnData} column @param {CellValue} value */
  function text(column, value) {
    if (value === null) return site.format.MISSING;
    if (typeof value === "string") return value === "Infinity" ? "∞" : value === "-Infinity" ? "−∞" : value;
    if (column.kind === "duration") return site.format.duration(value);
    return column.kind === "number" ? site.format.measure(value) : site.format.brief(value);
  }

  /** @param {ColumnData} column @param {RunRow} run @param {number} at @param {number[]} baseline */
  function cell(column, run, at, baseline) {
    const made = element("td");
    made.tabIndex = -1;
    if (column.align === "right") made.classList.add("num");
    const value = (column.values || [])[at] ?? null;
    if (column.kind === "state") made.append(state(run));
    else if (column.kind === "time") made.append(started(run));
    else if (column.kind === "spark") {
      made.classList.add("spark");
      if (typeof value === "string" && value) {
        const box = svg("svg", { viewBox: "0 0 64 18", "aria-hidden": "true" });
        box.append(svg("path", { d: path(value) }));
        made.append(box);
      }
    } else {
      const shown = column.values ? text(column, value) : "";
      const alarm = column.alarms && column.alarms[at];
      const bad = value === "NaN" || value === "Infinity" || value === "-Infinity";
      if (alarm && !bad) made.append(element("span", "alarm", alarm[0]), " ");
      made.append(element("bdi", "", shown));
      if (value === null && column.values) made.classList.add("dim");
      if (bad) made.classList.add("bad");
      if (value !== null && value === column.best) made.classList.add("best");
      if (value !== null && (String(value) !== shown.replace(/,/g, "") || shown.length > 24) && column.kind !== "duration") {
        made.title = typeof value === "number" ? site.format.exact(value) : String(value);
      }
      if (alarm) made.title = `${made.title || shown}; ${alarm[1]}`;
      const change = baseline.length && !baseline.includes(at) ? site.grouprow.delta(column, [at], baseline) : null;
      if (change) made.append(" ", change);
    }
    return made;
  }

  /** @param {HTMLTableRowElement} row @param {RunRow} run @param {boolean} hidden */
  function mark(row, run, hidden) {
    const eye = /** @type {HTMLButtonElement} */ (row.querySelector(".eye"));
    row.classList.toggle("off", hidden);
    eye.setAttribute("aria-pressed", String(!hidden));
    eye.setAttribute("aria-label", site.t("table.draw", { run: run.name }));
    eye.title = hidden ? site.t("table.draw_hint") : site.t("table.leave_hint");
  }

  /** @param {RunRow} run @param {number} at @param {ColumnData[]} columns @param {boolean} hidden @param {number[]} baseline */
  function build(run, at, columns, hidden, baseline) {
    const row = /** @type {HTMLTableRowElement} */ (element("tr"));
    row.dataset.run = String(at);
    row.append(who(run), ...columns.map((column) => cell(column, run, at, baseline)));
    mark(row, run, hidden);
    row.classList.toggle("base", baseline.length === 1 && baseline[0] === at);
    return row;
  }

  /** Where a run's line stands: within groups, pinned on top, selected. @param {HTMLTableRowElement} row @param {number} depth @param {boolean} isPinned @param {boolean} isSelected */
  function place(row, depth, isPinned, isSelected) {
    const line = /** @type {HTMLElement} */ (row.querySelector(".who > div"));
    if (depth) line.style.paddingInlineStart = `${14 * depth}px`;
    if (depth) row.setAttribute("aria-level", String(depth + 1));
    row.classList.toggle("pinned", isPinned);
    row.classList.toggle("chosen", isSelected);
  }

  /** @param {HTMLTableRowElement} row @returns {HTMLElement[]} what the arrow keys go through */
  function cells(row) {
    return /** @type {HTMLElement[]} */ ([...row.querySelectorAll(".eye, .caret, .who a, td")]);
  }

  site.spark = { path };
  site.rows = { build, dot, mark, place, cells };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
