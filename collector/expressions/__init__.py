"""The expression language of filters, charts, alerts and gates; docs/reference/expressions.md.

Pure: a text in, a tree out; a tree and what is known of a run in, a value out. The page's scripts mirror it
(themes/default/js/expression_*.js), and one table of cases in tests/js/cases holds both to the same results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collector.expressions.completion import Candidate, Completion, complete
    from collector.expressions.curves import Curve, evaluate_curve
    from collector.expressions.errors import ExpressionError
    from collector.expressions.evaluation import Environment, evaluate, is_true
    from collector.expressions.formatter import format_expression
    from collector.expressions.nodes import Expression, Known, Name, Node
    from collector.expressions.parser import parse
    from collector.expressions.values import Value

_HOMES = {
    "Candidate": "completion",
    "Completion": "completion",
    "Curve": "curves",
    "Environment": "evaluation",
    "Expression": "nodes",
    "ExpressionError": "errors",
    "Known": "nodes",
    "Name": "nodes",
    "Node": "nodes",
    "Value": "values",
    "complete": "completion",
    "evaluate": "evaluation",
    "evaluate_curve": "curves",
    "format_expression": "formatter",
    "is_true": "evaluation",
    "parse": "parser",
}
"""Where each name lives: a command that waits for its rules to be read needs half of the modules."""

__all__ = [
    "Candidate",
    "Completion",
    "Curve",
    "Environment",
    "Expression",
    "ExpressionError",
    "Known",
    "Name",
    "Node",
    "Value",
    "complete",
    "evaluate",
    "evaluate_curve",
    "format_expression",
    "is_true",
    "parse",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
