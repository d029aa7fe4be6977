// What a chart that somebody put together draws: metrics by name or pattern, and expressions over them; sitegen/derive/plots.py.
(function (/** @type {Site} */ site) {
  "use strict";

  const GLOB = /[*?[]/, CLOSING = /\/\s*(?:,|$)/g;

  /** Where the part ends that begins here; commas in brackets, quotes and between slashes part nothing. @param {string} text @param {number} at */
  function endOf(text, at) {
    const first = at + (/^\s*/.exec(text.slice(at)) || [""])[0].length;
    if (text[first] === "/") {
      CLOSING.lastIndex = first + 1;
      const closing = CLOSING.exec(text);
      if (closing) return CLOSING.lastIndex - Number(closing[0].endsWith(","));
    }
    let depth = 0, quote = "";
    for (let place = first; place < text.length; place++) {
      const letter = text[place];
      if (quote) quote = letter === quote ? "" : quote;
      else if ("\"'`".includes(letter)) quote = letter;
      else if (letter === "(" || letter === "[") depth += 1;
      else if (letter === ")" || letter === "]") depth -= 1;
      else if (letter === "," && depth <= 0) return place;
    }
    return text.length;
  }

  /** The texts between commas, and where they begin. @param {string} text @returns {[string, number][]} */
  function pieces(text) {
    const found = /** @type {[string, number][]} */ ([]);
    for (let at = 0; at <= text.length;) {
      const end = endOf(text, at), piece = text.slice(at, end), trimmed = piece.trim();
      if (trimmed) found.push([trimmed, at + piece.indexOf(trimmed)]);
      at = end + 1;
    }
    return found;
  }

  /** A pattern of file names as Python's fnmatch has it. @param {string} pattern */
  function globbed(pattern) {
    const source = pattern.replace(/\[!?\]?[^\]]*\]|[^]/g, (part) => {
      if (part === "*") return "[^]*";
      if (part === "?") return "[^]";
      if (part.length > 1) return `[${part[1] === "!" ? "^" : ""}${part.slice(part[1] === "!" ? 2 : 1, -1).replace(/[\\\]^[]/g, "\\$&")}]`;
      return part.replace(/[\\^$.|+(){}[\]]/g, "\\$&");
    });
    return new RegExp(`^${source}$`);
  }

  /** @param {string} text @param {KnownNames} known */
  function isExpression(text, known) {
    try {
      site.expressions.parse(text, known);
      return true;
    } catch (problem) {
      if (!(problem instanceof site.expressions.Problem)) throw problem;
      return false;
    }
  }

  /** @param {string} text @param {string[]} names @param {number} start @returns {PlotPart} */
  function found(text, names, start) {
    if (!names.length) throw new site.expressions.Problem(site.t("plot.no_metric", { text }), start, start + text.length);
    return { text, names, node: null };
  }

  /** @param {string} text @param {number} start @param {string[]} metrics @param {KnownNames} known @returns {PlotPart} */
  function part(text, start, metrics, known) {
    const { Problem, PatternProblem, compilePattern, parse } = site.expressions, end = start + text.length;
    if (known.metrics.has(text)) return { text, names: [text], node: null };
    if (text.length > 1 && text.startsWith("/") && text.endsWith("/")) {
      try {
        const pattern = compilePattern(text.slice(1, -1));
        return found(text, metrics.filter((name) => pattern.foundIn(name)), start);
      } catch (problem) {
        if (!(problem instanceof PatternProblem)) throw problem;
        throw new Problem(site.t("plot.no_pattern", { why: problem.message }), start, end);
      }
    }
    const isGlob = GLOB.test(text) && !/\s/.test(text);
    if (isGlob) {
      const pattern = globbed(text), fitting = metrics.filter((name) => pattern.test(name));
      if (fitting.length || !isExpression(text, known)) return found(text, fitting, start);
    }
    try {
      const { node, uses } = parse(text, known, true);
      const machine = uses.find((use) => use.name.kind === "system");
      if (machine) throw new Problem(site.t("plot.machine"), machine.start, machine.end);
      const names = uses.filter(({ name }) => name.kind === "metric" && known.metrics.has(name.name)).map(({ name }) => name.name);
      if (!names.length) throw new Problem(site.t("plot.no_curve"), 0, text.length, site.t("plot.needs_one"));
      return { text, names: [...new Set(names)], node };
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      throw new Problem(problem.message, start + problem.start, start + problem.end, problem.hint);
    }
  }

  /** What a chart draws; throws a Problem that says what no run has, or what is no expression. @param {string} text @param {KnownNames} known @returns {PlotPart[]} */
  function parts(text, known) {
    const metrics = [...known.metrics].sort(site.expressions.order);
    const all = pieces(text).map(([piece, start]) => part(piece, start, metrics, known));
    if (!all.length) throw new site.expressions.Problem(site.t("plot.nothing"), 0, Math.max(1, text.length), site.t("plot.name_one"));
    return all;
  }

  /** @param {PlotPart[]} all */
  const metricsOf = (all) => [...new Set(all.flatMap((one) => one.names))];

  /** The names that charts of a page may be made of: its metrics, and settings as far as they are known. @param {PageData} page @returns {KnownNames} */
  function known(page) {
    const names = site.filterRun ? site.filterRun.known(site.columns.here(), page.runs) : site.expressions.nothing();
    const logged = page.charts.filter((one) => one.family === "metric").flatMap((one) => (one.added ? one.metrics || [] : [one.metric]));
    return { ...names, metrics: new Set(logged) };
  }

  /** A series as a curve over steps; a bucket stands at its end with its mean. @param {Entry} entry @returns {StepCurve} */
  function curveOf({ cols, width }) {
    return width === 1 ? { steps: cols.step, values: cols.y, times: cols.t } : { steps: cols.step1, values: cols.mean, times: cols.t1 };
  }

  /** The curve of an expression for one run, as a series of its own. @param {PlotPart} one @param {Map<string, Entry>} logged @param {RunEnvironment} run @returns {Entry[]} */
  function derived(one, logged, run) {
    const entries = one.names.map((name) => logged.get(name)).filter((entry) => entry !== undefined);
    if (!entries.length || !one.node) return [];
    const curves = Object.fromEntries(entries.map((entry) => [entry.metric, curveOf(entry)]));
    const { steps, values, times = [] } = site.expressions.evaluateCurve(one.node, curves, run);
    // Before the first value of all there is nothing; a gap within stays one.
    const first = Array.prototype.findIndex.call(values, (value) => !Number.isNaN(value));
    if (first < 0) return [];
    const rows = (/** @type {ArrayLike<number>} */ all) => Float64Array.from(Array.prototype.slice.call(all, first));
    const cols = { step: rows(steps), t: rows(times), y: rows(values) };
    return [{ ...entries[0], metric: one.text, points: cols.y.length, width: 1, cols, family: undefined, derived: Math.max(...entries.map((entry) => entry.width)) }];
  }

  /** The series that a chart draws of those that were loaded: each metric's, and the curves of its expressions. @param {ChartSpec} spec @param {Entry[]} entries @param {PageData} page @returns {Entry[]} */
  function entries(spec, entries, page) {
    const all = parts(String(spec.added), known(page));
    const plain = metricsOf(all.filter((one) => !one.node));
    const made = entries.filter((entry) => plain.includes(entry.metric));
    const formulas = all.filter((one) => one.node);
    if (!formulas.length) return made;
    const { place } = site.shown.of(page), environment = site.filterRun.environments(site.columns.here(), page.runs, Date.now() / 1000);
    /** @type {Map<string, Map<string, Entry>>} */
    const byRun = new Map();
    for (const entry of entries) {
      const key = `${entry.run} ${entry.rank}`, logged = byRun.get(key) || new Map();
      byRun.set(key, logged.set(entry.metric, entry));
    }
    for (const logged of byRun.values()) {
      const at = place.get([...logged.values()][0].run);
      if (at !== undefined) for (const one of formulas) made.push(...derived(one, logged, environment(at)));
    }
    return made;
  }

  /** Brings what a chart's expressions need besides curves. @param {ChartSpec} spec @param {PageData} page */
  async function prepare(spec, page) {
    if (!site.filterRun) return;
    await site.columns.open().catch(() => {});
    const nodes = parts(String(spec.added), known(page)).flatMap((one) => (one.node ? [one.node] : []));
    await site.columns.load([...new Set(nodes.flatMap((node) => site.filterRun.needs(node, site.columns.here())))]);
  }

  /** A chart of a text: what to load for it is what the charts of its metrics load. @param {string} text @param {number} number @param {PageData} page @returns {ChartSpec} */
  function spec(text, number, page) {
    const metrics = metricsOf(parts(text, known(page))), wanted = new Set(metrics);
    const sources = page.charts.filter((one) => one.family === "metric" && (one.metrics || [one.metric]).some((name) => wanted.has(name)));
    const chunks = new Map(sources.flatMap((one) => one.chunks).map((chunk) => [String(chunk), chunk]));
    const units = new Set(sources.map((one) => one.unit || ""));
    return {
      id: `added${number}`, metric: text, key: `plot ${text}`, metrics, title: text, added: text, family: "metric", chunks: [...chunks.values()],
      unit: units.size === 1 ? [...units][0] : "", height: sources[0] && sources[0].height,
    };
  }

  site.plots = { parts, pieces, metricsOf, known, entries, prepare, spec };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
