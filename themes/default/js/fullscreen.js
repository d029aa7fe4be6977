// A chart over the whole screen: arrows go to the next one, Escape leads back to where the reader was.
(function (/** @type {Site} */ site) {
  "use strict";

  /** Up and down always; left and right read values where the plot has the focus. @type {{[key: string]: number}} */
  const MOVES = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 };
  const KEEPS = "input, select, textarea, .chart-data, .popover";
  let leaving = false;

  /** The chart that fills the screen. */
  const filling = () => site.panels.all.find((panel) => panel.figure === document.fullscreenElement);

  /** Charts that the page shows, in its order. */
  const shown = () => site.panels.all.filter((panel) => !panel.figure.hidden && !panel.figure.closest("[hidden], details:not([open])"));

  /** @param {Panel} panel */
  async function enter(panel) {
    try {
      await panel.figure.requestFullscreen();
    } catch {
      return;  // Frames may forbid it; the chart then stays as it is.
    }
    panel.over.focus({ preventScroll: true });
  }

  /** One chart may have been opened over another: all of them are closed. */
  async function leave() {
    leaving = true;
    while (document.fullscreenElement) await document.exitFullscreen();
    leaving = false;
  }

  /** @type {Panel | undefined} */
  let last;
  document.addEventListener("fullscreenchange", () => {
    const now = filling();
    if (now) {
      // On the way out the charts that were open below come up once more.
      if (leaving) return;
      if (last && last !== now) site.popover.close();
      last = now;
      site.runLegend.into(now);
    } else if (!document.fullscreenElement && last) {
      site.runLegend.into(null);
      const opener = /** @type {HTMLElement | null} */ (last.figure.querySelector(".tool-full"));
      last.figure.scrollIntoView({ block: "nearest" });
      if (opener) opener.focus({ preventScroll: true });
      last = undefined;
    }
  });

  document.addEventListener("keydown", (event) => {
    const panel = filling(), target = /** @type {Element} */ (event.target), move = MOVES[event.key];
    if (!panel || event.altKey || event.ctrlKey || event.metaKey || target.closest(KEEPS)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      return void leave();
    }
    if (!move || (target === panel.over && !event.key.endsWith("Up") && !event.key.endsWith("Down"))) return;
    const all = shown(), next = all[all.indexOf(panel) + move];
    event.preventDefault();
    if (next) enter(next);
  }, true);

  site.fullscreen = {
    toggle(opener, panel) {
      if (document.fullscreenElement) leave();
      else enter(panel);
    },
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
