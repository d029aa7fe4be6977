// Names of the series of one run (ranks, devices) under its chart; a press hides or shows one.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @param {Panel} panel */
  function draw(panel) {
    let legend = panel.figure.querySelector(".legend");
    const metrics = panel.spec.added ? [...new Map(panel.curves.map((curve) => [curve.metric, curve])).values()] : [];
    const isSolo = !panel.spec.bold && panel.curves.length > 1 && panel.curves.every((curve) => curve.run === panel.curves[0].run);
    const isShared = !isSolo && metrics.length > 1;
    if (!isSolo && !isShared) return legend && legend.remove();
    if (!legend) {
      legend = document.createElement("div");
      legend.className = "legend";
      panel.plot.after(legend);
    }
    legend.replaceChildren(...(isShared
      ? metrics.map((curve) => button(panel, `metric ${curve.metric}`, curve.metric, stroke(curve)))
      : panel.curves.map((curve) => button(panel, curve.key, curve.name, dot(curve)))));
  }

  /** @param {Curve} curve */
  function dot(curve) {
    const element = document.createElement("i");
    element.className = "dot";
    element.style.background = curve.color;
    return element;
  }

  /** A piece of the line that a metric has in all colours. @param {Curve} curve */
  function stroke(curve) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [key, value] of [["width", "26"], ["height", "8"], ["viewBox", "0 0 26 8"], ["aria-hidden", "true"]]) svg.setAttribute(key, value);
    for (const [key, value] of [["d", "M0 4H26"], ["stroke", "currentColor"], ["stroke-width", "1.5"], ["stroke-dasharray", site.series.dashes(curve.dash).join(" ")]]) line.setAttribute(key, value);
    svg.append(line);
    return svg;
  }

  /** @param {Panel} panel @param {string} key what it hides and shows @param {string} name @param {Element} sign */
  function button(panel, key, name, sign) {
    const element = document.createElement("button");
    element.type = "button";
    element.setAttribute("aria-pressed", String(!panel.muted.has(key)));
    element.append(sign, name);
    element.addEventListener("click", () => {
      if (!panel.muted.delete(key)) panel.muted.add(key);
      element.setAttribute("aria-pressed", String(!panel.muted.has(key)));
      site.panels.refresh("view");
    });
    element.addEventListener("pointerenter", () => site.store.set("highlight", key));
    element.addEventListener("pointerleave", () => site.store.set("highlight", null));
    return element;
  }

  site.legend = { draw };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
