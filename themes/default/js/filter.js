// The filter of the run table: words, and comparisons such as lr<0.1, val/acc>=0.9, state:failed, -tag:paper.
(function (/** @type {Site} */ site) {
  "use strict";

  const TOKEN = /-?(?:[^\s"]|"[^"]*"?)+/g;
  const COMPARISON = /^(.+?)(<=|>=|!=|<|>|=|:)(.*)$/;
  const FIXED = ["name", "id", "state", "tag", "group"];

  /** @param {string} name @param {ColumnData[]} columns */
  function find(name, columns) {
    const wanted = name.toLowerCase();
    const names = (/** @type {ColumnData} */ one) => [one.key, one.label, one.key.replace(/\.[a-z]+$/, ""), one.key.replace(/^cfg\./, "")];
    return columns.find((one) => one.values && names(one).some((known) => known.toLowerCase() === wanted)) || null;
  }

  /** @param {string} token @param {ColumnData[]} columns @returns {FilterTerm | string} a term, or what is wrong */
  function term(token, columns) {
    const negated = token.length > 1 && token.startsWith("-") && !/^-[\d.]/.test(token);
    const body = (negated ? token.slice(1) : token).replace(/"/g, "");
    const parts = COMPARISON.exec(body);
    const word = { negated, key: "", operator: "", text: body.toLowerCase(), column: null };
    if (!parts) return word;
    const [, key, operator, text] = parts;
    if (FIXED.includes(key.toLowerCase())) {
      return { negated, key: key.toLowerCase(), operator, text: text.toLowerCase(), column: null };
    }
    const column = find(key, columns);
    if (!column) return operator === ":" ? word : `There is no column "${key}".`;
    if (/[<>]/.test(operator) && text !== "" && !Number.isFinite(Number(text))) return `"${text}" is not a number.`;
    return { negated, key, operator, text: text.toLowerCase(), column };
  }

  /**
   * The terms of a filter, all of which have to hold, and what is wrong with the first that makes no sense.
   * @param {string} text @param {ColumnData[]} columns @returns {Filter}
   */
  function parse(text, columns) {
    const terms = [];
    let error = "";
    for (const token of text.match(TOKEN) || []) {
      const found = term(token, columns);
      if (typeof found === "string") error = error || found;
      else if (found.text || found.operator === "") terms.push(found);
    }
    return { terms, error };
  }

  /** @param {CellValue} value @param {string} operator @param {string} text */
  function compare(value, operator, text) {
    if (operator === ":") return value !== null && String(value).toLowerCase().includes(text);
    const number = Number(text);
    const isEqual = typeof value === "number" && Number.isFinite(number) && text !== ""
      ? value === number : String(value === null ? "" : value).toLowerCase() === text;
    if (operator === "=") return isEqual;
    if (operator === "!=") return !isEqual;
    if (typeof value !== "number") return false;
    return operator === "<" ? value < number : operator === ">" ? value > number
      : operator === "<=" ? value <= number : value >= number;
  }

  /** @param {RunRow} run @param {string} key @param {number} now @returns {string[]} */
  function own(run, key, now) {
    if (key === "tag") return run.tags || [];
    if (key === "state") return [site.live.word(run, now), run.state || ""];
    return [key === "name" ? run.name : key === "id" ? run.id : run.group || ""];
  }

  /** @param {FilterTerm} one @param {RunRow} run @param {number} at @param {ColumnData[]} columns @param {number} now */
  function holds(one, run, at, columns, now) {
    if (one.column) return compare((one.column.values || [])[at] ?? null, one.operator, one.text);
    if (one.key) {
      const some = own(run, one.key, now).some((value) => compare(value, one.operator === "!=" ? "=" : one.operator, one.text));
      return one.operator === "!=" ? !some : some;
    }
    const texts = [run.name, run.id, site.live.word(run, now), run.group || "", ...(run.tags || [])];
    if (texts.some((value) => value.toLowerCase().includes(one.text))) return true;
    return columns.some((column) => column.kind === "text" && compare((column.values || [])[at] ?? null, ":", one.text));
  }

  /**
   * Whether a run passes.
   * @param {Filter} filter @param {RunRow} run @param {number} at its place in the page's runs
   * @param {ColumnData[]} columns @param {number} now
   */
  function matches(filter, run, at, columns, now) {
    return filter.terms.every((one) => holds(one, run, at, columns, now) !== one.negated);
  }

  site.filter = { parse, matches };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
