"""Real disks and limits that refuse: what a whole training keeps, and what it says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from collector.runlog.reader import read_records
from collector.training_run import Run
from tests.collector.runs import clean_environment, of_kind, read_run, run_folders, run_script

Start = Callable[..., Run]

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="limits and mounts as Linux has them")


@contextmanager
def mounted(folder: Path, *arguments: str) -> Iterator[Path]:
    """Something mounted at a folder for a while; skips where that is not allowed."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *arguments, str(folder)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"mounting needs root: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def rows_of(folder: Path) -> list[int]:
    return [row["m"]["i"] for row in of_kind(folder, "log")]


def run_wrapped(disk: Path, script: str) -> subprocess.CompletedProcess[str]:
    """A shell script under `collect --parse`, with its run logs on a disk."""
    options = ["--no-code", "--no-system", "--parse", "--dir", str(disk / "runlogs")]
    return subprocess.run(
        [sys.executable, "-m", "collector.cli.main", *options, "--", "sh", "-c", script],
        env=clean_environment(disk / "runlogs"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def rows_named(folder: Path, metric: str) -> list[float]:
    """What the wrapper kept of a printed metric."""
    [file] = folder.glob("w*.metrics.jsonl")
    return [line["m"][metric] for line in read_records(file)[0] if line["k"] == "log"]


def said_by(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()


@linux_only
def test_limit_of_file_size(root: Path) -> None:
    """Under RLIMIT_FSIZE a training goes on in one file after the other, and no row is missing."""
    done = run_script(
        root,
        """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        run = collector.init("p", settings={"x_disable_stats": True})
        for i in range(300):
            run.log({"i": i})
            if i % 100 == 99:
                time.sleep(1.2)
        run.finish()
        assert run.dropped == 0, run.dropped
        """,
        COLLECT_HIDE="command",
    )
    [line] = said_by(done)
    assert "EFBIG" in line or "took only a part" in line
    [folder] = run_folders(root)
    assert rows_of(folder) == list(range(300))
    assert len(list(folder.glob("*.metrics.jsonl"))) >= 2
    assert {bad.kind for bad in read_run(folder)[1]} <= {"torn"}


@linux_only
def test_limit_of_open_files(root: Path) -> None:
    """A training that begins with no descriptor left is recorded whole once there are some again."""
    done = run_script(
        root,
        """
        import resource
        first = collector.init("first", settings={"x_disable_stats": True})  # loads the modules
        first.log({"i": 0})
        first.finish()
        taken = []
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        try:
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            pass
        run = collector.init("p", settings={"x_disable_stats": True})
        for i in range(50):
            run.log({"i": i})
        for file in taken:
            os.close(file)
        time.sleep(3)
        run.log({"i": 50})
        run.finish()
        assert run.dropped == 0, run.dropped
        """,
    )
    [line] = said_by(done)
    assert "Too many open files" in line
    [folder] = (root / "p").iterdir()
    assert rows_of(folder) == list(range(51))


@linux_only
def test_full_disk_that_gets_room_again(tmp_path: Path) -> None:
    """On a full tmpfs rows wait in memory; when space returns all of them are written, none is lost."""
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=64k", "none") as small:
        done = run_script(
            small / "runlogs",
            """
            ballast = os.path.join(os.environ["COLLECT_DIR"], "..", "ballast")
            run = collector.init("p", settings={"x_disable_stats": True})
            with open(ballast, "wb") as file:
                file.write(b"x" * 30_000)
            for i in range(600):
                run.log({"i": i})
            os.unlink(ballast)
            run.log({"i": 600})
            run.finish()
            assert run.dropped == 0, run.dropped
            """,
        )
        [line] = said_by(done)
        assert "ENOSPC" in line
        [folder] = run_folders(small / "runlogs")
        assert rows_of(folder) == list(range(601))


@linux_only
def test_read_only_mount(tmp_path: Path) -> None:
    """A folder on a read-only file system: named with the reason, training ends well, losses are counted."""
    source = tmp_path / "source"
    source.mkdir()
    with mounted(tmp_path / "here", "--bind", str(source)) as here:
        subprocess.run(["mount", "-o", "remount,ro,bind", here], check=True)
        done = subprocess.run(
            [sys.executable, "-c", "import collector; r = collector.init('p'); r.log({'i': 1}); r.finish()"],
            env={**os.environ, "COLLECT_DIR": str(here / "runlogs")},
            capture_output=True,
            text=True,
            timeout=60,
        )
    first, last = said_by(done)
    assert f"can not write to {here / 'runlogs'} (Read-only file system)" in first
    assert "records are missing in" in last


def test_folder_removed_during_a_run(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """The loss of the folder is noticed, it is made again once, and one line says so."""
    run = start()
    run.log({"i": 0})
    shutil.rmtree(run.dir)
    for i in range(1, 5):
        run._files.check_displaced()
        run.log({"i": i})
    run.finish()
    assert rows_of(Path(run.dir)) == [1, 2, 3, 4]
    assert len(list(Path(run.dir).glob("*.metrics.jsonl"))) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert ["deleted" in note["text"] for note in of_kind(Path(run.dir), "note")] == [True]


@linux_only
def test_folder_moved_during_a_run(start: Start, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows follow their files to where somebody moved them, and one line says where that is."""
    run = start()
    run.log({"i": 0})
    elsewhere = root / "demo" / "elsewhere"
    Path(run.dir).rename(elsewhere)
    for i in range(1, 4):
        run._files.check_displaced()
        run.log({"i": i})
    run.finish()
    assert rows_of(elsewhere) == [0, 1, 2, 3]
    assert not Path(run.dir).exists()
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"was moved to {elsewhere}" in said


@linux_only
def test_printed_metrics_on_a_full_disk(tmp_path: Path) -> None:
    """Rows that a wrapper could not write are in the one line at the end, and counted in the log."""
    printing = "for i in $(seq 2000); do echo loss=$i; done; exit 6"
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=96k", "none") as small:
        done = run_wrapped(small, printing)
        assert done.returncode == 6
        assert done.stdout.splitlines() == [f"loss={i}" for i in range(1, 2001)]
        [line] = done.stderr.splitlines()
        assert " records (ENOSPC" in line
        [folder] = run_folders(small / "runlogs")
        kept = rows_named(folder, "loss")
        assert kept == list(range(1, len(kept) + 1))
        assert 0 < len(kept) < 2000


@linux_only
def test_printed_metrics_on_a_disk_that_gets_room_again(tmp_path: Path) -> None:
    """Printed rows wait while the disk is full, and are written when space returns."""
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=400k", "none") as small:
        ballast = small / "ballast"
        index = f"{small}/runlogs/*/*/w*.metrics.jsonl"
        script = (
            f"echo loss=1; until ls {index} >/dev/null 2>&1; do sleep 0.1; done; "
            f"head -c 500000 /dev/zero > {ballast} 2>/dev/null; "
            f"for i in $(seq 2 300); do echo loss=$i; done; sleep 1; rm {ballast}; sleep 0.5; exit 6"
        )
        done = run_wrapped(small, script)
        assert done.returncode == 6
        [folder] = run_folders(small / "runlogs")
        assert rows_named(folder, "loss") == list(range(1, 301))
