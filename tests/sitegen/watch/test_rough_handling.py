"""A watch outlives whatever is done to the logs that it follows, and the site says what is there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.recorded import RecordedRun
from tests.sites import ROOT

COMMAND = "import sys; from sitegen.cli.main import main; sys.exit(main())"
ONE, TWO = "one-fox-aaaaaa", "two-fox-bbbbbb"


class Watched:
    """A folder with two runs under a watch."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, folder / "said"
        for name in (ONE, TWO):
            with RecordedRun(folder / "runlogs", "demo", name) as run:
                run.log_all("loss", [1.0, 2.0])
                run.end()

    def start(self) -> None:
        with self.said.open("w") as said:
            self.command = subprocess.Popen(
                [sys.executable, "-c", COMMAND, "watch"],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=said,
                stderr=said,
            )

    def follows(self, change: Callable[[], object], runs: str) -> None:
        """Makes a change, and waits until a build told of it."""
        before = len(self.said.read_text())
        change()
        while f" {runs} in " not in self.said.read_text()[before:]:
            assert self.command.poll() is None, self.said.read_text()
            time.sleep(0.05)

    def page(self, name: str) -> Path:
        return self.folder / "site" / "demo" / "runs" / f"{name}.html"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """A watch that has built once, and ends well by SIGTERM."""
    made = Watched(tmp_path)
    made.start()
    try:
        made.follows(lambda: None, "2 runs")
        yield made
        made.command.send_signal(signal.SIGTERM)
        assert made.command.wait(120) == 128 + signal.SIGTERM
        assert "Error" not in made.said.read_text()
    finally:
        made.command.kill()
        made.command.wait()


def test_logs_are_cut_replaced_and_renamed(watched: Watched) -> None:
    """Each is one build; the run stays as long as its records can be read, the other is untouched."""
    log = next((watched.folder / "runlogs" / "demo" / ONE).glob("*.metrics.jsonl"))
    other = watched.page(TWO).read_bytes()
    watched.follows(lambda: os.truncate(log, log.stat().st_size - 20), "2 runs")
    watched.follows(lambda: (log.unlink(), log.mkdir()), "2 runs")
    watched.follows(lambda: (log.rmdir(), log.write_bytes(bytes(range(256)) * 20)), "2 runs")
    assert watched.page(ONE).is_file()
    assert watched.page(TWO).read_bytes() == other
    renamed = log.parent.with_name("six-fox-cccccc")
    watched.follows(lambda: log.parent.rename(renamed), "2 runs")
    assert watched.page(TWO).is_file()


def test_the_folder_of_logs_goes_and_comes_back(watched: Watched) -> None:
    """As when a disk is taken away: it is told of once, the site stays, and follows again with the logs."""
    logs, away = watched.folder / "runlogs", watched.folder / "away"
    before = watched.page(ONE).read_bytes()
    logs.rename(away)
    while 'folder "runlogs" is gone; the site stays as it was' not in watched.said.read_text():
        time.sleep(0.05)
    assert watched.page(ONE).read_bytes() == before

    def come_back() -> None:
        shutil.rmtree(away / "demo" / TWO)
        away.rename(logs)

    watched.follows(come_back, "1 run")
    assert watched.page(ONE).is_file()
    assert not watched.page(TWO).exists()
    assert watched.said.read_text().count("is gone") == 1


@pytest.mark.parametrize("odd", ["file", "folders", "junk"])
def test_a_cache_that_is_no_cache_is_passed_over(tmp_path: Path, odd: str) -> None:
    """A file in its place, folders where files should be, another version's content: the site is the same."""
    made = Watched(tmp_path)
    build = [sys.executable, "-c", COMMAND, "build"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run(build, cwd=tmp_path, env=env, check=False).returncode == 0
    before = made.page(ONE).read_bytes()
    cache = tmp_path / ".sitegen"
    kept = [place for place in cache.rglob("*") if place.is_file()]
    assert kept
    for place in kept:
        if odd == "junk":
            place.write_bytes(b'{"format": 999, "entries": [1]}')
        else:
            place.unlink()
            if odd == "folders":
                place.mkdir()
    if odd == "file":
        cache.rename(tmp_path / "former")
        cache.write_text("a note")
    for path in (tmp_path / "site").rglob("*.html"):
        path.unlink()
    done = subprocess.run(build, cwd=tmp_path, env=env, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert made.page(ONE).read_bytes() == before
