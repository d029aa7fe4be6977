"""A watch hears of what others write, and of nothing else."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sitegen.watch import changes as module
from sitegen.watch.changes import FolderChanges, settle

WAIT = 20.0
"""As long as a very busy machine may take; a change is usually there in milliseconds."""

QUIET = 1.0


@pytest.fixture(params=["told", "looking"])
def followed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[FolderChanges]:
    """Changes as the system tells them, and as looking finds them."""
    monkeypatch.setattr(module, "POLL_SECONDS", 0.1)
    said: list[str] = []
    made = FolderChanges(poll=request.param == "looking", say=said.append)
    yield made
    made.close()
    assert said == []


def grow(folder: Path) -> None:
    with (folder / "runs" / "log.jsonl").open("a") as file:
        file.write("more\n")


def appear(folder: Path) -> None:
    (folder / "runs" / "new").mkdir()


def vanish(folder: Path) -> None:
    (folder / "runs" / "log.jsonl").unlink()


def replace(folder: Path) -> None:
    (folder / "new.yml").write_text("b")
    (folder / "new.yml").replace(folder / "settings.yml")


def move_away(folder: Path) -> None:
    (folder / "runs").rename(folder / "gone")


@pytest.mark.parametrize("change", [grow, appear, vanish, replace, move_away])
def test_every_kind_of_change_is_noticed(
    followed: FolderChanges, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    """Files that grow, appear, vanish, are replaced as editors do, or go with their folder."""
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "log.jsonl").write_text("one\n")
    (tmp_path / "settings.yml").write_text("a")
    followed.follow([tmp_path / "runs", tmp_path / "settings.yml"])
    followed.wait(QUIET)
    change(tmp_path)
    assert followed.wait(WAIT)


def test_what_a_build_does_is_no_change(followed: FolderChanges, tmp_path: Path) -> None:
    """It reads the logs, and writes the site beside the settings."""
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "log.jsonl").write_text("one\n")
    (tmp_path / "settings.yml").write_text("a")
    followed.follow([tmp_path / "runs", tmp_path / "settings.yml"])
    followed.wait(QUIET)
    (tmp_path / "runs" / "log.jsonl").read_text()
    (tmp_path / "settings.yml").read_text()
    (tmp_path / ".site.staging").mkdir()
    (tmp_path / ".site.staging" / "index.html").write_text("page")
    (tmp_path / ".site.staging").rename(tmp_path / "site")
    assert not followed.wait(QUIET)


def test_a_folder_that_is_not_there_yet_is_waited_for(followed: FolderChanges, tmp_path: Path) -> None:
    """Also when the folders above it are missing; then what is in it counts."""
    wanted = tmp_path / "a" / "b" / "runs"
    followed.follow([wanted])
    followed.wait(QUIET)
    wanted.mkdir(parents=True)
    assert followed.wait(WAIT)
    followed.follow([wanted])
    followed.wait(QUIET)
    (wanted / "log.jsonl").write_text("one\n")
    assert followed.wait(WAIT)


def test_a_folder_that_takes_another_s_name_is_watched(followed: FolderChanges, tmp_path: Path) -> None:
    """A watch goes on after `rm -r runlogs` and a new training."""
    (tmp_path / "runs").mkdir()
    followed.follow([tmp_path / "runs"])
    shutil.rmtree(tmp_path / "runs")
    (tmp_path / "other").mkdir()
    (tmp_path / "other").rename(tmp_path / "runs")
    assert followed.wait(WAIT)
    followed.wait(QUIET)
    followed.follow([tmp_path / "runs"])
    followed.wait(QUIET)
    (tmp_path / "runs" / "log.jsonl").write_text("one\n")
    assert followed.wait(WAIT)


def test_network_file_systems_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel hears nothing of what another machine writes there; the person is told."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {tmp_path}/lab nfs4 rw 0 0\n")
    (tmp_path / "lab" / "runs").mkdir(parents=True)
    monkeypatch.setattr(module, "MOUNTS", mounts)
    monkeypatch.setattr(module, "POLL_SECONDS", 0.1)
    said: list[str] = []
    followed = FolderChanges(poll=False, say=said.append)
    followed.follow([tmp_path / "lab" / "runs"])
    followed.follow([tmp_path / "lab" / "runs"])
    (tmp_path / "lab" / "runs" / "log.jsonl").write_text("one\n")
    assert followed.wait(WAIT)
    followed.close()
    [told] = said
    assert "network file system" in told


def test_too_many_folders_for_the_system_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where inotify's watches are used up, a watch goes on more slowly and says so."""
    real = module._observer

    def observer(*, poll: bool) -> object:
        made = real(poll=poll)
        if not poll:
            monkeypatch.setattr(made, "schedule", _refuse)
        return made

    monkeypatch.setattr(module, "_observer", observer)
    monkeypatch.setattr(module, "POLL_SECONDS", 0.1)
    said: list[str] = []
    followed = FolderChanges(poll=False, say=said.append)
    followed.follow([tmp_path])
    (tmp_path / "log.jsonl").write_text("one\n")
    assert followed.wait(WAIT)
    followed.close()
    assert said == [
        "The system watches no more folders (No space left on device): they are looked at instead."
    ]


LITTLE_ROOM = """
import logging, sys, warnings
from pathlib import Path
from sitegen.watch.changes import FolderChanges

warnings.simplefilter("error")
said, folder = [], Path(sys.argv[1])
followed = FolderChanges(poll=False, say=said.append)
followed.follow([folder])
assert not said
for number in range(40):
    (folder / f"run-{number}").mkdir()
for _ in range(100):
    if not said:
        followed.wait(0.2)
        followed.follow([folder])
followed.close()
print(*said)
"""


def test_folders_that_come_when_the_system_watches_no_more_are_looked_at(tmp_path: Path) -> None:
    """In a real process with few watches: watchdog itself says nothing of folders below others."""
    few = ["unshare", "--user", "--map-root-user", "sh", "-c", "echo 20 > /proc/sys/user/max_inotify_watches"]
    if shutil.which("unshare") is None or subprocess.run(few, capture_output=True).returncode:
        pytest.skip("the system does not let a process limit its own watches (unshare)")
    few[-1] += ' && exec "$0" -c "$1" "$2"'
    (tmp_path / "runs").mkdir()
    run = subprocess.run(
        [*few, sys.executable, LITTLE_ROOM, str(tmp_path / "runs")], capture_output=True, text=True
    )
    assert "The system watches no more folders" in run.stdout
    assert run.stderr == ""


def test_when_more_happened_than_the_system_keeps_nothing_is_known(tmp_path: Path) -> None:
    """The next build looks at everything, at once."""
    followed = FolderChanges(poll=False, say=print)
    followed.follow([tmp_path])
    followed.news()
    assert (followed.news() is None) == (sys.platform != "linux")
    logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed")
    assert followed.wait(WAIT)
    assert followed.news() is None
    followed.close()


def _refuse(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_burst_is_one_change_and_a_stream_is_not_waited_out() -> None:
    """Building begins when nothing has come for a moment, or when enough is enough."""
    clock = [0.0]

    class Stream:
        def __init__(self, gaps: list[float]) -> None:
            self.gaps = gaps

        def wait(self, seconds: float) -> bool:
            gap = self.gaps.pop(0) if self.gaps else 1e9
            clock[0] += min(gap, seconds)
            return gap <= seconds

        def follow(self, _places: object) -> None: ...

        def close(self) -> None: ...

    settle(Stream([0.1, 0.1]), 0.3, 2.0, now=lambda: clock[0])
    assert clock[0] == pytest.approx(0.5)
    settle(Stream([0.1] * 1000), 0.3, 2.0, now=lambda: clock[0])
    assert clock[0] == pytest.approx(2.5)


def test_news_name_all_that_changed(tmp_path: Path) -> None:
    """Files and folders by their paths, once; nothing is claimed while something was not yet watched."""
    (tmp_path / "logs" / "p" / "run").mkdir(parents=True)
    log = tmp_path / "logs" / "p" / "run" / "x.metrics.jsonl"
    log.write_text("x")
    followed = FolderChanges(poll=False, say=print)
    try:
        followed.follow([tmp_path / "logs"])
        assert followed.news() is None  # what changed before there was a watch nobody knows
        followed.follow([tmp_path / "logs"])
        log.write_text("more")
        (tmp_path / "logs" / "p" / "new").mkdir()
        paths, listings = heard(followed, tmp_path / "logs" / "p" / "new")
        assert {log, tmp_path / "logs" / "p" / "new"} <= paths
        assert tmp_path / "logs" / "p" in listings
        followed.follow([tmp_path / "logs", tmp_path / "other"])
        assert followed.news() is None
    finally:
        followed.close()


def heard(followed: FolderChanges, last: Path) -> tuple[set[Path], set[Path]]:
    """All news until this path is among them."""
    paths: set[Path] = set()
    listings: set[Path] = set()
    while last not in paths:
        assert followed.wait(WAIT)
        news = followed.news()
        assert news is not None
        paths |= news.paths
        listings |= news.listings
    return paths, listings


def test_who_looks_again_and_again_has_no_news(tmp_path: Path) -> None:
    """Between two looks a file may change twice, and on a network file system it is seen late."""
    followed = FolderChanges(poll=True, say=print)
    try:
        for _ in range(2):
            followed.follow([tmp_path])
            assert followed.news() is None
    finally:
        followed.close()
