// The filter of the run table: an expression such as `val/acc > 0.9 and cfg.lr < 1e-3`, or words to search for.
(function (/** @type {Site} */ site) {
  "use strict";

  const TOKEN = /-?(?:[^\s"]|"[^"]*"?)+/g;
  const KEYED = /^(.+?):(.*)$/;
  const FIXED = ["name", "id", "state", "tag", "group"];
  /** What only an expression has, outside of quotes. */
  const SIGN = /[<>=~(`]|&&|\|\|/;
  const WORD = /(?:^|\s)(?:and|or|not|in)\s/;

  /** @param {string} token @param {ColumnData[]} columns @returns {FilterTerm} */
  function term(token, columns) {
    const negated = token.length > 1 && token.startsWith("-");
    const body = (negated ? token.slice(1) : token).replace(/"/g, "");
    const parts = KEYED.exec(body);
    const word = { negated, key: "", text: body.toLowerCase(), column: null };
    if (!parts) return word;
    const [key, text] = [parts[1].toLowerCase(), parts[2].toLowerCase()];
    if (FIXED.includes(key)) return { negated, key, text, column: null };
    const named = (/** @type {ColumnData} */ one) => one.key.toLowerCase().replace(/^cfg\./, "") === key.replace(/^cfg\./, "") || one.label.toLowerCase() === key;
    const column = columns.find((one) => one.values && named(one));
    return column ? { negated, key, text, column } : word;
  }

  /** @param {string} token */
  function isFixed(token) {
    const parts = KEYED.exec(token.replace(/^-/, ""));
    return parts !== null && FIXED.includes(parts[1]) && !/[<>=~(]/.test(parts[2]);
  }

  /**
   * What has to hold: terms such as `state:failed`, and an expression or words. With a problem, it says where.
   * @param {string} text @param {ColumnData[]} columns @param {RunRow[]} runs @returns {Filter}
   */
  function parse(text, columns, runs) {
    /** @type {FilterTerm[]} */
    const terms = [];
    // Blanked out rather than cut, so that places in the rest are places in the text.
    const rest = text.replace(TOKEN, (token) => {
      if (!isFixed(token)) return token;
      const found = term(token, columns);
      if (found.text) terms.push(found);
      return " ".repeat(token.length);
    });
    const found = expression(rest, columns, runs);
    if (found) return { terms, ...found };
    const words = (rest.match(TOKEN) || []).map((token) => term(token, columns)).filter((one) => one.text);
    return { terms: [...terms, ...words], node: null, problem: null };
  }

  /**
   * The expression of a text, or what is wrong with it; null where the text is words to search for.
   * @param {string} text @param {ColumnData[]} columns @param {RunRow[]} runs
   * @returns {{node: ExprNode | null, problem: FilterProblem | null, waits?: boolean} | null}
   */
  function expression(text, columns, runs) {
    const { expressions, filterRun } = site, unquoted = text.replace(/"[^"]*"?/g, " ");
    if (!SIGN.test(unquoted) && !WORD.test(unquoted)) return null;
    if (!expressions) return { node: null, problem: null, waits: true };
    try {
      const { node } = expressions.parse(text, filterRun.known(columns, runs), true);
      const unknown = filterRun.unknown(node, columns);
      if (!unknown) return { node, problem: null };
      return { node: null, problem: { message: site.t("filter.no_column", { name: unknown }), start: 0, end: 0, hint: "", keeps: true } };
    } catch (problem) {
      if (!(problem instanceof expressions.Problem)) throw problem;
      // "cats and dogs" is a search; with a sign of comparison, or after a metric, it is a mistake.
      if (!SIGN.test(unquoted) && !site.typing.begins(text.trim().split(/\s+/, 1)[0] + " ?", columns)) return null;
      const { message, start, end, hint } = problem, found = { message, start, end, hint, keeps: true };
      return { node: null, problem: { ...found, isUnfinished: site.typing.endsEarly(text, found, columns) } };
    }
  }

  /** @param {CellValue | undefined} value @param {string} text */
  const includes = (value, text) => value !== null && value !== undefined && String(value).toLowerCase().includes(text);

  /** @param {RunRow} run @param {string} key @param {number} now @returns {string[]} */
  function own(run, key, now) {
    if (key === "tag") return run.tags || [];
    if (key === "state") return [site.live.word(run, now), run.state || ""];
    return [key === "name" ? run.name : key === "id" ? run.id : run.group || ""];
  }

  /** What words are looked for in, by run, and what it was made of. @type {{ of: any[], texts: string[] }} */
  let searched = { of: [], texts: [] };

  /** Every text of each run but its state, small letters, once for all keystrokes. @param {RunRow[]} runs @param {ColumnData[]} columns @returns {string[]} */
  function texts(runs, columns) {
    const named = columns.flatMap((one) => (one.kind === "text" && one.values ? [one.values] : []));
    // Pages that renew themselves bring new rows in the same list.
    const from = [runs, runs.length, runs[0], runs[runs.length - 1], ...named];
    if (from.length !== searched.of.length || from.some((one, at) => one !== searched.of[at])) {
      const joined = runs.map((run, at) => [run.name, run.id, run.group, ...(run.tags || []), ...named.map((values) => values[at])].join("\n").toLowerCase());
      searched = { of: from, texts: joined };
    }
    return searched.texts;
  }

  /** The test of one term. @param {FilterTerm} one @param {RunRow[]} runs @param {ColumnData[]} columns @param {number} now @returns {(at: number) => boolean} */
  function test({ column, key, text }, runs, columns, now) {
    if (column) return (at) => includes((column.values || [])[at], text);
    if (key) return (at) => own(runs[at], key, now).some((value) => includes(value, text));
    const all = texts(runs, columns);
    return (at) => all[at].includes(text) || site.live.word(runs[at], now).includes(text);
  }

  /**
   * The positions of the runs that pass.
   * @param {Filter} filter @param {RunRow[]} runs @param {ColumnData[]} columns @param {number} now
   */
  function passing(filter, runs, columns, now) {
    const { node, terms } = filter, environment = node && site.filterRun.environments(columns, runs, now);
    const tests = terms.map((one) => ({ holds: test(one, runs, columns, now), negated: one.negated }));
    /** @type {number[]} */
    const found = [];
    for (let at = 0; at < runs.length; at++) {
      const passes = tests.every(({ holds, negated }) => holds(at) !== negated)
        && (!node || !environment || site.expressions.isTrue(node, environment(at)));
      if (passes) found.push(at);
    }
    return found;
  }

  site.filter = { parse, passing, isFixed, TOKEN };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
