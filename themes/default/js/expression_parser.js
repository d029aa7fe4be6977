// From an expression's text to its tree, by precedence; collector/expressions/parser.py mirrors this.
(function (/** @type {Site} */ site) {
  "use strict";

  const { words, Problem } = site.expressions;
  const [OR, AND, NOT, COMPARE, ADD, MULTIPLY, SIGN, POWER] = [1, 2, 3, 4, 5, 6, 7, 8];
  /** @type {{[operator: string]: number}} */
  const LEVELS = { or: OR, and: AND, "+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "%": MULTIPLY, "**": POWER };
  const ORDERS = ["<", "<=", ">", ">=", "==", "!="];

  /**
   * The tree of a text and the names it uses; throws a Problem.
   * @param {string} text @param {KnownNames} [known] @param {boolean} [mustKnow] whether an unknown name is a problem
   */
  function parse(text, known = site.expressions.nothing(), mustKnow = false) {
    const parser = new Parser(text, known);
    const expression = { node: parser.whole(), uses: parser.uses };
    if (mustKnow) for (const use of expression.uses) site.expressions.checkName(use, known);
    return expression;
  }

  class Parser {
    /** @param {string} text @param {KnownNames} known */
    constructor(text, known) {
      this.tokens = site.expressions.tokensOf(text, known);
      this.at = 0;
      this.nesting = 0;
      /** @type {NameUse[]} */
      this.uses = [];
    }

    get token() {
      return this.tokens[this.at];
    }

    /** @returns {ExprNode} */
    whole() {
      const node = this.expression(OR), token = this.token;
      if (token.kind === "end") {
        const limit = words.LIMITS.depth;
        if (depth(node) > limit) throw new Problem(site.t("expression.terms", { limit: String(limit) }), 0, token.end);
        return node;
      }
      if (token.kind === "sign" && [")", "]", ","].includes(token.text)) {
        throw new Problem(site.t("expression.closes_nothing", { sign: token.text }), token.start, token.end);
      }
      throw this.expected(site.t("expression.want.operator"), site.t("expression.join"));
    }

    /** @param {string} what @param {string} [hint] */
    expected(what, hint) {
      const { kind, start, end } = this.token;
      return new Problem(kind === "end" ? site.t("expression.expected_end", { what }) : site.t("expression.expected", { what }), start, end, hint);
    }

    /** @param {...string} signs */
    isSign(...signs) {
      return this.token.kind === "sign" && signs.includes(this.token.text);
    }

    take() {
      this.at += 1;
      return this.tokens[this.at - 1];
    }

    /** An expression whose operators bind at least as tightly as the level. @param {number} level @returns {ExprNode} */
    expression(level) {
      this.nesting += 1;
      const limit = words.LIMITS.nesting;
      if (this.nesting > limit) throw new Problem(site.t("expression.nesting", { limit: String(limit) }), this.token.start, this.token.end);
      let node = this.operand(level);
      for (;;) {
        if (level <= COMPARE && this.isComparison()) node = this.comparison(node);
        else if (this.token.kind === "sign" && (LEVELS[this.token.text] || 0) >= level) node = this.operation(node);
        else break;
      }
      this.nesting -= 1;
      return node;
    }

    /** @param {ExprNode} left @returns {ExprNode} */
    operation(left) {
      const operator = this.take().text, level = LEVELS[operator];
      if (level <= AND) {
        const operands = [left, this.expression(level + 1)];
        while (this.isSign(operator)) {
          this.take();
          operands.push(this.expression(level + 1));
        }
        return { type: "junction", operator, operands };
      }
      // A power binds to the right, and its exponent may have a sign.
      return { type: "binary", operator, left, right: this.expression(level === POWER ? SIGN : level + 1) };
    }

    isComparison() {
      if (!this.isSign("not")) return this.isSign(...ORDERS, "in", "~", "!~");
      const following = this.tokens[this.at + 1];
      return following.kind === "sign" && following.text === "in";
    }

    /** @param {ExprNode} left @returns {ExprNode} */
    comparison(left) {
      /** @type {ExprNode} */
      let node;
      if (this.isSign(...ORDERS)) {
        const operators = [], operands = [left];
        while (this.isSign(...ORDERS)) {
          operators.push(this.take().text);
          operands.push(this.expression(ADD));
        }
        node = { type: "comparison", operators, operands };
      } else if (this.isSign("~", "!~")) {
        const negated = this.take().text === "!~";
        node = { type: "match", operand: left, pattern: this.pattern(), negated };
      } else {
        const negated = this.take().text === "not";
        if (negated) this.take();
        node = { type: "membership", operand: left, choices: this.choices(), negated };
      }
      if (this.isComparison()) {
        const { start, end } = this.token;
        throw new Problem(site.t("expression.comparisons"), start, end, site.t("expression.bracket_one"));
      }
      return node;
    }

    pattern() {
      const token = this.token;
      if (token.kind !== "text") throw this.expected(site.t("expression.want.pattern"), site.t("expression.pattern_example"));
      this.take();
      try {
        site.expressions.compilePattern(token.text);
      } catch (problem) {
        if (!(problem instanceof site.expressions.PatternProblem)) throw problem;
        throw new Problem(site.t("expression.pattern", { problem: problem.message }), token.start, token.end);
      }
      return token.text;
    }

    /** @returns {ExprNode} */
    choices() {
      if (!this.isSign("[")) return this.expression(ADD);
      const opened = this.take();
      /** @type {ExprNode[]} */
      const items = [];
      while (!this.isSign("]")) {
        items.push(this.expression(OR));
        if (!this.isSign("]", ",")) throw this.unclosed(opened, site.t("expression.want.list_end"));
        if (this.isSign(",")) this.take();
      }
      this.take();
      return { type: "choices", items };
    }

    /** @param {Token} opened @param {string} what */
    unclosed(opened, what) {
      return this.token.kind === "end" ? new Problem(site.t("expression.never_closed", { sign: opened.text }), opened.start, opened.end) : this.expected(what);
    }

    /** @param {number} level @returns {ExprNode} */
    operand(level) {
      const token = this.token;
      if (token.kind === "number") {
        this.take();
        const value = Number(token.value);
        return value === Infinity ? { type: "constant", name: "inf" } : { type: "number", value, unit: token.text };
      }
      if (token.kind === "text") return { type: "text", value: this.take().text };
      if (token.kind === "constant") return { type: "constant", name: this.take().text };
      if (token.kind === "name") return this.name();
      if (!this.isSign("(")) return this.prefixed(level);
      this.take();
      const node = this.expression(OR);
      if (!this.isSign(")")) throw this.unclosed(token, site.t("expression.want.bracket"));
      this.take();
      return node;
    }

    /** @param {number} level @returns {ExprNode} */
    prefixed(level) {
      if (this.isSign("-")) {
        this.take();
        return { type: "unary", operator: "-", operand: this.expression(SIGN) };
      }
      if (this.isSign("+")) {
        this.take();
        return this.expression(SIGN);
      }
      if (this.isSign("not")) {
        if (level > NOT) throw this.expected(site.t("expression.want.value"), site.t("expression.bracket_not"));
        this.take();
        return { type: "unary", operator: "not", operand: this.expression(NOT) };
      }
      throw this.expected(site.t("expression.want.operand"), this.isSign("[") ? site.t("expression.list_place") : "");
    }

    /** @returns {ExprNode} */
    name() {
      const token = this.take(), name = /** @type {NameNode} */ (token.name);
      if (this.isSign("(") && this.token.start === token.end && token.end - token.start === token.text.length) return this.call(token);
      this.uses.push({ name, start: token.start, end: token.end });
      return name;
    }

    /** @param {Token} name @returns {ExprNode} */
    call(name) {
      const known = words.FUNCTIONS.get(name.text);
      if (!known) {
        const hint = site.expressions.didYouMean(name.text, words.FUNCTIONS.keys());
        throw new Problem(site.t("expression.no_function", { name: name.text }), name.start, name.end, hint);
      }
      const opened = this.take();
      /** @type {ExprNode[]} */
      const given = [];
      while (!this.isSign(")")) {
        given.push(this.expression(OR));
        if (!this.isSign(")", ",")) throw this.unclosed(opened, site.t("expression.want.call_end"));
        if (this.isSign(",")) {
          this.take();
          if (this.isSign(")")) throw this.expected(site.t("expression.want.argument"));
        }
      }
      site.expressions.checkArguments(known, given, name.start, this.take().end);
      return { type: "call", function: known.name, arguments: given };
    }
  }

  /** The nodes right below a node. @param {ExprNode} node @returns {ExprNode[]} */
  function children(node) {
    if (node.type === "call") return node.arguments;
    if (node.type === "unary" || node.type === "match") return [node.operand];
    if (node.type === "binary") return [node.left, node.right];
    if (node.type === "comparison" || node.type === "junction") return node.operands;
    if (node.type === "membership") return [node.operand, node.choices];
    return node.type === "choices" ? node.items : [];
  }

  /** Levels of the tree, counted without recursion: that is what they are counted for. @param {ExprNode} node */
  function depth(node) {
    let found = 0, level = [node];
    while (level.length) {
      found += 1;
      level = level.flatMap(children);
    }
    return found;
  }

  const levels = { LEVELS, NOT, COMPARE, ADD, SIGN, POWER };
  Object.assign(site.expressions, { parse, children, levels });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
