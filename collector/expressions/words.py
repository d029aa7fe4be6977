"""The words of the language as data: the parser, completion and the reference page are made from this.

themes/default/js/expression_words.js has the same tables; a test compares both with one file.
"""

from __future__ import annotations

from typing import NamedTuple

TEXT_LIMIT = 10_000
"""Characters in an expression."""
NESTING_LIMIT = 50
"""Brackets, signs and calls inside one another."""
DEPTH_LIMIT = 150
"""Levels of the tree, and so the terms that a chain of + or * may have."""
WINDOW_LIMIT = 10_000
"""Values that `rolling` looks back on."""


class Function(NamedTuple):
    """One function: how it is called and what it gives."""

    name: str
    form: str
    least: int
    most: int
    """Number of arguments."""
    kind: str
    """'value': of values; 'history': its first argument is a metric; 'curve': such a one that also gives a
    curve in a chart; 'number' and 'text': its argument is written out."""
    help: str


MANY = 99

FUNCTIONS = (
    Function("last", "last(m)", 1, 1, "history", "The last value, the same as the bare name; it may be NaN."),
    Function("first", "first(m)", 1, 1, "history", "The first finite value."),
    Function(
        "min", "min(m)", 1, MANY, "history", "The smallest finite value; min(a, b) the smallest of values."
    ),
    Function(
        "max", "max(m)", 1, MANY, "history", "The largest finite value; max(a, b) the largest of values."
    ),
    Function("mean", "mean(m)", 1, 1, "history", "The mean of all finite values."),
    Function("argmin", "argmin(m)", 1, 1, "history", "The step of the smallest value."),
    Function("argmax", "argmax(m)", 1, 1, "history", "The step of the largest value."),
    Function("at", "at(m, step)", 2, 2, "history", "The value at a step, or the last one before it."),
    Function("count", "count(m)", 1, 1, "history", "How many values were logged, NaN and infinities too."),
    Function("count_nan", "count_nan(m)", 1, 1, "history", "How many values were NaN."),
    Function(
        "since", "since(m)", 1, 1, "history", "Seconds since it was last logged: until now, or the run's end."
    ),
    Function("ema", "ema(m, weight)", 2, 2, "curve", "Exponential moving average, debiased; 0 ≤ weight < 1."),
    Function(
        "rolling",
        "rolling(m, n)",
        2,
        2,
        "curve",
        "Mean of the last n finite values; missing before there are n.",
    ),
    Function("diff", "diff(m)", 1, 1, "curve", "Change from the finite value before."),
    Function("cummin", "cummin(m)", 1, 1, "curve", "Smallest value so far."),
    Function("cummax", "cummax(m)", 1, 1, "curve", "Largest value so far."),
    Function("abs", "abs(x)", 1, 1, "value", "Without its sign."),
    Function("sqrt", "sqrt(x)", 1, 1, "value", "Square root; NaN below 0."),
    Function("exp", "exp(x)", 1, 1, "value", "e to the power of x."),
    Function("log", "log(x)", 1, 1, "value", "Natural logarithm; -inf at 0, NaN below."),
    Function("log10", "log10(x)", 1, 1, "value", "Logarithm to base 10."),
    Function("floor", "floor(x)", 1, 1, "value", "The next whole number below."),
    Function("ceil", "ceil(x)", 1, 1, "value", "The next whole number above."),
    Function("clip", "clip(x, low, high)", 3, 3, "value", "x, but not below low nor above high."),
    Function("if", "if(c, a, b)", 3, 3, "value", "a where c is true, b where it is false, else missing."),
    Function("default", "default(x, y)", 2, 2, "value", "x, or y where x is missing."),
    Function("has", "has(x)", 1, 1, "value", "Whether x is not missing; never missing itself."),
    Function("isnan", "isnan(x)", 1, 1, "value", "Whether x is NaN."),
    Function("isfinite", "isfinite(x)", 1, 1, "value", "Whether x is neither NaN nor infinite."),
    Function("tag", 'tag("paper")', 1, 1, "text", "Whether the run has this tag."),
    Function(
        "date", 'date("2026-05-01")', 1, 1, "text", "A moment for `created`: a day or 2026-05-01T12:30."
    ),
    Function(
        "stalled",
        "stalled(10m)",
        1,
        1,
        "number",
        "Whether nothing was logged for so long, until now or the run's end.",
    ),
)
FUNCTION_BY_NAME = {one.name: one for one in FUNCTIONS}

PROPERTIES = {
    "name": "Name of the run.",
    "id": "Its id, the name of its folder.",
    "project": "Its project.",
    "group": "Its group.",
    "job_type": "What it does: train, eval.",
    "state": "running, stalled, finished, failed, stopped or lost.",
    "tags": 'Its tags: `"paper" in tags`.',
    "notes": "Its notes.",
    "user": "Who started it.",
    "host": "Machine of its lowest rank.",
    "alerts": "How many alerts it has, warnings and errors.",
    "attempt": "Number of its last start, from 1.",
    "created": "When it was first started, in seconds since 1970.",
    "age": "Seconds since then, up to now.",
    "duration": "Seconds it ran for.",
    "step": "The last step; in a chart, the step of each point.",
    "time": "Seconds from the start to the last row; in a chart, to each point.",
    "silence": "Seconds since the last row, up to now or the run's end.",
}

CONSTANTS = {
    "true": "true",
    "True": "true",
    "false": "false",
    "False": "false",
    "null": "null",
    "none": "null",
    "None": "null",
    "nan": "nan",
    "NaN": "nan",
    "inf": "inf",
    "Infinity": "inf",
}
OPERATOR_WORDS = {
    "and": "and",
    "AND": "and",
    "or": "or",
    "OR": "or",
    "not": "not",
    "NOT": "not",
    "in": "in",
    "IN": "in",
}
SIGNS = {"&&": "and", "||": "or", "!": "not", "=": "=="}
"""Other ways to write an operator."""

PREFIXES = {"cfg.": "config", "config.": "config", "summary.": "summary", "system.": "system"}
PREFIX_OF = {"config": "cfg.", "summary": "summary.", "system": "system."}

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
"""Seconds of each unit."""
