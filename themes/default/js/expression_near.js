// Names that look like a mistyped one, and the spelling of a name; collector/expressions/near.py and names.py.
(function (/** @type {Site} */ site) {
  "use strict";

  const { words } = site.expressions;
  const LEAST = 0.6;
  /** The likeness of `acc` to `accuracy`, and of `loss` to `train/loss`. */
  const PART = 0.8;
  const LOOKED_AT = 2000;

  /** By code points, as Python does. @param {string} one @param {string} other */
  function order(one, other) {
    const length = Math.min(one.length, other.length);
    for (let at = 0; at < length; at += 1) {
      const a = one.charCodeAt(at), b = other.charCodeAt(at);
      // Halves of characters beyond 0xffff stand for more than 0xe000 to 0xffff.
      if (a !== b) return (a >= 0xe000 ? a - 0x800 : a >= 0xd800 ? a + 0x2000 : a) - (b >= 0xe000 ? b - 0x800 : b >= 0xd800 ? b + 0x2000 : b);
    }
    return one.length - other.length;
  }

  /** From 0 to 1: twice the letters that both have in the same order, of the letters of both. @param {string[]} one @param {string[]} other */
  function likeness(one, other) {
    const total = one.length + other.length, least = Math.min(one.length, other.length);
    if (least > 1 && isPart(one.join(""), other.join(""))) return Math.max(PART, (2 * least) / total);
    if (!total || 2 * least < LEAST * total) return 0;
    const row = new Array(other.length + 1).fill(0);
    for (const letter of one) {
      let before = 0;
      for (let at = 1; at <= other.length; at += 1) {
        const above = row[at];
        row[at] = letter === other[at - 1] ? before + 1 : Math.max(above, row[at - 1]);
        before = above;
      }
    }
    return (2 * row[other.length]) / total;
  }

  /** @param {string} one @param {string} other */
  function isPart(one, other) {
    return one.startsWith(other) || other.startsWith(one) || one.endsWith(other) || other.endsWith(one);
  }

  /** @param {string} text */
  const letters = (text) => [...text.toLowerCase()].slice(0, 100);

  /** The most similar names, the best first. @param {string} name @param {Iterable<string>} known */
  function nearNames(name, known, limit = 3) {
    const wanted = letters(name);
    return [...known].sort(order).slice(0, LOOKED_AT)
      .map((one) => ({ one, score: likeness(wanted, letters(one)) }))
      .filter(({ score }) => score >= LEAST)
      .sort((a, b) => b.score - a.score || order(a.one, b.one)).slice(0, limit).map(({ one }) => one);
  }

  /** @param {string} name @param {Iterable<string>} known */
  function didYouMean(name, known) {
    const found = nearNames(name, known);
    const [one, other, third] = found.map((name) => `"${name}"`);
    if (third) return site.t("expression.near.three", { one, other, third });
    if (other) return site.t("expression.near.two", { one, other });
    return one ? site.t("expression.near.one", { one }) : "";
  }

  /** Whether a run may have something of this name. @param {KnownNames} known @param {NameNode} name */
  function isKnown(known, { kind, name }) {
    if (kind === "metric") return known.metrics.has(name) || known.summary.has(name) || known.config.has(name);
    if (kind === "summary") return known.summary.has(name) || known.metrics.has(name);
    return kind === "property" || (kind === "config" ? known.config : known.system).has(name);
  }

  /** Throw where no run has something of this name. @param {NameUse} use @param {KnownNames} known */
  function checkName(use, known) {
    if (isKnown(known, use.name)) return;
    const { kind, name } = use.name;
    throw new site.expressions.Problem(site.t("expression.unknown." + kind, { name }), use.start, use.end, hint(use.name, known));
  }

  /** @param {NameNode} node @param {KnownNames} known */
  function hint(node, known) {
    const parts = operands(node.name);
    if (parts.length > 1 && parts.every((part) => /^[0-9]+$/.test(part) || isKnown(known, { ...node, name: part }))) {
      return site.t("expression.spaces");
    }
    if (node.kind === "metric") {
      const names = [...known.metrics, ...known.summary, ...known.config, ...Object.keys(words.PROPERTIES)];
      return didYouMean(node.name, names) || site.t("expression.quotes", { text: node.name });
    }
    const names = node.kind === "config" ? known.config : known.system;
    return didYouMean(node.name, node.kind === "summary" ? known.summary : names);
  }

  /** What the name would be if its first slash or dash were an operator. @param {string} name */
  function operands(name) {
    for (const sign of ["/", "-"]) {
      const at = name.indexOf(sign);
      if (at > 0 && at < name.length - 1) return [name.slice(0, at), name.slice(at + 1)];
    }
    return [name];
  }

  /** A name as it has to be written where no names are known. @param {NameNode} node */
  function spelled(node) {
    const text = (words.PREFIX_OF[node.kind] || "") + node.name;
    try {
      const tokens = site.expressions.tokensOf(text);
      const found = tokens[0].name;
      if (tokens.length === 2 && found && found.kind === node.kind && found.name === node.name && tokens[0].end === text.length) return text;
    } catch (problem) {
      if (!(problem instanceof site.expressions.Problem)) throw problem;
    }
    return `${words.PREFIX_OF[node.kind] || ""}\`${node.name.replace(/`/g, "``")}\``;
  }

  Object.assign(site.expressions, { nearNames, didYouMean, checkName, spelled, order });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
