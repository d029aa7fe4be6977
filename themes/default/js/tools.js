// The quiet buttons of a chart: reset the zoom, take the data or the picture along, fill the screen.
(function (/** @type {Site} */ site) {
  "use strict";

  const ICONS = {
    reset: "M3 8a5 5 0 1 0 1.6-3.7M3 2.5V5.5H6",
    range: "M8 2.5v11M5.5 5 8 2.5 10.5 5M5.5 11 8 13.5 10.5 11",
    csv: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.2h10",
    png: "M2.5 3.5h11v9h-11zM2.8 11l3.2-3.4 2.4 2.4 2-2 2.8 2.8M10.2 6h.01",
    svg: "M2 11h2.5v2.5H2zM11.5 2.5H14V5h-2.5zM4.5 11.6C9 11 7 4.4 11.5 4",
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

  /** A cell that no spreadsheet takes for a formula. @param {string | number} value */
  function cell(value) {
    if (typeof value === "number") return Number.isNaN(value) ? "NaN" : String(value);
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  }

  /** The drawn series, every point or bucket as it is on this page. @param {Panel} panel */
  function csv(panel) {
    const names = [...new Set(panel.visible.flatMap((curve) => Object.keys(curve.entry.cols)))];
    const lines = [["run", "metric", "rank", ...names].join(",")];
    for (const { name, metric, rank, entry } of panel.visible) {
      const columns = names.map((one) => entry.cols[one]);
      const count = (columns.find(Boolean) || []).length;
      const lead = [name, metric, rank].map(cell).join(",");
      for (let at = 0; at < count; at++) {
        lines.push(lead + "," + columns.map((column) => (column ? cell(column[at]) : "")).join(","));
      }
    }
    return lines.join("\r\n") + "\r\n";
  }

  /** @param {Panel} panel @param {Blob | null} blob @param {string} suffix */
  function download(panel, blob, suffix) {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = panel.spec.title.replace(/[^\w.-]+/g, "-") + suffix;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** @param {Panel} panel */
  function picture(panel) {
    const { frame, axes, layer } = panel;
    if (!frame || !axes) return;
    const tokens = site.tokens.get();
    const ratio = layer.width / frame.outer.width;
    const head = 26;
    const canvas = document.createElement("canvas");
    canvas.width = layer.width;
    canvas.height = layer.height + Math.round(head * ratio);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillStyle = tokens.paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = tokens.ink;
    context.font = `600 ${13 * ratio}px ${tokens.font}`;
    context.fillText(panel.spec.title, 10 * ratio, 18 * ratio);
    context.drawImage(axes.canvas, 0, head * ratio);
    context.drawImage(layer, 0, head * ratio);
    canvas.toBlob((blob) => download(panel, blob, ".png"));
  }

  /** @param {Panel} panel */
  function fill(panel) {
    if (document.fullscreenElement) document.exitFullscreen();
    else panel.figure.requestFullscreen().catch(() => {
      // Frames may forbid it; the chart then stays as it is.
    });
  }

  site.tools = {
    csv,
    attach(panel) {
      const place = panel.figure.querySelector(".tools");
      if (!place) return;
      const reset = button("reset", site.t("charts.reset_zoom"), () => site.zoom.set(panel, null));
      reset.hidden = true;
      const range = button("range", site.t("tools.range"), () => site.load.later().then(() => site.rangebox.open(range, panel)));
      const move = site.layout && site.layout.button(panel);
      place.replaceChildren(
        reset,
        range,
        button("csv", site.t("tools.csv"), () => download(panel, new Blob([csv(panel)], { type: "text/csv" }), ".csv")),
        button("png", site.t("tools.picture"), () => picture(panel)),
        button("svg", site.t("tools.svg"), () => site.load.later().then(() => (
          download(panel, new Blob([site.vector.svg(panel)], { type: "image/svg+xml" }), ".svg")))),
        button("full", site.t("tools.full"), () => fill(panel)),
        ...(move ? [move] : []),
      );
    },
    update(panel) {
      const reset = /** @type {HTMLElement | null} */ (panel.figure.querySelector(".tool-reset"));
      if (reset) reset.hidden = site.zoom.get(panel) === null;
    },
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
