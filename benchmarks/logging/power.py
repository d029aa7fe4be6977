"""Take a disk's image at random moments while a training logs to it, as a power failure would leave it.

    python -m benchmarks.logging.power 20 [--each]

The run's folder lies on an ext4 file system in a file. The training is stopped for a moment, the file is
copied, and the copy is mounted, which replays its journal. What had returned, what the disk was asked to
keep, and what is there are compared. Needs root, loop devices and mkfs.ext4.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import mmap
import os
import random
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import collector
from collector.runlog import writer
from collector.runlog.history import metrics_files, read_rows
from collector.runlog.reader import read_records

IMAGE_BYTES = 48 << 20
ROWS_PER_SECOND = 2000
PAGE_BYTES = 16 + 8 * 1_000_000
"""Rows that had returned, rows that a completed sync covers, and when each row returned."""


class Outcome(NamedTuple):
    """What a series of power failures showed."""

    failures: int
    returned: int
    """Calls of log that had returned, over all failures."""
    lost: int
    """Of those, rows that are not on the disk."""
    lost_after_sync: int
    """Of the lost ones, those that a completed sync had covered: none may be."""
    lost_seconds: float
    """The longest time between the return of a lost row and the failure."""
    damaged: int
    """Lines that can not be read, a torn tail of each file not counted."""


class UnavailableError(Exception):
    """No root, no loop device or no ext4 here."""


def fail_often(failures: int, *, each: bool, seed: int = 1) -> Outcome:
    """Log, cut the power this many times, and compare."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="collector-power-") as folder, mmap.mmap(-1, PAGE_BYTES) as page:
        place = Path(folder)
        image, here = place / "disk", place / "here"
        with image.open("wb") as file:
            file.truncate(IMAGE_BYTES)
        _do("mkfs.ext4", "-q", "-F", str(image))
        with _mounted(image, here):
            child = _start(here / "runlogs", page, each=each)
            try:
                outcomes = [_fail(place, page, child, chance.uniform(0.3, 2.2)) for _ in range(failures)]
            finally:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
    total = Outcome(failures, 0, 0, 0, 0.0, 0)
    for one in outcomes:
        total = Outcome(
            failures,
            *(total[i] + one[i] for i in (1, 2, 3)),
            round(max(total.lost_seconds, one.lost_seconds), 3),
            total.damaged + one.damaged,
        )
    return total


def _start(root: Path, page: mmap.mmap, *, each: bool) -> int:
    child = os.fork()
    if child:
        while struct.unpack_from("q", page, 0)[0] == 0:
            time.sleep(0.001)
        return child
    try:
        _log_for_ever(root, page, each=each)
    finally:
        os._exit(1)


def _log_for_ever(root: Path, page: mmap.mmap, *, each: bool) -> None:
    real = writer._fdatasync

    def sync(file: int) -> None:
        before = struct.unpack_from("q", page, 0)[0]
        real(file)
        if "metrics" in str(Path(f"/proc/self/fd/{file}").readlink()):
            struct.pack_into("q", page, 8, before)

    writer._fdatasync = sync
    os.environ["COLLECT_SYNC"] = "each" if each else ""
    run = collector.init("power", id="run", dir=root)
    count = 0
    while True:
        run.log({"row": count})
        struct.pack_into("d", page, 16 + 8 * count, time.monotonic())
        count += 1
        struct.pack_into("q", page, 0, count)
        time.sleep(1 / ROWS_PER_SECOND)


def _fail(place: Path, page: mmap.mmap, child: int, seconds: float) -> Outcome:
    time.sleep(seconds)
    os.kill(child, signal.SIGSTOP)
    try:
        now = time.monotonic()
        returned, synced = struct.unpack_from("qq", page, 0)
        copy = place / "copy"
        shutil.copyfile(place / "disk", copy)
    finally:
        os.kill(child, signal.SIGCONT)
    with _mounted(copy, place / "there") as there:
        rows, damaged = _read(there / "runlogs" / "power" / "run")
    lost = [row for row in range(returned) if row not in rows]
    ages = [now - struct.unpack_from("d", page, 16 + 8 * row)[0] for row in lost[:1]]
    return Outcome(1, returned, len(lost), sum(row < synced for row in lost), max(ages, default=0.0), damaged)


def _read(folder: Path) -> tuple[set[object], int]:
    if not folder.exists():
        return set(), 0
    files = metrics_files(str(folder))
    rows = {row.values["row"] for file in files for row, _ in read_rows(file)}
    bad = [line.kind for path in folder.glob("*.jsonl") for line in read_records(str(path))[1]]
    return rows, sum(kind != "torn" for kind in bad)


@contextlib.contextmanager
def _mounted(image: Path, folder: Path) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    _do("mount", "-o", "loop", str(image), str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _do(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        raise UnavailableError(f"{command[0]}: {error.strerror}") from error
    if done.returncode:
        raise UnavailableError(f"{command[0]}: {done.stderr.strip()}")


def main() -> None:
    """Fail as often as asked, and print what it showed as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("failures", type=int, nargs="?", default=20)
    parser.add_argument("--each", action="store_true", help='log with sync="each"')
    asked = parser.parse_args()
    try:
        print(json.dumps(fail_often(asked.failures, each=asked.each)._asdict()))
    except UnavailableError as error:
        print(json.dumps({"unavailable": str(error)}))


if __name__ == "__main__":
    main()
