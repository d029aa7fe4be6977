// The page's present state as a workspace file: stable YAML that builds to the same page.
(function (/** @type {Site} */ site) {
  "use strict";

  const PLAIN = /^[A-Za-z_][\w./%+:*?<>=()~"-]*(?: [\w./%+:*?<>=()~"-]+)*$/;
  const WORDS = /^(?:true|false|null|yes|no|on|off|nan|inf|y|n)$/i;
  const PATTERN = /[*?[]/;

  /** A text as YAML reads it back; JSON's strings are YAML's. @param {unknown} value */
  function scalar(value) {
    if (typeof value !== "string") return String(value);
    return PLAIN.test(value) && !WORDS.test(value) && !/:(?: |$)/.test(value) ? value : JSON.stringify(value);
  }

  /** A value as lines, one part to a line so that a diff is short. @param {any} value @param {string} indent @returns {string[]} */
  function lines(value, indent) {
    if (Array.isArray(value)) {
      return value.flatMap((part) => {
        const inner = typeof part === "object" && part !== null ? lines(part, `${indent}  `) : [`${indent}  ${scalar(part)}`];
        return [`${indent}- ${inner[0].slice(indent.length + 2)}`, ...inner.slice(1)];
      });
    }
    return Object.entries(value).flatMap(([key, part]) => {
      if (typeof part !== "object" || part === null) return [`${indent}${key}: ${scalar(part)}`];
      return [`${indent}${key}:`, ...lines(part, `${indent}  `)];
    });
  }

  /** @param {string[]} keys @param {string[]} others */
  const isSame = (keys, others) => keys.length === others.length && keys.every((key, at) => key === others[at]);

  /** Which runs are drawn, in as few words as say it. @param {PageData} page @param {any} state @param {string} filter @param {WorkspaceData} told */
  function drawn(page, state, filter, told) {
    const ids = page.runs.map((run) => run.id), shown = ids.filter((id) => !state.hidden.has(id));
    const usual = filter ? ids.length : Math.min(told.plain.drawn, ids.length);
    const count = shown.length;
    if (isSame(shown, ids.slice(0, usual))) return {};
    if (count === ids.length) return { drawn: "all" };
    if (!count) return { drawn: "none" };
    if (isSame(shown, ids.slice(0, count))) return { drawn: `newest:${count}` };
    const pinned = new Set(state.pinned);
    if (pinned.size === count && shown.every((id) => pinned.has(id))) return { drawn: "pinned" };
    const among = new Set(ids.slice(0, usual));
    const show = shown.filter((id) => !among.has(id)), hide = ids.slice(0, usual).filter((id) => state.hidden.has(id));
    if (show.length + hide.length > count) return { drawn: "none", show: shown };
    return { ...(show.length ? { show } : {}), ...(hide.length ? { hide } : {}) };
  }

  /** A chart by name, with what the file gave it alone. @param {ChartSpec} spec */
  function chart(spec) {
    const { title, x, yscale, smoothing } = spec.own || {};
    const own = { ...(title ? { title } : {}), ...(x ? { x } : {}), ...(yscale ? { y: yscale } : {}), ...(smoothing !== undefined ? { smoothing } : {}) };
    if (spec.added) return { plot: spec.added, ...own };
    return Object.keys(own).length ? { metric: spec.metric, ...own } : spec.metric;
  }

  /** The patterns by which a section gets charts that are not there yet. @param {any} own @param {ChartSpec[]} charts as they came @param {string} name */
  function patternsOf(own, charts, name) {
    if (own && own.charts) return [own.charts].flat().filter((/** @type {any} */ one) => !one.plot && PATTERN.test(one.metric || one));
    return charts.length && charts[0].family === "metric" && charts[0].section ? [`${name}/*`] : [];
  }

  /** The sections of the file: its own, and automatic ones as far as they are not as they come. @param {PageData} page @param {any} state @param {any[] | undefined} source */
  function sections(page, state, source) {
    const given = new Map((source || []).map((one) => (typeof one === "string" ? { title: one } : one)).map((one) => [one.title, one]));
    const folded = new Set(state.folded), came = site.layout.sections(page), { keyOf } = site.layout;
    const laid = site.sectioning.laid(page, state).filter((one) => one.charts.length), names = laid.map((one) => one.name);
    const places = came.map((one) => one.title).filter((name) => names.includes(name)), ours = names.filter((name) => places.includes(name));
    const every = laid.map(({ name, title, charts }) => {
      const before = (came.find((one) => one.title === name) || { charts: [] }).charts, now = charts.map(keyOf);
      const stayed = before.filter((spec) => charts.includes(spec)).map(keyOf), hasLost = stayed.length < before.length;
      const isOpen = !folded.has(name), own = given.get(name), { folded: _, ...said } = own || { title: name };
      // What other sections name is left out of an automatic one by itself, but not out of a list.
      const isListed = !isSame(now, stayed) || title !== name && !(own && own.charts) || Boolean(own && own.charts && hasLost);
      // A pattern would bring back what has gone to another section.
      if (isListed) said.charts = [...charts.map(chart), ...(hasLost ? [] : patternsOf(own, before, name))];
      said.title = title;
      const isNeeded = Boolean(own) || isOpen || isListed || ours[places.indexOf(name)] !== name;
      return { isNeeded, said: isOpen ? said : { ...said, folded: true } };
    });
    if (state.added.length) put(every, site.t("added.section"), state.added.map((/** @type {string} */ plot) => ({ plot })));
    const last = Math.max(0, every.map((one) => one.isNeeded).lastIndexOf(true));
    return every.slice(0, last + 1).map(({ said }) => (Object.keys(said).length === 1 ? said.title : said));
  }

  /** Charts in front of a file's sections, or behind the others of a section that has the title already. @param {{ isNeeded: boolean, said: any }[]} every @param {string} title @param {any[]} charts */
  function put(every, title, charts) {
    const found = every.find(({ said }) => said.title === title && said.charts);
    if (found) found.said = { ...found.said, charts: [...found.said.charts, ...charts] };
    else every.unshift({ isNeeded: true, said: { title, charts } });
  }

  /** @param {SortKey[]} keys */
  const sorts = (keys) => keys.map((one) => (one.dir === "desc" ? `${one.key} desc` : one.key));

  /** Typed ends of y axes by chart; an end that is left out is that of the values. @param {{[chart: string]: [number | null, number | null]} | null} typed */
  const ranges = (typed) => Object.entries(typed || {}).map(([name, [low, high]]) => ({ chart: name, ...(low === null ? {} : { low }), ...(high === null ? {} : { high }) }));

  /** The state as the options of a file, what did not change as the file has it. @param {PageData} page @param {any} state @param {(key: string) => boolean} isKept */
  function options(page, state, isKept) {
    const told = /** @type {WorkspaceData} */ (page.workspace), { source, plain } = told;
    /** @type {{[option: string]: any}} */
    const all = { project: told.project, title: source.title, default: source.default };
    /** @param {string} key @param {string} option @param {any} value */
    const put = (key, option, value) => { all[option] = isKept(key) ? source[option] : value; };
    put("filter", "filter", state.filter);
    put("group", "group", state.group);
    put("centre", "centre", state.centre === "mean" ? "" : state.centre);
    put("band", "band", state.band === "sd" ? "" : state.band);
    put("sort", "sort", sorts(state.sort));
    put("color", "color", state.color);
    put("style", "style", state.style);
    put("base", "baseline", state.base.replace(/^run:/, ""));
    put("columns", "columns", state.columns || source.columns);
    put("pins", "left", state.pins);
    if (isKept("hidden") && isKept("filter") && isKept("pinned")) for (const key of ["drawn", "show", "hide"]) all[key] = source[key];
    else Object.assign(all, drawn(page, state, all.filter, told));
    put("pinned", "pinned", [...state.pinned]);
    put("x", "x", state.x === plain.x ? "" : state.x);
    put("yscale", "y", state.yscale === "linear" ? "" : state.yscale);
    put("smoothing", "smoothing", state.smoothing === plain.smoothing ? "" : state.smoothing);
    put("smoother", "smoother", state.smoother === "time" ? "" : state.smoother);
    put("clip", "outliers", state.clip ? "clipped" : "");
    put("yranges", "ranges", ranges(state.yranges));
    put("annotations", "marks", state.annotations ? "" : "none");
    all.sections = ["folded", "order", "added", "placed", "titles", "ranks"].every(isKept) ? source.sections : sections(page, state, source.sections);
    all.others = source.others;
    put("away", "without", state.away);
    const isSaid = (/** @type {any} */ value) => value !== undefined && value !== null && value !== "" && value !== false && !(Array.isArray(value) && !value.length);
    return Object.fromEntries(Object.entries(all).filter(([, value]) => isSaid(value)));
  }

  /** The whole file. @param {PageData} page @param {any} state @param {(key: string) => boolean} isKept whether a key is as the page came */
  const text = (page, state, isKept) => `${lines(options(page, state, isKept), "").join("\n")}\n`;

  /** @param {HTMLElement} box @param {PageData} page */
  function show(box, page) {
    const { make, button } = site.popover, told = /** @type {WorkspaceData} */ (page.workspace);
    const yaml = text(page, site.state.current(), site.state.isKept), name = `${told.name || "layout"}.yml`;
    const copy = button(site.t("file.copy"), async () => {
      const done = await copied(yaml, box);
      copy.textContent = done ? site.t("file.copied") : site.t("file.select");
    }, "button");
    const content = make("pre", "", yaml);
    content.tabIndex = 0;
    content.setAttribute("aria-label", site.t("file.label"));
    box.replaceChildren(
      make("p", "quiet", told.name ? site.t("file.replace", { file: `workspaces/${name}` }) : site.t("file.save", { file: "workspaces/NAME.yml" })),
      content,
      make("div", "popover-foot", copy, button(site.t("file.download"), () => save(yaml, name), "button"), button(site.t("file.reset"), () => { site.popover.close(); site.state.reset(); }, "button")),
    );
  }

  /** The clipboard is not open to pages on file:// everywhere. @param {string} yaml @param {HTMLElement} box */
  async function copied(yaml, box) {
    try {
      await navigator.clipboard.writeText(yaml);
      return true;
    } catch {
      getSelection()?.selectAllChildren(/** @type {HTMLElement} */ (box.querySelector("pre")));
      return document.execCommand("copy");
    }
  }

  /** @param {string} yaml @param {string} name */
  function save(yaml, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([yaml], { type: "text/yaml" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  site.layoutFile = { text, show, lines };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
