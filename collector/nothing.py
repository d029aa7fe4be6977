"""What stands for the parts of wandb that have no meaning here: it takes every use and does nothing.

A script that calls one of them goes on; that it had no effect is said once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from collector import current

_told: set[str] = set()


class Nothing:
    """Takes calls, attributes, items, loops and `with` blocks; it is false and empty."""

    def __init__(self, name: str) -> None:
        self.__dict__["_name"] = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Nothing(f"{self._name}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        """Forget it."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        # Used as a decorator it gives the function back.
        is_decorated = len(arguments) == 1 and not named and callable(arguments[0])
        return arguments[0] if is_decorated else self

    def __getitem__(self, key: Any) -> Any:
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        """Forget it."""

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __contains__(self, item: Any) -> bool:
        return False

    def __bool__(self) -> bool:
        return False

    def __enter__(self) -> Nothing:
        return self

    def __exit__(self, *error: object) -> None:
        """Let an exception go on."""

    def __repr__(self) -> str:
        return f"<{self._name}: not part of collector>"


def missing(owner: str, name: str) -> Any:
    """What an unknown public name gives; private ones and those of Python raise AttributeError.

    Tools ask for all kinds of attributes to learn what an object is; those have to get an honest answer.
    With a strict run, every unknown name raises.
    """
    run = current.run
    if name.startswith("_") or (run is not None and run._strict):
        raise AttributeError(f"{owner} has no attribute {name!r}")
    say_once(f"{owner}.{name} has no meaning here; such calls do nothing")
    return Nothing(f"{owner}.{name}")


def say_once(text: str) -> None:
    """Tell it in the current run's notes; on stderr where there is no run."""
    if text in _told:
        return
    _told.add(text)
    if current.run is not None and not current.run.disabled:
        current.run._files.record({"k": "note", "level": "info", "text": text})
        return
    try:
        print(f"collector: {text}", file=sys.stderr)
    except Exception:  # named boundary: stderr may be closed or anything else
        pass
