"""The expression language of filters, charts, alerts and gates; docs/reference/expressions.md.

Pure: a text in, a tree out; a tree and what is known of a run in, a value out. The page's scripts mirror it
(themes/default/js/expression_*.js), and one table of cases in tests/js/cases holds both to the same results.
"""

from collector.expressions.complete import Candidate, Completion, complete
from collector.expressions.curves import Curve, evaluate_curve
from collector.expressions.errors import ExpressionError
from collector.expressions.evaluate import Environment, evaluate, is_true
from collector.expressions.formatter import format_expression
from collector.expressions.nodes import Expression, Known, Name, Node
from collector.expressions.parser import parse
from collector.expressions.values import Value

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
