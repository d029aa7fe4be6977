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

  /** @param {string} text a CSS colour, custom properties allowed @param {string} [mode] a class that sets the mode of colours */
  function probe(text, mode = "") {
    const element = document.createElement("i");
    element.className = mode;
    element.style.color = text;
    element.style.display = "none";
    document.body.append(element);
    const color = getComputedStyle(element).color;
    element.remove();
    return hex(color);
  }

  /** @param {string} [mode] @returns {Tokens} */
  function read(mode) {
    /** @type {any} */
    const tokens = { font: getComputedStyle(document.body).fontFamily };
    for (const name of NAMES) tokens[name] = probe(`var(--${name}, currentColor)`, mode);
    return tokens;
  }

  site.tokens = {
    get: () => known || (known = read()),
    refresh: () => { known = null; },
    probe,
    during(tokens, act) {
      const former = known;
      known = tokens;
      try {
        return act();
      } finally {
        known = former;
      }
    },
    light: () => ({ ...read("scheme-light"), paper: "#ffffff" }),
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
