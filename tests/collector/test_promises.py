"""What a run promises to a training script when the surroundings are rough."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import collector
from collector.runlog.history import merged_rows, metrics_files, read_rows
from collector.runlog.reader import read_records
from collector.training_run import Run
from tests.collector.runs import PRELUDE, clean_environment, of_kind, run_folders

Start = Callable[..., Run]


def finish_script(root: Path, source: str, **env: str) -> Path:
    """Run a script to its good end, and give the folder of its run; no line of it may be damaged."""
    command = [sys.executable, "-c", PRELUDE + source]
    done = subprocess.run(
        command, env=clean_environment(root, **env), capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    [folder] = run_folders(root)
    assert [bad for path in folder.glob("*.jsonl") for bad in read_records(str(path))[1]] == []
    return folder


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(sys, "getswitchinterval") or sys.platform == "win32", reason="no fork here")
def test_fork_storm(root: Path) -> None:
    """A thousand forked children, some of which log, double no row and lose none, while threads log."""
    folder = finish_script(
        root,
        """
import threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on, of forks beside threads
run = collector.init(project="p")
done = threading.Event()
def chatter():
    n = 0
    while not done.is_set():
        run.log({"thread": n}); n += 1
    total.append(n)
total = []
thread = threading.Thread(target=chatter); thread.start()
for i in range(1000):
    run.log({"parent": i})
    pid = os.fork()
    if pid == 0:
        if i % 50 == 0:
            run.log({"child": i})
        os._exit(0)
    os.waitpid(pid, 0)
done.set(); thread.join()
run.summary["total"] = total[0]
run.finish()
""",
    )
    rows = [row["m"] for row in of_kind(folder, "log")]
    assert sorted(row["parent"] for row in rows if "parent" in row) == list(range(1000))
    assert sorted(row["child"] for row in rows if "child" in row) == list(range(0, 1000, 50))
    [total] = [record["v"]["total"] for record in of_kind(folder, "summary")]
    assert sorted(row["thread"] for row in rows if "thread" in row) == list(range(total))
    assert sum(head.get("forked") is not None for head in of_kind(folder, "head")) == 2 * 20


def test_log_in_a_signal_handler(root: Path) -> None:
    """A handler that interrupts log thousands of times, and logs itself, damages and loses nothing."""
    folder = finish_script(
        root,
        """
import itertools, signal
run = collector.init(project="p")
calls = itertools.count()
def handler(number, frame):
    run.log({"handler": next(calls)})  # a handler may be interrupted by itself
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)
for i in range(20_000):
    run.log({"loop": i, "text": "x" if i % 7 == 0 else 1})
signal.setitimer(signal.ITIMER_REAL, 0)
run.summary["calls"] = next(calls)
run.finish()
""",
    )
    rows = [row["m"] for row in of_kind(folder, "log")]
    assert sorted(row["loop"] for row in rows if "loop" in row) == list(range(20_000))
    [calls] = [record["v"]["calls"] for record in of_kind(folder, "summary")]
    assert sorted(row["handler"] for row in rows if "handler" in row) == list(range(calls))
    assert calls > 20


@pytest.mark.slow
def test_sixteen_threads(root: Path) -> None:
    """Sixteen threads that log 50,000 rows each lose none, double none, and damage no line."""
    folder = finish_script(
        root,
        """
import threading
run = collector.init(project="p")
def work(number):
    for i in range(50_000):
        run.log({"row": number * 50_000 + i})
threads = [threading.Thread(target=work, args=[number]) for number in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
run.finish()
assert run.dropped == 0, run.dropped
""",
    )
    seen = bytearray(800_000)
    steps: set[float | int] = set()
    for file in metrics_files(str(folder)):
        for row, _ in read_rows(file):
            seen[int(row.values["row"] or 0)] += 1
            steps.add(row.step)
    assert seen == b"\1" * 800_000
    assert len(steps) == 800_000


def test_log_in_del(root: Path) -> None:
    """Objects that log when they are collected, also inside a call of log, neither hang nor lose."""
    folder = finish_script(
        root,
        """
import gc
run = collector.init(project="p")
class Noisy:
    gone = []
    def __init__(self, i): self.i, self.me = i, self
    def __del__(self): run.log({"gone": self.i}); self.gone.append(self.i)
gc.set_threshold(1)
for i in range(500):
    run.log({"made": i, "object": Noisy(i), f"name/{i}": [Noisy(1000 + i)]})
until = time.monotonic() + 60
while len(Noisy.gone) < 1000 and time.monotonic() < until:
    gc.collect()  # does nothing while another thread is at it
    time.sleep(0.001)
run.finish()
""",
    )
    rows = [row["m"] for row in of_kind(folder, "log")]
    gone = sorted(row["gone"] for row in rows if "gone" in row)
    assert gone == [*range(500), *range(1000, 1500)]
    assert sorted(row["made"] for row in rows if "made" in row) == list(range(500))


def test_clock_that_goes_back(root: Path) -> None:
    """The wall clock is set back an hour in mid run: order, durations and times stay right."""
    folder = finish_script(
        root,
        """
run = collector.init(project="p")
real, shift = time.time, [0.0]
time.time = lambda: real() - shift[0]
for i in range(10):
    run.log({"i": i})
    if i == 4:
        shift[0] = 3600.0
run.finish()
""",
    )
    times = [row["t"] for row in of_kind(folder, "log")]
    assert times == sorted(times)
    assert times[-1] < 60
    assert [row.values["i"] for row in merged_rows(str(folder))] == list(range(10))


def test_two_processes_with_one_id(root: Path) -> None:
    """Two processes that claim the same run and rank at once write files of their own; no row is lost."""
    script = """
run = collector.init(project="p", id="shared", name="twins")
for i in range(500):
    run.log({f"of/{sys.argv[1]}": i})
run.finish()
"""
    command = [sys.executable, "-c", PRELUDE + script]
    twins = [subprocess.Popen([*command, name], env=clean_environment(root)) for name in ("a", "b")]
    assert [process.wait(60) for process in twins] == [0, 0]
    [folder] = run_folders(root)
    rows = [row["m"] for row in of_kind(folder, "log")]
    for name in ("of/a", "of/b"):
        assert [row[name] for row in rows if name in row] == list(range(500))


def test_nested_runs(start: Start) -> None:
    """The inner run takes what is logged until it ends, then the outer one does again."""
    outer = start()
    inner = start(reinit="create_new")
    innermost = start(reinit="create_new")
    collector.log({"where": 3})
    innermost.finish()
    collector.log({"where": 2})
    outer.log({"where": 1})
    inner.finish()
    assert collector.run is outer
    outer.finish()
    assert collector.run is None
    for run, value in ((outer, 1), (inner, 2), (innermost, 3)):
        assert [row.values for row in merged_rows(run.dir)] == [{"where": value}]


def test_outer_run_that_ends_first(start: Start) -> None:
    """A run that is over does not become the current one again."""
    outer = start()
    inner = start(reinit="create_new")
    outer.finish()
    assert collector.run is inner
    inner.finish()
    assert collector.run is None


HOSTILE = ["../../x", "/abs", "C:\\x", "con", "a\0b", "\udcff", "\u202eevil", "<script>", "{{x}}"]
HOSTILE += ["x" * 5000, "", " ", "日本"]


def test_hostile_names_everywhere(start: Start, root: Path) -> None:
    """Names of every field are kept as values, and nothing is written outside of the run's folder."""
    for name in HOSTILE:
        named = {"project": name or None, "name": name, "group": name, "id": name or None, "tags": [name]}
        run = start(reinit="create_new", **named)
        run.log({name: 1.0, f"{name}/x": name})
        run.config[name] = name
        run.define_metric(name, step_metric=name)
        run.alert(name, name)
        run.summary[name] = 1
        run.notes = name
        assert Path(run.dir).parent.parent == root
        assert len(of_kind(Path(run.dir), "log")) == 1
        assert run.dropped == 0
        assert len(of_kind(Path(run.dir), "alert")) == 1
        run.finish()
    assert sorted(path.name for path in root.parent.iterdir()) == ["runlogs"]


def test_no_thread_stays(root: Path) -> None:
    """After finish() there are the threads that were there before."""
    finish_script(
        root,
        """
import threading
before = set(threading.enumerate())
for _ in range(3):
    run = collector.init(project="p", id="one")
    run.log({"a": 1})
    run.finish()
deadline = time.monotonic() + 30
while set(threading.enumerate()) != before and time.monotonic() < deadline:
    time.sleep(0.05)  # facts about the machine may still be gathered
left = [thread.name for thread in set(threading.enumerate()) - before]
assert left == [], left
""",
    )


def test_keeper_is_stopped_by_finish(start: Start) -> None:
    """The run's own thread is gone when finish() returns."""
    run = start()
    assert "collector-keeper" in {thread.name for thread in threading.enumerate()}
    run.finish()
    assert "collector-keeper" not in {thread.name for thread in threading.enumerate()}
