// The heads of the run table: buttons that sort, move and resize a column, and the one that draws all runs or none.
(function (/** @type {Site} */ site) {
  "use strict";

  const EYE = "M1.5 8s2.4-4.5 6.5-4.5S14.5 8 14.5 8 12.1 12.5 8 12.5 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z";
  const WORDS = /** @type {Record<string, "ascending" | "descending">} */ ({ asc: "ascending", desc: "descending" });
  const { make, button } = site.popover;
  const DRAGGED = "application/x-runpress-column";

  /** @param {SortKey[]} keys @param {string} key @param {string} first @param {boolean} more @returns {SortKey[]} */
  function turned(keys, key, first, more) {
    const known = keys.find((one) => one.key === key);
    const others = more ? keys.filter((one) => one.key !== key) : [];
    const second = first === "asc" ? "desc" : "asc";
    if (!known) return [...others, { key, dir: first }];
    return known.dir === first ? [...others, { key, dir: second }] : others;
  }

  /** @param {ColumnData | null} column */
  const firstDirection = (column) => (!column || column.align === "left" || column.goal === "min" ? "asc" : "desc");

  /** @param {ColumnData | null} column null for the run's name */
  function head(column) {
    const cell = make("th", column && column.align === "right" ? "num" : "");
    cell.setAttribute("scope", "col");
    cell.dataset.key = column ? column.key : "name";
    const words = column ? [make("bdi", "", column.label), ...(column.note ? [" ", make("small", "", column.note)] : [])] : [site.t("project.run")];
    const arrow = make("span", "arrow");
    arrow.setAttribute("aria-hidden", "true");
    const key = cell.dataset.key;
    const sort = (/** @type {boolean} */ more) => site.store.set("sort", turned(site.store.get("sort"), key, firstDirection(column), more));
    if (column && column.kind === "spark") cell.append(...words);
    else {
      const sorter = button("", () => {}, "sorter");
      sorter.replaceChildren(...words, arrow);
      sorter.title = column ? site.t("header.sort", { column: column.key }) : site.t("header.sort_name");
      sorter.addEventListener("click", (event) => sort(event.shiftKey));
      cell.append(sorter);
    }
    if (column) movable(cell, column);
    return cell;
  }

  /** @param {string} key @param {string} before */
  function moved(key, before) {
    const keys = site.columns.keys().filter((/** @type {string} */ one) => one !== key);
    const at = keys.indexOf(before);
    keys.splice(at < 0 ? keys.length : at, 0, key);
    site.shownColumns.show(keys);
  }

  /** By drag, by Alt and the arrow keys, and by the menu. @param {HTMLElement} cell @param {ColumnData} column */
  function movable(cell, column) {
    cell.draggable = true;
    cell.addEventListener("dragstart", (event) => event.dataTransfer && event.dataTransfer.setData(DRAGGED, column.key));
    cell.addEventListener("dragover", (event) => {
      if (!event.dataTransfer || !event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      cell.classList.add("over");
    });
    for (const name of ["dragleave", "drop", "dragend"]) cell.addEventListener(name, () => cell.classList.remove("over"));
    cell.addEventListener("drop", (event) => {
      const key = event.dataTransfer ? event.dataTransfer.getData(DRAGGED) : "";
      if (!key || key === column.key) return;
      event.preventDefault();
      const keys = site.columns.keys(), isAfter = keys.indexOf(key) < keys.indexOf(column.key);
      moved(key, isAfter ? keys[keys.indexOf(column.key) + 1] || "" : column.key);
    });
    cell.addEventListener("keydown", (event) => {
      if (!event.altKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
      event.preventDefault();
      step(column.key, event.key === "ArrowLeft" ? -1 : 1);
    });
    const more = button("", () => menu(more, column), "column-more");
    more.setAttribute("aria-label", site.t("header.more", { column: column.label }));
    more.title = site.t("header.more_hint");
    const handle = make("span", "resize");
    handle.setAttribute("aria-hidden", "true");
    site.widths.attach(handle, cell, column.key);
    cell.append(more, handle);
  }

  /** @param {string} key @param {number} by */
  function step(key, by) {
    const keys = [...site.columns.keys()], at = keys.indexOf(key), to = at + by;
    if (to < 0 || to >= keys.length) return;
    keys.splice(at, 1);
    keys.splice(to, 0, key);
    // The heads are new ones then.
    document.addEventListener("runpress:colors", () => {
      const found = /** @type {HTMLElement | null} */ (document.querySelector(`table.runs th[data-key="${CSS.escape(key)}"] .sorter`));
      if (found) found.focus();
    }, { once: true });
    site.shownColumns.show(keys);
  }

  /** @param {HTMLElement} opener @param {ColumnData} column */
  function menu(opener, column) {
    const { key } = column, store = site.store, groups = store.get("group");
    const isSet = { group: groups.includes(key), color: store.get("color") === key, style: store.get("style") === key, pin: store.get("pins").includes(key) };
    const act = (/** @type {() => void} */ run) => () => { site.popover.close(); run(); };
    const without = (/** @type {string[]} */ list) => list.filter((one) => one !== key);
    const items = [];
    if (column.values) {
      items.push(button(isSet.group ? site.t("header.ungroup") : site.t("header.group"), act(() => store.set("group", isSet.group ? without(groups) : [...groups, key]))));
      items.push(button(isSet.color ? site.t("header.uncolour") : site.t("header.colour"), act(() => store.set("color", isSet.color ? "" : key))));
      items.push(button(isSet.style ? site.t("header.unstyle") : site.t("header.style"), act(() => store.set("style", isSet.style ? "" : key))));
    }
    items.push(button(isSet.pin ? site.t("header.unpin") : site.t("header.pin"), act(() => store.set("pins", isSet.pin ? without(store.get("pins")) : [...store.get("pins"), key]))));
    items.push(button(site.t("header.left"), act(() => step(key, -1))), button(site.t("header.right"), act(() => step(key, 1))));
    items.push(button(site.t("header.hide"), act(() => site.shownColumns.show(without(site.columns.keys())))));
    site.popover.open(opener, column.label, make("div", "menu", make("p", "quiet", key), ...items));
  }

  /** @param {HTMLTableElement} table @param {ColumnData[]} columns @param {() => void} toggleAll */
  function draw(table, columns, toggleAll) {
    const first = head(null);
    first.className = "who";
    first.prepend(eyes(toggleAll));
    const line = make("tr", "", first, ...columns.map(head));
    const [, ...others] = /** @type {NodeListOf<HTMLElement>} */ (line.querySelectorAll("button"));
    for (const one of others) one.tabIndex = -1;  // The arrows go there.
    if (table.tHead) table.tHead.replaceChildren(line);
    mark(table);
  }

  /** @param {() => void} toggleAll */
  function eyes(toggleAll) {
    const all = button("", toggleAll, "eyes");
    all.setAttribute("aria-label", site.t("header.all"));
    all.title = site.t("header.all");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", EYE);
    svg.append(path);
    all.append(svg);
    return all;
  }

  /** @param {HTMLTableElement} table */
  function mark(table) {
    const keys = /** @type {SortKey[]} */ (site.store.get("sort"));
    for (const cell of /** @type {NodeListOf<HTMLElement>} */ (table.querySelectorAll("thead th"))) {
      const at = keys.findIndex((one) => one.key === cell.dataset.key), arrow = cell.querySelector(".arrow");
      if (at < 0) cell.removeAttribute("aria-sort");
      else cell.setAttribute("aria-sort", WORDS[keys[at].dir]);
      if (arrow) arrow.textContent = at < 0 ? "" : (keys[at].dir === "asc" ? "↑" : "↓") + (keys.length > 1 ? String(at + 1) : "");
    }
  }

  site.header = { draw, mark, turned };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
