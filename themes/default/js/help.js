// The sheet of keys: what this page can be done with from the keyboard.
(function (/** @type {Site} */ site) {
  "use strict";

  /** By the element that a page has where the keys mean something. @type {[string, string, [string, string][]][]} */
  const KEYS = [
    ["Everywhere", "body", [["Ctrl K", "Search runs, metrics, workspaces and projects"], ["/", "To the filter or the search of the page"], ["?", "These keys"], ["Esc", "Close what is open; empty the field"]]],
    ["Table of runs", "table.runs", [["↑ ↓ ← →", "From cell to cell"], ["Home End", "To the first or last cell of the row"], ["Enter", "Open the run; sort by the column"], ["Space", "Draw the run in the charts or not"]]],
    ["A run", "a[rel=prev], a[rel=next]", [["[", "The run before"], ["]", "The run after"]]],
    ["A chart in focus", "figure[data-chart]", [["← →", "Read values"], ["+ −", "Zoom in and out"], ["0", "The whole range"]]],
    ["The table's width", ".splitter", [["← →", "With the line between table and charts in focus"]]],
  ];

  site.help = { open: () => {} };
  if (typeof document === "undefined") return;
  const { make, button } = site.popover;

  site.help.open = () => {
    const parts = KEYS.filter(([, where]) => document.querySelector(where)).map(([title, , keys]) => {
      const list = make("dl", "keys", ...keys.flatMap(([key, text]) => [make("dt", "", ...key.split(" ").map((one) => make("kbd", "", one))), make("dd", "", text)]));
      return make("section", "", make("h2", "", title), list);
    });
    const box = /** @type {HTMLDialogElement} */ (make("dialog", "palette help", make("div", "help-parts", ...parts)));
    box.setAttribute("aria-label", "Keys");
    box.append(button("Close", () => box.close(), "button"));
    box.addEventListener("close", () => box.remove());
    box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
    document.body.append(box);
    box.showModal();
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
