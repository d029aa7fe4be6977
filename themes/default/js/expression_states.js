// Turns the text of a pattern into the states of its machine; collector/expressions/pattern_states.py.
(function (/** @type {Site} */ site) {
  "use strict";

  const PATTERN_LIMIT = 200;
  const SIZE_LIMIT = 500;
  const NEST_LIMIT = 30;
  const LAST = 0x10ffff;
  /** @type {Span[]} */
  const WORDS = [[48, 57], [65, 90], [95, 95], [97, 122]];
  /** @type {{[letter: string]: Span[]}} */
  const CLASSES = { d: [[48, 57]], w: WORDS, s: [[9, 13], [32, 32]] };
  /** @type {{[letter: string]: number}} */
  const CONTROLS = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };
  const PUNCTUATION = new Set("\\^$.|?*+()[]{}-/\"'`,:;=!<>@#%&~_ ");

  /** A text that is no pattern of the subset. */
  class PatternProblem extends Error {}

  /** A letter in lower case, where that is one letter too. @param {string} letter */
  function folded(letter) {
    const small = [...letter.toLowerCase()];
    return small.length === 1 ? small[0] : letter;
  }

  /** @param {string} letter */
  const code = (letter) => Number(letter.codePointAt(0));

  /** @param {string} letter */
  const isClass = (letter) => Object.hasOwn(CLASSES, letter.toLowerCase());

  /** Everything that is not in the ranges. @param {Span[]} ranges @returns {Span[]} */
  function inverted(ranges) {
    /** @type {Span[]} */
    const found = [];
    let begin = 0;
    for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
      if (first > begin) found.push([begin, first - 1]);
      begin = Math.max(begin, last + 1);
    }
    if (begin <= LAST) found.push([begin, LAST]);
    return found;
  }

  /** The small letters of a range; beyond Latin only a single letter is looked at. @param {Span} range @returns {Span[]} */
  function lowerRanges([first, last]) {
    if (first === last) {
      const small = code(folded(String.fromCodePoint(first)));
      return [[small, small]];
    }
    const low = Math.max(first, 65), high = Math.min(last, 90);
    return low <= high ? [[low + 32, high + 32]] : [];
  }

  /** Reads a pattern into parts, then turns these into states from the end backwards. */
  class Compiler {
    /** @param {string} text @param {boolean} ignoresCase */
    constructor(text, ignoresCase) {
      this.text = [...text];
      this.ignoresCase = ignoresCase;
      this.at = 0;
      this.nest = 0;
      this.emitted = 0;
      /** @type {PatternState[]} */
      this.states = [{ kind: "match", ranges: [], next: 0, other: 0 }];
    }

    whole() {
      const part = this.alternatives();
      if (this.at < this.text.length) throw new PatternProblem(site.t("expression.of_pattern.closes_nothing"));
      return this.emit(part, 0);
    }

    peek(ahead = 0) {
      return this.text[this.at + ahead] || "";
    }

    take() {
      this.at += 1;
      return this.text[this.at - 1] || "";
    }

    /** @returns {PatternPart} */
    alternatives() {
      const parts = [this.sequence()];
      while (this.peek() === "|") {
        this.take();
        parts.push(this.sequence());
      }
      return parts.length === 1 ? parts[0] : { kind: "choice", parts };
    }

    /** @returns {PatternPart} */
    sequence() {
      const parts = [];
      while (!["", "|", ")"].includes(this.peek())) parts.push(this.repeated(this.single()));
      return { kind: "sequence", parts };
    }

    /** @param {PatternPart} part @returns {PatternPart} */
    repeated(part) {
      const bounds = this.bounds();
      if (!bounds) return part;
      if (["begin", "end", "edge", "inside"].includes(part.kind)) throw new PatternProblem(site.t("expression.of_pattern.nothing"));
      if (this.peek() === "?") this.take(); // lazy or greedy: whether there is a match is the same
      if (["*", "+", "?"].includes(this.peek())) throw new PatternProblem(site.t("expression.of_pattern.repetition"));
      return { kind: "repeat", parts: [part], least: bounds[0], most: bounds[1] };
    }

    /** @returns {Span | null} */
    bounds() {
      const letter = this.peek();
      if (letter === "*" || letter === "+" || letter === "?") {
        this.take();
        return letter === "*" ? [0, -1] : letter === "+" ? [1, -1] : [0, 1];
      }
      if (letter !== "{") return null;
      const found = /^\{([0-9]{1,4})(,([0-9]{0,4}))?\}/.exec(this.text.slice(this.at, this.at + 12).join(""));
      if (!found) throw new PatternProblem(site.t("expression.of_pattern.count"));
      this.at += found[0].length;
      const least = Number(found[1]), most = !found[2] ? least : found[3] ? Number(found[3]) : -1;
      if (most !== -1 && most < least) throw new PatternProblem(site.t("expression.of_pattern.count_order"));
      return [least, most];
    }

    /** @returns {PatternPart} */
    single() {
      const letter = this.take();
      if (letter === "(") return this.group();
      if (letter === "[") return this.letters();
      if (letter === ".") return { kind: "char", ranges: inverted([[10, 10]]) };
      if (letter === "^" || letter === "$") return { kind: letter === "^" ? "begin" : "end" };
      if (letter === "\\") return this.escaped();
      if ("*+?{".includes(letter)) throw new PatternProblem(site.t("expression.of_pattern.nothing_before", { letter }));
      return { kind: "char", ranges: this.cased([[code(letter), code(letter)]]) };
    }

    /** @param {Span[]} ranges @returns {Span[]} */
    cased(ranges) {
      return this.ignoresCase ? ranges.flatMap((one) => [one, ...lowerRanges(one)]) : ranges;
    }

    /** @returns {PatternPart} */
    group() {
      if (this.peek() === "?") {
        if (this.peek(1) !== ":") throw new PatternProblem(site.t("expression.of_pattern.groups"));
        this.at += 2;
      }
      this.nest += 1;
      if (this.nest > NEST_LIMIT) throw new PatternProblem(site.t("expression.of_pattern.nesting", { limit: String(NEST_LIMIT) }));
      const part = this.alternatives();
      if (this.take() !== ")") throw new PatternProblem(site.t("expression.of_pattern.group_open"));
      this.nest -= 1;
      return part;
    }

    /** @returns {PatternPart} */
    escaped() {
      const letter = this.take();
      if (letter === "b" || letter === "B") return { kind: letter === "b" ? "edge" : "inside" };
      const ranges = this.escapedRanges(letter);
      return { kind: "char", ranges: isClass(letter) ? ranges : this.cased(ranges) };
    }

    /** @param {string} letter @returns {Span[]} */
    escapedRanges(letter) {
      if (isClass(letter)) return CLASSES[letter] || inverted(CLASSES[letter.toLowerCase()]);
      if (Object.hasOwn(CONTROLS, letter)) return [[CONTROLS[letter], CONTROLS[letter]]];
      if (PUNCTUATION.has(letter)) return [[code(letter), code(letter)]];
      throw new PatternProblem(site.t("expression.of_pattern.escape", { letter }));
    }

    /** @returns {PatternPart} */
    letters() {
      const negated = this.peek() === "^";
      if (negated) this.take();
      /** @type {Span[]} */
      let ranges = [];
      while (this.peek() !== "]" || !ranges.length) {
        if (this.peek() === "") throw new PatternProblem(site.t("expression.of_pattern.set_open"));
        let first = this.oneOfLetters();
        if (this.peek() === "-" && !["]", ""].includes(this.peek(1))) {
          this.take();
          const last = this.oneOfLetters();
          if (first.length > 1 || last.length > 1 || first[0][0] !== first[0][1] || last[0][0] < first[0][0]) {
            throw new PatternProblem(site.t("expression.of_pattern.range_order"));
          }
          first = [[first[0][0], last[0][1]]];
        }
        ranges = ranges.concat(first);
      }
      this.take();
      const cased = this.cased(ranges);
      return { kind: "char", ranges: negated ? inverted(cased) : cased };
    }

    /** @returns {Span[]} */
    oneOfLetters() {
      const letter = this.take();
      return letter === "\\" ? this.escapedRanges(this.take()) : [[code(letter), code(letter)]];
    }

    /** @param {PatternState} state */
    add(state) {
      if (this.states.length >= SIZE_LIMIT) throw new PatternProblem(site.t("expression.of_pattern.large"));
      this.states.push(state);
      return this.states.length - 1;
    }

    /** Add the states of a part that goes on to `then`; gives the first of them. @param {PatternPart} part @param {number} then @returns {number} */
    emit(part, then) {
      this.emitted += 1;
      // Brackets with nothing inside add no state, however often.
      if (this.emitted > 4 * SIZE_LIMIT) throw new PatternProblem(site.t("expression.of_pattern.large"));
      const parts = part.parts || [];
      if (part.kind === "sequence") return parts.reduceRight((following, one) => this.emit(one, following), then);
      if (part.kind === "choice") {
        const last = this.emit(parts[parts.length - 1], then);
        return parts.slice(0, -1).reduceRight((start, one) => this.split(this.emit(one, then), start), last);
      }
      return part.kind === "repeat" ? this.emitRepeat(part, then) : this.add({ kind: part.kind, ranges: part.ranges || [], next: then, other: 0 });
    }

    /** @param {number} next @param {number} other */
    split(next, other) {
      return this.add({ kind: "split", ranges: [], next, other });
    }

    /** @param {PatternPart} part @param {number} then */
    emitRepeat(part, then) {
      const [inner] = part.parts || [], least = part.least || 0, most = part.most || 0;
      if (most === -1) {
        const loop = this.split(0, then);
        this.states[loop].next = this.emit(inner, loop);
        then = loop;
      }
      for (let at = least; at < most; at += 1) then = this.split(this.emit(inner, then), then);
      for (let at = 0; at < least; at += 1) then = this.emit(inner, then);
      return then;
    }
  }

  /** The states of a pattern, and the one it begins in; state 0 is the match. @param {string} text @param {boolean} ignoresCase */
  function statesOf(text, ignoresCase) {
    if ([...text].length > PATTERN_LIMIT) throw new PatternProblem(site.t("expression.of_pattern.length", { limit: String(PATTERN_LIMIT) }));
    const compiler = new Compiler(text, ignoresCase), start = compiler.whole();
    return { states: compiler.states, start };
  }

  Object.assign(site.expressions, { statesOf, folded, PatternProblem, WORDS });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
