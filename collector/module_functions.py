"""Functions of the module that mean the current run, and those of wandb's that mean nothing here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from collector import current
from collector.nothing import say_once
from collector.runlog.errors import CollectorError
from collector.training_run import Run


def _of_run(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method as a function that calls it on the current run."""
    name = method.__name__

    @wraps(method)
    def function(*arguments: Any, **named: Any) -> Any:
        run = current.run
        if run is None:
            raise CollectorError(f"collector.{name} needs a run.", "Call collector.init() first.")
        return method(run, *arguments, **named)

    function.__qualname__ = name
    function.__module__ = "collector"
    return function


alert = _of_run(Run.alert)
save = _of_run(Run.save)
restore = _of_run(Run.restore)
watch = _of_run(Run.watch)
unwatch = _of_run(Run.unwatch)
watch_tree = _of_run(Run.watch_tree)
log_artifact = _of_run(Run.log_artifact)
use_artifact = _of_run(Run.use_artifact)
link_artifact = _of_run(Run.link_artifact)
log_model = _of_run(Run.log_model)
use_model = _of_run(Run.use_model)
link_model = _of_run(Run.link_model)
log_code = _of_run(Run.log_code)
mark_preempting = _of_run(Run.mark_preempting)


def login(*arguments: Any, **named: Any) -> bool:
    """There is no account to log in to."""
    say_once("login() has no meaning here: there is no account")
    return True


def setup(*arguments: Any, **named: Any) -> None:
    """There is no service to start."""


def teardown(exit_code: int | None = None) -> None:
    """End the current run, if there is one: there is no service to stop."""
    if current.run is not None:
        current.run.finish(exit_code)


join = teardown


def require(*arguments: Any, **named: Any) -> None:
    """No part of wandb has to be switched on."""


def ensure_configured(*arguments: Any, **named: Any) -> None:
    """Nothing has to be configured."""


def termlog(string: str = "", newline: bool = True, repeat: bool = True, **named: Any) -> None:
    """Print a message of an integration's to stderr."""
    _print(string, newline, repeat)


def termwarn(string: str = "", newline: bool = True, repeat: bool = True, **named: Any) -> None:
    """Print a warning of an integration's to stderr."""
    _print(f"warning: {string}", newline, repeat)


def termerror(string: str = "", newline: bool = True, repeat: bool = True, **named: Any) -> None:
    """Print an error of an integration's to stderr."""
    _print(f"error: {string}", newline, repeat)


_printed: set[str] = set()


def _print(text: str, newline: bool, repeat: bool) -> None:
    if repeat or text not in _printed:
        _printed.add(text)
        try:
            print(f"collector: {text}", end="\n" if newline else "", file=sys.stderr)
        except Exception:  # named boundary: stderr may be closed or anything else
            pass
