// Fields that show and set what the reader has chosen, and the search for a chart by its metric.
(function (/** @type {Site} */ site) {
  "use strict";

  const ZOOMS = ["zoom", "zoomtime", "zoommetric"];

  /** @typedef {HTMLInputElement | HTMLSelectElement} Field */

  /** @param {Field} field @param {string} key */
  function bind(field, key) {
    const isNumber = field.type === "range";
    const output = field.parentElement && field.parentElement.querySelector("output");
    const show = () => {
      const value = site.store.get(key);
      if (field.value !== String(value)) field.value = String(value);
      if (output) output.textContent = Number(value).toFixed(2);
    };
    field.addEventListener("input", () => site.store.set(key, isNumber ? Number(field.value) : field.value));
    site.store.on(key, show);
    show();
  }

  function bindZoom() {
    const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-action=reset-zoom]"));
    const show = () => {
      const zoomed = ZOOMS.some((key) => site.store.get(key));
      for (const button of buttons) button.disabled = !zoomed;
    };
    for (const button of buttons) {
      button.addEventListener("click", () => {
        for (const key of ZOOMS) site.store.set(key, null);
      });
    }
    for (const key of ZOOMS) site.store.on(key, show);
    show();
  }

  /** Which sections were open before a search opened others. @type {Map<HTMLDetailsElement, boolean>} */
  const before = new Map();

  /** @param {string} text */
  function findCharts(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const section of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.group"))) {
      let inside = 0;
      for (const figure of /** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll(".panel"))) {
        const heading = figure.querySelector("h3");
        const name = heading ? `${heading.title} ${heading.textContent}`.toLowerCase() : "";
        figure.hidden = figure.dataset.away !== undefined || !words.every((word) => name.includes(word));
        if (!figure.hidden) inside += 1;
      }
      section.hidden = inside === 0;
      if (words.length && !before.has(section)) before.set(section, section.open);
      if (words.length && inside) section.open = true;
      else if (!words.length && before.has(section)) section.open = Boolean(before.get(section));
      found += inside;
    }
    if (!words.length) before.clear();
    const nothing = /** @type {HTMLElement | null} */ (document.querySelector("[data-no-charts]"));
    if (nothing) nothing.hidden = found > 0;
  }

  site.ready(() => {
    for (const field of /** @type {NodeListOf<Field>} */ (document.querySelectorAll("[data-store]"))) {
      bind(field, field.dataset.store || "");
    }
    bindZoom();
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-find=charts]"))) {
      field.addEventListener("input", () => findCharts(field.value));
    }
  });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
