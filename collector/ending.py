"""How the process ends, as far as Python can see it; signals are left alone, the wrapper sees those.

An unhandled exception is recorded at once, the code of a SystemExit is noticed (systemexit.py), and atexit
finishes the run.
After SIGKILL, SIGTERM or os._exit there is no end record: the run stays open until its heartbeat is too old.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from collector.systemexit import exit_code, notice_exit

if TYPE_CHECKING:
    from collector.training_run import Run

TRACEBACK_LIMIT = 64 << 10
"""Most characters of a traceback; of a longer one the end is kept."""


CAUSE_LIMIT = 300
"""Most characters of a cause."""


WORKERS = (("multiprocessing.popen_fork", "_launch"), ("multiprocessing.forkserver", "main"))
"""Functions of multiprocessing that end a forked child."""


class Ending(NamedTuple):
    """What an `end` record says."""

    state: str
    exit: int | None = None
    signal: int | None = None
    cause: str | None = None
    traceback: str | None = None

    def record(self) -> dict[str, Any]:
        """The record."""
        record = {"k": "end", **self._asdict()}
        if self.traceback is None:
            del record["traceback"]
        return record


def ending_of_code(code: int) -> Ending:
    """How a run ended that finished with an exit code."""
    return Ending("failed", code, None, f"exit code {code}") if code else Ending("finished", 0)


def ending_of_error(error: BaseException) -> Ending:
    """How a run ended that an exception left."""
    if isinstance(error, SystemExit):
        return ending_of_exit(error.code)
    if isinstance(error, KeyboardInterrupt):
        return Ending("stopped", None, 2, "interrupted (SIGINT)")
    cause = _tell(f"{type(error).__name__}: {_first_line(error)}")[:CAUSE_LIMIT]
    return Ending("failed", 1, None, cause, _tell(_traceback(error)))


def ending_of_exit(code: object) -> Ending:
    """How a run ended that called sys.exit: a text given to it goes to standard error, and is the cause."""
    number = exit_code(code)
    if code is None or isinstance(code, int) or not (line := _first_line(code)):
        return ending_of_code(number)
    return Ending("failed", number, None, _tell(line)[:CAUSE_LIMIT])


def _tell(said: str) -> str:
    """A text of the user's as it may be recorded."""
    from collector.runlog.redact import text
    from collector.runlog.values import clean_text

    return clean_text(text(said))


def _die_of_interrupt() -> None:
    """Let Python end by SIGINT, as it would without us.

    It remembers an unhandled Ctrl-C in a flag that any later `eval` of a text clears, and making a named
    tuple is one; a text that raises KeyboardInterrupt sets it again.
    """
    try:
        exec("raise KeyboardInterrupt")
    except KeyboardInterrupt:
        pass


def _first_line(said: object) -> str:
    try:
        return str(said).strip().split("\n")[0]
    except Exception:  # named boundary: an object of the user's that can not even be printed
        return ""


def _traceback(error: BaseException) -> str:
    import traceback  # 3 ms, for whoever fails

    try:
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except Exception as own:  # named boundary, as above
        text = f"{type(error).__name__} (its traceback can not be printed: {type(own).__name__})"
    return text[-TRACEBACK_LIMIT:]


def _code_of_worker() -> int | None:
    """What a forked child of multiprocessing ends with, where that is known already; None elsewhere.

    Since Python 3.13 its exit functions run when its exception has been handled and is gone. The code is a
    variable of the function that calls them.
    """
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        name = (frame.f_globals.get("__name__"), frame.f_code.co_name)
        if name == ("multiprocessing.process", "_bootstrap"):
            return None  # not over yet: an older Python
        if name in WORKERS:
            code = frame.f_locals.get("code")
            return code if isinstance(code, int) else None
    return None


class _Watch:
    """Hooks that stay for the life of the process once a run has begun."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.code: object = None
        """The code of the SystemExit that ends the process."""
        self.is_code_noticed = False
        """Whether that code is seen itself; if not, the last call of sys.exit counts."""
        self.pid = 0
        self._hook: Callable[..., Any] = sys.excepthook
        self._exit: Callable[..., NoReturn] = sys.exit

    def install(self) -> None:
        if self.pid == os.getpid():
            return
        if self.pid == 0:
            self._hook, sys.excepthook = sys.excepthook, self.see_error
            self.is_code_noticed = notice_exit(self.see_code)
            if not self.is_code_noticed or sys.version_info < (3, 12):
                self._replace_exit()
            atexit.register(self.at_exit)
        if "multiprocessing.util" in sys.modules:
            # Its forked children leave by os._exit and never come to atexit.
            from multiprocessing.util import Finalize

            Finalize(None, self.at_exit, exitpriority=0)
        self.pid = os.getpid()

    def _replace_exit(self) -> None:
        self._exit, sys.exit = sys.exit, self.see_exit
        script = vars(sys.modules["__main__"])
        for name in [name for name, value in script.items() if value is self._exit]:
            script[name] = self.see_exit  # the script has said `from sys import exit`

    def see_error(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        try:
            for run in self.live_runs():
                run._mark_ended(ending_of_error(error))
        finally:
            self._hook(kind, error, trace)

    def see_code(self, code: object) -> None:
        self.code = code

    def see_exit(self, status: Any = None, /) -> NoReturn:
        if not self.is_code_noticed and threading.current_thread() is threading.main_thread():
            self.code = status
        try:
            self._exit(status)
        except SystemExit:
            # What Python 3.10 and 3.11 raise here is only a status until somebody catches it, and then it
            # becomes an exception with a code.
            raise

    def at_exit(self) -> None:
        # A multiprocessing child ends while the exception is handled; elsewhere Python keeps the last one.
        error = sys.exc_info()[1]
        if error is None and not hasattr(sys, "ps1"):
            error = getattr(sys, "last_value", None)
        for run in self.live_runs():
            if run._ending is None and isinstance(error, BaseException):
                run._mark_ended(ending_of_error(error))  # somebody replaced our hook and did not call it
            code = _code_of_worker() if self.code is None else self.code
            run._finish_as(run._ending or ending_of_exit(code))
        if isinstance(error, KeyboardInterrupt):
            _die_of_interrupt()

    def live_runs(self) -> list[Run]:
        # A forked child runs its parent's hooks at exit, but the parent's runs are not its to end.
        return [run for run in reversed(self.runs) if run._owner == os.getpid()]


_watch = _Watch()


def watch(run: Run) -> None:
    """Finish this run when the process ends, if nobody did before."""
    _watch.install()
    _watch.code = None
    _watch.runs.append(run)


def forget(run: Run) -> None:
    """The run is finished."""
    if run in _watch.runs:
        _watch.runs.remove(run)


def after_fork() -> None:
    """In a forked child: no run of the parent is ours to keep or to end."""
    for run in _watch.runs:
        run._after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=after_fork)
