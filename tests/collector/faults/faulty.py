"""A disk whose N-th call fails: the shim, compiled, and a process that runs cases under it."""

from __future__ import annotations

import json
import mmap
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import pytest

from tests.collector.faults.cases import PAGE
from tests.collector.runs import ROOT, clean_environment

HERE = Path(__file__).parent
OPEN, WRITE, SYNC, CLOSE, STATUS, FOLDER = 1, 2, 4, 8, 16, 32
EVERY_KIND = OPEN | WRITE | SYNC | CLOSE | STATUS | FOLDER


class Answer(NamedTuple):
    """How a case ended."""

    status: int | None
    """Exit code of the training; -9 for one that had to be killed because it hung."""
    seen: int
    """Calls on files of the run."""
    failed: int
    """Those of them that were made to fail."""


def build_shim(folder: Path) -> Path:
    """The compiled shim; skips the test where that can not be done."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs Linux and a C compiler, to stand between a process and the kernel")
    shim = folder / "shim.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", shim, HERE / "shim.c", "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"the C compiler can not build the shim: {done.stderr.strip().splitlines()[-1:]}")
    return shim


class Page:
    """What the shim reads and counts; shared with every process under it."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(PAGE.size))
        self.path = path
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), PAGE.size)

    def set(self, *, nth: int = 0, error: int = 0, wait_ms: int = 0, kinds: int = EVERY_KIND) -> None:
        """Count from now on; what is not given is as on a good disk."""
        self._memory[:] = PAGE.pack(0, 0, nth, error, 1, wait_ms, kinds, 0, 0)

    @property
    def asked(self) -> int:
        """Calls that the watched process has made."""
        return int(PAGE.unpack(self._memory[:])[8])


def shimmed(shim: Path, page: Path, below: Path, **more: str) -> dict[str, str]:
    """The environment of a process whose files below a folder are the shim's."""
    faults = {"LD_PRELOAD": str(shim), "FAULT_PAGE": str(page), "FAULT_BELOW": str(below)}
    return clean_environment(below / "runlogs", **faults, **more)


class Cases:
    """The process that runs cases."""

    def __init__(self, process: subprocess.Popen[str], below: Path) -> None:
        self._below = below
        assert process.stdin is not None
        assert process.stdout is not None
        self._questions: IO[str] = process.stdin
        self._answers: IO[str] = process.stdout

    def logs(self, folder: Path) -> Path:
        """Where the run logs of a case are."""
        return self._below / folder.parent.name / folder.name

    def run(self, folder: Path, **case: Any) -> Answer:
        """Train once with one fault: the run logs go to a folder of this name on the faulty disk."""
        folder.mkdir()
        case |= {"folder": str(folder), "logs": str(self.logs(folder))}
        self._questions.write(json.dumps(case) + "\n")
        self._questions.flush()
        answer = self._answers.readline()
        assert answer, "the process that runs the cases has ended"
        return Answer(**json.loads(answer))


@contextmanager
def case_process(shim: Path, folder: Path, **more: str) -> Iterator[Cases]:
    """A process for cases whose run logs lie on the faulty disk, with more in its environment."""
    page = Page(folder / "page")
    below = folder / "cases"
    below.mkdir()
    command = [sys.executable, "-W", "ignore", "-m", "tests.collector.faults.cases"]
    env = shimmed(shim, page.path, below, **more)
    del env["COLLECT_DIR"]
    with subprocess.Popen(
        command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Cases(process, below)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)
