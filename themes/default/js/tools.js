// The quiet buttons of a chart: reset the zoom, see its data, take it along, fill the screen.
(function (/** @type {Site} */ site) {
  "use strict";

  const ICONS = {
    reset: "M3 8a5 5 0 1 0 1.6-3.7M3 2.5V5.5H6",
    range: "M8 2.5v11M5.5 5 8 2.5 10.5 5M5.5 11 8 13.5 10.5 11",
    data: "M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6",
    export: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.2h10",
    full: "M9.5 2.5h4v4M13.5 2.5l-4.4 4.4M6.5 13.5h-4v-4M2.5 13.5l4.4-4.4",
  };

  /** @param {keyof typeof ICONS} name */
  function icon(name) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const shape = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("width", "14");
    svg.setAttribute("height", "14");
    svg.setAttribute("aria-hidden", "true");
    shape.setAttribute("d", ICONS[name]);
    for (const [key, value] of [["fill", "none"], ["stroke", "currentColor"], ["stroke-width", "1.3"], ["stroke-linecap", "round"], ["stroke-linejoin", "round"]]) {
      shape.setAttribute(key, value);
    }
    svg.append(shape);
    return svg;
  }

  /** @param {keyof typeof ICONS} name @param {string} title @param {() => void} act */
  function button(name, title, act) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = `tool tool-${name}`;
    element.title = title;
    element.setAttribute("aria-label", title);
    element.append(icon(name));
    element.addEventListener("click", act);
    return element;
  }

  site.tools = {
    attach(panel) {
      const place = panel.figure.querySelector(".tools");
      if (!place) return;
      const reset = button("reset", site.t("charts.reset_zoom"), () => site.zoom.set(panel, null));
      reset.hidden = true;
      const range = button("range", site.t("tools.range"), () => site.load.later().then(() => site.rangebox.open(range, panel)));
      const data = button("data", site.t("tools.data"), () => site.load.later().then(() => site.datatable.toggle(data, panel)));
      const take = button("export", site.t("tools.export"), () => site.load.later().then(() => site.exports.open(take, panel)));
      const full = button("full", site.t("tools.full"), () => site.load.later().then(() => site.fullscreen.toggle(full, panel)));
      data.setAttribute("aria-pressed", "false");
      take.setAttribute("aria-haspopup", "dialog");
      const move = site.layout && site.layout.button(panel);
      place.replaceChildren(
        reset,
        range,
        data,
        take,
        full,
        ...(move ? [move] : []),
      );
    },
    update(panel) {
      const reset = /** @type {HTMLElement | null} */ (panel.figure.querySelector(".tool-reset"));
      if (reset) reset.hidden = site.zoom.get(panel) === null;
    },
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
