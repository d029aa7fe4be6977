// Logged images, sounds, texts and frames as elements; boxes and masks over an image, each set with its switch.
(function (/** @type {Site} */ site) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg", TINY = 64;

  /** @param {string} path */
  const address = (path) => (site.current ? site.current.root : "") + path;

  /** @param {string} name @param {string} [className] @param {string} [text] */
  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  /** @param {MediaItem} item @param {string} name */
  function picture(item, name) {
    const image = /** @type {HTMLImageElement} */ (element("img", "media-picture"));
    image.src = address(item.src || "");
    image.alt = item.caption || name;
    if (item.width && item.height) {
      image.width = item.width;
      image.height = item.height;
      image.classList.toggle("tiny", item.width <= TINY);
    }
    const stage = element("div", "stage");
    if (item.link && !item.boxes && !item.masks) {
      const link = /** @type {HTMLAnchorElement} */ (element("a"));
      link.href = image.src;
      link.append(image);
      stage.append(link);
    } else stage.append(image);
    return stage;
  }

  /** One set of boxes, drawn in parts of the picture so that it fits at any size. @param {BoxSet} set */
  function boxLayer(set) {
    const layer = element("div", "boxes");
    for (const box of set.boxes) {
      const [left, top, right, bottom] = box.at;
      const frame = element("div", "box");
      frame.style.insetInlineStart = frame.style.left = `${left * 100}%`;
      frame.style.top = `${top * 100}%`;
      frame.style.width = `${(right - left) * 100}%`;
      frame.style.height = `${(bottom - top) * 100}%`;
      frame.style.borderColor = box.color;
      frame.title = [box.label, box.title].filter(Boolean).join(": ");
      if (box.label) {
        const label = element("span", "", box.label);
        label.style.backgroundColor = box.color;
        frame.append(label);
      }
      layer.append(frame);
    }
    return layer;
  }

  /** @param {MaskSet} set */
  function maskLayer(set) {
    const layer = /** @type {HTMLImageElement} */ (element("img", "mask"));
    layer.src = address(set.src);
    layer.alt = "";
    return layer;
  }

  /** @param {string} text @param {HTMLElement} layer */
  function toggle(text, layer) {
    const button = element("button", "chip", text);
    button.setAttribute("type", "button");
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      layer.hidden = !layer.hidden;
      button.setAttribute("aria-pressed", String(!layer.hidden));
    });
    return button;
  }

  /** @param {{ label: string, color: string }} one */
  function key(one) {
    const line = element("span", "key"), mark = document.createElementNS(SVG, "svg"), dot = document.createElementNS(SVG, "circle");
    for (const [name, value] of [["viewBox", "0 0 8 8"], ["aria-hidden", "true"]]) mark.setAttribute(name, value);
    for (const [name, value] of [["cx", "4"], ["cy", "4"], ["r", "4"], ["fill", one.color]]) dot.setAttribute(name, value);
    mark.append(dot);
    line.append(mark, one.label);
    return line;
  }

  /** @param {HTMLElement} stage @param {MediaItem} item */
  function overlays(stage, item) {
    const chips = element("div", "chips");
    /** @type {Map<string, { label: string, color: string }>} */
    const keys = new Map();
    for (const set of item.masks || []) {
      const layer = maskLayer(set);
      stage.append(layer);
      chips.append(toggle(site.t("media.mask", { name: set.name }), layer));
      // Masks of one picture mostly have the same classes: each is told once.
      for (const one of set.classes) if (one.color !== "none") keys.set(`${one.color} ${one.label}`, one);
    }
    for (const set of item.boxes || []) {
      const layer = boxLayer(set);
      stage.append(layer);
      chips.append(toggle(`${set.name} (${set.boxes.length})`, layer));
    }
    chips.append(...[...keys.values()].map(key));
    return chips.childElementCount ? chips : null;
  }

  /** @param {"audio" | "video"} name @param {string} path */
  function player(name, path) {
    const made = /** @type {HTMLMediaElement} */ (element(name));
    made.controls = true;
    made.preload = "none";
    made.src = address(path);
    return made;
  }

  /** @param {string} path @param {string} title */
  function frame(path, title) {
    const made = /** @type {HTMLIFrameElement} */ (element("iframe"));
    made.setAttribute("sandbox", "allow-scripts");
    made.title = title;
    made.src = address(path);
    return made;
  }

  /** Plotly's page says when it is ready, and is then sent the figure. @param {string} path @param {string} figure */
  function plotly(path, figure) {
    const made = frame(path, site.t("media.plotly"));
    /** @param {MessageEvent} event */
    const ready = (event) => {
      if (event.source !== made.contentWindow) return;
      removeEventListener("message", ready);
      if (made.contentWindow) made.contentWindow.postMessage(figure, "*");
    };
    addEventListener("message", ready);
    return made;
  }

  /** @param {MediaItem} item */
  function download(item) {
    const link = /** @type {HTMLAnchorElement} */ (element("a", "linked", site.t("media.download")));
    link.href = address(item.src || "");
    link.download = "";
    return link;
  }

  /** @param {HTMLElement} box @param {MediaItem} item */
  async function chart(box, item) {
    await site.load.vega();
    const tokens = site.tokens.get();
    const quiet = { labelColor: tokens.dim, titleColor: tokens.dim, gridColor: tokens.line, domainColor: tokens.line, tickColor: tokens.line, labelFont: tokens.font, titleFont: tokens.font, titleFontWeight: "normal" };
    const legend = { labelColor: tokens.dim, titleColor: tokens.dim, labelFont: tokens.font, titleFont: tokens.font };
    const given = /** @type {any} */ (item.spec);
    const config = { background: null, axis: quiet, legend, text: { color: tokens.ink }, mark: { color: tokens.accent }, view: { stroke: null }, ...given.config };
    const options = { mode: "vega-lite", ast: true, actions: false, tooltip: false, defaultStyle: false };
    await site.vegaEmbed(box, { ...given, background: null, config }, options);
  }

  /** @param {MediaItem} item @param {MediaData} data */
  function body(item, { kind, name, plotly: plotlyPage }) {
    if (item.spec) {
      const box = element("div", "media-chart");
      chart(box, item).catch((error) => {
        box.textContent = site.t("chart.failed", { why: String(error instanceof Error ? error.message : error) });
      });
      return box;
    }
    if (item.figure && plotlyPage) return plotly(plotlyPage, item.figure);
    if (item.frame) return frame(item.frame, item.caption || name);
    if (item.text) return element("pre", "media-text", item.text);
    if (!item.src) return null;
    if (kind === "audio") return player("audio", item.src);
    if (kind === "video" && item.film) return player("video", item.src);
    return kind === "image" || kind === "figure" || kind === "video" ? picture(item, name) : download(item);
  }

  /** @param {MediaItem} item @param {MediaData} data */
  function build(item, data) {
    const made = element("div", "media-item"), shown = body(item, data);
    if (item.title) made.append(element("p", "caption", item.title));
    if (shown) made.append(shown);
    const chips = shown && shown.classList.contains("stage") ? overlays(shown, item) : null;
    if (chips) made.append(chips);
    if (item.caption) made.append(element("p", "caption", item.caption));
    if (item.note) made.append(element("p", "note", item.note));
    return made;
  }

  site.mediaItems = { build, element, address };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
