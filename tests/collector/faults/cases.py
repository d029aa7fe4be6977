"""Runs the same small training again and again, each time with another call to the disk failing.

Started with the shim preloaded. A line of standard input is a case; the training of each case is a forked
child, so that a case costs what the training costs and not the start of an interpreter.
"""

from __future__ import annotations

import json
import mmap
import os
import select
import struct
import sys
import tempfile
import traceback
from pathlib import Path

import collector
import collector.provenance
import collector.runlog.writer

ROWS = 24
HANG_SECONDS = 60.0
PAGE = struct.Struct("9q")
"""seen, failed, nth, error, for good, wait in milliseconds, kinds, watched, asked: as in shim.c."""


def train(folder: Path, logs: Path) -> dict[str, int]:
    """A training that uses what writes files: rows, settings, a picture, a file, an artifact."""
    quiet = {"x_disable_stats": True}
    run = collector.init("p", dir=logs, name="n", config={"lr": 0.1}, settings=quiet)
    for i in range(ROWS):
        run.log({"row": i, "loss": 1.0 / (i + 1)})
        if i == ROWS // 2:
            run.log({"curve": collector.Histogram([1.0, 2.0, 2.0])}, step=i)
            run.log({"page": collector.Html("<p>x</p>")}, step=i)
            run.config["changed"] = i
            run.summary["best"] = 0.5
            run._files.tick()  # what the thread does each second
            run._files.check_displaced()
    kept = folder / "kept.txt"
    kept.write_text("kept")
    run.save(str(kept), base_path=str(folder))
    run.log_artifact(str(kept), name="kept", type="file")
    run.alert("title", "text")
    run._files.tick()
    run.finish()
    return {"dropped": run.dropped}


def run_case(folder: Path, logs: Path) -> int:
    """In the child: train, and leave behind what came out."""
    os.dup2(os.open(folder / "stderr", os.O_WRONLY | os.O_CREAT, 0o666), 2)
    try:
        outcome = train(folder, logs)
    except BaseException:
        traceback.print_exc()
        return 1
    (folder / "outcome.json").write_text(json.dumps(outcome))
    return 0


def wait_for(child: int) -> int | None:
    """The exit code; None for a child that hangs, which is killed."""
    watched = os.pidfd_open(child)
    try:
        if not select.select([watched], [], [], HANG_SECONDS)[0]:
            os.kill(child, 9)
    finally:
        os.close(watched)
    status = os.waitpid(child, 0)[1]
    return os.waitstatus_to_exitcode(status)


def warm_up() -> None:
    """Load what a training loads, and let nothing take longer than a test has time for."""
    collector.provenance.SECTIONS = ("packages",)
    collector.runlog.writer.CLOSE_SECONDS = 0.02
    with tempfile.TemporaryDirectory() as folder:
        train(Path(folder), Path(folder, "logs"))


def main() -> None:
    """Answer each line."""
    with open(os.environ["FAULT_PAGE"], "r+b") as file:
        page = mmap.mmap(file.fileno(), PAGE.size)
    warm_up()
    for line in sys.stdin:
        case = json.loads(line)
        page[:] = PAGE.pack(0, 0, case["nth"], case["error"], case["for_good"], 0, case["kinds"], 0, 0)
        child = os.fork()
        if child == 0:
            os._exit(run_case(Path(case["folder"]), Path(case["logs"])))
        status = wait_for(child)
        seen, failed = PAGE.unpack(page[:])[:2]
        page[:] = bytes(PAGE.size)
        print(json.dumps({"status": status, "seen": seen, "failed": failed}), flush=True)


if __name__ == "__main__":
    main()
