// What can be taken along of a chart: pictures in the sizes that pages, papers and slides want, data, sources.
(function (/** @type {Site} */ site) {
  "use strict";

  const MM = 96 / 25.4, DPI = 300 / 96, MOST_ROWS = 300_000, LEAST = 160, MOST = 8000;

  /** Sizes in pixels as a chart is laid out, how much larger a vector file is, and pixels of a picture to one of these. @type {{[name: string]: Preset}} */
  const PRESETS = {
    shown1: { width: 0, height: 0, zoom: 1, pixels: 1 }, shown2: { width: 0, height: 0, zoom: 1, pixels: 2 }, shown3: { width: 0, height: 0, zoom: 1, pixels: 3 },
    column: { width: 84 * MM, height: 0, plotHeight: 46 * MM, zoom: 1, pixels: DPI, isPaper: true },
    wide: { width: 174 * MM, height: 0, plotHeight: 64 * MM, zoom: 1, pixels: DPI, isPaper: true },
    slide: { width: 640, height: 360, zoom: 2, pixels: 3, isPaper: true },
    own: { width: 800, height: 450, zoom: 1, pixels: 1 },
  };
  /** Kept from one chart to the next. */
  const choice = { preset: "shown2", width: 800, height: 450, legend: true, white: false };

  /** @param {Panel} panel */
  const stem = (panel) => panel.spec.title.replace(/[^\w.-]+/g, "-").replace(/^[-.]+|-+$/g, "").slice(0, 80) || "chart";

  /** @param {string} name @param {BlobPart} content @param {string} type */
  function save(name, content, type) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** @param {Panel} panel @param {Partial<typeof choice>} asked @param {Faces | null} faces */
  function scene(panel, asked, faces) {
    const { preset, width, height, legend, white } = { ...choice, ...asked }, size = PRESETS[preset];
    const tokens = white ? site.tokens.light() : site.tokens.get();
    const look = {
      tokens, legend, faces, width: (preset === "own" ? width : size.width) || panel.plot.clientWidth || 320,
      height: preset === "own" ? height : size.height, plotHeight: size.plotHeight || panel.plot.clientHeight || 196,
    };
    const made = site.scene.of(panel, look);
    if (!made) throw new Error(site.t("exports.early"));
    return { made, size };
  }

  /** A picture of a scene, painted with the page's own letters. @param {Scene} made @param {number} ratio */
  function painted(made, ratio) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(made.width * ratio);
    canvas.height = Math.round(made.height * ratio);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = made.paper;
    context.fillRect(0, 0, made.width, made.height);
    context.lineJoin = "round";
    for (const item of made.items) {
      context.save();
      context.globalAlpha = item.alpha;
      if (item.clip) {
        context.beginPath();
        context.rect(item.clip.x, item.clip.y, item.clip.width, item.clip.height);
        context.clip();
      }
      context.fillStyle = context.strokeStyle = item.color;
      if (item.kind === "text") {
        context.font = `${item.bold ? "600 " : ""}${item.size}px ${made.font}`;
        context.textAlign = item.anchor;
        context.fillText(item.text, item.x, item.y);
      } else if (item.kind === "fill") context.fill(new Path2D(item.d));
      else {
        context.lineWidth = item.width;
        context.setLineDash(item.dash);
        context.stroke(new Path2D(item.d));
      }
      context.restore();
    }
    return canvas;
  }

  /** By the ending of the file: how it is made of a chart. @type {{[kind: string]: (panel: Panel, asked: Partial<typeof choice>) => Promise<[string, BlobPart, string]>}} */
  const MAKERS = {
    async png(panel, asked) {
      const { made, size } = scene(panel, asked, null), canvas = painted(made, size.pixels);
      const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve));
      if (!blob) throw new Error(site.t("exports.too_large"));
      return [".png", blob, "image/png"];
    },
    async svg(panel, asked) {
      const faces = await site.faces.load(), { made, size } = scene(panel, asked, faces);
      return [".svg", site.vector.svg(made, size.zoom, faces.css(made)), "image/svg+xml"];
    },
    async pdf(panel, asked) {
      const faces = await site.faces.load(), { made, size } = scene(panel, asked, faces);
      return [".pdf", await site.pdf.file(made, faces, size.zoom), "application/pdf"];
    },
    csv: async (panel) => [".csv", site.drawn.csv(panel), "text/csv"],
    async vega(panel) {
      const { count } = site.drawn.of(panel);
      if (count > MOST_ROWS) throw new Error(site.t("exports.too_many", { n: count }));
      return [".vl.json", `${JSON.stringify(site.source.vegalite(panel))}\n`, "application/json"];
    },
    async python(panel) {
      return [".py", site.source.python(panel, /** @type {PageData} */ (site.current)).text, "text/x-python"];
    },
  };

  /** @param {Panel} panel @param {string} kind @param {Partial<typeof choice>} [asked] */
  const file = (panel, kind, asked = {}) => MAKERS[kind](panel, asked);

  /** @param {string} text @param {HTMLElement} control */
  function row(text, control) {
    control.setAttribute("aria-label", text);
    return site.popover.make("label", "chart-box-choice", site.popover.make("span", "chart-box-name", text), control);
  }

  /** @param {string} text @param {"legend" | "white"} key */
  function flag(text, key) {
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", checked: choice[key] });
    box.addEventListener("change", () => { choice[key] = box.checked; });
    return site.popover.make("label", "chart-box-choice", box, text);
  }

  /** @param {"width" | "height"} key @param {string} text */
  function measure(key, text) {
    const input = document.createElement("input");
    Object.assign(input, { type: "text", inputMode: "numeric", value: String(choice[key]) });
    input.setAttribute("aria-label", text);
    input.addEventListener("input", () => {
      const value = Number(input.value), isFine = value >= LEAST && value <= MOST;
      if (isFine) choice[key] = Math.round(value);
      input.setAttribute("aria-invalid", String(!isFine));
    });
    return input;
  }

  /** The one menu of everything that can be taken along. @param {HTMLElement} opener @param {Panel} panel */
  function open(opener, panel) {
    const { make, button } = site.popover;
    const sizes = /** @type {HTMLSelectElement} */ (make("select"));
    const words = { shown1: site.t("exports.shown", { n: 1 }), shown2: site.t("exports.shown", { n: 2 }), shown3: site.t("exports.shown", { n: 3 }), column: site.t("exports.column"), wide: site.t("exports.wide"), slide: site.t("exports.slide"), own: site.t("exports.own") };
    for (const [value, text] of Object.entries(words)) sizes.append(new Option(text, value, false, value === choice.preset));
    const own = make("div", "chart-box-pair", measure("width", site.t("exports.width")), make("span", "", "×"), measure("height", site.t("exports.height")), make("span", "", "px"));
    const white = flag(site.t("exports.white"), "white");
    own.hidden = choice.preset !== "own";
    sizes.addEventListener("change", () => {
      choice.preset = sizes.value;
      own.hidden = choice.preset !== "own";
      // Papers and slides are white, whatever the page is; the reader may say otherwise.
      const box = /** @type {HTMLInputElement} */ (white.querySelector("input"));
      box.checked = choice.white = Boolean(PRESETS[sizes.value].isPaper);
    });
    const said = make("p", "chart-box-problem");
    said.setAttribute("role", "status");
    /** @param {string} kind @param {string} text @param {string} hint */
    const maker = (kind, text, hint) => {
      const element = button(text, async () => {
        said.textContent = "";
        try {
          const [suffix, content, type] = await file(panel, kind);
          save(stem(panel) + suffix, content, type);
          if (kind === "python" && site.source.python(panel, /** @type {PageData} */ (site.current)).needsCsv) said.textContent = site.t("exports.needs_csv");
        } catch (error) {
          said.textContent = site.t("exports.failed", { why: error instanceof Error ? error.message : String(error) });
        }
      }, "button");
      element.title = hint;
      return element;
    };
    site.popover.open(opener, site.t("exports.title", { chart: panel.spec.title }), make("div", "chart-box export-box",
      row(site.t("exports.size"), sizes), own, make("div", "chart-box-flags", flag(site.t("exports.legend"), "legend"), white),
      make("div", "export-row", make("span", "chart-box-name", site.t("exports.picture")), maker("png", "PNG", site.t("exports.png")), maker("svg", "SVG", site.t("exports.svg")), maker("pdf", "PDF", site.t("exports.pdf"))),
      make("div", "export-row", make("span", "chart-box-name", site.t("exports.data")), maker("csv", "CSV", site.t("exports.csv")), maker("vega", site.t("exports.vega_name"), site.t("exports.vega")), maker("python", site.t("exports.python_name"), site.t("exports.python"))),
      said));
  }

  site.exports = { open, file, stem, PRESETS };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
