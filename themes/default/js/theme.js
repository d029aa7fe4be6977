// The button that turns between the system's mode, light and dark.
(function (/** @type {Site} */ site) {
  "use strict";

  const NEXT = /** @type {Record<string, string>} */ ({ auto: "light", light: "dark", dark: "auto" });

  function show() {
    const mode = site.store.get("theme");
    if (mode === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = mode;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-action=theme]"))) {
      button.dataset.mode = mode;
      button.setAttribute("aria-label", site.t("colours." + mode));
      button.title = site.t("colours." + mode);
    }
  }

  site.store.on("theme", show);
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("[data-action=theme]")) site.store.set("theme", NEXT[site.store.get("theme")] || "auto");
  });
  show();
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
