"""Kill logging processes at random moments and count the records that had returned and are not there.

    python -m benchmarks.logging.kill 1000

Each child logs in a tight loop and, after every call that returned, writes its count into memory that it
shares with us. We kill it with SIGKILL, read its log, and compare.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import signal
import struct
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import collector
from collector.runlog.history import metrics_files, read_rows
from collector.runlog.reader import read_records

VALUES = {f"train/metric_{i}": 0.1234567 * (i + 1) for i in range(10)}


class Outcome(NamedTuple):
    """What a series of kills showed."""

    kills: int
    returned: int
    """Calls of log that had returned."""
    lost: int
    """Of those, rows that a reader does not find."""
    torn: int
    """Files that end in the middle of a line."""
    damaged: int
    """Other lines that can not be read."""


def kill_many(kills: int, seed: int = 1) -> Outcome:
    """Start, kill and read this many logging processes, one after another."""
    chance = random.Random(seed)
    returned = lost = torn = damaged = 0
    with tempfile.TemporaryDirectory(prefix="collector-kill-") as root, mmap.mmap(-1, 8) as acks:
        for number in range(kills):
            run_id = f"kill-{number:06}"
            acked = _kill_one(root, run_id, acks, chance.uniform(0, 0.02))
            found, bad = _read(Path(root) / "kill" / run_id)
            returned += acked
            lost += sum(step not in found for step in range(acked))
            torn += sum(kind == "torn" for kind in bad)
            damaged += sum(kind != "torn" for kind in bad)
    return Outcome(kills, returned, lost, torn, damaged)


def _kill_one(root: str, run_id: str, acks: mmap.mmap, seconds: float) -> int:
    acks[:8] = bytes(8)
    child = os.fork()
    if child == 0:
        try:
            _log_for_ever(root, run_id, acks)
        finally:
            os._exit(1)
    deadline = time.monotonic() + 30
    while struct.unpack("q", acks[:8])[0] == 0:
        assert time.monotonic() < deadline, "the child did not log anything for 30 s"
        time.sleep(0.0005)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return int(struct.unpack("q", acks[:8])[0])


def _log_for_ever(root: str, run_id: str, acks: mmap.mmap) -> None:
    run = collector.init("kill", id=run_id, dir=root)
    count = 0
    while True:
        run.log(VALUES)
        count += 1
        struct.pack_into("q", acks, 0, count)


def _read(folder: Path) -> tuple[set[float | int], list[str]]:
    [file] = metrics_files(str(folder))
    found = {row.step for row, _ in read_rows(file) if row.values == VALUES}
    return found, [bad.kind for path in folder.glob("*.jsonl") for bad in read_records(str(path))[1]]


def main() -> None:
    """Kill as often as the first argument says, and print what it showed as JSON."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(json.dumps(kill_many(kills)._asdict()))


if __name__ == "__main__":
    main()
