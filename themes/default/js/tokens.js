// The theme's colours as the canvas understands them: CSS custom properties resolved by the browser.
(function (/** @type {Site} */ site) {
  "use strict";

  const NAMES = /** @type {const} */ (["ink", "dim", "line", "paper", "surface", "accent", "bad"]);
  /** @type {Tokens | null} */
  let known = null;
  /** @type {CanvasRenderingContext2D | null} */
  let pixel = null;

  /** Any CSS colour as #rrggbb; mixed colours compute to forms that not every canvas reads. @param {string} color */
  function hex(color) {
    if (!pixel) {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 1;
      pixel = canvas.getContext("2d", { willReadFrequently: true });
    }
    if (!pixel) return color;
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = color;
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
    return "#" + [red, green, blue].map((channel) => channel.toString(16).padStart(2, "0")).join("");
  }

  /** @param {string} text a CSS colour, custom properties allowed */
  function probe(text) {
    const element = document.createElement("i");
    element.style.color = text;
    element.style.display = "none";
    document.body.append(element);
    const color = getComputedStyle(element).color;
    element.remove();
    return hex(color);
  }

  /** @returns {Tokens} */
  function read() {
    /** @type {any} */
    const tokens = { font: getComputedStyle(document.body).fontFamily };
    for (const name of NAMES) tokens[name] = probe(`var(--${name}, currentColor)`);
    return tokens;
  }

  site.tokens = {
    get: () => known || (known = read()),
    refresh: () => { known = null; },
    probe,
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
