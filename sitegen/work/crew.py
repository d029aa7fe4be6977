"""Processes that do the same with many things, so that every core of the machine works on a build.

They are started by their program, not forked and not as multiprocessing starts them: threads of Polars do not
survive a fork, and multiprocessing would run a user's own script once more in each process. Only its
connections are used, on the two pipes to a process: what travels there comes from ourselves.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from sitegen.errors import SiteError, explained
from sitegen.work.garbage import rare_collections

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Task = TypeVar("Task")
Result = TypeVar("Result")

LARGEST_BATCH = 16
BATCHES_EACH = 6
"""Batches that every process gets, at least, where there are tasks enough: so that all end together."""

WORTHWHILE_SECONDS = 0.5
"""Of work for one process: starting others costs half of that."""

READ_BYTES_PER_SECOND = 60e6
"""About how fast one process reads logs, to tell what is worth another one."""

PROGRAM = (
    # Who stops the build with the keyboard, or closes its terminal, stops all of its processes at once; the
    # first one tells about it, and ends the others.
    "import signal, sys; sys.path[:] = {path!r};"
    "names = [one for one in ('SIGINT', 'SIGTERM', 'SIGHUP') if hasattr(signal, one)];"
    "[signal.signal(getattr(signal, one), signal.SIG_IGN) for one in names];"
    "from sitegen.work.crew import serve; serve({modules!r})"
)


class Crew(Protocol):
    """Does something with many things; in which process is its own affair."""

    def map(self, work: Callable[[Task], Result], tasks: Sequence[Task], seconds: float) -> Iterator[Result]:
        """The results in the order of the tasks, which take about so long together.

        `work`, tasks and results must be fit to be sent to another process.
        """


class Alone:
    """This process, which does one thing after the other."""

    def map(self, work: Callable[[Task], Result], tasks: Sequence[Task], seconds: float) -> Iterator[Result]:
        """The results in the order of the tasks."""
        return map(work, tasks)


class Processes:
    """This process and others, started when there is enough to do and ended with the build.

    `modules` are what the others import before they are given anything.
    """

    def __init__(self, count: int, modules: Sequence[str] = ()) -> None:
        # On Windows a connection needs more than a pipe, and nobody has asked for it yet.
        self._count = 1 if sys.platform == "win32" else count
        self._modules = tuple(modules)
        self._workers: list[_Worker] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            if error is not None:
                worker.process.kill()
            # A process ends when its input does.
            worker.tasks.close()
        for worker in self._workers:
            worker.process.wait()
            worker.answers.close()

    def start(self) -> None:
        """Starts the processes now: they import their modules while this one decides what to do."""
        while len(self._workers) < self._count - 1:
            self._workers.append(_start(self._modules))

    def map(self, work: Callable[[Task], Result], tasks: Sequence[Task], seconds: float) -> Iterator[Result]:
        """The results in the order of the tasks; others work while nobody asks for them, then we do too."""
        if self._count < 2 or (not self._workers and seconds < WORTHWHILE_SECONDS):
            return map(work, tasks)
        self.start()
        for thread in self._threads:  # a job whose results were not all asked for
            thread.join()
        job = _Job(tasks, self._count)
        self._threads = [
            threading.Thread(target=_drive, args=(worker, work, job), daemon=True) for worker in self._workers
        ]
        for thread in self._threads:
            thread.start()
        return job.results(work)


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

    def results(self, work: Callable[[Any], Any]) -> Iterator[Any]:
        """Everything in order; who waits for it works on what nobody has taken yet."""
        early: dict[int, list[Any]] = {}
        for start in range(0, len(self._tasks), self._size):
            while start not in early:
                own = self.next_batch() if self._done.empty() else None
                if own is not None:
                    early[own[0]] = list(map(work, own[1]))
                    continue
                found = self._done.get()
                if isinstance(found, SiteError):
                    raise found
                early[found[0]] = found[1]
            yield from early.pop(start)


class _Worker(NamedTuple):
    """A process and the pipes to and from it."""

    process: subprocess.Popen[bytes]
    tasks: Connection[Any, Any]
    answers: Connection[Any, Any]


def _start(modules: tuple[str, ...]) -> _Worker:
    from multiprocessing.connection import Connection  # 10 ms, which a build without changes need not pay

    # One thread each: there are as many processes as cores.
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(path=sys.path, modules=modules)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "POLARS_MAX_THREADS": "1"},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    tasks, answers = os.dup(process.stdin.fileno()), os.dup(process.stdout.fileno())
    process.stdin.close()
    process.stdout.close()
    return _Worker(process, Connection(tasks, readable=False), Connection(answers, writable=False))


def _drive(worker: _Worker, work: Callable[[Any], Any], job: _Job) -> None:
    """Feeds one process until no task is left."""
    try:
        worker.tasks.send(work)
        while (batch := job.next_batch()) is not None:
            start, tasks = batch
            worker.tasks.send(tasks)
            answer = worker.answers.recv()
            if isinstance(answer, _Failure):
                job.fail(answer.as_error())
                return
            job.finish(start, answer)
        worker.tasks.send(None)
    except (OSError, EOFError):
        job.fail(_lost(worker.process))
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
        if isinstance(error, OSError):
            error = explained(error)
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


def serve(modules: Sequence[str]) -> None:
    """Works for another process until it closes our input; with these modules it will have to."""
    import importlib
    from multiprocessing.connection import Connection

    tasks, answers = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    # Whatever prints here must not end up among the answers.
    os.dup2(2, 1)
    with rare_collections(), contextlib.suppress(EOFError, BrokenPipeError):
        for module in modules:
            importlib.import_module(module)
        while True:
            _serve_one(tasks.recv(), tasks, answers)


def _serve_one(
    work: Callable[[Any], Any], source: Connection[Any, Any], target: Connection[Any, Any]
) -> None:
    while (tasks := source.recv()) is not None:
        try:
            answer: Any = [work(task) for task in tasks]
        except Exception as error:  # named boundary: told in the process that builds
            answer = _Failure(error)
        target.send(answer)


def cores() -> int:
    """How many processes can work at the same time here."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1
