// Names while a filter is typed: what could stand at the cursor, chosen by arrow keys and Tab, or by a press.
(function (/** @type {Site} */ site) {
  "use strict";

  const MOST = 8;

  /** @param {HTMLInputElement} field @param {PageData} page @param {() => KnownNames} [names] that may stand in it, where not all */
  function attach(field, page, names = () => site.filterRun.known(site.columns.here(), page.runs)) {
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.id = document.getElementById("suggestions") ? "suggestions-too" : "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", site.t("suggest.names"));
    list.hidden = true;
    field.after(list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) field.setAttribute(name, value);
    /** @type {{ start: number, end: number, candidates: { text: string, help: string }[] } | null} */
    let found = null;
    let chosen = -1;

    function close() {
      list.hidden = true;
      chosen = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }

    function show() {
      const cursor = field.selectionStart ?? field.value.length;
      found = site.expressions.complete(field.value, cursor, names());
      const typed = field.value.slice(found.start, cursor);
      const isWhole = found.candidates.length === 1 && found.candidates[0].text === typed;
      if (!typed || isWhole || !found.candidates.length) return close();
      const items = found.candidates.slice(0, MOST).map(({ text, help }, at) => {
        const item = document.createElement("li"), name = document.createElement("bdi");
        item.id = `${list.id}-${at}`;
        item.setAttribute("role", "option");
        name.textContent = text;
        item.append(name);
        if (help) item.append(Object.assign(document.createElement("small"), { textContent: help }));
        // Before the field loses the focus.
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          take(at);
        });
        return item;
      });
      list.replaceChildren(...items);
      list.hidden = false;
      chosen = -1;
      field.setAttribute("aria-expanded", "true");
    }

    /** @param {number} at */
    function take(at) {
      const candidate = found && found.candidates[at];
      if (!found || !candidate) return;
      const before = field.value.slice(0, found.start) + candidate.text;
      field.value = before + field.value.slice(found.end);
      field.setSelectionRange(before.length, before.length);
      close();
      field.dispatchEvent(new Event("input"));
      close();
    }

    /** @param {number} by */
    function move(by) {
      const items = [...list.children];
      chosen = (chosen + by + items.length + (chosen < 0 && by < 0 ? 1 : 0)) % items.length;
      items.forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
      field.setAttribute("aria-activedescendant", items[chosen].id);
    }

    field.addEventListener("input", show);
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
      else if (event.key === "Tab" && !event.shiftKey) take(Math.max(0, chosen));
      else if (event.key === "Enter" && chosen >= 0) take(chosen);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  site.suggest = { attach };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
