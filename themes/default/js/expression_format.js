// From an expression's tree to its text, with as few brackets as it needs; collector/expressions/formatter.py.
(function (/** @type {Site} */ site) {
  "use strict";

  const { LEVELS, NOT, COMPARE, ADD, SIGN, POWER } = site.expressions.levels;
  const ATOM = POWER + 1;

  /** The text of a tree; parsing that gives the same tree. @param {ExprNode} node @returns {string} */
  function format(node) {
    switch (node.type) {
      case "number": return String(node.value) + node.unit;
      case "text": return quoted(node.value);
      case "constant": return node.name;
      case "name": return node.kind === "property" ? node.name : site.expressions.spelled(node);
      case "call": return `${node.function}(${node.arguments.map(format).join(", ")})`;
      case "choices": return `[${node.items.map(format).join(", ")}]`;
      case "unary": return node.operator === "-" ? `-${atLeast(node.operand, SIGN)}` : `not ${atLeast(node.operand, NOT)}`;
      case "binary": {
        const own = LEVELS[node.operator], [left, right] = own === POWER ? [ATOM, SIGN] : [own, own + 1];
        return `${atLeast(node.left, left)} ${node.operator} ${atLeast(node.right, right)}`;
      }
      case "junction": return node.operands.map((one) => atLeast(one, LEVELS[node.operator] + 1)).join(` ${node.operator} `);
      case "comparison": return node.operands.map((one, at) => (at ? `${node.operators[at - 1]} ` : "") + atLeast(one, ADD)).join(" ");
      case "match": return `${atLeast(node.operand, ADD)} ${node.negated ? "!~" : "~"} ${quoted(node.pattern)}`;
      case "membership": return `${atLeast(node.operand, ADD)} ${node.negated ? "not in" : "in"} ${atLeast(node.choices, ADD)}`;
    }
  }

  /** @param {ExprNode} node @param {number} level */
  function atLeast(node, level) {
    return levelOf(node) >= level ? format(node) : `(${format(node)})`;
  }

  /** @param {ExprNode} node */
  function levelOf(node) {
    if (node.type === "unary") return node.operator === "-" ? SIGN : NOT;
    if (node.type === "binary" || node.type === "junction") return LEVELS[node.operator];
    return ["comparison", "membership", "match"].includes(node.type) ? COMPARE : ATOM;
  }

  /** @param {string} text */
  const quoted = (text) => `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;

  Object.assign(site.expressions, { format });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
