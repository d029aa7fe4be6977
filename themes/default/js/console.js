// The console of a run: find in it, wrap it, show standard error only, go to its end.
(function () {
  "use strict";

  const DELAY = 120;
  const box = /** @type {HTMLElement | null} */ (document.querySelector(".console-text"));
  if (!box) return;
  let timer = 0;

  /** @param {string} text @param {HTMLOutputElement | null} output */
  function search(text, output) {
    const wanted = text.toLowerCase();
    let found = 0;
    const ranges = [];
    for (const line of /** @type {HTMLElement} */ (box).querySelectorAll("p")) {
      const body = line.lastElementChild, content = (body && body.textContent || "").toLowerCase();
      const is = wanted !== "" && content.includes(wanted);
      line.classList.toggle("hit", is);
      if (!is || !body) continue;
      found += 1;
      if (found <= 500) ranges.push(...rangesIn(body, wanted));
    }
    /** @type {HTMLElement} */ (box).classList.toggle("searched", wanted !== "");
    const fold = /** @type {HTMLDetailsElement | null} */ (/** @type {HTMLElement} */ (box).querySelector(".fold"));
    if (fold && wanted) fold.open = true;
    if (output) output.textContent = wanted ? String(found) : "";
    paint(ranges);
  }

  /** @param {Element} body @param {string} wanted */
  function rangesIn(body, wanted) {
    const ranges = [], walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = (node.nodeValue || "").toLowerCase();
      for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + wanted.length);
        ranges.push(range);
      }
    }
    return ranges;
  }

  /** Marks matches without touching the elements, where the browser can. @param {Range[]} ranges */
  function paint(ranges) {
    const api = /** @type {any} */ (globalThis);
    if (!api.CSS || !api.CSS.highlights || !api.Highlight) return;
    api.CSS.highlights.set("found", new api.Highlight(...ranges));
  }

  /** @param {Element} button @param {string} name */
  function turn(button, name) {
    const on = /** @type {HTMLElement} */ (box).classList.toggle(name);
    button.setAttribute("aria-pressed", String(on));
  }

  const field = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-console=search]"));
  if (field) {
    const output = field.parentElement && field.parentElement.querySelector("output");
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => search(field.value, output), DELAY);
    });
    document.addEventListener("runpress:body", () => { if (field.value) search(field.value, output); });
  }
  document.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("button[data-console]");
    const what = button && /** @type {HTMLElement} */ (button).dataset.console;
    if (!button) return;
    if (what === "wrap") turn(button, "wrap");
    if (what === "err") turn(button, "only-err");
    if (what === "end") box.scrollTop = box.scrollHeight;
  });
})();
