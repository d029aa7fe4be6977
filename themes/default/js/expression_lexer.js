// Cuts an expression into tokens: the longest known name wins; collector/expressions/lexer.py mirrors this.
(function (/** @type {Site} */ site) {
  "use strict";

  const { words } = site.expressions;
  /** Spaces beyond ASCII; everything else beyond ASCII is a letter, so that Python and JavaScript agree. */
  const WIDE_SPACES = /[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]/g;
  const SPACES = " \\t\\n\\r\\f\\v";
  const LETTER = "A-Za-z_\\u{80}-\\u{10ffff}";
  const SPACE = new RegExp(`[${SPACES}]+`, "uy");
  const NUMBER = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
  const UNIT = new RegExp(`[${LETTER}0-9.]+`, "uy");
  const RUN = new RegExp(`[${LETTER}][^${SPACES}()\\[\\],"'\`<>=!~&|\\^?;{}]*`, "uy");
  const WORD = new RegExp(`^[${LETTER}][${LETTER}0-9.\\/:@#$\\-]*`, "u");
  const PATH = new RegExp(`^[${LETTER}0-9][${LETTER}0-9.\\/:@#$\\-]*`, "u");
  const PLAIN = new RegExp(`^[${LETTER}0-9.\\/:@#$]`, "u");
  const OPERATOR = /\*\*|<=|>=|==|!=|!~|&&|\|\||[-+*/%<>=~!(),[\]]/y;

  /** What to write in the place of a sign that there is not. @param {string} letter */
  function instead(letter) {
    if (letter === "^") return site.t("expression.power");
    const word = letter === "&" ? "and" : letter === "|" ? "or" : "";
    return word && site.t("expression.write", { word });
  }

  /** A text that is no expression: what is wrong, where, and what to do. */
  class Problem extends Error {
    /** @param {string} message @param {number} start @param {number} end @param {string} [hint] */
    constructor(message, start, end, hint = "") {
      super(message);
      this.start = start;
      this.end = Math.max(end, start + 1);
      this.hint = hint;
    }
  }

  /** @returns {KnownNames} */
  const nothing = () => ({ metrics: new Set(), config: new Set(), summary: new Set(), system: new Set(), tags: new Set() });

  /** @param {RegExp} pattern @param {string} text @param {number} at */
  function match(pattern, text, at) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    return found ? found[0] : "";
  }

  /** All tokens of a text, with one of kind "end" behind them. @param {string} text @param {KnownNames} [known] @returns {Token[]} */
  function tokensOf(text, known = nothing()) {
    const limit = words.LIMITS.text;
    if (text.length > limit) throw new Problem(site.t("expression.length", { limit: String(limit) }), limit, text.length);
    // With ASCII spaces, which only what stands in quotes may not have.
    const plain = text.replace(WIDE_SPACES, " ");
    /** @type {Token[]} */
    const tokens = [];
    let at = 0;
    while (at < text.length) {
      const space = match(SPACE, plain, at).length;
      if (space) {
        at += space;
        continue;
      }
      const token = next(text, plain, at, known);
      tokens.push(token);
      at = token.end;
    }
    tokens.push({ kind: "end", text: "", start: at, end: at });
    return tokens;
  }

  /** @param {string} text @param {string} plain @param {number} at @param {KnownNames} known @returns {Token} */
  function next(text, plain, at, known) {
    if (text[at] === "'" || text[at] === '"') {
      const [value, end] = quoted(text, at);
      return { kind: "text", text: value, start: at, end };
    }
    if (text[at] === "`") {
      const [value, end] = backticked(text, at);
      return name(value, at, end, "metric");
    }
    const digits = match(NUMBER, plain, at);
    if (digits) return number(plain, at, digits);
    const run = match(RUN, plain, at);
    if (run) return word(text, at, run, known);
    const sign = match(OPERATOR, plain, at);
    if (!sign) {
      const letter = String.fromCodePoint(Number(text.codePointAt(at)));
      throw new Problem(site.t("expression.letter", { letter }), at, at + 1, instead(letter));
    }
    return { kind: "sign", text: words.SIGNS[sign] || sign, start: at, end: at + sign.length };
  }

  /** @param {string} value @param {number} start @param {number} end @param {NameKind} kind @returns {Token} */
  const name = (value, start, end, kind) => ({ kind: "name", text: value, start, end, name: { type: "name", kind, name: value } });

  /**
   * A text in quotes; a backslash stands for itself unless a quote or another one follows.
   * @param {string} text @param {number} at @returns {[string, number]}
   */
  function quoted(text, at) {
    const quote = text[at];
    let value = "", end = at + 1;
    while (end < text.length && text[end] !== quote) {
      if (text[end] === "\\" && end + 1 < text.length && "\"'\\".includes(text[end + 1])) end += 1;
      value += text[end];
      end += 1;
    }
    if (end >= text.length) throw new Problem(site.t("expression.text_end", { quote }), at, text.length);
    return [value, end + 1];
  }

  /** @param {string} text @param {number} at @returns {[string, number]} */
  function backticked(text, at) {
    const parts = [];
    let begin = at + 1, end;
    for (;;) {
      end = text.indexOf("`", begin);
      if (end < 0) throw new Problem(site.t("expression.name_end"), at, text.length);
      parts.push(text.slice(begin, end));
      if (text[end + 1] !== "`") break;
      begin = end + 2;
    }
    if (parts.length === 1 && !parts[0]) throw new Problem(site.t("expression.no_name"), at, end + 1);
    return [parts.join("`"), end + 1];
  }

  /** @param {string} text @param {number} start @param {string} digits @returns {Token} */
  function number(text, start, digits) {
    const unit = match(UNIT, text, start + digits.length), end = start + digits.length + unit.length;
    if (unit && !Object.hasOwn(words.UNITS, unit)) {
      const hint = site.t("expression.units", { units: Object.keys(words.UNITS).join(", ") });
      throw new Problem(site.t("expression.no_number", { text: digits + unit }), start, end, hint);
    }
    return { kind: "number", text: unit, start, end, value: Number(digits) };
  }

  /** @param {string} text @param {number} start @param {string} run @param {KnownNames} known @returns {Token} */
  function word(text, start, run, known) {
    for (const [prefix, kind] of /** @type {[string, NameKind][]} */ (Object.entries(words.PREFIXES))) {
      if (!text.startsWith(prefix, start)) continue;
      const begin = start + prefix.length;
      if (text[begin] === "`") {
        const [value, end] = backticked(text, begin);
        return name(value, start, end, kind);
      }
      const length = nameLength(run.slice(prefix.length), namesOf(kind, known), PATH);
      if (length) return name(text.slice(begin, begin + length), start, begin + length, kind);
    }
    const end = start + nameLength(run, namesOf("metric", known), WORD), found = text.slice(start, end);
    if (Object.hasOwn(words.CONSTANTS, found)) return { kind: "constant", text: words.CONSTANTS[found], start, end };
    if (Object.hasOwn(words.OPERATOR_WORDS, found)) return { kind: "sign", text: words.OPERATOR_WORDS[found], start, end };
    return name(found, start, end, Object.hasOwn(words.PROPERTIES, found) ? "property" : "metric");
  }

  /** @param {NameKind} kind @param {KnownNames} known */
  function namesOf(kind, known) {
    if (kind === "metric") return [known.metrics, known.summary, known.config];
    if (kind === "summary") return [known.summary, known.metrics];
    return [kind === "config" ? known.config : known.system];
  }

  /** The longest known name that the run begins with; else its longest word. @param {string} run @param {Set<string>[]} names @param {RegExp} usual */
  function nameLength(run, names, usual) {
    for (let length = run.length; length > 0; length -= 1) {
      // A name ends where no further part of a name follows: `a/b` is never `a` divided by `b`.
      if (length < run.length && PLAIN.test(run.slice(length, length + 2))) continue;
      const start = run.slice(0, length);
      if (names.some((some) => some.has(start))) return length;
    }
    const found = usual.exec(run);
    return found ? found[0].replace(/[-./:]+$/, "").length : 0;
  }

  Object.assign(site.expressions, { Problem, tokensOf, nothing });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
