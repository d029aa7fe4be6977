// The media of a run: each panel gets its steps when it comes near the view, and shows the step that is chosen.
(function (/** @type {Site} */ site) {
  "use strict";

  const NEAR = "400px";
  /** @type {Map<string, MediaData>} */
  const known = new Map();

  site.media = (id, data) => {
    known.set(id, data);
  };

  /** @param {HTMLElement} figure @param {string} text */
  function say(figure, text) {
    const sub = figure.querySelector(".sub");
    if (sub) sub.textContent = text;
  }

  /** @param {HTMLElement} figure @param {HTMLElement} box @param {MediaData} data @param {number} at */
  function show(figure, box, data, at) {
    const entry = data.entries[at];
    say(figure, site.t("tip.place.step", { x: site.format.exact(entry.step) }));
    if (data.kind === "table") {
      box.replaceChildren(site.mediaTable.build(entry));
      return;
    }
    const items = site.mediaItems.element("div", "media-items");
    items.append(...(entry.items || []).map((item) => site.mediaItems.build(item, data)));
    box.replaceChildren(items);
  }

  /** @param {HTMLElement} figure @param {(at: number) => void} choose */
  function slider(figure, choose) {
    const range = /** @type {HTMLInputElement | null} */ (figure.querySelector("input[type=range]"));
    if (!range) return;
    range.addEventListener("input", () => choose(range.valueAsNumber));
    figure.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("button[data-move]");
      if (!button) return;
      range.valueAsNumber += Number(/** @type {HTMLElement} */ (button).dataset.move);
      choose(range.valueAsNumber);
    });
  }

  /** @param {HTMLElement} figure */
  async function mount(figure) {
    const path = figure.dataset.media || "", box = /** @type {HTMLElement} */ (figure.querySelector(".media-box"));
    await site.load.script(path);
    const data = known.get(path.replace(/^.*\//, "").replace(/\.js$/, ""));
    if (!data || !data.entries.length) throw new Error(site.t("trouble.no_steps", { file: path }));
    if (data.kind === "histogram") {
      const made = site.mediaBars.build(data.entries, (step) => say(figure, site.t("tip.place.step", { x: site.format.exact(step) })));
      box.replaceChildren(made.element);
      made.show();
      site.store.on("theme", made.show);
      return;
    }
    slider(figure, (at) => show(figure, box, data, at));
    show(figure, box, data, data.entries.length - 1);
  }

  /** @param {HTMLElement} figure */
  function start(figure) {
    mount(figure).catch((error) => {
      say(figure, error instanceof Error ? error.message : String(error));
    });
  }

  site.ready(() => {
    const watch = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) {
        if (!isIntersecting) continue;
        watch.unobserve(target);
        start(/** @type {HTMLElement} */ (target));
      }
    }, { rootMargin: NEAR });
    for (const figure of document.querySelectorAll("[data-media]")) watch.observe(figure);
  });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
