// Keys of a list below a field that narrows it: down into it, up and back, and Enter for the first that fits.
(function (/** @type {Site} */ site) {
  "use strict";

  let count = 0;

  /** What of a list is on one line: the statistics of a metric stand side by side. @param {Element} element */
  const line = (element) => element.closest(".metric-line") || element;

  /** What can be pressed, line by line. @param {HTMLElement} list @returns {HTMLElement[][]} */
  function lines(list) {
    /** @type {Map<Element, HTMLElement[]>} */
    const found = new Map();
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("button, input, summary"))) {
      if (!one.checkVisibility()) continue;
      found.set(line(one), [...(found.get(line(one)) || []), one]);
    }
    return [...found.values()];
  }

  /** @param {HTMLInputElement} search @param {HTMLElement} list */
  function attach(search, list) {
    list.id = list.id || `list-${count++}`;
    search.setAttribute("aria-controls", list.id);
    search.addEventListener("keydown", (event) => {
      const [first] = lines(list);
      if (event.isComposing || !first || (event.key !== "ArrowDown" && event.key !== "Enter")) return;
      event.preventDefault();
      if (event.key === "ArrowDown") first[0].focus();
      // With nothing typed the first is no choice of anybody's.
      else if (search.value.trim()) first[0].click();
    });
    list.addEventListener("keydown", (event) => {
      const all = lines(list), held = /** @type {HTMLElement} */ (document.activeElement), at = all.findIndex((some) => some.includes(held));
      if (at < 0) return;
      const side = all[at], to = side.indexOf(held);
      const next = event.key === "ArrowDown" ? all[at + 1]?.[0] || held : event.key === "ArrowUp" ? all[at - 1]?.[0] || search
        : event.key === "ArrowRight" ? side[to + 1] : event.key === "ArrowLeft" ? side[to - 1] : null;
      const isTick = event.key === "Enter" && held.matches("input[type=checkbox]");
      if (isTick) held.click();
      else if (next) next.focus();
      if (isTick || next) event.preventDefault();
    });
  }

  site.listKeys = { attach };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
