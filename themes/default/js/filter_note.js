// What is said below the filter's field: what is wrong and where, what is still shown, and what a metric means there.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @param {string} text */
  const shown = (text) => site.t("filter.still", { what: text.trim() || site.t("filter.all") });

  /** The text with the place that is meant. @param {string} text @param {FilterProblem} problem */
  function placed(text, { start, end }) {
    const place = document.createElement("code"), mark = document.createElement("mark");
    // At the end of the text there is nothing to mark but the place itself.
    mark.textContent = text.slice(start, end) || "\u00a0";
    place.append(text.slice(0, start), mark, text.slice(end));
    return place;
  }

  /**
   * Says how the field's text is understood. It lies over what is below, so that nothing moves while one types.
   * @param {FilterSaid} said
   */
  function say({ text, problem = null, isUnfinished = false, isEmpty = false, kept = "", means = [] }) {
    const note = /** @type {HTMLElement | null} */ (document.querySelector(".filter-note")), field = document.querySelector(".field.filter");
    const nothing = /** @type {HTMLElement | null} */ (document.querySelector("[data-no-runs]"));
    const isWrong = problem !== null && !isUnfinished;
    if (field) field.classList.toggle("wrong", isWrong);
    if (nothing) nothing.hidden = !isEmpty;
    if (!note) return;
    // It lies over the number of runs, which it therefore says itself.
    const last = means.length ? [document.querySelector("[data-shown]")?.textContent, ...means.map((one) => site.t("filter.last", one))].filter(Boolean).join(" · ") : "";
    const still = [shown(kept), kept.trim() && document.querySelector("[data-shown]")?.textContent].filter(Boolean).join(" · ");
    const words = isUnfinished ? `${site.t("filter.unfinished")} ${still}`
      : problem ? [problem.message, problem.hint].filter(Boolean).join(" ") : isEmpty ? [site.t("table.no_run"), last].filter(Boolean).join(" ") : last;
    note.className = `filter-note ${isUnfinished ? "unfinished" : problem ? "" : isEmpty && !last ? "none" : "aside"}`;
    note.textContent = words;
    if (!problem || isUnfinished) return;
    if (problem.end > problem.start) note.append(placed(text, problem));
    if (problem.keeps) note.append(Object.assign(document.createElement("span"), { textContent: still }));
  }

  site.filterNote = { say };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
