// A chart as SVG: lines and bands as paths at most four points to a pixel column, texts as text in a face of its own.
(function (/** @type {Site} */ site) {
  "use strict";

  const FAMILY = "Chart Sans";

  /** @param {unknown} text */
  const safe = (text) => String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

  /** @param {number} value */
  const short = (value) => String(Math.round(value * 100) / 100);

  const ANCHORS = { left: "", center: ' text-anchor="middle"', right: ' text-anchor="end"' };

  /** @param {SceneItem} item @param {string} clip */
  function written(item, clip) {
    const alpha = item.alpha < 1 ? `${item.kind === "stroke" ? " stroke" : " fill"}-opacity="${short(item.alpha)}"` : "";
    if (item.kind === "text") {
      const weight = item.bold ? ' font-weight="600"' : "";
      return `<text x="${short(item.x)}" y="${short(item.y)}" font-size="${item.size}"${weight}${ANCHORS[item.anchor]} fill="${safe(item.color)}"${alpha}>${safe(item.text)}</text>`;
    }
    const look = item.kind === "fill" ? `fill="${safe(item.color)}"` : `fill="none" stroke="${safe(item.color)}" stroke-width="${short(item.width)}" stroke-linejoin="round"`;
    const dash = item.kind === "stroke" && item.dash.length ? ` stroke-dasharray="${item.dash.join(" ")}"` : "";
    const path = `<path d="${item.d}" ${look}${dash}${alpha}${clip}/>`;
    return item.name && !(item.kind === "stroke" && item.alpha < 1) ? `<g><title>${safe(item.name)}</title>${path}</g>` : path;
  }

  /**
   * The text of an SVG file. @param {Scene} scene @param {number} [zoom] how much larger than it was laid out
   * @param {string} [faces] the style sheet with the faces that it brings
   */
  function svg(scene, zoom = 1, faces = "") {
    const { width, height, items } = scene, family = faces ? `${FAMILY}, ${scene.font}` : scene.font;
    // A printed page has several of these.
    const prefix = `plot-${safe(scene.id)}-`;
    /** @type {string[]} */
    const known = [];
    const body = items.map((item) => {
      if (!item.clip) return written(item, "");
      const { x, y, width: wide, height: high } = item.clip, box = `x="${short(x)}" y="${short(y)}" width="${short(wide)}" height="${short(high)}"`;
      if (!known.includes(box)) known.push(box);
      return written(item, ` clip-path="url(#${prefix}${known.indexOf(box)})"`);
    });
    const clips = known.map((box, at) => `<clipPath id="${prefix}${at}"><rect ${box}/></clipPath>`).join("");
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${short(width)} ${short(height)}" width="${short(width * zoom)}" height="${short(height * zoom)}" font-family="${safe(family)}" role="img">
<title>${safe(scene.title)}</title><desc>${safe(scene.words)}</desc>
<defs>${faces ? `<style>${faces}</style>` : ""}${clips}</defs>
${scene.paper ? `<rect width="100%" height="100%" fill="${safe(scene.paper)}"/>` : ""}
${body.join("\n")}
</svg>
`;
  }

  site.vector = { svg, FAMILY };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
