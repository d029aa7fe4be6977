// A logged table, ten rows at a time.
(function (/** @type {Site} */ site) {
  "use strict";

  const ROWS = 10;

  /** @param {MediaCell} cell */
  function cellOf(cell) {
    const { element, address } = site.mediaItems;
    const made = element("td");
    if (cell === null) return made;
    if (typeof cell === "number") {
      made.className = "number";
      made.textContent = Number.isInteger(cell) ? String(cell) : site.format.measure(cell);
      made.title = site.format.exact(cell);
    } else if (typeof cell === "string") {
      const text = element("bdi", "", cell);
      made.append(text);
    } else if (cell.src) {
      const image = /** @type {HTMLImageElement} */ (element("img"));
      image.src = address(cell.src);
      image.alt = cell.alt;
      made.append(image);
    } else {
      const link = /** @type {HTMLAnchorElement} */ (element("a", "linked", cell.alt));
      link.href = address(cell.file || "");
      link.download = "";
      made.append(link);
    }
    return made;
  }

  /** @param {MediaStep} table @param {number} first */
  function rowsOf(table, first) {
    return (table.rows || []).slice(first, first + ROWS).map((row) => {
      const line = site.mediaItems.element("tr");
      line.append(...row.map(cellOf));
      return line;
    });
  }

  /** @param {string} text @param {string} label @param {() => void} act */
  function button(text, label, act) {
    const made = site.mediaItems.element("button", "chip", text);
    made.setAttribute("type", "button");
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return /** @type {HTMLButtonElement} */ (made);
  }

  /** @param {MediaStep} table */
  function build(table) {
    const { element, address } = site.mediaItems;
    const rows = table.rows || [], total = table.total || 0;
    let first = 0;
    const box = element("div", "table-box media-table"), made = element("table", "numbers");
    const head = element("thead"), line = element("tr"), body = element("tbody");
    for (const name of table.columns || []) {
      const cell = element("th");
      cell.setAttribute("scope", "col");
      cell.append(element("bdi", "", name));
      line.append(cell);
    }
    head.append(line);
    made.append(head, body);
    box.append(made);
    const pages = element("p", "note media-pages"), told = element("span", "rows");
    told.setAttribute("aria-live", "polite");
    const before = button("‹", site.t("media.rows_before"), () => turn(-ROWS)), after = button("›", site.t("media.rows_after"), () => turn(ROWS));
    if (rows.length > ROWS) pages.append(before, after);
    pages.append(told);
    if (table.src) {
      const link = /** @type {HTMLAnchorElement} */ (element("a", "linked", site.t("media.json")));
      link.href = address(table.src);
      link.download = "";
      pages.append(" ", link);
    }
    /** @param {number} by */
    function turn(by) {
      first = Math.max(0, Math.min(first + by, Math.floor((rows.length - 1) / ROWS) * ROWS));
      body.replaceChildren(...rowsOf(table, first));
      before.disabled = first === 0;
      after.disabled = first + ROWS >= rows.length;
      const last = Math.min(first + ROWS, rows.length);
      told.textContent = total ? site.t("media.row_range", { from: String(first + 1), to: String(last), n: total }) : site.t("media.no_rows");
      if (rows.length < total) told.textContent += `, ${site.t("media.first_rows", { n: rows.length })}`;
    }
    turn(0);
    const whole = element("div");
    whole.append(box, pages);
    return whole;
  }

  site.mediaTable = { build };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
