// The run table by keyboard: one place takes the focus, arrow keys move it, Space turns a run's eye.
(function (/** @type {Site} */ site) {
  "use strict";

  const PAGE = 15;

  /** @param {HTMLTableElement} table @param {GridModel} model */
  function start(table, model) {
    const body = table.tBodies[0];
    let row = 0, column = 1;
    table.setAttribute("role", "grid");
    table.setAttribute("aria-label", site.t("project.runs"));

    /** @param {number} toRow @param {number} toColumn */
    function move(toRow, toColumn) {
      if (!model.count()) return;
      row = Math.max(0, Math.min(model.count() - 1, toRow));
      const cells = site.rows.cells(model.row(row));
      column = Math.max(0, Math.min(cells.length - 1, toColumn));
      for (const element of body.querySelectorAll("[tabindex='0']")) element.setAttribute("tabindex", "-1");
      cells[column].tabIndex = 0;
      cells[column].focus({ preventScroll: column < 2 });
    }

    body.addEventListener("focusin", (event) => {
      const target = /** @type {HTMLElement} */ (event.target), line = target.closest("tr");
      if (!line || (line.dataset.run === undefined && line.dataset.group === undefined)) return;
      const at = site.rows.cells(/** @type {HTMLTableRowElement} */ (line)).indexOf(target);
      if (at < 0) return;
      row = model.index(line);
      column = at;
      for (const element of body.querySelectorAll("[tabindex='0']")) element.setAttribute("tabindex", "-1");
      target.tabIndex = 0;
    });

    body.addEventListener("keydown", (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      const end = event.ctrlKey || event.metaKey;
      const moves = /** @type {Record<string, [number, number]>} */ ({
        ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], ArrowRight: [row, column + 1], ArrowLeft: [row, column - 1],
        PageDown: [row + PAGE, column], PageUp: [row - PAGE, column],
        Home: [end ? 0 : row, end ? column : 0], End: [end ? Infinity : row, end ? column : Infinity],
      });
      if (event.key === "ArrowUp" && !row && !event.altKey) {
        heads().find((one) => !one.tabIndex)?.focus();
      } else if (moves[event.key] && !event.altKey) {
        move(...moves[event.key]);
      } else if (event.key === " ") {
        model.toggle(row, event.altKey);
      } else if (event.key === "x" && !end && !event.altKey) {
        model.select(row);
      } else if (event.key === "Enter" && target.tagName === "TD") {
        const link = /** @type {HTMLElement | null} */ (target.parentElement && target.parentElement.querySelector(".who a"));
        if (link) link.click();
      } else {
        return;
      }
      event.preventDefault();
    });

    const heads = () => /** @type {HTMLElement[]} */ ([...table.querySelectorAll("thead button")]);
    const head = /** @type {HTMLElement} */ (table.tHead);
    // One stop for Tab, as the rows are: a table of thirty columns has sixty buttons up there.
    head.addEventListener("focusin", (event) => { for (const one of heads()) one.tabIndex = one === event.target ? 0 : -1; });
    head.addEventListener("keydown", (event) => {
      const all = heads(), at = all.indexOf(/** @type {HTMLElement} */ (event.target));
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
      const next = event.key === "ArrowDown" ? /** @type {HTMLElement | null} */ (body.querySelector("[tabindex='0']")) : to === undefined ? null : all[to];
      if (event.altKey || !next) return;
      event.preventDefault();
      next.focus();
    });

    document.addEventListener("runpress:rows", () => {
      const first = body.querySelector("[tabindex='0']") || body.querySelector(".who a, .caret");
      if (first) first.setAttribute("tabindex", "0");
    });
  }

  /**
   * Makes rows and heads anew; what had the focus among them gives it to what stands in its place.
   * @param {HTMLTableElement} table @param {() => void} make
   */
  function renew(table, make) {
    const held = /** @type {HTMLElement | null} */ (document.activeElement);
    const find = held && table.contains(held) ? successor(table, held) : null;
    make();
    if (find && held && !held.isConnected) find()?.focus({ preventScroll: true });
  }

  /** @param {HTMLTableElement} table @param {HTMLElement} held @returns {() => HTMLElement | null | undefined} */
  function successor(table, held) {
    const head = /** @type {HTMLElement | null} */ (held.closest("thead th")), line = /** @type {HTMLTableRowElement | null} */ (held.closest("tbody tr"));
    if (head) {
      const heads = () => /** @type {HTMLElement[]} */ ([...table.querySelectorAll("thead th")]);
      return () => heads().find((one) => one.dataset.key === head.dataset.key)?.querySelector(`.${held.classList[0]}`);
    }
    if (!line) return () => null;
    const at = site.rows.cells(line).indexOf(held), name = nameOf(line);
    return () => {
      const again = [...table.tBodies[0].rows].find((one) => nameOf(one) === name);
      return at < 0 ? /** @type {HTMLElement | null | undefined} */ (again?.querySelector(`.${held.classList[0]}`)) : again && site.rows.cells(again)[at];
    };
  }

  /** What a line is called however many come before it. @param {HTMLTableRowElement} line */
  const nameOf = (line) => `${line.classList.contains("pinned")} ${line.dataset.group ?? line.querySelector(".who a")?.getAttribute("href")}`;

  site.grid = { start, renew };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
