// The palette over runs, metrics, workspaces and projects: what is typed is looked for in indices that load on demand.
(function (/** @type {Site} */ site) {
  "use strict";

  const MOST = 40, MOST_PROJECTS = 8;
  /** @type {Map<string, FoundIndex>} */
  const indices = new Map();
  site.found = (folder, index) => void indices.set(folder, index);

  /** Those that hold every word, names that begin with the first one in front. @param {Hit[]} hits @param {string} text @returns {Hit[]} */
  function matching(hits, text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found = hits.filter((hit) => {
      const all = `${hit.text} ${hit.more} ${hit.kind}`.toLowerCase();
      return words.every((word) => all.includes(word));
    });
    const rank = (/** @type {Hit} */ hit) => (hit.text.toLowerCase().startsWith(words[0] || "") ? 0 : 1);
    return found.map((hit, at) => /** @type {[Hit, number]} */ ([hit, at])).sort((a, b) => rank(a[0]) - rank(b[0]) || a[1] - b[1]).slice(0, MOST).map(([hit]) => hit);
  }

  /** Everything the indices know, by the way from this page. @param {Map<string, FoundIndex>} all @param {string} root @param {string} here the page's own project @returns {Hit[]} */
  function hitsOf(all, root, here) {
    /** @type {Hit[]} */
    const hits = [];
    for (const [folder, index] of [...all].sort(([a], [b]) => Number(b === here) - Number(a === here))) {
      const where = folder === here ? "" : index.title || "";
      const add = (/** @type {string} */ kind, /** @type {string} */ text, /** @type {string} */ path, more = "") => hits.push({ kind, text, url: `${root}${folder}/${path}`, where, more, metric: kind === "metric" ? text : "" });
      for (const [title, path] of index.workspaces || []) add("workspace", title, path);
      for (const metric of index.metrics || []) add("metric", metric, "index.html");
      for (const [name, file, tags] of index.runs || []) add("run", name, `runs/${file}.html`, `${file} ${tags || ""}`);
    }
    for (const [title, folder, count] of all.get("")?.projects || []) {
      hits.push({ kind: "project", text: title, url: `${root}${folder}/index.html`, where: site.t("count.run", { n: count }), more: "", metric: "" });
    }
    return hits;
  }

  site.palette = { matching, hitsOf, open: () => Promise.resolve() };
  if (typeof document === "undefined") return;
  const { make } = site.popover;
  /** @type {HTMLDialogElement | null} */
  let dialog = null;

  /** The folder of the page's project; empty on the first page. */
  function folder() {
    const page = /** @type {PageData} */ (site.current), root = new URL(page.root || ".", location.href).href;
    return page.root ? location.href.slice(root.length).split("/")[0] : "";
  }

  async function load() {
    const here = folder(), get = (/** @type {string} */ path) => site.load.script(path).catch(() => {});
    await Promise.all([get("search.js"), ...(here ? [get(`${here}/search.js`)] : [])]);
    if (here) return;
    const projects = indices.get("")?.projects || [];
    await Promise.all(projects.slice(0, MOST_PROJECTS).map(([, one]) => get(`${one}/search.js`)));
  }

  /** A chart of this page rather than the page of its project. @param {Hit} hit */
  function go(hit) {
    dialog?.close();
    const page = /** @type {PageData} */ (site.current);
    const spec = hit.metric && !hit.where ? page.charts.find((one) => one.metric === hit.metric || (one.metrics || []).includes(hit.metric)) : null;
    const figure = spec && /** @type {HTMLElement | null} */ (document.querySelector(`figure[data-chart="${spec.id}"]`));
    if (!figure) return void location.assign(hit.url);
    const section = /** @type {HTMLDetailsElement | null} */ (figure.closest("details"));
    if (section) section.open = true;
    figure.hidden = false;
    figure.scrollIntoView({ block: "center" });
    /** @type {HTMLElement | null} */ (figure.querySelector("canvas.over"))?.focus({ preventScroll: true });
  }

  function build() {
    const field = /** @type {HTMLInputElement} */ (make("input"));
    Object.assign(field, { type: "text", placeholder: site.t("palette.find"), autocomplete: "off", spellcheck: false });
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", "palette-list"], ["aria-autocomplete", "list"], ["aria-label", site.t("palette.find")]]) field.setAttribute(name, value);
    const list = make("ul", "palette-list"), note = make("p", "quiet");
    list.id = "palette-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", site.t("palette.found"));
    note.setAttribute("role", "status");
    const box = /** @type {HTMLDialogElement} */ (make("dialog", "palette", make("div", "palette-field", field), list, note));
    box.setAttribute("aria-label", site.t("frame.search"));
    document.body.append(box);
    let at = 0, shown = /** @type {Hit[]} */ ([]), isLoading = true;

    function draw() {
      const text = field.value.trim(), page = /** @type {PageData} */ (site.current);
      const recent = site.recent ? site.recent.list() : [];
      const all = hitsOf(indices, page.root, folder());
      shown = text ? matching(all, text) : [...recent.map((one) => ({ kind: "viewed", text: one.title, url: one.url, where: one.project, more: "", metric: "" })), ...all.filter((hit) => hit.kind === "workspace" || hit.kind === "project")].slice(0, MOST);
      at = 0;
      list.replaceChildren(...shown.map((hit, number) => {
        const row = make("li", "", make("span", "palette-kind", site.t("palette.kind." + hit.kind)), make("bdi", "palette-text", hit.text), make("bdi", "palette-where", hit.where));
        row.id = `palette-${number}`;
        row.setAttribute("role", "option");
        row.addEventListener("click", () => go(hit));
        return row;
      }));
      list.hidden = shown.length === 0;
      note.textContent = shown.length ? site.t("palette.keys") : isLoading ? site.t("later.loading") : text ? site.t("palette.none") : site.t("palette.type");
      mark();
    }
    function mark() {
      [...list.children].forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
      field.setAttribute("aria-activedescendant", shown.length ? `palette-${at}` : "");
      list.children[at]?.scrollIntoView({ block: "nearest" });
    }
    field.addEventListener("input", draw);
    box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
    box.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step && shown.length) {
        at = (at + step + shown.length) % shown.length;
        mark();
      } else if (event.key === "Enter" && shown[at]) go(shown[at]);
      if (step || event.key === "Enter") event.preventDefault();
      event.stopPropagation();
    });
    return { box, start: () => { field.value = ""; draw(); load().then(() => { isLoading = false; draw(); }); } };
  }

  /** @type {ReturnType<typeof build> | null} */
  let made = null;
  site.palette.open = async () => {
    if (!site.current || (dialog && dialog.open)) return;
    made = made || build();
    dialog = made.box;
    dialog.showModal();
    made.start();
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
