// Many lines of a table, few of them as elements: those in view and some around them.
(function (/** @type {Site} */ site) {
  "use strict";

  const SPARE = 12;
  /** On paper nobody scrolls: this many lines are there at once. */
  const PRINTED = 500;

  /** @param {Line} line */
  // A filter leaves a group some of its runs.
  const keyOf = (line) => (line.kind === "group" ? `${line.isOpen ? "+" : "-"}${line.depth}${line.group.path}\n${line.group.positions.join()}` : `${line.depth}${line.isPinned ? "p" : ""}:${line.at}`);

  /** @param {HTMLTableElement} table @param {(line: Line) => HTMLTableRowElement} build @returns {LinesView} */
  function make(table, build) {
    const scroller = /** @type {HTMLElement} */ (table.closest(".scroller")), body = table.tBodies[0];
    const gaps = [gap(), gap()];
    /** @type {Map<string, HTMLTableRowElement>} */
    const built = new Map();
    /** @type {Line[]} */
    let lines = [];
    let height = 30, seen = [-1, -1], waiting = false, isPrinted = false;

    /** @param {Line} line */
    function row(line) {
      const key = keyOf(line), known = built.get(key) || build(line);
      built.set(key, known);
      return known;
    }

    function paint() {
      waiting = false;
      const first = isPrinted ? 0 : Math.max(0, Math.floor(scroller.scrollTop / height) - SPARE);
      const end = isPrinted ? PRINTED : Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + SPARE;
      const last = Math.min(lines.length, end);
      if (first === seen[0] && last === seen[1]) return;
      seen = [first, last];
      const wanted = lines.slice(first, last).map((line, offset) => {
        const element = row(line);
        element.setAttribute("aria-rowindex", String(first + offset + 2));
        return element;
      });
      settle(body, [gaps[0], ...wanted, gaps[1]]);
      for (const [element, rows] of /** @type {[HTMLElement, number][]} */ ([[gaps[0], first], [gaps[1], lines.length - last]])) {
        const cell = /** @type {HTMLElement} */ (element.firstElementChild);
        cell.style.height = `${rows * height}px`;
        element.hidden = rows === 0;
      }
      // Not here, where all would be laid out for it, and once more for what else changes now.
      if (wanted.length) requestAnimationFrame(() => measure(wanted[0]));
      document.dispatchEvent(new Event("runpress:rows"));
    }

    /** @param {HTMLElement} row */
    function measure(row) {
      const { offsetHeight } = row;
      if (!offsetHeight || Math.abs(offsetHeight - height) <= 0.5) return;
      height = offsetHeight;
      seen = [-1, -1];
      paint();
    }

    function later() {
      if (!waiting) requestAnimationFrame(paint);
      waiting = true;
    }

    scroller.addEventListener("scroll", () => {
      scroller.classList.toggle("moved", scroller.scrollLeft !== 0);
      later();
    }, { passive: true });
    new ResizeObserver(later).observe(scroller);
    for (const name of ["beforeprint", "afterprint"]) {
      addEventListener(name, () => {
        isPrinted = name === "beforeprint";
        paint();
      });
    }
    return {
      show(wanted, span) {
        lines = wanted;
        seen = [-1, -1];
        for (const one of gaps) /** @type {HTMLTableCellElement} */ (one.firstElementChild).colSpan = span;
        table.setAttribute("aria-rowcount", String(lines.length + 1));
        paint();
      },
      forget() {
        built.clear();
        seen = [-1, -1];
      },
      rows: () => built.values(),
      count: () => lines.length,
      line: (index) => lines[index],
      order: () => lines.flatMap((line) => (line.kind === "run" ? [line.at] : [])),
      index: (element) => lines.findIndex((line) => built.get(keyOf(line)) === element),
      row(index) {
        const top = index * height, head = table.tHead ? table.tHead.offsetHeight : 0;
        if (top < scroller.scrollTop) scroller.scrollTop = top;
        if (top + height > scroller.scrollTop + scroller.clientHeight - head) scroller.scrollTop = top + height - scroller.clientHeight + head;
        paint();
        return row(lines[index]);
      },
    };
  }

  function gap() {
    const row = document.createElement("tr"), cell = document.createElement("td");
    row.className = "gap";
    row.setAttribute("aria-hidden", "true");
    row.append(cell);
    return row;
  }

  /** Brings the body to these rows with as few moves as there are, so that focus stays. @param {HTMLElement} body @param {HTMLElement[]} wanted */
  function settle(body, wanted) {
    const keep = new Set(wanted);
    for (const child of [...body.children]) if (!keep.has(/** @type {HTMLElement} */ (child))) child.remove();
    let at = /** @type {Element | null} */ (body.firstElementChild);
    for (const element of wanted) {
      if (element === at) at = at.nextElementSibling;
      else body.insertBefore(element, at);
    }
  }

  site.lines = { make };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
