// Finding one's way: "/" to the filter, Escape out of it, [ and ] to the neighbouring runs, the part in view.
(function (/** @type {Site} */ site) {
  "use strict";

  /** The palette and the sheet of keys come when they are first asked for. @param {"palette" | "help"} what */
  function ask(what) {
    site.load.later().then(() => site[what] && site[what].open()).catch(() => {
      // The script is missing from this copy of the site: the page works without.
    });
  }

  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-ask]"))) {
    site.ready(() => { button.hidden = false; });
    button.addEventListener("click", () => ask(button.dataset.ask === "help" ? "help" : "palette"));
  }

  /** @param {EventTarget | null} target */
  const isTyping = (target) => target instanceof HTMLElement && Boolean(target.closest("input, select, textarea, [contenteditable]"));

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      ask("palette");
      event.preventDefault();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const field = /** @type {HTMLInputElement | null} */ (document.querySelector("input[type=search]:not([hidden] *)"));
    if (event.key === "Escape" && event.target instanceof HTMLInputElement && event.target.type === "search") {
      if (event.target.value) {
        event.target.value = "";
        event.target.dispatchEvent(new Event("input"));
      } else {
        event.target.blur();
      }
    }
    if (isTyping(event.target)) return;
    if (event.key === "?") ask("help");
    if (event.key === "/") {
      event.preventDefault();
      if (!field) return ask("palette");
      field.focus();
      field.select();
    }
    const link = event.key === "[" ? "prev" : event.key === "]" ? "next" : "";
    const neighbour = /** @type {HTMLAnchorElement | null} */ (link && document.querySelector(`a[rel=${link}]`));
    if (neighbour) neighbour.click();
  });

  const tabs = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(".tabs a[href^='#']")]);
  if (!tabs.length) return;
  const parts = tabs.map((tab) => document.getElementById(tab.hash.slice(1)));
  let waiting = false;
  function mark() {
    waiting = false;
    const line = 90;
    let at = 0;
    parts.forEach((part, index) => {
      if (part && part.getBoundingClientRect().top <= line) at = index;
    });
    if (window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 4) at = tabs.length - 1;
    tabs.forEach((tab, index) => {
      if (index === at) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    });
  }
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", (event) => {
      // The address keeps what the reader has chosen for the charts.
      if (parts[index]) {
        parts[index]?.scrollIntoView();
        event.preventDefault();
      }
    });
  }
  document.addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(mark);
    waiting = true;
  }, { passive: true });
  mark();
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
