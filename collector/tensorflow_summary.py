"""What `tf.summary` of TensorFlow 2 writes, seen where Python still knows the values.

Its event files are written by C++. Inside a compiled tf.function there are no values to be seen, only names
for them: such summaries are in the event file alone, and a note says so.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

HOOKED = "passes_on_to_collector"
"""Mark on functions that are hooked already."""
OPERATIONS = "tensorflow.python.ops.summary_ops_v2"


class Written(NamedTuple):
    """One call of `tf.summary.write` that was recorded."""

    folder: str
    """Of the writer; empty where it is not known."""
    tag: str
    value: Any
    """A tensor."""
    step: Any
    plugin: str


def hook_summary(tell: Callable[[Written], None]) -> None:
    """Have `tell` called with everything that is written from now on; for when TensorFlow has been loaded."""
    operations: Any = sys.modules[OPERATIONS]
    write, create = operations.write, operations.create_file_writer_v2
    if getattr(write, HOOKED, False):
        return
    folders: dict[int, str] = {}
    operations.write = _telling(operations, folders, tell)
    operations.create_file_writer_v2 = _remembering(create, folders)
    for name, module in list(sys.modules.items()):
        # tf.summary is several modules by now, and each has names of its own for these functions.
        if name.startswith("tensorflow.") and name.endswith(".summary"):
            for attribute, before, after in (
                ("write", write, operations.write),
                ("create_file_writer", create, operations.create_file_writer_v2),
            ):
                if vars(module).get(attribute) is before:
                    setattr(module, attribute, after)


def _remembering(create: Callable[..., Any], folders: dict[int, str]) -> Callable[..., Any]:
    @wraps(create)
    def create_file_writer(logdir: Any, *rest: Any, **more: Any) -> Any:
        writer = create(logdir, *rest, **more)
        folders[id(writer)] = str(logdir)
        return writer

    return create_file_writer


def _telling(operations: Any, folders: dict[int, str], tell: Callable[[Written], None]) -> Callable[..., Any]:
    original = operations.write

    @wraps(original)
    def write(tag: Any, tensor: Any, step: Any = None, metadata: Any = None, name: Any = None) -> Any:
        seen: list[Any] = []

        def look() -> Any:
            seen.append(tensor() if callable(tensor) else tensor)
            return seen[0]

        result = original(tag, look, step, metadata, name)
        if seen:  # there is a writer, and it records
            folder = folders.get(id(operations._summary_state.writer), "")
            at = operations.get_step() if step is None else step
            plugin = metadata.plugin_data.plugin_name if metadata is not None else ""
            tell(Written(folder, str(tag), seen[0], at, plugin))
        return result

    setattr(write, HOOKED, True)
    return write


def is_symbolic(written: Written) -> bool:
    """Whether value or step are only names in a graph."""
    return any(hasattr(part, "graph") and not hasattr(part, "numpy") for part in written)


def plain(value: Any) -> Any:
    """The value as an array of NumPy's, or as the number or text that it is."""
    found = value.numpy() if hasattr(value, "numpy") else value
    return found.encode() if isinstance(found, str) else found
