// The table behind a chart: every point or bucket that is drawn, sorted as wanted; rows are made as they come into view.
(function (/** @type {Site} */ site) {
  "use strict";

  const ROW = 24, SPARE = 8, MOST_HEIGHT = 8_000_000;
  /** @type {WeakMap<Panel, Shown>} */
  const views = new WeakMap();
  /** @typedef {{ box: HTMLElement, table: HTMLTableElement, opener: HTMLElement, data: DrawnTable, order: Uint32Array | null, sort: { column: number, down: boolean } | null, from: number, to: number, made: (Curve | Float64Array | null)[] }} Shown */

  const { make } = site.popover;

  /** Logged values exactly; those that the page has worked out in the digits that mean something. @param {string | number | null} value @param {DrawnColumn} column */
  function shown(value, { kind, key }) {
    if (value === null) return site.format.MISSING;
    if (typeof value === "string") return value;
    if (kind === "time") return site.dates.moment(value, "exact")?.text ?? String(value);
    return Number.isNaN(value) ? "NaN" : Number.isFinite(value) ? (key === "smoothed" ? site.format.measure(value) : site.format.exact(value)) : value > 0 ? "∞" : "−∞";
  }

  /** The places of the rows in order; values that are no numbers come last. @param {DrawnTable} data @param {number} column @param {boolean} isDown */
  function sorted(data, column, isDown) {
    const order = Uint32Array.from({ length: data.count }, (_, at) => at), sign = isDown ? -1 : 1;
    const values = Array.from(order, (at) => data.cell(at, column));
    return order.sort((a, b) => {
      const one = values[a], other = values[b];
      if (typeof one === "string" && typeof other === "string") return sign * one.localeCompare(other, undefined, { numeric: true }) || a - b;
      const isLost = one === null || Number.isNaN(one), isOther = other === null || Number.isNaN(other);
      if (isLost || isOther) return Number(isLost) - Number(isOther) || a - b;
      return sign * (Number(one) - Number(other)) || a - b;
    });
  }

  /** Rows in view, and how far the others push them. @param {Shown} view @param {boolean} [always] */
  function fill(view, always = false) {
    const { box, table, data, order } = view, whole = data.count * ROW, scale = Math.max(1, whole / MOST_HEIGHT);
    const first = Math.max(0, Math.floor((box.scrollTop * scale) / ROW) - SPARE), last = Math.min(data.count, first + Math.ceil(box.clientHeight / ROW) + 2 * SPARE);
    if (!always && first === view.from && last === view.to) return;
    Object.assign(view, { from: first, to: last });
    const lines = [];
    for (let row = first; row < last; row++) {
      const line = make("tr");
      line.setAttribute("aria-rowindex", String(row + 2));
      data.columns.forEach((column, at) => {
        const cell = make(at ? "td" : "th", column.kind === "text" ? "" : "num", shown(data.cell(order ? order[row] : row, at), column));
        if (!at) cell.setAttribute("scope", "row");
        if (column.kind === "text") cell.title = cell.textContent || "";
        line.append(cell);
      });
      lines.push(line);
    }
    const above = first * ROW / scale, below = Math.max(0, (whole / scale) - above - (last - first) * ROW);
    table.tBodies[0].replaceChildren(...spacer(above), ...lines, ...spacer(below));
  }

  /** @param {number} height */
  function spacer(height) {
    if (height < 1) return [];
    const line = make("tr"), cell = make("td");
    line.setAttribute("aria-hidden", "true");
    cell.style.height = `${height}px`;
    cell.style.padding = "0";
    line.append(cell);
    return [line];
  }

  /** @param {Shown} view */
  function header(view) {
    const line = make("tr");
    line.setAttribute("aria-rowindex", "1");
    view.data.columns.forEach((column, at) => {
      const head = make("th", column.kind === "text" ? "" : "num"), { sort } = view, isSorted = sort !== null && sort.column === at;
      head.setAttribute("scope", "col");
      head.setAttribute("aria-sort", !isSorted ? "none" : /** @type {NonNullable<typeof sort>} */ (sort).down ? "descending" : "ascending");
      const turn = site.popover.button(column.title, () => {
        // Up, down, as drawn.
        view.sort = !isSorted ? { column: at, down: false } : /** @type {NonNullable<typeof sort>} */ (sort).down ? null : { column: at, down: true };
        view.order = view.sort && sorted(view.data, at, view.sort.down);
        view.box.scrollTop = 0;
        header(view);
        fill(view, true);
        /** @type {HTMLElement} */ (/** @type {HTMLTableRowElement} */ (view.table.tHead?.rows[0]).cells[at].firstElementChild).focus();
      });
      head.append(turn);
      line.append(head);
    });
    view.table.tHead?.replaceChildren(line);
  }

  /** The table of what is drawn now. @param {Panel} panel @param {Shown} view */
  function renew(panel, view) {
    const made = panel.visible.flatMap((curve) => [curve, curve.smooth]);
    if (made.length && made.length === view.made.length && made.every((one, at) => one === view.made[at])) return;
    const former = view.sort && view.data.columns[view.sort.column].key;
    view.data = site.drawn.of(panel);
    view.made = made;
    const column = view.data.columns.findIndex((one) => one.key === former);
    view.sort = column >= 0 && view.sort ? { ...view.sort, column } : null;
    view.order = view.sort ? sorted(view.data, column, view.sort.down) : null;
    view.table.setAttribute("aria-rowcount", String(view.data.count + 1));
    view.table.caption?.replaceChildren(view.data.count ? site.t("drawn.rows", { n: view.data.count }) : site.t("drawn.nothing"));
    header(view);
    fill(view, true);
  }

  /** Over the plot; in full screen it stands below. @param {Panel} panel @param {Shown} view */
  function place(panel, { box }) {
    box.style.top = `${panel.plot.offsetTop}px`;
    box.style.height = `${panel.plot.offsetHeight}px`;
  }

  /** @param {Panel} panel */
  function close(panel) {
    const view = views.get(panel);
    if (!view) return;
    const hadFocus = view.box.contains(document.activeElement);
    view.box.remove();
    views.delete(panel);
    panel.figure.classList.remove("shows-data");
    view.opener.setAttribute("aria-pressed", "false");
    if (hadFocus) view.opener.focus();
  }

  /** @param {HTMLElement} opener @param {Panel} panel */
  function open(opener, panel) {
    const box = make("div", "chart-data"), table = /** @type {HTMLTableElement} */ (make("table", "", make("caption"), make("thead"), make("tbody")));
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", site.t("drawn.title", { chart: panel.spec.title }));
    box.append(table);
    /** @type {Shown} */
    const view = { box, table, opener, data: { columns: [], count: 0, cell: () => null }, order: null, sort: null, from: -1, to: -1, made: [] };
    views.set(panel, view);
    panel.figure.classList.add("shows-data");
    panel.plot.after(box);
    opener.setAttribute("aria-pressed", "true");
    place(panel, view);
    renew(panel, view);
    box.addEventListener("scroll", () => fill(view), { passive: true });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !document.fullscreenElement) {
        close(panel);
        event.stopPropagation();
      }
    });
    box.focus({ preventScroll: true });
  }

  site.datatable = {
    toggle(opener, panel) {
      if (views.has(panel)) close(panel);
      else open(opener, panel);
    },
    update(panel) {
      const view = views.get(panel);
      if (!view) return;
      place(panel, view);
      renew(panel, view);
      fill(view);
    },
    sorted,
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
