"""Processes that do the same with many things, so that every core of the machine works on a build.

They are started by their program, not forked and not by multiprocessing: threads of Polars do not survive a
fork, and multiprocessing would run a user's own script once more in each process. A message is one pickle on
a pipe between two processes of ours; nothing that stands on a disk is ever read so.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import IO, Any, Protocol, TypeVar

from sitegen.errors import SiteError

Task = TypeVar("Task")
Result = TypeVar("Result")

Progress = Callable[[Iterable[Any], int], Iterable[Any]]
"""Passes results on while showing how many of so many there are."""

LARGEST_BATCH = 16
BATCHES_EACH = 6
"""Batches that every process gets, at least, where there are tasks enough: so that all end together."""

WORTHWHILE_SECONDS = 0.5
"""Of work for one process: starting others costs half of that."""

PROGRAM = "import sys; sys.path[:] = {path!r}; from sitegen.work.crew import serve; serve()"


class Crew(Protocol):
    """Does something with many things; in which process is its own affair."""

    def map(self, work: Callable[[Task], Result], tasks: Sequence[Task], seconds: float) -> Iterator[Result]:
        """The results in the order of the tasks, which take about so long together.

        `work`, tasks and results must be fit to be pickled.
        """


class Alone:
    """This process, which does one thing after the other."""

    def map(self, work: Callable[[Task], Result], tasks: Sequence[Task], seconds: float) -> Iterator[Result]:
        """The results in the order of the tasks."""
        return map(work, tasks)


class Processes:
    """Several processes, started when there is something to do and ended with the build."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._started:
            if error is not None:
                process.kill()
            # A process ends when its input does.
            with contextlib.suppress(OSError):
                process.communicate()

    def start(self) -> None:
        """Starts the processes now: they import what they need while others decide what to do."""
        program = PROGRAM.format(path=sys.path)
        # One thread each: there are as many processes as cores.
        env = {**os.environ, "POLARS_MAX_THREADS": "1"}
        while len(self._started) < self._count:
            self._started.append(
                subprocess.Popen(
                    [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
                )
            )

    def map(self, work: Callable[[Task], Result], tasks: Sequence[Task], seconds: float) -> Iterator[Result]:
        """The results in the order of the tasks; work goes on while nobody asks for them."""
        if self._count < 2 or (not self._started and seconds < WORTHWHILE_SECONDS):
            return map(work, tasks)
        self.start()
        job = _Job(tasks, self._count)
        threads = [
            threading.Thread(target=_drive, args=(process, work, job), daemon=True)
            for process in self._started
        ]
        for thread in threads:
            thread.start()
        return job.results()


class _Job:
    """Tasks given out in batches, and what became of them."""

    def __init__(self, tasks: Sequence[Any], processes: int) -> None:
        self._tasks = tasks
        self._size = max(1, min(LARGEST_BATCH, len(tasks) // (processes * BATCHES_EACH)))
        self._starts = iter(range(0, len(tasks), self._size))
        self._lock = threading.Lock()
        self._done: queue.SimpleQueue[tuple[int, list[Any]] | SiteError] = queue.SimpleQueue()

    def next_batch(self) -> tuple[int, Sequence[Any]] | None:
        with self._lock:
            start = next(self._starts, None)
        return None if start is None else (start, self._tasks[start : start + self._size])

    def finish(self, start: int, results: list[Any]) -> None:
        self._done.put((start, results))

    def fail(self, error: SiteError) -> None:
        self._done.put(error)

    def results(self) -> Iterator[Any]:
        early: dict[int, list[Any]] = {}
        for start in range(0, len(self._tasks), self._size):
            while start not in early:
                found = self._done.get()
                if isinstance(found, SiteError):
                    raise found
                early[found[0]] = found[1]
            yield from early.pop(start)


def _drive(process: subprocess.Popen[bytes], work: Callable[[Any], Any], job: _Job) -> None:
    """Feeds one process until no task is left."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        _send(process.stdin, work)
        while (batch := job.next_batch()) is not None:
            start, tasks = batch
            _send(process.stdin, tasks)
            answer = pickle.load(process.stdout)
            if isinstance(answer, _Failure):
                job.fail(answer.as_error())
                return
            job.finish(start, answer)
        _send(process.stdin, None)
    except (OSError, EOFError, pickle.UnpicklingError):
        job.fail(_lost(process))
    except BaseException as error:  # named boundary: whatever it is, the build must hear of it
        job.fail(SiteError(f"a task could not be given to another process: {error!r}"))


def _lost(process: subprocess.Popen[bytes]) -> SiteError:
    code = process.wait()
    ended = f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"
    return SiteError(
        f"a process that worked for this build {ended}.",
        hint="Was the machine out of memory? With --jobs 1 everything is done in one process.",
    )


class _Failure:
    """What went wrong in a process, fit to be sent."""

    def __init__(self, error: BaseException) -> None:
        self._ours = (type(error), error.message, error.hint) if isinstance(error, SiteError) else None
        self._told = traceback.format_exc()

    def as_error(self) -> SiteError:
        if self._ours is not None:
            kind, message, hint = self._ours
            return kind(message, hint=hint)
        return SiteError(
            f"sitegen failed in a process of its own:\n{self._told}",
            hint="Please report this as a defect of sitegen.",
        )


def serve() -> None:
    """Works for another process until it closes our input."""
    import signal

    # Who stops the build with the keyboard stops all of its processes at once; the first one tells about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # Whatever prints here must not end up among the answers.
    os.dup2(2, 1)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            _serve_one(pickle.load(source), source, target)


def _serve_one(work: Callable[[Any], Any], source: IO[bytes], target: IO[bytes]) -> None:
    while (tasks := pickle.load(source)) is not None:
        try:
            answer: Any = [work(task) for task in tasks]
        except Exception as error:  # named boundary: told in the process that builds
            answer = _Failure(error)
        _send(target, answer)


def _send(target: IO[bytes], message: Any) -> None:
    pickle.dump(message, target, protocol=pickle.HIGHEST_PROTOCOL)
    target.flush()


def cores() -> int:
    """How many processes can work at the same time here."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1
