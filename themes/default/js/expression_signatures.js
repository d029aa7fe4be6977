// Whether a function is given what it wants; collector/expressions/signatures.py and moments.py mirror this.
(function (/** @type {Site} */ site) {
  "use strict";

  const { words, Problem } = site.expressions;
  const MOMENT = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?Z?)?$/;
  const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

  /** @param {FunctionWord} known @param {ExprNode[]} given @param {number} start @param {number} end */
  function checkArguments(known, given, start, end) {
    const told = problem(known, given);
    if (told) throw new Problem(site.t("expression.arguments.wrong", { name: known.name, problem: told }), start, end, site.t("expression.arguments.form", { form: known.form }));
  }

  /** @param {FunctionWord} known @param {ExprNode[]} given */
  function problem(known, given) {
    if (given.length < known.least || given.length > known.most) {
      const found = String(given.length);
      if (known.least < known.most) return site.t("expression.arguments.least", { n: known.least, found });
      return site.t("expression.arguments.count", { n: known.least, found });
    }
    const first = given[0];
    if (isOfHistory(known, given.length)) {
      if (first.type !== "name" || (first.kind !== "metric" && first.kind !== "system")) return site.t("expression.arguments.metric");
      return parameterProblem(known, given);
    }
    if (known.kind === "text") {
      if (first.type !== "text") return site.t("expression.arguments.text");
      if (known.name === "date" && secondsSince1970(first.value) === null) {
        return site.t("expression.arguments.day");
      }
    }
    return known.kind === "number" && first.type !== "number" ? site.t("expression.arguments.time") : "";
  }

  /** Whether the first argument is a metric, whose history is meant. @param {FunctionWord} known @param {number} count */
  function isOfHistory(known, count) {
    const isOfValues = (known.name === "min" || known.name === "max") && count > 1;
    return (known.kind === "history" || known.kind === "curve") && !isOfValues;
  }

  /** @param {FunctionWord} known @param {ExprNode[]} given */
  function parameterProblem(known, given) {
    if (known.kind !== "curve" || given.length < 2) return "";
    const value = given[1].type === "number" ? given[1].value : -1, { window: limit } = words.LIMITS;
    if (known.name === "ema" && !(value >= 0 && value < 1)) return site.t("expression.arguments.weight");
    if (known.name === "rolling" && !(value >= 1 && value <= limit && Number.isInteger(value))) {
      return site.t("expression.arguments.values", { limit: String(limit) });
    }
    return "";
  }

  /** The moment a text names, in UTC, or null. @param {string} text @returns {number | null} */
  function secondsSince1970(text) {
    const found = MOMENT.exec(text);
    if (!found) return null;
    const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part || 0));
    if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return null;
    const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    if (day < 1 || day > LENGTHS[month - 1] + (month === 2 && isLeap ? 1 : 0)) return null;
    return days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
  }

  /** Days from 1970-01-01; years are counted from March. @param {number} year @param {number} month @param {number} day */
  function days(year, month, day) {
    const fromMarch = year - (month <= 2 ? 1 : 0);
    const before = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5);
    const leap = Math.floor(fromMarch / 4) - Math.floor(fromMarch / 100) + Math.floor(fromMarch / 400);
    return fromMarch * 365 + leap + before + day - 1 - 719468;
  }

  Object.assign(site.expressions, { checkArguments, isOfHistory, secondsSince1970 });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
