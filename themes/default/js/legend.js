// Names of the series of one run (ranks, devices) under its chart; a press hides or shows one.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @param {Panel} panel */
  function draw(panel) {
    let legend = panel.figure.querySelector(".legend");
    const wanted = !panel.spec.bold && panel.curves.length > 1 && panel.curves.every((curve) => curve.run === panel.curves[0].run);
    if (!wanted) return legend && legend.remove();
    if (!legend) {
      legend = document.createElement("div");
      legend.className = "legend";
      panel.plot.after(legend);
    }
    legend.replaceChildren(...panel.curves.map((curve) => button(panel, curve)));
  }

  /** @param {Panel} panel @param {Curve} curve */
  function button(panel, curve) {
    const element = document.createElement("button");
    element.type = "button";
    element.setAttribute("aria-pressed", String(!panel.muted.has(curve.key)));
    const dot = document.createElement("i");
    dot.className = "dot";
    dot.style.background = curve.color;
    element.append(dot, curve.name);
    element.addEventListener("click", () => {
      if (!panel.muted.delete(curve.key)) panel.muted.add(curve.key);
      element.setAttribute("aria-pressed", String(!panel.muted.has(curve.key)));
      site.panels.refresh("view");
    });
    element.addEventListener("pointerenter", () => site.store.set("highlight", curve.key));
    element.addEventListener("pointerleave", () => site.store.set("highlight", null));
    return element;
  }

  site.legend = { draw };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
