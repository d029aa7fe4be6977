"""The thread that syncs, gives signs of life, samples the machine, and looks after the files."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from collector.runlog.history import merged_rows
from collector.training_run import Run
from tests.collector.runs import of_kind, read_run, run_folders, run_script

Start = Callable[..., Run]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds become hundredths."""
    monkeypatch.setattr("collector.keeper.TICK_SECONDS", 0.02)
    monkeypatch.setattr("collector.keeper.BEAT_SECONDS", 0.05)
    monkeypatch.setattr("collector.files.REOPEN_SECONDS", 0.05)


def eventually(happened: Callable[[], object], seconds: float = 20) -> bool:
    """Whether something comes true in time."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.usefixtures("quick")
def test_signs_of_life(start: Start) -> None:
    """A beat says at which step the run is, how long its metrics file is, and what was given up."""
    run = start()
    run.log({"a": 1}, step=7)
    folder = Path(run.dir)
    assert eventually(lambda: len([beat for beat in of_kind(folder, "beat") if beat["step"] == 7]) >= 2)
    run.finish()
    last = of_kind(folder, "beat")[-1]
    [metrics] = folder.glob("*.metrics.jsonl")
    assert (last["step"], last["bytes"], last["dropped"]) == (7, metrics.stat().st_size, 0)


@pytest.mark.usefixtures("quick")
def test_lines_are_put_on_the_disk(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is synced soon after, by the thread and not by the caller."""
    synced: list[int] = []
    run = start()
    monkeypatch.setattr("collector.runlog.writer._fdatasync", synced.append)
    run.log({"a": 1})
    assert eventually(lambda: synced)


@pytest.mark.usefixtures("quick")
def test_deleted_files_are_replaced_unasked(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """A run whose files somebody deletes goes on in new ones within a beat."""
    run = start()
    run.log({"a": 1})
    for path in Path(run.dir).glob("*.jsonl"):
        path.unlink()
    assert eventually(lambda: list(Path(run.dir).glob("*.metrics.jsonl")))
    run.log({"a": 2})
    assert [row["m"] for row in of_kind(Path(run.dir), "log")] == [{"a": 2}]


@pytest.mark.usefixtures("quick")
def test_folder_that_becomes_writable_is_used(
    start: Start, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """When the obstacle is gone, recording begins, and nothing of what was logged before is missing."""
    root.write_text("in the way")
    run = start(config={"lr": 1})
    for i in range(5):
        run.log({"a": i})
    root.unlink()
    assert eventually(lambda: run_folders(root))
    assert eventually(lambda: len(of_kind(Path(run.dir), "log")) == 5)
    run.log({"a": 5})
    run.finish()
    records, bad = read_run(Path(run.dir))
    assert [record["m"]["a"] for record in records if record["k"] == "log"] == list(range(6))
    assert [record["v"] for record in records if record["k"] == "config"] == [{"lr": 1}]
    assert [record["k"] for record in records].count("head") == 2
    assert (bad, run.dropped) == ([], 0)
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("quick")
def test_file_that_takes_no_more_is_followed_by_another(
    start: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At a limit of file size the rows go on in a second segment; none is lost."""
    run = start()
    run.log({"a": 0})
    limited = run._files._metrics.writer._file  # type: ignore[union-attr]
    write = os.write

    def limit(file: int, line: bytes) -> int:
        if file == limited:
            raise OSError(errno.EFBIG, "File too large")
        return write(file, line)

    monkeypatch.setattr("os.write", limit)
    for i in range(1, 50):
        run.log({"a": i})
    assert eventually(lambda: len(list(Path(run.dir).glob("*.metrics.jsonl"))) == 2)
    run.log({"a": 50})
    run.finish()
    records, bad = read_run(Path(run.dir))
    assert [row.values["a"] for row in merged_rows(run.dir)] == list(range(51))
    assert sum(record["k"] == "log" for record in records) == 51
    assert bad == []
    assert run.dropped == 0


def test_machine_is_sampled_and_described(tmp_path: Path) -> None:
    """Without the wrapper a run samples the machine itself and says where it comes from."""
    root = tmp_path / "runlogs"
    done = run_script(root, "run = collector.init(); run.log({'a': 1}); time.sleep(1.3)")
    assert done.returncode == 0, done.stderr
    [folder] = run_folders(root)
    samples = of_kind(folder, "sys")
    assert len(samples) >= 2
    assert samples[-1]["m"]["memory/tree_rss_bytes"] > 1 << 20
    sections = {record["section"] for record in of_kind(folder, "provenance")}
    assert {"command", "python", "cpu", "packages"} <= sections


def test_multiprocessing_child_ends_its_own_run(tmp_path: Path) -> None:
    """A run begun in a forked worker is ended when the worker is, failed if an exception ended it."""
    source = """
    import multiprocessing, warnings
    warnings.simplefilter("ignore")
    def work(fails):
        run = collector.init("demo", name=f"fails {fails}")
        run.log({"a": 1})
        if fails:
            raise ValueError("worker")
    context = multiprocessing.get_context("fork")
    for fails in (False, True):
        child = context.Process(target=work, args=(fails,))
        child.start()
        child.join()
    """
    root = tmp_path / "runlogs"
    assert run_script(root, source).returncode == 0
    ends = {folder.name[:7]: of_kind(folder, "end") for folder in run_folders(root)}
    assert {name: [end["state"] for end in found] for name, found in ends.items()} == {
        "fails-f": ["finished"],
        "fails-t": ["failed"],
    }
