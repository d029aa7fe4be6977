// A chart written down: the strokes, areas and texts that its canvas shows, at any size, for files to be made of.
(function (/** @type {Site} */ site) {
  "use strict";

  const HEAD = 28, FOOT = 16, EDGE = 10, ROW = 16, SWATCH = 14, STROKE = 30, GAP = 14;
  const MOST_ROWS = 6, LONGEST_NAME = 0.45, MOST_LEGEND = 0.25, TITLE = 13, LABEL = 10;
  /** The arc of a quarter circle as a Bézier curve. */
  const ROUND = 0.5523;

  /** @param {number} value */
  const short = (value) => String(Math.round(value * 100) / 100);

  /** How wide a text is, in the face that the file embeds or the page's own. @param {string} text @param {number} size @param {boolean} isBold @param {Look} look */
  function measure(text, size, isBold, look) {
    if (look.faces) return look.faces.width(text, isBold) * size;
    const context = document.createElement("canvas").getContext("2d");
    if (!context) return text.length * size * 0.55;
    context.font = `${isBold ? "600 " : ""}${size}px ${look.tokens.font}`;
    return context.measureText(text).width;
  }

  /** The text, cut where it is longer than the room. @param {string} text @param {number} room @param {(text: string) => number} width */
  function fitted(text, room, width) {
    if (width(text) <= room) return text;
    const letters = [...text];
    let low = 0, high = letters.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (width(letters.slice(0, middle).join("") + "…") <= room) low = middle;
      else high = middle - 1;
    }
    return `${letters.slice(0, low).join("")}…`;
  }

  /** What takes the commands of a canvas and keeps them. @param {SceneItem[]} items @param {{x: number, y: number}} shift @returns {Pen} */
  function pen(items, shift) {
    const usual = { fillStyle: "#000", strokeStyle: "#000", globalAlpha: 1, lineWidth: 1, dash: /** @type {number[]} */ ([]), textAlign: "left", held: /** @type {SceneItem["clip"]} */ (null) };
    /** @type {any[]} */
    const saved = [];
    let d = "", name = "", box = { x: 0, y: 0, width: 0, height: 0 };
    /** @param {number} x @param {number} y */
    const at = (x, y) => `${short(x + shift.x)} ${short(y + shift.y)}`;
    /** @type {any} */
    const self = {
      ...usual,
      named: (/** @type {string} */ text) => { name = text; },
      save: () => saved.push(Object.fromEntries(Object.keys(usual).map((key) => [key, self[key]]))),
      restore: () => Object.assign(self, saved.pop()),
      beginPath: () => { d = ""; },
      moveTo: (/** @type {number} */ x, /** @type {number} */ y) => { d += `M${at(x, y)}`; },
      lineTo: (/** @type {number} */ x, /** @type {number} */ y) => { d += `L${at(x, y)}`; },
      closePath: () => { d += "Z"; },
      rect(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ width, /** @type {number} */ height) {
        box = { x: x + shift.x, y: y + shift.y, width, height };
        d += `M${at(x, y)}L${at(x + width, y)}L${at(x + width, y + height)}L${at(x, y + height)}Z`;
      },
      /** Circles alone are drawn. */
      arc(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ r) {
        const c = r * ROUND;
        d += `M${at(x + r, y)}C${at(x + r, y + c)} ${at(x + c, y + r)} ${at(x, y + r)}C${at(x - c, y + r)} ${at(x - r, y + c)} ${at(x - r, y)}`
          + `C${at(x - r, y - c)} ${at(x - c, y - r)} ${at(x, y - r)}C${at(x + c, y - r)} ${at(x + r, y - c)} ${at(x + r, y)}Z`;
      },
      clip: () => { self.held = box; },
      setLineDash: (/** @type {number[]} */ dash) => { self.dash = dash; },
      stroke: () => push({ kind: "stroke", d, color: self.strokeStyle, width: self.lineWidth, dash: self.dash }),
      fill: () => push({ kind: "fill", d, color: self.fillStyle }),
      fillRect(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ width, /** @type {number} */ height) {
        d = "";
        self.rect(x, y, width, height);
        self.fill();
      },
      fillText(/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y) {
        if (text) items.push({ kind: "text", text, x: x + shift.x, y: y + shift.y, size: LABEL, bold: false, color: self.fillStyle, anchor: self.textAlign, alpha: self.globalAlpha, clip: null, name: "" });
      },
    };
    /** @param {any} item */
    function push(item) {
      if (d) items.push({ ...item, alpha: self.globalAlpha, clip: self.held, name });
    }
    return self;
  }

  /** Bands as areas, one for each curve, and the raw lines of smoothed ones. @param {Pen} context @param {Panel} panel @param {Frame} frame @param {number} alpha */
  function areas(context, panel, frame, alpha) {
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    context.globalAlpha = alpha;
    for (const curve of panel.visible) if (curve.buckets) site.beneath.band(context, curve, frame);
    context.restore();
    site.beneath.raw(context, panel, frame);
  }

  /** What the x axis counts, in a word. @param {Panel} panel */
  const axisWord = (panel) => (panel.xmode === "metric" ? panel.xname : panel.xmode === "wall" ? site.t("drawn.date_in", { zone: site.dates.zone() }) : panel.xmode === "relative" ? site.t("charts.axis.relative") : site.t("charts.axis.step"));

  /** The names of what is drawn, in rows below the plot; what has no room is counted. @param {Panel} panel @param {Look} look @param {number} width */
  function legend(panel, look, width) {
    const most = look.height ? Math.max(1, Math.min(MOST_ROWS, Math.floor(look.height * MOST_LEGEND / ROW))) : MOST_ROWS;
    const wide = (/** @type {string} */ text) => measure(text, LABEL, false, look), left = 40, room = width - left - EDGE;
    /** @type {(PictureName & {x: number, end: number, row: number})[]} */
    const placed = [];
    let x = 0, row = 0;
    /** @type {PictureName[]} */
    const names = (site.pictureLegend && site.pictureLegend.names(panel)) || panel.visible;
    // A stroke and its mark need room to be seen.
    const swatch = names.some((one) => one.dash || (one.mark ?? -1) >= 0) ? STROKE : SWATCH;
    const fit = (/** @type {string} */ name) => fitted(name, room * LONGEST_NAME, wide), HEADED = 8;
    for (const [at, { name, color, dash, mark }] of names.entries()) {
      const text = fit(name), long = (color ? swatch + 6 : 0) + wide(text);
      // A heading stands before the first of what it heads.
      const needed = color || !names[at + 1] ? long : long + HEADED + swatch + 6 + wide(fit(names[at + 1].name));
      if (x && x + needed > room) [x, row] = [0, row + 1];
      if (row >= most) break;
      placed.push({ x, end: x + long + GAP, row, name: text, color, dash, mark });
      x += long + (color ? GAP : HEADED);
    }
    // The count of the others needs a place of its own: names give way to it.
    while (placed.length < names.length) {
      const rest = site.t("count.more", { n: names.length - placed.length }), last = placed[placed.length - 1];
      const from = last && last.row === most - 1 ? last.end : 0;
      if (!from || from + wide(rest) <= room) {
        placed.push({ x: from, end: from + wide(rest), row: most - 1, name: rest, color: "" });
        break;
      }
      placed.pop();
    }
    return { placed, left, swatch, height: placed.length ? (placed[placed.length - 1].row + 1) * ROW + 4 : 0 };
  }

  /** A piece of a line as it is drawn. @param {Pen} context @param {number} x @param {number} y @param {number} width @param {PictureName} line */
  function swatch(context, x, y, width, { color, dash, mark }) {
    Object.assign(context, { strokeStyle: color, fillStyle: color, lineWidth: dash || mark !== undefined ? 1.5 : 2.5 });
    context.setLineDash(site.series.dashes(dash));
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + width, y);
    context.stroke();
    context.setLineDash([]);
    if (mark === undefined || mark < 0 || !site.markers) return;
    context.beginPath();
    site.markers.trace(context, mark, x + width / 2, y);
    context.fill();
  }

  /** Whether names say something: one line of one run is what its title says. @param {Panel} panel */
  const isNamed = (panel) => panel.visible.length > 1 || panel.curves.length > 1;

  /**
   * A chart as it is now, laid out anew for this size; null before it has anything to show.
   * @param {Panel} panel @param {Look} look @returns {Scene | null}
   */
  function of(panel, look) {
    if (!panel.frame) return null;
    return site.tokens.during(look.tokens, () => {
      const { width, tokens } = look, above = look.bare ? 0 : HEAD;
      const names = look.legend && isNamed(panel) ? legend(panel, look, width) : { placed: [], left: 0, swatch: 0, height: 0 };
      const plot = /** @type {Panel} */ ({ ...panel, xname: panel.xmode === "metric" ? "" : panel.xname, cover: null });
      const plotted = look.height ? Math.max(80, look.height - above - FOOT - names.height) : look.plotHeight;
      const height = look.height || plotted + above + FOOT + names.height;
      const made = site.drawing.layout({ ...panel }, { width, height: plotted }), { frame } = made;
      site.drawing.rescale(frame);
      /** @type {SceneItem[]} */
      const items = [];
      const text = (/** @type {string} */ words, /** @type {number} */ x, /** @type {number} */ y, more = {}) => items.push({
        kind: "text", text: words, x, y, size: LABEL, bold: false, color: tokens.dim, anchor: "left", alpha: 1, clip: null, name: "", ...more,
      });
      const unit = panel.spec.unit ? ` (${panel.spec.unit})` : "";
      if (!look.bare) text(fitted(panel.spec.title + unit, width - 2 * EDGE, (words) => measure(words, TITLE, true, look)), EDGE, 18, { size: TITLE, bold: true, color: tokens.ink });
      const context = pen(items, { x: 0, y: above });
      axes(context, text, frame, made, tokens, above);
      site.layer.paint(context, plot, frame, areas);
      const base = above + frame.outer.height;
      text(fitted(axisWord(panel), frame.width, (words) => measure(words, LABEL, false, look)), frame.left + frame.width / 2, base + 8, { anchor: "center" });
      const below = pen(items, { x: 0, y: 0 });
      for (const { x, row, name, color, dash, mark } of names.placed) {
        const y = base + FOOT + row * ROW + 9, from = names.left + x;
        if (color) swatch(below, from, y - 3.5, names.swatch, { name, color, dash, mark });
        text(name, from + (color ? names.swatch + 6 : 0), y, { color: color ? tokens.ink : tokens.dim });
      }
      return { width, height, id: panel.spec.id || "", title: panel.spec.title, words: panel.words, paper: look.bare ? "" : tokens.paper, font: tokens.font, items };
    });
  }

  /** Grid and labels, as Vega draws them on the page. @param {Pen} context @param {(words: string, x: number, y: number, more?: object) => void} text @param {Frame} frame @param {{x: Ticks, y: Ticks}} ticks @param {Tokens} tokens @param {number} above */
  function axes(context, text, frame, ticks, tokens, above) {
    const { left, top, width, height, x, y } = frame;
    context.strokeStyle = tokens.line;
    context.lineWidth = 1;
    ticks.y.values.forEach((value, at) => {
      const place = y.map(value);
      context.beginPath();
      context.moveTo(left, place);
      context.lineTo(left + width, place);
      context.stroke();
      text(ticks.y.labels[at], left - 6, above + place + 3.5, { anchor: "right" });
    });
    ticks.x.values.forEach((value, at) => text(ticks.x.labels[at], x.map(value), above + top + height + 15, { anchor: "center" }));
  }

  site.scene = { of, fitted, isNamed, axisWord };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
