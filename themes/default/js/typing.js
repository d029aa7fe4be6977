// A filter while it is typed: what is only half written changes nothing, and the filter before it stays in force.
(function (/** @type {Site} */ site) {
  "use strict";

  /** What is not whole yet: a text or name in quotes, or a number. */
  const OPEN = /^(?:["'`].*|[\d.]+(?:e[+-]?)?)$/i;
  const STATISTIC = /\.(min|max|mean|first)$/;

  /** The names that expressions know. @param {ColumnData[]} columns @returns {string[]} */
  function names(columns) {
    const found = columns.flatMap(({ key, label, group }) => (group === "metric" ? [key.replace(/\.(last|min|max|mean|first)$/, ""), label] : group === "config" ? [key.replace(/^cfg\./, ""), `cfg.${key.replace(/^cfg\./, "")}`, label] : []));
    return [...found, ...Object.keys(site.expressions ? site.expressions.words.PROPERTIES : {})].map((name) => name.toLowerCase());
  }

  /** Whether a mistake is only that the text ends too early. @param {string} text @param {FilterProblem} problem @param {ColumnData[]} columns */
  function endsEarly(text, { message, start, end }, columns) {
    const size = text.trimEnd().length;
    if (message === site.t("expression.never_closed", { sign: text.slice(start, end) })) return true;
    if (!size || end < size) return false;
    const last = text.slice(start, end).trim().toLowerCase();
    return start >= size || OPEN.test(last) || names(columns).some((name) => name.startsWith(last));
  }

  /** Whether words that no run has are the beginning of an expression: a name or a part of one, or a name and one word more. @param {string} text @param {ColumnData[]} columns */
  function begins(text, columns) {
    const words = text.trim().toLowerCase().split(/\s+/), all = names(columns);
    if (!words[0] || words.length > 2) return false;
    return words.length === 1 ? all.some((name) => name.startsWith(words[0])) : all.includes(words[0]);
  }

  /** @param {Filter} filter */
  const isWords = (filter) => !filter.node && filter.terms.every((one) => !one.key);

  /** The filter that is in force. @param {Filter} nothing @returns {FilterKeeper} */
  function keeper(nothing) {
    let now = { text: "", filter: nothing }, before = now;
    /** Whether a text goes on with the words in force: a name is typed letter by letter. @param {string} text */
    const goesOn = (text) => isWords(now.filter) && text.startsWith(now.text);
    return {
      now: () => now,
      use(text, filter) {
        if (text !== now.text && !(isWords(filter) && goesOn(text))) before = now;
        now = { text, filter };
        if (!text) before = now;
      },
      keep(text) {
        if (now.text && goesOn(text)) now = before;
      },
    };
  }

  /** Of the metrics in an expression, those whose column shows something else than the last value, which they mean: as `max(val/acc)`. @param {ExprNode} node @param {ColumnData[]} shown @returns {{ metric: string, call: string }[]} */
  function others(node, shown) {
    const { children, isOfHistory, words, format } = site.expressions;
    if (node.type === "name") {
      const own = shown.filter((one) => one.group === "metric" && one.key.startsWith(`${node.name}.`) && one.kind !== "spark");
      const column = own.find((one) => one.key.replace(STATISTIC, "") === node.name && STATISTIC.test(one.key));
      if (node.kind !== "metric" || !column || own.some((one) => one.key === `${node.name}.last`)) return [];
      const metric = format(node);
      return [{ metric, call: `${(STATISTIC.exec(column.key) || [])[1]}(${metric})` }];
    }
    const known = node.type === "call" ? words.FUNCTIONS.get(node.function) : null;
    const asked = node.type === "call" && known && isOfHistory(known, node.arguments.length) ? children(node).slice(1) : children(node);
    return asked.flatMap((one) => others(one, shown));
  }

  site.typing = { endsEarly, begins, keeper, others };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
