// Widths of columns as the reader pulled them, and columns pinned to the left: rules of one style sheet.
(function (/** @type {Site} */ site) {
  "use strict";

  const KEY = "runpress.widths", LEAST = 48, MOST = 900;
  const sheet = typeof CSSStyleSheet === "undefined" ? null : new CSSStyleSheet();
  /** @type {{[key: string]: number}} */
  let widths = {};
  /** @type {(() => void)} */
  let changed = () => {};

  function keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify(widths));
    } catch {
      // The widths then last as long as the page.
    }
  }

  function recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) || "{}");
      widths = Object.fromEntries(Object.entries(kept).filter(([, value]) => Number(value) >= LEAST && Number(value) <= MOST));
    } catch {
      widths = {};
    }
  }

  /** @param {HTMLElement} handle @param {HTMLElement} cell @param {string} key */
  function attach(handle, cell, key) {
    /** @param {PointerEvent} event */
    const pull = (event) => {
      widths[key] = Math.round(Math.max(LEAST, Math.min(MOST, event.clientX - cell.getBoundingClientRect().left)));
      changed();
    };
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      handle.addEventListener("pointermove", pull);
      event.preventDefault();
      event.stopPropagation();
    });
    handle.addEventListener("pointerup", () => {
      handle.removeEventListener("pointermove", pull);
      keep();
    });
    handle.addEventListener("dblclick", () => {
      delete widths[key];
      changed();
      keep();
    });
  }

  /** @param {HTMLTableElement} table @param {ColumnData[]} columns @param {number} pinned how many stay at the left */
  function apply(table, columns, pinned) {
    if (!sheet) return;
    const rules = columns.flatMap(({ key }, at) => {
      const width = widths[key];
      return width ? [`.runs tr:not(.gap) > :nth-child(${at + 2}) { width: ${width}px; min-width: ${width}px; max-width: ${width}px; }`] : [];
    });
    sheet.replaceSync(`@layer components { ${rules.join(" ")} }`);
    if (!pinned || !table.tHead) return;
    const heads = /** @type {HTMLElement[]} */ ([...table.tHead.rows[0].cells]);
    let left = heads[0].offsetWidth;
    for (let at = 0; at < pinned; at++) {
      rules.push(`.runs tr:not(.gap) > :nth-child(${at + 2}) { position: sticky; inset-inline-start: ${left}px; z-index: 1; background: var(--paper); }`);
      rules.push(`.runs thead tr > :nth-child(${at + 2}) { z-index: 3; }`);
      left += heads[at + 1].offsetWidth;
    }
    sheet.replaceSync(`@layer components { ${rules.join(" ")} }`);
  }

  site.widths = { attach, apply, on(run) { changed = run; } };
  if (!sheet || typeof document === "undefined") return;
  recall();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
