// A chart as SVG: lines and bands as paths at most four points to a pixel column, texts as text.
(function (/** @type {Site} */ site) {
  "use strict";

  const HEAD = 26, LINE = 1.5, FAINT = 0.22, BAND = 0.16;

  /** @param {unknown} text */
  const safe = (text) => String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

  /** @param {number} value */
  const short = (value) => String(Math.round(value * 100) / 100);

  /** What draws on a canvas, written down as the commands of a path. @param {(context: CanvasRenderingContext2D) => void} draw */
  function recorded(draw) {
    /** @type {string[]} */
    const commands = [];
    const pen = {
      beginPath() {}, fill() {},
      moveTo: (/** @type {number} */ x, /** @type {number} */ y) => commands.push(`M${short(x)} ${short(y)}`),
      lineTo: (/** @type {number} */ x, /** @type {number} */ y) => commands.push(`L${short(x)} ${short(y)}`),
      closePath: () => commands.push("Z"),
    };
    draw(/** @type {any} */ (pen));
    return commands.join("");
  }

  /** @param {string} d @param {string} more */
  const path = (d, more) => (d ? `<path d="${d}" ${more}/>` : "");

  /** @param {Panel} panel @param {Frame} frame */
  function lines(panel, frame) {
    const { visible } = panel;
    const bands = visible.map((curve) => path(recorded((pen) => site.layer.band(pen, curve, frame)), `fill="${safe(curve.color)}" fill-opacity="${BAND}"`));
    const strokes = visible.flatMap((curve) => {
      const look = `fill="none" stroke="${safe(curve.color)}" stroke-linejoin="round"`;
      const line = (/** @type {ArrayLike<number>} */ y) => recorded((pen) => site.layer.path(pen, curve, y, frame));
      const raw = curve.smooth ? path(line(curve.y), `${look} stroke-width="1" stroke-opacity="${FAINT}"`) : "";
      const title = `<title>${safe(curve.name)}</title>`;
      return [raw, `<g>${title}${path(line(curve.smooth || curve.y), `${look} stroke-width="${LINE}"`)}</g>`];
    });
    return [...bands, ...strokes].join("\n");
  }

  /** @param {Frame} frame @param {{x: Ticks, y: Ticks}} ticks @param {Tokens} tokens */
  function axes(frame, ticks, tokens) {
    const { left, top, width, height, x, y } = frame, base = top + height;
    const label = `font-size="10" fill="${safe(tokens.dim)}"`;
    const rows = ticks.y.values.map((value, at) => {
      const place = short(y.map(value));
      return `<path d="M${short(left)} ${place}H${short(left + width)}" stroke="${safe(tokens.line)}"/>`
        + `<text x="${short(left - 6)}" y="${place}" dy="0.35em" text-anchor="end" ${label}>${safe(ticks.y.labels[at])}</text>`;
    });
    const columns = ticks.x.values.map((value, at) => (
      `<text x="${short(x.map(value))}" y="${short(base + 15)}" text-anchor="middle" ${label}>${safe(ticks.x.labels[at])}</text>`));
    return [...rows, ...columns].join("\n");
  }

  /** The text of an SVG file of what a chart shows now; empty before it is drawn. On paper its page has its title. @param {Panel} panel @param {boolean} [isOnPage] */
  function svg(panel, isOnPage = false) {
    const { frame, ticks, spec } = panel;
    if (!frame || !ticks) return "";
    const tokens = site.tokens.get(), { width, height } = frame.outer, above = isOnPage ? 0 : HEAD, clip = `plot-${safe(spec.id || "")}`;
    const name = panel.xname && panel.xmode === "metric" ? `<text x="${short(frame.left + frame.width - 2)}" y="${short(frame.top + frame.height - 6)}" text-anchor="end" font-size="10" fill="${safe(tokens.dim)}">${safe(panel.xname)}</text>` : "";
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + above}" width="${width}" height="${height + above}" font-family="${safe(tokens.font)}" role="img">
<title>${safe(spec.title)}</title><desc>${safe(panel.words)}</desc>
${isOnPage ? "" : `<rect width="100%" height="100%" fill="${safe(tokens.paper)}"/>`}
${isOnPage ? "" : `<text x="10" y="18" font-size="13" font-weight="600" fill="${safe(tokens.ink)}">${safe(spec.title)}</text>`}
<clipPath id="${clip}"><rect x="${short(frame.left)}" y="${short(frame.top)}" width="${short(frame.width)}" height="${short(frame.height)}"/></clipPath>
<g transform="translate(0 ${above})">
${axes(frame, ticks, tokens)}
<g clip-path="url(#${clip})">
${lines(panel, frame)}
</g>${name}
</g>
</svg>
`;
  }

  site.vector = { svg };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
