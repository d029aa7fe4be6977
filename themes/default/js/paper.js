// Charts on paper: while a page is printed, drawings in light colours and as wide as their place stand for canvases.
(function (/** @type {Site} */ site) {
  "use strict";

  if (typeof document === "undefined") return;

  function before() {
    const root = document.documentElement, theme = root.dataset.theme;
    root.dataset.theme = "light";
    site.tokens.refresh();
    for (const panel of site.panels.all) {
      const { clientWidth: width, clientHeight: plotHeight } = panel.plot;
      const scene = panel.state === "live" && site.scene.of(panel, { width, height: 0, plotHeight, legend: true, bare: true, tokens: site.tokens.get(), faces: null });
      if (!scene) continue;
      const paper = document.createElement("div");
      paper.className = "on-paper";
      paper.innerHTML = site.vector.svg(scene);
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
