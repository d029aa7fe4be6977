"""What a run's records say about it, for rules that ask for settings, names or tags."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from collector.expressions.nodes import Name
from collector.expressions.values import Value
from collector.runlog.replay import last_fields, merged_tree, read_run_records

KINDS = ("run", "config", "summary")
FRESH_SECONDS = 10.0


class RunFacts:
    """Names, settings and summary of a run, read again when they are older than ten seconds."""

    def __init__(
        self, folder: Callable[[], str], own: Mapping[str, Value], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._own = own
        self._clock = clock
        self._read_at: float | None = None
        self._values: dict[str, dict[str, Any]] = {}

    def __call__(self, name: Name) -> Value:
        """A property, setting or summary value; a bare name is the one or the other."""
        now = self._clock()
        if self._read_at is None or now - self._read_at > FRESH_SECONDS:
            self._read_at = now
            self._values = read_facts(self._folder())
        if name.kind == "property":
            found = self._values["property"].get(name.name)
            return _plain(self._own.get(name.name) if found is None else found)
        if name.kind == "metric":
            summary = self._values["summary"].get(name.name)
            return _plain(self._values["config"].get(name.name) if summary is None else summary)
        return _plain(self._values.get(name.kind, {}).get(name.name))


def read_facts(folder: str) -> dict[str, dict[str, Any]]:
    """The names, flattened settings and flattened summary of a run."""
    records = read_run_records(folder, KINDS)
    names: dict[str, Any] = {
        "id": os.path.basename(folder),
        "project": os.path.basename(os.path.dirname(folder)),
    }
    names |= {name: value for name, value in last_fields(records, "run").items() if value is not None}
    return {
        "property": names,
        "config": _flat(merged_tree(records, "config")),
        "summary": _flat(merged_tree(records, "summary")),
    }


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


def _plain(value: Any) -> Value:
    return value if isinstance(value, (bool, int, float, str, list, tuple)) else None
