"""A run on a mount that stalls: training never asks it anything, and every record arrives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from collector.runlog import spool
from collector.runlog.history import merged_rows
from collector.runlog.reader import read_records
from collector.training_run import Run
from tests.collector.faults.faulty import WRITE, Page, build_shim, shimmed
from tests.collector.runs import PRELUDE, of_kind, read_run, run_folders

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts are told apart on Linux")

Start = Callable[..., Run]


FOR_EVER_MS = 600_000
"""How long a call on a dead mount waits, unless the mount is well again."""


class Mount(NamedTuple):
    """A folder behind the shim, which can be told to wait, and a spool of its own."""

    below: Path
    page: Page
    shim: Path
    spool: Path

    @property
    def root(self) -> Path:
        return self.below / "runlogs"

    def environment(self, **more: str) -> dict[str, str]:
        """For a process to which this is a mount that may stall."""
        wishes = {
            "COLLECT_SPOOL": "always",
            "COLLECT_SPOOL_DIR": str(self.spool),
            "XDG_STATE_HOME": "/nonexistent",
        }
        return shimmed(self.shim, self.page.path, self.below, **wishes, **more)

    def start(self, source: str, **more: str) -> subprocess.Popen[str]:
        """A training in a process of its own."""
        script = self.spool / "script.py"
        script.write_text(PRELUDE + WATCHED + textwrap.dedent(source))
        return self.run([sys.executable, str(script)], **more)

    def run(self, command: list[str], **more: str) -> subprocess.Popen[str]:
        """A command, its output read by us."""
        return subprocess.Popen(
            command,
            env=self.environment(**more),
            cwd=self.spool,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def parcels(self) -> list[Path]:
        return sorted(path.parent for path in self.spool.glob("runpress-spool-*/*/destination"))

    def await_delivery(self, seconds: float = 60) -> None:
        """Wait until the spool is empty."""
        deadline = time.monotonic() + seconds
        while self.parcels():
            assert time.monotonic() < deadline, [
                path.joinpath("state").read_text() for path in self.parcels()
            ]
            time.sleep(0.05)


WATCHED = """
import mmap, struct
with open(os.environ["FAULT_PAGE"], "r+b") as file:
    page = mmap.mmap(file.fileno(), 72)
def watch():
    struct.pack_into("qq", page, 56, os.getpid(), 0)
watch()
quiet = {"x_disable_stats": True}
"""
"""Lets the shim count every call of this process on the mount."""


@pytest.fixture
def mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mount]:
    for name in ("mount", "spool"):
        (tmp_path / name).mkdir()
    mount = Mount(tmp_path / "mount", Page(tmp_path / "page"), build_shim(tmp_path), tmp_path / "spool")
    mount.page.set()
    yield mount
    mount.page.set()  # let carriers come to their end, and start those that a test has killed
    monkeypatch.setenv("COLLECT_SPOOL_DIR", str(mount.spool))
    monkeypatch.setenv("XDG_STATE_HOME", "/nonexistent")
    spool.sweep()
    mount.await_delivery()


def finished(process: subprocess.Popen[str], seconds: float = 60) -> tuple[str, str]:
    out, err = process.communicate(timeout=seconds)
    assert process.returncode == 0, err
    return out, err


def test_mount_that_stalls_is_never_asked(mount: Mount) -> None:
    """Nothing on the mount answers: training makes no call there, ends at once, and all arrives later."""
    mount.page.set(wait_ms=FOR_EVER_MS)
    process = mount.start(
        """
        run = collector.init("p", name="n", config={"lr": 1}, settings=quiet)
        slowest = 0.0
        for i in range(5000):
            begin = time.perf_counter()
            run.log({"i": i})
            slowest = max(slowest, time.perf_counter() - begin)
        run.log({"page": collector.Html("<p>x</p>")})
        run.save(__file__, base_path=os.path.dirname(__file__))
        assert run.summary["i"] == 4999
        begin = time.perf_counter()
        run.finish()
        print(slowest, time.perf_counter() - begin)
        assert run.summary["i"] == 4999
        """
    )
    out, err = finished(process)
    slowest, ending = map(float, out.split())
    assert mount.page.asked == 0
    assert max(slowest, ending) < 20
    assert err.count("\n") == 1
    assert "it does not answer" in err
    assert "`collect carry`" in err
    assert int(err.split(" bytes are not in")[0].split()[-1]) > 100_000
    assert not mount.root.exists()
    mount.page.set()
    mount.await_delivery()
    [folder] = run_folders(mount.root)
    assert [row.values["i"] for row in merged_rows(str(folder)) if "i" in row.values] == list(range(5000))
    assert read_run(folder)[1] == []
    assert of_kind(folder, "end")[0]["state"] == "finished"
    assert (folder / "files" / "script.py").exists()
    [media] = of_kind(folder, "media")
    assert (folder / "media" / (media["items"][0]["sha256"] + ".html")).read_text() == "<p>x</p>"


def test_mount_that_is_well_has_everything_at_the_end(mount: Mount) -> None:
    """When finish() returns, all is at the destination, nothing is in the spool, and nothing was said."""
    source = """
    run = collector.init("p", name="n", settings=quiet)
    for i in range(100):
        run.log({"i": i})
    run.finish()
    """
    _, err = finished(mount.start(source))
    assert err == ""
    assert mount.parcels() == []
    [folder] = run_folders(mount.root)
    assert len(merged_rows(str(folder))) == 100
    assert read_run(folder)[1] == []


def test_killed_training_is_carried_to_the_end(mount: Mount) -> None:
    """The carrier outlives a training that is killed: every row whose log returned arrives."""
    source = """
    run = collector.init("p", name="n", settings=quiet)
    for i in range(2000):
        run.log({"i": i})
    os.kill(os.getpid(), 9)
    """
    process = mount.start(source)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    mount.await_delivery()
    [folder] = run_folders(mount.root)
    assert len(merged_rows(str(folder))) == 2000


def carriers(mount: Mount) -> list[int]:
    """Processes that carry parcels of this spool."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            last = process.joinpath("cmdline").read_bytes().split(b"\0")[-2:]
        except OSError:
            continue
        if last and last[0].startswith(os.fsencode(mount.spool / "runpress-spool")):
            found.append(int(process.name))
    return found


KILLED = """
run = collector.init("p", name="n", id="killed", config={"lr": 0.1}, settings=quiet)
for i in range(1000):
    run.log({"i": i})
print("logged", flush=True)
time.sleep(60)
"""


def kill_all(mount: Mount, process: subprocess.Popen[str]) -> None:
    """Kill a training and its carrier, as a node or a container does that goes away."""
    assert process.stdout is not None
    assert process.stdout.readline() == "logged\n"
    for pid in [*carriers(mount), process.pid]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.communicate(timeout=60)


def test_next_start_carries_what_was_left(mount: Mount) -> None:
    """Training and carrier are killed: the next run on this machine has the rest carried."""
    mount.page.set(wait_ms=FOR_EVER_MS, kinds=WRITE)
    kill_all(mount, mount.start(KILLED))
    assert len(mount.parcels()) == 1
    mount.page.set()
    finished(
        mount.start(
            "run = collector.init('p', settings=quiet); run.log({'a': 1}); time.sleep(0.5); run.finish()"
        )
    )
    mount.await_delivery()
    assert sorted(len(merged_rows(str(folder))) for folder in run_folders(mount.root)) == [1, 1000]


def test_carrier_that_is_killed_has_a_successor(mount: Mount) -> None:
    """A run whose carrier dies gets another one, and nothing is doubled or missing."""
    process = mount.start(
        """
        import collector.delivery
        collector.delivery.LOOK_SECONDS = 0.2
        run = collector.init("p", name="n", settings=quiet)
        for i in range(600):
            run.log({"i": i})
            if i % 100 == 0:
                print("go", flush=True)
                time.sleep(0.5)
        run.finish()
        """
    )
    assert process.stdout is not None
    for _ in range(3):
        process.stdout.readline()
        for pid in carriers(mount):
            os.kill(pid, signal.SIGKILL)
    finished(process)
    mount.await_delivery()
    [folder] = run_folders(mount.root)
    assert [row.values["i"] for row in merged_rows(str(folder))] == list(range(600))
    assert read_run(folder)[1] == []


def test_refusing_mount_is_told_and_recovers(mount: Mount) -> None:
    """A mount that is full: one line says so and where the records wait; when it has room, all arrive."""
    mount.page.set(nth=1, error=28, kinds=WRITE)
    process = mount.start(
        """
        import collector.delivery
        collector.delivery.LOOK_SECONDS = 0.1
        run = collector.init("p", name="n", settings=quiet)
        run.log({"i": 0})
        time.sleep(3)
        print("go", flush=True)
        sys.stdin.read()
        """
    )
    out, err = finished(process)
    assert "go" in out
    first, *rest = err.splitlines()
    assert "ENOSPC" in first
    assert "records wait in" in first
    assert len(rest) <= 1
    mount.page.set()
    mount.await_delivery()
    [folder] = run_folders(mount.root)
    [note] = [note["text"] for note in of_kind(folder, "note") if "ENOSPC" in note["text"]]
    assert "records wait in the spool" in note
    assert str(mount.spool) not in note
    assert str(mount.root) not in note


def test_forked_child_has_a_parcel_of_its_own(mount: Mount) -> None:
    """The child's rows go their own way, and the parent's parcel ends with the parent."""
    finished(
        mount.start(
            """
            import warnings
            warnings.simplefilter("ignore")
            run = collector.init("p", name="n", settings=quiet)
            run.log({"parent": 1})
            pid = os.fork()
            if pid == 0:
                run.log({"child": 1})
                os._exit(0)
            os.waitpid(pid, 0)
            run.finish()
            """
        )
    )
    mount.await_delivery()
    [folder] = run_folders(mount.root)
    assert sorted(name for row in of_kind(folder, "log") for name in row["m"]) == ["child", "parent"]


def test_resumed_run_knows_what_waits_in_the_spool(mount: Mount) -> None:
    """A start after a kill is the next attempt, also when the first one has not arrived yet."""
    mount.page.set(wait_ms=FOR_EVER_MS, kinds=WRITE)
    kill_all(mount, mount.start(KILLED))
    mount.page.set(nth=1, error=5, kinds=WRITE)
    source = """
    run = collector.init("p", id="killed", resume="allow", settings=quiet)
    run.log({"i": 1})
    print(run.attempt, run.step, run.config["lr"], flush=True)
    os._exit(0)
    """
    out, _ = finished(mount.start(source))
    assert out == "2 1001 0.1\n"


def test_spool_that_somebody_tidied_up(mount: Mount) -> None:
    """A parcel that is deleted under a running training is followed by another; what was carried stays."""
    process = mount.start(
        """
        import shutil
        run = collector.init("p", name="n", settings=quiet)
        with open(os.path.join(run.dir, "mine"), "w") as file:
            file.write("the folder is there for whoever asks for it")
        run.log({"i": 0})
        time.sleep(1)
        shutil.rmtree(run._files.delivery.parcel.folder)
        time.sleep(2.5)
        run.log({"i": 1})
        run.finish()
        """
    )
    _, err = finished(process)
    assert err.count("\n") == 1
    assert "were deleted" in err
    mount.await_delivery()
    [folder] = run_folders(mount.root)
    assert [row.values["i"] for row in merged_rows(str(folder))] == [0, 1]
    assert (folder / "mine").exists()


COLLECT = [sys.executable, "-m", "collector.cli.main", "--no-code", "--no-system"]


def test_wrapper_on_a_mount_that_stalls(mount: Mount) -> None:
    """Output, exit status and speed of a command are its own though nothing on the mount answers."""
    mount.page.set(wait_ms=FOR_EVER_MS)
    process = mount.run([*COLLECT, "--project", "p", "--", "sh", "-c", "echo out; echo err >&2; exit 3"])
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert out == "out\n"
    first, second = err.splitlines()
    assert first == "err"
    assert "it does not answer" in second
    mount.page.set()
    mount.await_delivery()
    [folder] = run_folders(mount.root)
    assert of_kind(folder, "end")[0]["exit"] == 3
    [console] = (folder / "console").glob("*.log")
    assert sorted(console.read_text().splitlines()) == ["err", "out"]
    assert read_run(folder)[1] == []


def test_wrapper_and_script_meet_in_one_folder(mount: Mount) -> None:
    """Each has a parcel of its own; both arrive in the wrapper's folder. The script's project counts."""
    script = mount.spool / "train.py"
    script.write_text(PRELUDE + "run = collector.init('other'); run.log({'a': 1}); print(run.project)")
    out, err = finished(mount.run([*COLLECT, "--", sys.executable, str(script)]))
    assert (out, err) == ("other\n", "")
    mount.await_delivery()
    [folder] = run_folders(mount.root)
    assert {path.name[0] for path in folder.glob("*.records.jsonl")} == {"r", "w"}
    [script_records] = folder.glob("r*.records.jsonl")
    assert [record["project"] for record in read_records(str(script_records))[0] if record["k"] == "run"] == [
        "other"
    ]
    assert len(merged_rows(str(folder))) == 1


def test_machine_without_a_place_for_a_spool(
    start: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows go straight to the mount, as there is nothing better, and the run's page says what that means."""
    monkeypatch.setenv("COLLECT_SPOOL", "always")
    monkeypatch.setattr("collector.runlog.spool._is_usable", lambda _: False)
    run = start()
    run.log({"a": 1})
    run.finish()
    assert len(merged_rows(run.dir)) == 1
    assert ["COLLECT_SPOOL_DIR" in note["text"] for note in of_kind(Path(run.dir), "note")] == [True]
    assert capsys.readouterr().err == ""


def test_disabled_run_has_no_spool(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What records nothing leaves nothing behind."""
    monkeypatch.setenv("COLLECT_SPOOL", "always")
    monkeypatch.setenv("COLLECT_SPOOL_DIR", str(tmp_path / "spool"))
    run = start(mode="disabled")
    run.log({"a": 1})
    run.finish()
    assert not (tmp_path / "spool").exists()
