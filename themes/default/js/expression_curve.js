// An expression over curves: the metrics of one run in, one curve out; collector/expressions/curves.py.
// It has a point at each step of the metric with the fewest points; the others take part with their latest value.
(function (/** @type {Site} */ site) {
  "use strict";

  const { words, children, isOfHistory, evaluate, numberOf, makeFold } = site.expressions;

  /** Under what a metric stands among the curves: its name, or "system." and its name. @param {NameNode} name */
  const curveKey = (name) => (name.kind === "system" ? "system." : name.kind === "metric" ? "" : "\0") + name.name;

  /** @param {string} name */
  const isCurve = (name) => words.FUNCTIONS.get(name)?.kind === "curve";

  /** @param {string} key @param {string} name @param {number | null} parameter */
  const seriesKey = (key, name, parameter) => `${name} ${parameter} ${key}`;

  /** Every curve in the tree in the order of the text. @param {ExprNode} node @returns {{key: string, name: string, parameter: number | null}[]} */
  function wanted(node) {
    if (node.type === "name") {
      return node.kind === "metric" || node.kind === "system" ? [{ key: curveKey(node), name: "last", parameter: null }] : [];
    }
    const below = children(node), found = [];
    let rest = below;
    if (node.type === "call" && isOfHistory(/** @type {FunctionWord} */ (words.FUNCTIONS.get(node.function)), below.length)) {
      const second = below[below.length - 1], parameter = second.type === "number" ? second.value : null;
      if (isCurve(node.function)) found.push({ key: curveKey(/** @type {NameNode} */ (below[0])), name: node.function, parameter });
      rest = below.slice(1);
    }
    return [...found, ...rest.flatMap(wanted)];
  }

  /** A curve that is walked along with the base. @param {StepCurve} curve @param {string} name @param {number | null} parameter */
  function series(curve, name, parameter) {
    const fold = makeFold(name, parameter);
    const values = Array.from(curve.values, (value, at) => {
      fold.add(curve.steps[at], value);
      return fold.result();
    });
    let at = -1;
    /** @param {number} step */
    return (step) => {
      while (at + 1 < curve.steps.length && curve.steps[at + 1] <= step) at += 1;
      return at >= 0 ? values[at] : null;
    };
  }

  /**
   * The curve of an expression; where it has no number, NaN. All else than curves is asked of the run.
   * @param {ExprNode} node @param {{[key: string]: StepCurve}} curves @param {RunEnvironment} run @returns {StepCurve}
   */
  function evaluateCurve(node, curves, run) {
    const parts = wanted(node).filter(({ key }) => Object.hasOwn(curves, key));
    /** @type {StepCurve | null} */
    let base = null;
    for (const { key } of parts) {
      const { length } = curves[key].steps;
      if (length && (!base || length < base.steps.length)) base = curves[key];
    }
    if (!base) return { steps: [], values: [], times: [] };
    /** @type {Map<string, (step: number) => number | null>} */
    const known = new Map();
    for (const { key, name, parameter } of parts) {
      const place = seriesKey(key, name, parameter);
      if (!known.has(place)) known.set(place, series(curves[key], name, parameter));
    }
    const { steps, times = [] } = base;
    let step = 0, time = /** @type {number | null} */ (null);
    /** @type {RunEnvironment} */
    const point = {
      value(name) {
        if (name.kind === "property" && name.name === "step") return step;
        if (name.kind === "property" && name.name === "time") return time;
        const found = known.get(seriesKey(curveKey(name), "last", null));
        return found ? found(step) : run.value(name);
      },
      history(called, name, parameter) {
        const found = isCurve(called) && known.get(seriesKey(curveKey(name), called, parameter));
        return found ? found(step) : run.history(called, name, parameter);
      },
    };
    const values = Array.from(steps, (one, at) => {
      [step, time] = [one, times.length ? times[at] : null];
      const value = numberOf(evaluate(node, point));
      return value === null ? NaN : value;
    });
    return { steps, values, times };
  }

  Object.assign(site.expressions, { evaluateCurve, curveKey });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
