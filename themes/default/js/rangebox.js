// The box in which readers type the ends of a chart's y axis, and leave out outliers in all charts.
(function (/** @type {Site} */ site) {
  "use strict";

  const { make, button } = site.popover;

  /** A typed end: a number, null where nothing is typed, undefined where it is neither. @param {string} text @returns {number | null | undefined} */
  function number(text) {
    const plain = text.trim().replace(/^−/, "-");
    if (plain === "") return null;
    return Number.isFinite(Number(plain)) ? Number(plain) : undefined;
  }

  /** What is wrong with two ends, or "". @param {(number | null | undefined)[]} ends @param {boolean} isLog */
  function problem(ends, isLog) {
    const [low, high] = ends;
    if (low === undefined || high === undefined) return site.t("range.number");
    if (low !== null && high !== null && low >= high) return site.t("range.order");
    if (isLog && ((low !== null && low <= 0) || (high !== null && high <= 0))) return site.t("range.log");
    return "";
  }

  /** @param {string} label @param {number | null} value @returns {HTMLInputElement} */
  function field(label, value) {
    const input = document.createElement("input");
    Object.assign(input, { type: "text", inputMode: "decimal", placeholder: label, value: value === null ? "" : String(value) });
    input.setAttribute("aria-label", site.t("range.end", { which: label }));
    return input;
  }

  /** @param {HTMLElement} opener @param {Panel} panel */
  function open(opener, panel) {
    const own = site.yrange.typed(panel.spec) || [null, null];
    const low = field(site.t("range.lower"), own[0]), high = field(site.t("range.upper"), own[1]);
    const said = make("p", "chart-box-problem");
    said.setAttribute("role", "status");
    const apply = () => {
      const ends = [low, high].map((one) => number(one.value));
      said.textContent = problem(ends, site.state.of(panel.spec, "yscale") === "log");
      if (!said.textContent) site.yrange.set(panel.spec, /** @type {[number | null, number | null]} */ (ends));
    };
    for (const one of [low, high]) one.addEventListener("input", apply);
    const clip = document.createElement("input");
    Object.assign(clip, { type: "checkbox", checked: site.store.get("clip") });
    clip.addEventListener("change", () => site.store.set("clip", clip.checked));
    const marks = document.createElement("input");
    Object.assign(marks, { type: "checkbox", checked: site.store.get("annotations") });
    marks.addEventListener("change", () => site.store.set("annotations", marks.checked));
    const isMarked = site.current && site.current.runs.some((run) => run.annotations);
    const reset = button(site.t("range.all"), () => {
      low.value = high.value = "";
      clip.checked = false;
      apply();
      site.store.set("clip", false);
    }, "tool-button");
    site.popover.open(opener, site.t("range.title", { chart: panel.spec.title }), make("div", "chart-box",
      make("div", "chart-box-pair", make("span", "", site.t("range.from")), low, make("span", "", site.t("range.to")), high), said,
      make("label", "chart-box-choice", clip, site.t("range.outliers")),
      make("p", "chart-box-note", site.t("range.percentile")),
      ...(isMarked ? [make("label", "chart-box-choice", marks, site.t("annotation.toggle"))] : []),
      make("div", "popover-foot", reset)));
  }

  site.rangebox = { open, number, problem };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
