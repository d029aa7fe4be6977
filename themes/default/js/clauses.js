// A filter as clauses that all have to hold, of which the quick controls read and write their own.
(function (/** @type {Site} */ site) {
  "use strict";

  const QUOTED = /"(?:[^"\\]|\\.)*"/g, NUMBER = "(-?[\\d.]+(?:e[+-]?\\d+)?)";
  const CUTS = /** @type {const} */ (["and", "or"]);
  /** What a pattern means otherwise. */
  const SPECIAL = /[.*+?^${}()|[\]\\]/g;

  /** @param {string} text */
  const escaped = (text) => text.replace(SPECIAL, "\\$&");

  /** @param {string | number} value */
  const written = (value) => (typeof value === "number" ? String(value) : `"${value.replace(/["\\]/g, "\\$&")}"`);

  /** @param {string} text */
  const value = (text) => (text.startsWith('"') ? text.slice(1, -1).replace(/\\(["\\])/g, "$1") : Number(text));

  /** Where the words that join stand, outside of quotes and brackets. @param {string} text @returns {{ word: "and" | "or", start: number, end: number }[]} */
  function joints(text) {
    const plain = text.replace(/"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?/g, (quoted) => "x".repeat(quoted.length));
    const found = [];
    let depth = 0;
    for (const one of plain.matchAll(/[([]|[)\]]|&&|\|\||(?<=\s)(?:and|or|AND|OR)(?=\s)/g)) {
      if ("([".includes(one[0])) depth += 1;
      else if (")]".includes(one[0])) depth -= 1;
      else if (!depth) found.push({ word: CUTS[Number(/or|\|/i.test(one[0]))], start: one.index, end: one.index + one[0].length });
    }
    return found;
  }

  /** @param {string} text */
  function split(text) {
    const found = joints(text), whole = text.trim();
    if (!whole) return [];
    if (found.some((one) => one.word === "or")) return [`(${whole})`];
    const ends = [...found.map((one) => one.start), text.length], starts = [0, ...found.map((one) => one.end)];
    return starts.map((start, at) => text.slice(start, ends[at]).trim()).filter(Boolean);
  }

  /** That something is one of these values. @param {string} left @param {(string | number)[]} values */
  function choice(left, values) {
    if (!values.length) return "";
    if (left !== "tags") return `${left} in [${values.map(written).join(", ")}]`;
    const tags = values.map((one) => `tag(${written(one)})`).join(" or ");
    return values.length > 1 ? `(${tags})` : tags;
  }

  /** That a number lies between two others; null is no end. @param {string} left @param {number | null} from @param {number | null} to */
  function range(left, from, to) {
    if (from !== null && to !== null) return `${from} <= ${left} <= ${to}`;
    return from !== null ? `${left} >= ${from}` : to !== null ? `${left} <= ${to}` : "";
  }

  /** What a clause chooses of this left side; null where it is about something else. @param {string} left @param {string} clause @returns {Chosen | null} */
  function read(left, clause) {
    const none = { values: [], from: null, to: null };
    if (left === "tags") {
      const bare = clause.replace(QUOTED, '""'), isOwn = /^tag\(""\)$|^\(tag\(""\)(?: or tag\(""\))+\)$/.test(bare);
      return isOwn ? { ...none, values: (clause.match(QUOTED) || []).map(value) } : null;
    }
    const list = `${left} in [`;
    if (clause.startsWith(list) && clause.endsWith("]")) return { ...none, values: (clause.slice(list.length, -1).match(/"(?:[^"\\]|\\.)*"|[^,\s]+/g) || []).map(value) };
    const both = new RegExp(`^${NUMBER} <= ${escaped(left)} <= ${NUMBER}$`).exec(clause);
    if (both) return { ...none, from: Number(both[1]), to: Number(both[2]) };
    const one = new RegExp(`^${escaped(left)} ([<>])= ${NUMBER}$`).exec(clause);
    return one && { ...none, [one[1] === ">" ? "from" : "to"]: Number(one[2]) };
  }

  /** Words to search for become patterns for names: beside an expression they cannot stand. @param {string} text @param {boolean} isWords */
  function parts(text, isWords) {
    const terms = /** @type {string[]} */ ([]);
    const rest = text.replace(site.filter.TOKEN, (token) => {
      if (!site.filter.isFixed(token)) return token;
      terms.push(token);
      return "";
    });
    if (!isWords) return { terms, clauses: split(rest) };
    const words = rest.match(site.filter.TOKEN) || [];
    return { terms, clauses: words.map((word) => `name ${word.startsWith("-") ? "!~" : "~"} ${written(`(?i)${escaped(word.replace(/^-|"/g, ""))}`)}`) };
  }

  /** The filter with this clause, or without one, for a left side. @param {string} text @param {boolean} isWords @param {string} left @param {string} clause */
  function replaced(text, isWords, left, clause) {
    if (isWords && !clause) return text;
    const { terms, clauses } = parts(text, isWords), at = clauses.findIndex((one) => read(left, one));
    clauses.splice(at < 0 ? clauses.length : at, at < 0 ? 0 : 1, ...(clause ? [clause] : []));
    return [...terms, clauses.join(" and ")].filter(Boolean).join(" ");
  }

  /** What the filter chooses of a left side. @param {string} text @param {string} left @returns {Chosen} */
  function chosen(text, left) {
    for (const clause of parts(text, false).clauses) {
      const found = read(left, clause);
      if (found) return found;
    }
    return { values: [], from: null, to: null };
  }

  site.clauses = { choice, range, read, split, replaced, chosen };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
