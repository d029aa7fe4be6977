"""Every exit code and signal, in every mode and manner: the status is the bare command's, and recorded."""

from __future__ import annotations

import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from collector.runlog.reader import read_records
from tests.collector.wrapper.wrapped import Wrapped

CODES = (0, 1, 7, 255)
SIGNALS = tuple(range(1, 32))
STOPS = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
AT_ONCE = 8

MANNERS = {
    "fork": "{end}",
    "exec": "exec /bin/sh -c '{end}'",
    "orphan": "(sleep 0.4; echo late) & {end}",
}
"""How the command ends: itself, as another program, or leaving a process that holds its output."""


def ending(code: int | None, number: int | None) -> str:
    """Shell code that ends with this exit code, or by this signal where the signal ends anything."""
    if number is None:
        return f"exit {code}"
    wake = "(sleep 0.3; kill -CONT $$) & " if number in STOPS else ""
    return f"ulimit -c 0; {wake}kill -{number} $$; exit 9"


CASES = [
    (manner, text.format(end=ending(code, number)))
    for manner, text in MANNERS.items()
    for code, number in [*((code, None) for code in CODES), *((None, number) for number in SIGNALS)]
]


@pytest.mark.parametrize("mode", ["pipe", "pty", "off"])
def test_status_is_the_bare_commands(wrapped: Wrapped, mode: str) -> None:
    """105 endings in each mode: the same wait status, and the end record tells it."""

    def compare(case: tuple[int, tuple[str, str]]) -> str | None:
        place, (manner, script) = case
        command = ["/bin/sh", "-c", script]
        bare = subprocess.run(command, capture_output=True, check=False, env=wrapped.env).returncode
        folder = wrapped.folder / str(place)
        done = wrapped.run("--console", mode, "--no-system", "--dir", str(folder), command=command)
        told = told_status(folder)
        if done.returncode == bare == told:
            return None
        return f"{manner}: {script}: bare {bare}, wrapped {done.returncode}, recorded {told}"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        wrong = [line for line in pool.map(compare, enumerate(CASES)) if line is not None]
    assert wrong == []


def told_status(folder: Path) -> int | None:
    """The status of the only run of a folder as its end record has it, in the way of subprocess."""
    (path,) = folder.glob("*/*/w*.records.jsonl")
    records, bad = read_records(str(path))
    assert not bad
    (end,) = [record for record in records if record["k"] == "end"]
    return -end["signal"] if end["signal"] is not None else end["exit"]
