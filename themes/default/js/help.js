// The sheet of keys: what this page can be done with from the keyboard.
(function (/** @type {Site} */ site) {
  "use strict";

  /** By the element that a page has where the keys mean something. @type {[string, string, [string, string][]][]} */
  const KEYS = [
    [site.t("help.everywhere"), "body", [
      ["Ctrl K", site.t("help.search")], ["/", site.t("help.field")], ["?", site.t("help.keys")], ["Esc", site.t("help.close")],
    ]],
    [site.t("help.table"), "table.runs", [
      ["↑ ↓ ← →", site.t("help.cells")], ["PgUp PgDn", site.t("help.pages")], ["Home End", site.t("help.ends")],
      ["Ctrl Home End", site.t("help.rows")], ["Enter", site.t("help.open")], ["Space", site.t("help.draw")],
      ["Alt Space", site.t("help.only")], ["x", site.t("help.select")],
    ]],
    [site.t("help.heads"), "table.runs", [["← →", site.t("help.next_head")], ["Enter", site.t("help.sort")], ["Shift Enter", site.t("help.sort_more")], ["Alt ← →", site.t("help.move")]]],
    [site.t("help.filter"), "[data-store=filter]", [["↑ ↓", site.t("help.names")], ["Tab Enter", site.t("help.take")], ["Esc", site.t("help.names_away")]]],
    [site.t("help.lists"), "[data-panel=columns]", [["↑ ↓", site.t("help.entries")], ["← →", site.t("help.beside")], ["Enter", site.t("help.first")]]],
    [site.t("help.legend"), ".run-legend:not([hidden])", [["Enter Space", site.t("help.entry")], ["Alt Enter", site.t("help.entry_only")]]],
    [site.t("help.run"), "a[rel=prev], a[rel=next]", [["[", site.t("help.older")], ["]", site.t("help.newer")]]],
    [site.t("help.chart"), "figure[data-chart]", [
      ["← →", site.t("help.read")], ["Shift ← →", site.t("help.read_far")], ["+ −", site.t("help.zoom")], ["0 Esc", site.t("help.whole")],
    ]],
    [site.t("help.screen"), "figure[data-chart]", [["↑ ↓", site.t("help.next")], ["← →", site.t("help.next_too")], ["Esc", site.t("help.back")]]],
    [site.t("help.histogram"), "figure.kind-histogram", [["← →", site.t("help.steps")]]],
    [site.t("help.width"), ".splitter", [["← →", site.t("help.splitter")]]],
  ];

  site.help = { keys: KEYS, open: () => {} };
  if (typeof document === "undefined") return;
  const { make, button } = site.popover;

  site.help.open = () => {
    const parts = KEYS.filter(([, where]) => document.querySelector(where)).map(([title, , keys]) => {
      const list = make("dl", "keys", ...keys.flatMap(([key, text]) => [make("dt", "", ...key.split(" ").map((one) => make("kbd", "", one))), make("dd", "", text)]));
      return make("section", "", make("h2", "", title), list);
    });
    const sheet = make("div", "help-parts", ...parts), box = /** @type {HTMLDialogElement} */ (make("dialog", "palette help", sheet));
    // In a low window it scrolls, also by keys.
    Object.assign(sheet, { tabIndex: 0, role: "group", ariaLabel: site.t("frame.keys") });
    box.setAttribute("aria-label", site.t("frame.keys"));
    box.append(button(site.t("help.close_button"), () => box.close(), "button"));
    box.addEventListener("close", () => box.remove());
    box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
    document.body.append(box);
    box.showModal();
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
