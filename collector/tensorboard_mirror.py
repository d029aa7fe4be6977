"""`init(sync_tensorboard=True)`: what a script writes for TensorBoard is logged in the run, too.

The writers of tensorboard (which torch, Lightning and others use), of tensorboardX and of TensorFlow 2 are
made to pass on what they write; the event files are written as ever. Hooks stay for the life of the process,
and do nothing while no run asks for it.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import TYPE_CHECKING, Any

from collector import current
from collector.modulehook import when_loaded
from collector.tensorflow_summary import HOOKED, Written, hook_summary, is_symbolic, plain

if TYPE_CHECKING:
    from collector.training_run import Run

EVENT_WRITERS = ("tensorboard.summary.writer.event_file_writer", "tensorboardX.event_file_writer")
SPLITS = ("train", "training", "validation", "val", "eval", "test")
"""Folders in which one training writes the same names several times."""
UNSEEN = "sync_tensorboard: nothing was written by tensorboard, torch, tensorboardX or TensorFlow 2 here"
SYMBOLIC = "sync_tensorboard: tf.summary inside a tf.function is written to the event file only"


class Mirror:
    """What one run takes from the writers of its process."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._root: str | None = None
        self._prefixes: dict[str, str] = {"": ""}
        """What stands before the names of a folder's writer."""
        self._is_symbolic_noted = False
        self.count = 0

    def log(self, folder: str, step: int, values: dict[str, Any]) -> None:
        """Log values under the names that belong to a writer's folder."""
        prefix = self._prefix(folder)
        self.count += 1
        self._run.log({f"{prefix}{name}": value for name, value in values.items()}, step=step)

    def note_symbolic(self) -> None:
        """Say once that values inside a compiled TensorFlow function can not be seen."""
        if not self._is_symbolic_noted:
            self._is_symbolic_noted = True
            self._run._files.record_note(SYMBOLIC)

    def close(self) -> None:
        """The run ends."""
        _mirrors.pop(self._run.id, None)
        if not self.count and not self._is_symbolic_noted:
            self._run._files.record({"k": "note", "level": "info", "text": UNSEEN})

    def _prefix(self, folder: str) -> str:
        """The way from the first writer's folder to this one's."""
        known = self._prefixes.get(folder)
        if known is not None:
            return known
        place = _absolute(folder)
        name = posixpath.basename(place)
        if self._root is None:
            self._root = posixpath.dirname(place) if name in SPLITS else place
        way = posixpath.relpath(place, self._root)
        # Beside the first one and not below it: its own name tells it apart.
        prefix = "" if way == "." else f"{name if way.startswith('..') else way}/"
        self._prefixes[folder] = prefix
        return prefix


_mirrors: dict[str, Mirror] = {}
"""By run id; only the current run's takes anything."""


def mirror(run: Run) -> None:
    """Log in this run what the process writes for TensorBoard."""
    made = _mirrors[run.id] = Mirror(run)
    run._closers.append(made.close)
    for name in EVENT_WRITERS:
        when_loaded(name, _hook_events)
    when_loaded("tensorflow", _hook_tensorflow)


def _active() -> Mirror | None:
    run = current.run
    return None if run is None else _mirrors.get(run.id)


def _pass_on(give: Callable[[Mirror], None]) -> None:
    """Let the current run take something; the script's own writing never fails because of it."""
    active = _active()
    if active is not None:
        active._run._guard(lambda: give(active), is_last=True)


def _hook_events(module: ModuleType) -> None:
    kind = module.EventFileWriter
    original = kind.add_event
    if getattr(original, HOOKED, False):
        return

    @wraps(original)
    def add_event(self: Any, event: Any, *rest: Any, **more: Any) -> Any:
        result = original(self, event, *rest, **more)
        _pass_on(lambda active: _take_event(active, self, event))
        return result

    setattr(add_event, HOOKED, True)
    kind.add_event = add_event


def _take_event(active: Mirror, writer: Any, event: Any) -> None:
    from collector.tensorboard_values import values_of

    values = values_of(event)
    if values:
        active.log(str(writer.get_logdir()), int(event.step), values)


def _hook_tensorflow(module: ModuleType) -> None:
    hook_summary(lambda written: _pass_on(lambda active: _take_tensor(active, written)))


def _take_tensor(active: Mirror, written: Written) -> None:
    from collector.tensorboard_values import value_of_array

    if is_symbolic(written):
        active.note_symbolic()
        return
    found = value_of_array(plain(written.value), written.plugin)
    if found is not None:
        active.log(written.folder, int(plain(written.step)), {written.tag: found})


def _absolute(folder: str) -> str:
    return folder.rstrip("/") if "://" in folder else os.path.abspath(folder).replace(os.sep, "/")
