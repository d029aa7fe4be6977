"""The table of cases that Python and JavaScript share, and the run that it is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collector.expressions import Curve, Known, Name, Value
from collector.expressions.folds import History, make_fold

CASES = Path(__file__).parents[2] / "js" / "cases"
WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def read_cases(name: str) -> Any:
    """A table of cases as it stands: JSON knows no NaN, so it is spelled as text."""
    return json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))


def known_names(named: Mapping[str, list[str]]) -> Known:
    """The known names of the table."""
    return Known(**{kind: frozenset(names) for kind, names in named.items()})


def numbers(values: list[Any]) -> list[float]:
    """Values of the table as floats."""
    return [WORDS[value] if isinstance(value, str) else float(value) for value in values]


def curves_of(run: Mapping[str, Any]) -> dict[str, Curve]:
    """The metrics of the table's run; a step takes ten seconds."""
    return {
        name: Curve(steps, numbers(values), [10.0 * step for step in steps])
        for name, (steps, values) in run["history"].items()
    }


class TableRun:
    """The run of the table as an environment."""

    def __init__(self, run: Mapping[str, Any]) -> None:
        self._run = run

    def value(self, name: Name) -> Value:
        """A last value, a setting, a summary value or a property."""
        if name.kind == "metric":
            found = [
                self.history("last", name, None),
                *(self._run[one].get(name.name) for one in ("summary", "config")),
            ]
            return next((value for value in found if value is not None), None)
        if name.kind == "summary" and name.name not in self._run["summary"]:
            return self.history("last", name, None)
        values: dict[str, Value] = self._run[{"property": "properties"}.get(name.kind, name.kind)]
        return values.get(name.name)

    def history(self, function: str, name: Name, parameter: float | None) -> Value:
        """A function of the history, folded."""
        if name.name not in self._run["history"]:
            return None
        if function == "since":
            return float(self._run["properties"]["silence"])
        steps, values = self._run["history"][name.name]
        fold = make_fold(function, parameter)
        for step, value in zip(steps, numbers(values), strict=True):
            fold.add(step, value)
        if isinstance(fold, History) and parameter is not None:
            return fold.at(parameter)
        return fold.result()
