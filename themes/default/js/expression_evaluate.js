// The value of an expression for one run; collector/expressions/evaluation.py and values.py mirror this.
// Missing is null, and a comparison with something missing is missing too: a filter keeps only what is true.
(function (/** @type {Site} */ site) {
  "use strict";

  const { words, isOfHistory, secondsSince1970, order } = site.expressions;
  /** @type {{[name: string]: ExprValue}} */
  const CONSTANTS = { true: true, false: false, null: null, nan: NaN, inf: Infinity };
  /** @type {Map<string, {foundIn(text: string): boolean}>} */
  const patterns = new Map();

  /** @param {number} one @param {number} other */
  function remainder(one, other) {
    const rest = one % other;
    // Infinite divisors too: the sign is the divisor's, as in Python.
    return rest && (rest < 0) !== (other < 0) ? rest + other : rest;
  }

  /** @param {number} one @param {number} other */
  function power(one, other) {
    // IEEE 754 has 1 here, and so has Python; JavaScript alone has NaN.
    if (one === 1 || (one === -1 && Math.abs(other) === Infinity)) return 1;
    return one ** other;
  }

  /** @type {{[operator: string]: (one: number, other: number) => number}} */
  const OPERATIONS = {
    "+": (one, other) => one + other, "-": (one, other) => one - other, "*": (one, other) => one * other,
    "/": (one, other) => one / other, "%": remainder, "**": power,
  };

  /** @type {{[name: string]: (...values: number[]) => ExprValue}} */
  const FUNCTIONS = {
    abs: Math.abs, sqrt: Math.sqrt, exp: Math.exp, log: Math.log, log10: Math.log10, floor: Math.floor, ceil: Math.ceil,
    clip: (value, low, high) => ([value, low, high].some(Number.isNaN) ? NaN : value < low ? low : value > high ? high : value),
    min: (...values) => Math.min(...values), max: (...values) => Math.max(...values),
    isnan: Number.isNaN, isfinite: Number.isFinite,
  };

  /** @param {ExprValue} value @returns {number | null} */
  function numberOf(value) {
    return typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : null;
  }

  /** Whether a value counts as true: a number that is not 0, a text that is not empty. @param {ExprValue} value @returns {boolean | null} */
  function truthOf(value) {
    if (value === null || Number.isNaN(value)) return null;
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  }

  /** @param {boolean | null} value */
  const negated = (value) => (value === null ? null : !value);

  /** @param {string} operator @param {number} sign */
  function ordered(operator, sign) {
    switch (operator) {
      case "==": return sign === 0;
      case "!=": return sign !== 0;
      case "<": return sign < 0;
      case "<=": return sign <= 0;
      case ">": return sign > 0;
      default: return sign >= 0;
    }
  }

  /** @param {string} operator @param {ExprValue} one @param {ExprValue} other @returns {boolean | null} */
  function compared(operator, one, other) {
    if (one === null || other === null) return null;
    if (typeof one === "string" && typeof other === "string") {
      return operator === "==" ? one === other : operator === "!=" ? one !== other : ordered(operator, order(one, other));
    }
    const left = numberOf(one), right = numberOf(other);
    if (left === null || right === null) return operator === "==" ? false : operator === "!=" ? true : null;
    if (Number.isNaN(left) || Number.isNaN(right)) return operator === "!=";
    return ordered(operator, Number(left > right) - Number(left < right));
  }

  /** @param {ExprValue} choices @param {ExprValue} value @returns {boolean | null} */
  function contains(choices, value) {
    if (choices === null || value === null) return null;
    if (typeof choices === "string") return typeof value === "string" ? choices.includes(value) : null;
    return Array.isArray(choices) ? choices.some((one) => compared("==", value, one) === true) : null;
  }

  /** The value of a tree; what cannot be told is null. @param {ExprNode} node @param {RunEnvironment} run @returns {ExprValue} */
  function evaluate(node, run) {
    switch (node.type) {
      case "number": return node.unit ? node.value * words.UNITS[node.unit] : node.value;
      case "text": return node.value;
      case "constant": return CONSTANTS[node.name];
      case "name": return run.value(node);
      case "call": return called(node, run);
      case "unary": {
        const value = evaluate(node.operand, run);
        if (node.operator === "not") return negated(truthOf(value));
        const number = numberOf(value);
        return number === null ? null : -number;
      }
      case "binary": {
        const one = numberOf(evaluate(node.left, run)), other = numberOf(evaluate(node.right, run));
        return one === null || other === null ? null : OPERATIONS[node.operator](one, other);
      }
      case "junction": return joined(node, run);
      case "comparison": return chained(node, run);
      case "match": {
        const text = evaluate(node.operand, run);
        return typeof text === "string" ? patternOf(node.pattern).foundIn(text) !== node.negated : null;
      }
      case "membership": {
        const found = among(node, run);
        return node.negated ? negated(found) : found;
      }
      case "choices": return null;
    }
  }

  /** Whether a tree is true for a run: what a filter asks. @param {ExprNode} node @param {RunEnvironment} run */
  const isTrue = (node, run) => truthOf(evaluate(node, run)) === true;

  /** False decides `and`, true decides `or`, whatever is missing beside it. @param {JunctionNode} node @param {RunEnvironment} run */
  function joined(node, run) {
    const decisive = node.operator === "or";
    let missing = false;
    for (const operand of node.operands) {
      const truth = truthOf(evaluate(operand, run));
      if (truth === decisive) return decisive;
      missing = missing || truth === null;
    }
    return missing ? null : !decisive;
  }

  /** @param {ExprNode} node */
  const isNull = (node) => node.type === "constant" && node.name === "null";

  /** @param {ComparisonNode} node @param {RunEnvironment} run */
  function chained(node, run) {
    const values = node.operands.map((one) => evaluate(one, run));
    let missing = false;
    for (const [at, operator] of node.operators.entries()) {
      const isAsked = (operator === "==" || operator === "!=") && (isNull(node.operands[at]) || isNull(node.operands[at + 1]));
      // Written against null, the question is whether there is a value, and that has an answer.
      const truth = isAsked ? ((values[at] === null) === (values[at + 1] === null)) === (operator === "==")
        : compared(operator, values[at], values[at + 1]);
      if (truth === false) return false;
      missing = missing || truth === null;
    }
    return missing ? null : true;
  }

  /** @param {MembershipNode} node @param {RunEnvironment} run */
  function among(node, run) {
    const value = evaluate(node.operand, run);
    if (node.choices.type !== "choices") return contains(evaluate(node.choices, run), value);
    return value === null ? null : node.choices.items.some((item) => compared("==", value, evaluate(item, run)) === true);
  }

  /** @param {CallNode} node @param {RunEnvironment} run @returns {ExprValue} */
  function called(node, run) {
    const known = /** @type {FunctionWord} */ (words.FUNCTIONS.get(node.function)), first = node.arguments[0];
    if (first.type === "name" && isOfHistory(known, node.arguments.length)) {
      if (node.arguments.length === 1) return run.history(node.function, first, null);
      const parameter = numberOf(evaluate(node.arguments[1], run));
      return parameter === null ? null : run.history(node.function, first, parameter);
    }
    if (known.kind === "text") {
      const text = first.type === "text" ? first.value : "";
      if (node.function === "date") return secondsSince1970(text);
      return contains(run.value({ type: "name", kind: "property", name: "tags" }) || [], text);
    }
    if (known.kind === "number") {
      const silence = numberOf(run.value({ type: "name", kind: "property", name: "silence" })), wait = numberOf(evaluate(first, run));
      return silence === null || wait === null ? null : silence > wait;
    }
    return ofValues(node, run);
  }

  /** @param {CallNode} node @param {RunEnvironment} run @returns {ExprValue} */
  function ofValues(node, run) {
    if (node.function === "if") {
      const truth = truthOf(evaluate(node.arguments[0], run));
      return truth === null ? null : evaluate(node.arguments[truth ? 1 : 2], run);
    }
    const values = node.arguments.map((one) => evaluate(one, run));
    if (node.function === "default") return values[0] === null ? values[1] : values[0];
    if (node.function === "has") return values[0] !== null;
    const numbers = values.map(numberOf);
    return numbers.includes(null) ? null : FUNCTIONS[node.function](.../** @type {number[]} */ (numbers));
  }

  /** @param {string} text */
  function patternOf(text) {
    const known = patterns.get(text) || site.expressions.compilePattern(text);
    if (patterns.size > 64) patterns.clear();
    patterns.set(text, known);
    return known;
  }

  Object.assign(site.expressions, { evaluate, isTrue, numberOf });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
