// What may stand at the cursor of an expression; collector/expressions/completion.py mirrors this.
(function (/** @type {Site} */ site) {
  "use strict";

  const { words, spelled, order } = site.expressions;
  const LIMIT = 50;
  const LETTER = "A-Za-z_\\u{80}-\\u{10ffff}";
  const STATES = ["running", "stalled", "finished", "failed", "stopped", "lost"];
  const TYPED = new RegExp(`(?:\`[^\`]*|[${LETTER}][${LETTER}0-9.\\/:@#$\\-]*(?:\`[^\`]*)?)$`, "u");
  const IN_TEXT = /(tag\(\s*|\bstate\s*(?:==|!=|=)\s*|\bstate\s+in\s*\[[^\]]*)["']([^"']*)$/;
  const OPEN_TEXT = /^(?:[^"'`]|"[^"]*"|'[^']*'|`[^`]*`)*["'][^"']*$/;

  /** The continuations, and the part of the text that they replace. @param {string} text @param {number} cursor @param {KnownNames} known @returns {ExprCompletion} */
  function complete(text, cursor, known) {
    const before = text.slice(0, cursor), inside = IN_TEXT.exec(before);
    if (inside) {
      const choices = inside[1].startsWith("tag") ? [...known.tags].sort(order) : STATES;
      return { start: cursor - inside[2].length, end: cursor, candidates: ranked(inside[2], choices.map((one) => ({ text: one, kind: "text", help: "" }))) };
    }
    if (OPEN_TEXT.test(before)) return { start: cursor, end: cursor, candidates: [] };
    const typed = (TYPED.exec(before) || [""])[0];
    return { start: cursor - typed.length, end: cursor, candidates: ranked(typed.replace(/`/g, ""), candidates(known)) };
  }

  /** @param {KnownNames} known @returns {ExprCandidate[]} */
  function candidates(known) {
    const summary = [...known.summary].filter((name) => !known.metrics.has(name));
    const names = /** @type {[NameKind, Iterable<string>][]} */ ([
      ["metric", known.metrics], ["config", known.config], ["summary", summary], ["system", known.system],
    ]).flatMap(([kind, some]) => [...some].sort(order).map((name) => ({ text: spelled({ type: "name", kind, name }), kind, help: "" })));
    const properties = Object.entries(words.PROPERTIES).map(([text, help]) => ({ text, kind: "property", help }));
    const functions = [...words.FUNCTIONS.values()].map((one) => ({ text: `${one.name}(`, kind: "function", help: `${one.form}: ${one.help}` }));
    const others = ["and", "or", "not", "in", "true", "false", "null", "nan"].map((text) => ({ text, kind: "word", help: "" }));
    return [...names, ...properties, ...functions, ...others];
  }

  /** Those that begin with what is typed, then those a part of which does, then those that contain it. @param {string} typed @param {ExprCandidate[]} some */
  function ranked(typed, some) {
    const wanted = typed.toLowerCase();
    return some.map((one) => ({ one, rank: rank(wanted, one) })).filter((entry) => entry.rank < 3)
      .sort((a, b) => a.rank - b.rank).slice(0, LIMIT).map(({ one }) => one);
  }

  /** @param {string} wanted @param {ExprCandidate} candidate */
  function rank(wanted, candidate) {
    const text = candidate.text.toLowerCase().replace(/`/g, ""), prefix = words.PREFIX_OF[candidate.kind] || "";
    if (text.startsWith(wanted) || text.slice(prefix.length).startsWith(wanted)) return 0;
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
      if ("./_- :".includes(text[at - 1])) return 1;
    }
    return text.includes(wanted) ? 2 : 3;
  }

  Object.assign(site.expressions, { complete });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
