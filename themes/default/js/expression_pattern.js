// Whether a pattern is found in a text, in time linear in the text; collector/expressions/patterns.py.
// The machine is run over all its paths at once, and remembers the steps it has gone.
(function (/** @type {Site} */ site) {
  "use strict";

  const { statesOf, folded, WORDS } = site.expressions;
  const TEXT_LIMIT = 1000;
  const KNOWN_LIMIT = 20000;
  const END = -1;
  const BEGIN = 0, OTHER = 1, WORD = 2;

  /** @param {number} code */
  const isWord = (code) => WORDS.some(([first, last]) => first <= code && code <= last);

  /** @param {string} kind @param {number} before @param {number} code */
  function holds(kind, before, code) {
    if (kind === "begin") return before === BEGIN;
    if (kind === "end") return code === END;
    return ((before === WORD) !== isWord(code)) === (kind === "edge");
  }

  /** The pattern of a text; throws a PatternProblem. @param {string} text */
  function compilePattern(text) {
    const ignoresCase = text.startsWith("(?i)");
    const { states, start } = statesOf(ignoresCase ? text.slice(4) : text, ignoresCase);
    /** @type {Map<string, PatternPlace>} */
    let places = new Map();
    /** @type {Map<number, number>} */
    const cases = new Map();
    let first = place([start], BEGIN), known = 0;

    /** @param {number[]} active @param {number} before */
    function place(active, before) {
      const key = `${before}:${active.join()}`, found = places.get(key) || { active, before, following: new Map() };
      places.set(key, found);
      return found;
    }

    /** @param {number} code */
    function small(code) {
      const remembered = cases.get(code);
      if (remembered !== undefined) return remembered;
      const found = Number(folded(String.fromCodePoint(code)).codePointAt(0));
      cases.set(code, found);
      return found;
    }

    /** Where a character leads; null is a match. @param {PatternPlace} from @param {number} code */
    function after(from, code) {
      const remembered = from.following.get(code);
      if (remembered !== undefined) return remembered;
      if (known >= KNOWN_LIMIT) {
        places = new Map();
        first = place([start], BEGIN);
        known = 0;
      }
      known += 1;
      const found = step(from, code);
      from.following.set(code, found);
      return found;
    }

    /** Go through the states that need no character, then over the character. @param {PatternPlace} from @param {number} code */
    function step(from, code) {
      const waiting = [...from.active], seen = new Set(), reached = new Set([start]);
      while (waiting.length) {
        const number = Number(waiting.pop());
        if (seen.has(number)) continue;
        seen.add(number);
        const { kind, ranges, next, other } = states[number];
        if (kind === "match") return null;
        if (kind === "split") waiting.push(next, other);
        else if (kind !== "char") {
          if (holds(kind, from.before, code)) waiting.push(next);
        } else if (ranges.some(([low, high]) => low <= code && code <= high)) reached.add(next);
      }
      return place([...reached].sort((a, b) => a - b), isWord(code) ? WORD : OTHER);
    }

    /** @param {string} subject */
    function foundIn(subject) {
      let at = first, count = 0;
      for (let index = 0; index < subject.length && count < TEXT_LIMIT; index += 1, count += 1) {
        const code = Number(subject.codePointAt(index));
        if (code > 0xffff) index += 1;
        const following = after(at, ignoresCase ? small(code) : code);
        if (!following) return true;
        at = following;
      }
      return after(at, END) === null;
    }

    return { foundIn };
  }

  Object.assign(site.expressions, { compilePattern });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
