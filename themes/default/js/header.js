// The heads of the run table: buttons that sort, and the one that draws all runs or none.
(function (/** @type {Site} */ site) {
  "use strict";

  const EYE = "M1.5 8s2.4-4.5 6.5-4.5S14.5 8 14.5 8 12.1 12.5 8 12.5 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z";
  const WORDS = /** @type {Record<string, "ascending" | "descending">} */ ({ asc: "ascending", desc: "descending" });

  /** @param {SortKey[]} keys @param {string} key @param {string} first @param {boolean} more @returns {SortKey[]} */
  function turned(keys, key, first, more) {
    const known = keys.find((one) => one.key === key);
    const others = more ? keys.filter((one) => one.key !== key) : [];
    const second = first === "asc" ? "desc" : "asc";
    if (!known) return [...others, { key, dir: first }];
    return known.dir === first ? [...others, { key, dir: second }] : others;
  }

  /** @param {HTMLTableElement} table @param {ColumnData[]} columns @param {() => void} toggleAll */
  function start(table, columns, toggleAll) {
    const heads = /** @type {HTMLElement[]} */ ([...table.querySelectorAll("thead th")]);
    for (const head of heads) {
      const column = columns.find((one) => one.key === head.dataset.key);
      if (column && column.kind === "spark") continue;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      const arrow = document.createElement("span");
      arrow.className = "arrow";
      arrow.setAttribute("aria-hidden", "true");
      button.append(arrow);
      head.append(button);
      const isText = !column || column.align === "left";
      button.title = "Sort (Shift adds to the order)";
      button.addEventListener("click", (event) => {
        const first = isText || (column && column.goal === "min") ? "asc" : "desc";
        site.store.set("sort", turned(site.store.get("sort"), head.dataset.key || "", first, event.shiftKey));
      });
    }
    heads[0].prepend(eyes(toggleAll));
    const show = () => mark(heads, site.store.get("sort"));
    site.store.on("sort", show);
    show();
  }

  /** @param {() => void} toggleAll */
  function eyes(toggleAll) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "eyes";
    button.setAttribute("aria-label", "Draw all runs, or none");
    button.title = "Draw all runs, or none";
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", EYE);
    svg.append(path);
    button.append(svg);
    button.addEventListener("click", toggleAll);
    return button;
  }

  /** @param {HTMLElement[]} heads @param {SortKey[]} keys */
  function mark(heads, keys) {
    for (const head of heads) {
      const at = keys.findIndex((one) => one.key === head.dataset.key), arrow = head.querySelector(".arrow");
      if (at < 0) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", WORDS[keys[at].dir]);
      if (arrow) arrow.textContent = at < 0 ? "" : (keys[at].dir === "asc" ? "↑" : "↓") + (keys.length > 1 ? String(at + 1) : "");
    }
  }

  site.header = { start, turned };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
