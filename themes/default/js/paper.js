// Charts on paper: while a page is printed, drawings in light colours and as wide as their place stand for canvases.
(function (/** @type {Site} */ site) {
  "use strict";

  if (typeof document === "undefined") return;

  function before() {
    const root = document.documentElement, theme = root.dataset.theme;
    root.dataset.theme = "light";
    site.tokens.refresh();
    for (const panel of site.panels.all) {
      const drawn = panel.state === "live" ? site.vector.svg(panel, true) : "";
      if (!drawn) continue;
      const paper = document.createElement("div");
      paper.className = "on-paper";
      paper.innerHTML = drawn;
      panel.plot.after(paper);
    }
    if (theme === undefined) delete root.dataset.theme;
    else root.dataset.theme = theme;
    site.tokens.refresh();
  }

  function after() {
    for (const paper of document.querySelectorAll(".on-paper")) paper.remove();
  }

  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
