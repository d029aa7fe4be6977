"""Corrections of a run made afterwards: an overlay beside the logs, which themselves are never changed.

Every correction is a file of its own in the run's folder, so that those made on two machines lie beside each
other after a copy. Applying them is pure; the site and the commands do it through here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from collector.runlog.paths import EDITS_SUFFIX
from collector.runlog.reader import read_records
from collector.runlog.sound import is_sound
from collector.runlog.values import join_tree

NAMES = ("name", "group", "job_type", "notes")
"""Members of `run` in an edit: what of a run's names may be corrected."""


class Edit(NamedTuple):
    """One correction, or the taking back of one."""

    name: str
    """Name of its file without the suffix: what an `undo` names."""
    at: float
    """Seconds since 1970."""
    record: Mapping[str, Any]
    counts: bool = True
    """False where a later `undo` took it back."""


def read_edits(folder: str) -> list[Edit]:
    """Every correction of a run from the first to the last, those that were taken back included."""
    try:
        names = [name for name in os.listdir(folder) if name.endswith(EDITS_SUFFIX)]
    except OSError:
        return []
    found = [edit for name in names for edit in edits_in(os.path.join(folder, name))]
    return settled(found)


def edits_in(path: str) -> list[Edit]:
    """The corrections in one file."""
    try:
        records, _ = read_records(path)
    except OSError:
        return []
    name = os.path.basename(path).removesuffix(EDITS_SUFFIX)
    started = next((_number(record.get("started")) for record in records if record.get("k") == "head"), 0.0)
    return [
        Edit(name, started + _number(record.get("t")), record)
        for record in records
        if record.get("k") in ("edit", "undo") and is_sound(record)
    ]


def settled(edits: Iterable[Edit]) -> list[Edit]:
    """The corrections in order of time, each knowing whether it counts."""
    ordered = sorted(edits, key=lambda edit: (edit.at, edit.name))
    undone: set[str] = set()
    found = []
    for edit in reversed(ordered):
        counts = edit.name not in undone
        if counts and edit.record["k"] == "undo":
            undone.add(str(edit.record.get("edit")))
        found.append(edit._replace(counts=counts))
    return found[::-1]


class Overlay:
    """What all corrections that count make of a run."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self.edits = tuple(edits)
        counting = [edit for edit in edits if edit.counts and edit.record["k"] == "edit"]
        self._counting = [edit.record for edit in counting]
        self.joins = [(edit.at, run) for edit in counting for run in _texts(edit.record, "joins")]
        """When which run was joined to this one; `joins.continuations` says which of them mean something."""

    def __bool__(self) -> bool:
        return bool(self._counting)

    @property
    def is_hidden(self) -> bool:
        """Whether the run is to be left out of lists and sites."""
        said = [record["hidden"] for record in self._counting if isinstance(record.get("hidden"), bool)]
        return bool(said and said[-1])

    def names(self, recorded: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of `run` records with what was corrected in their place."""
        found = dict(recorded)
        for record in self._counting:
            corrected = _object(record, "run")
            found |= {name: corrected[name] for name in NAMES if name in corrected}
            found["tags"] = self._tags(found.get("tags"), record)
        return found

    def config(self, recorded: Mapping[str, Any]) -> dict[str, Any]:
        """A configuration by dotted names with what was corrected in its place."""
        found = dict(recorded)
        for record in self._counting:
            for gone in _texts(record, "unset"):
                found = _without(found, gone)
            for name, value in _corrected_values(record).items():
                found = _without(found, name) | {name: value}
        return found

    def metric(self, name: str) -> str:
        """What a metric is called now."""
        for record in self._counting:
            name = str(_object(record, "metrics").get(name, name))
        return name

    def _tags(self, before: Any, record: Mapping[str, Any]) -> list[str]:
        tags = [tag for tag in before if isinstance(tag, str)] if isinstance(before, list) else []
        kept = [tag for tag in tags if tag not in _texts(record, "remove")]
        return list(dict.fromkeys([*kept, *_texts(record, "add")]))


def words_of(edit: Edit) -> list[str]:
    """What a correction does, one short sentence each, for pages and terminals."""
    record = edit.record
    if record["k"] == "undo":
        return [f"took back {record.get('edit')}"]
    corrected = _object(record, "run")
    said = [_named(name, corrected[name]) for name in NAMES if name in corrected]
    said += [f"added tag {tag}" for tag in _texts(record, "add")]
    said += [f"removed tag {tag}" for tag in _texts(record, "remove")]
    if isinstance(record.get("hidden"), bool):
        said.append("hidden" if record["hidden"] else "shown again")
    said += [f"set {name} to {value}" for name, value in _corrected_values(record).items()]
    said += [f"removed setting {name}" for name in _texts(record, "unset")]
    said += [f"metric {old} is called {new}" for old, new in _object(record, "metrics").items()]
    return said + [f"joined run {run}" for run in _texts(record, "joins")]


def _named(name: str, value: Any) -> str:
    return f"removed {name}" if value in (None, "") else f"changed {name} to {value}"


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The values without a name and all that is nested below it."""
    return {key: values[key] for key in values if key != name and not key.startswith(name + ".")}


def _corrected_values(record: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return dict(join_tree(_object(record, "config"), _object(record, "x")))
    except (ValueError, TypeError):  # sealed, but by somebody who does not know what `x` may hold
        return _object(record, "config")


def _object(record: Mapping[str, Any], member: str) -> dict[str, Any]:
    value = record.get(member)
    return value if isinstance(value, dict) else {}


def _texts(record: Mapping[str, Any], member: str) -> list[str]:
    value = record.get(member)
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0
