"""Corrections of runs: checked against what is there, and written as a file of their own beside the logs."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from collector.catalog.detail import Detail
from collector.catalog.glance import Look
from collector.runlog.edits import Edit, Overlay, read_edits
from collector.runlog.errors import CollectorError, MisuseError
from collector.runlog.joins import continuations
from collector.runlog.paths import EDITS_SUFFIX, new_segment_name
from collector.runlog.records import segment_header
from collector.runlog.values import split_tree, to_tree
from collector.runlog.writer import SegmentWriter


def write_edit(look: Look, record: Mapping[str, Any], host: str | None, now: float | None = None) -> str:
    """Write an `edit` or `undo` into the run's folder; its name."""
    wall = time.time() if now is None else now
    name = new_segment_name(0, "editor", wall)
    header = segment_header(look.project, look.id, role="editor", host=host)
    trouble: list[str] = []
    try:
        writer = SegmentWriter(
            os.path.join(look.folder, name + EDITS_SUFFIX),
            header,
            now=lambda: wall,
            on_trouble=trouble.append,
        )
    except OSError as error:
        raise CollectorError(
            f"{look.folder} can not be written: {error.strerror}.",
            "A correction is a file in the run's folder.",
        ) from error
    is_written = writer.write(dict(record))
    writer.close()
    if not is_written:
        os.unlink(writer.path)
        why = trouble[0] if trouble else "the disk did not take it"
        raise CollectorError(f"the correction could not be written: {why}.", "Nothing was changed.")
    return name


def config_members(values: Mapping[str, Any]) -> dict[str, Any]:
    """The members `config` and `x` of an edit for new values by dotted name."""
    exact: dict[str, str | bool] = {}
    config = split_tree(to_tree(dict(values)), exact)
    return {"config": config} | ({"x": exact} if exact else {})


def check_settings(detail: Detail, unset: Sequence[str]) -> None:
    """Refuse to take out what is not there."""
    for name in unset:
        if not any(key == name or key.startswith(name + ".") for key in detail.config):
            raise MisuseError(f"{detail.look.id} has no setting {name!r}.", _near(name, detail.config))


def check_metrics(detail: Detail, renamed: Mapping[str, str]) -> None:
    """Refuse to rename what was never logged, as long as the run goes no further."""
    known = {*detail.metrics, *detail.texts}
    for old, new in renamed.items():
        if not new:
            raise MisuseError(f"{old!r} needs a new name.", "Write it as OLD=NEW.")
        if old not in known and not detail.look.is_open:
            raise MisuseError(f"{detail.look.id} has no metric {old!r}.", _near(old, known))


def check_join(look: Look, other: Look) -> None:
    """Refuse a join that would mean nothing."""
    if os.path.dirname(os.path.abspath(look.folder)) != os.path.dirname(os.path.abspath(other.folder)):
        raise MisuseError(
            f"{other.id} is in another project than {look.id}.", "Only runs of one project join."
        )
    if look.id == other.id:
        raise MisuseError(f"{look.id} can not join itself.", "Name the run that goes on with it.")
    overlays = _overlays(os.path.dirname(os.path.abspath(look.folder)))
    chains = continuations(overlays)
    parents = {part: run for run, chain in chains.items() for part in chain}
    if other.id in parents:
        raise MisuseError(
            f"{other.id} is joined to {parents[other.id]} already.",
            f"collect edit {parents[other.id]} --undo takes that back.",
        )
    if parents.get(look.id) == other.id:
        raise MisuseError(f"{look.id} goes on with {other.id} already.", "A run can not follow itself.")


def find_edit(folder: str, word: str) -> Edit:
    """The correction that a word means: its name or the beginning of one, or `last` of those that count."""
    edits = read_edits(folder)
    if word == "last":
        counting = [edit for edit in edits if edit.counts and edit.record["k"] == "edit"]
        if not counting:
            raise MisuseError(
                f"no correction of {os.path.basename(folder)} counts.", "There is nothing to undo."
            )
        return counting[-1]
    found = [edit for edit in edits if edit.name.startswith(word)]
    if len({edit.name for edit in found}) != 1:
        names = ", ".join(dict.fromkeys(edit.name for edit in edits)) or "none"
        raise MisuseError(f"{word!r} names no single correction.", f"There are: {names}.")
    return found[0]


def _overlays(project: str) -> dict[str, Overlay]:
    """The corrections of every run of a project."""
    return {name: Overlay(read_edits(os.path.join(project, name))) for name in sorted(os.listdir(project))}


def _near(name: str, known: Any) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), 3)
    if near:
        return f"Did you mean {' or '.join(map(repr, near))}?"
    return f"There are: {', '.join(sorted(known)[:12])}." if known else "There are none."
