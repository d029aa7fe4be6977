// A field that narrows a long row of the legend to the entries whose name has what is typed.
(function (/** @type {Site} */ site) {
  "use strict";

  const { make } = site.popover;
  /** What is typed, by the row's kind, so that it outlives the row's elements. @type {Map<string, string>} */
  const typed = new Map();

  /** Whether a name has every word, in any order and letters of any size. @param {string} name @param {string} text */
  function has(name, text) {
    const where = name.toLowerCase();
    return text.toLowerCase().split(/\s+/).every((word) => where.includes(word));
  }

  /** @param {string} kind @param {HTMLElement} list of the entries' elements */
  function field(kind, list) {
    const input = document.createElement("input"), said = make("span", "legend-found"), chips = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(".legend-chip")]);
    Object.assign(input, { type: "search", placeholder: site.t("legend.find"), value: typed.get(kind) || "", autocomplete: "off", spellcheck: false });
    input.setAttribute("aria-label", site.t("legend.find"));
    input.dataset.entry = `${kind} find`;
    said.setAttribute("role", "status");
    const narrow = () => {
      typed.set(kind, input.value);
      for (const chip of chips) chip.hidden = !has(chip.querySelector("bdi")?.textContent || "", input.value.trim());
      const count = chips.filter((chip) => !chip.hidden).length;
      said.textContent = input.value.trim() ? site.t("legend.found", { count, n: chips.length }) : "";
    };
    input.addEventListener("input", narrow);
    narrow();
    return make("div", "legend-find", input, said);
  }

  /** The row is folded: what was sought there is no longer. @param {string} kind */
  const forget = (kind) => { typed.delete(kind); };

  site.legendFind = { field, has, forget };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
