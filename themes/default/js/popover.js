// A panel that opens at a button and closes by Escape, a press elsewhere, or the button again.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @type {{ panel: HTMLElement, button: HTMLElement } | null} */
  let shown = null;

  /** @param {string} tag @param {string} [className] @param {...(Node | string)} inside */
  function make(tag, className, ...inside) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...inside);
    return element;
  }

  /** @param {string} text @param {() => void} act @param {string} [className] @returns {HTMLButtonElement} */
  function button(text, act, className) {
    const element = /** @type {HTMLButtonElement} */ (make("button", className || "", text));
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  }

  function close() {
    if (!shown) return;
    const { panel, button: opener } = shown;
    shown = null;
    const hadFocus = panel.contains(document.activeElement);
    panel.remove();
    opener.setAttribute("aria-expanded", "false");
    if (hadFocus) opener.focus();
  }

  /** Under the button, or above it where there is more room, inside the window. @param {HTMLElement} panel @param {HTMLElement} opener */
  function place(panel, opener) {
    panel.style.maxHeight = "";
    const box = opener.getBoundingClientRect(), width = panel.offsetWidth, height = panel.offsetHeight;
    const left = Math.max(8, Math.min(box.left, innerWidth - width - 8)), below = innerHeight - box.bottom - 18, above = box.top - 18;
    const isAbove = below < Math.min(height, 320) && above > below, room = isAbove ? above : Math.max(160, below);
    panel.style.left = `${Math.round(left)}px`;
    panel.style.top = `${Math.round(isAbove ? box.top - 6 - Math.min(height, room) : box.bottom + 6)}px`;
    panel.style.maxHeight = `${room}px`;
  }

  /** @param {HTMLElement} opener @param {string} label @param {HTMLElement} content */
  function open(opener, label, content) {
    const isSame = shown && shown.button === opener;
    close();
    if (isSame) return;
    const panel = make("div", "popover", content);
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", label);
    // In full screen only descendants of that element are shown.
    (document.fullscreenElement || document.body).append(panel);
    opener.setAttribute("aria-expanded", "true");
    shown = { panel, button: opener };
    place(panel, opener);
    const first = /** @type {HTMLElement | null} */ (panel.querySelector("input, button, select"));
    if (first) first.focus({ preventScroll: true });
  }

  site.popover = { open, close, make, button, again: () => { if (shown) place(shown.panel, shown.button); } };
  if (typeof document === "undefined") return;
  document.addEventListener("pointerdown", (event) => {
    const target = /** @type {Node} */ (event.target);
    if (shown && !shown.panel.contains(target) && !shown.button.contains(target)) close();
  });
  document.addEventListener("keydown", (event) => {
    if (!shown) return;
    const { panel, button: opener } = shown;
    if (event.key === "Escape") {
      // Its panel is the last thing of the page: whoever went on from there stands nowhere.
      if (document.activeElement === document.body) opener.focus();
      close();
      event.stopPropagation();
    } else if (event.key === "Tab") leave(event, panel);
  }, true);

  /** Tab goes on from the button behind the panel's last field, and back to it before its first. @param {KeyboardEvent} event @param {HTMLElement} panel */
  function leave(event, panel) {
    const all = /** @type {HTMLElement[]} */ ([...panel.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")])
      .filter((one) => one.tabIndex >= 0 && !one.matches(":disabled") && one.checkVisibility());
    if (document.activeElement !== all[event.shiftKey ? 0 : all.length - 1]) return;
    if (event.shiftKey) event.preventDefault();
    close();
  }
  addEventListener("resize", close);
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
