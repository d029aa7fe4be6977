"""A watch builds when something changed, and outlives whatever goes wrong in between."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from sitegen.build import BuildReport, builds
from sitegen.cli.watch import _Telling
from sitegen.config import Config
from sitegen.derive.facts import ProjectFacts, RunFacts
from sitegen.discover import News
from sitegen.errors import MisuseError
from sitegen.output.manifest import Manifest
from sitegen.output.tree import Bundle, Published
from sitegen.watch.loop import Watch
from sitegen.work.library import _Brief
from sitegen.work.printed import PrintedRuns
from tests.recorded import RecordedRun
from tests.sites import ROOT

REPORT = BuildReport(Path("site"), 1, Published(1, 1, ("index.html",), ()), (), (), 0.1)


MISSING = (
    '"a.jsonl" cannot be read or written: No such file or directory.\n'
    "  Mend the cause, and try again; --debug shows where in sitegen it was met."
)

KINDS = (_Brief, RunFacts, ProjectFacts, Bundle, PrintedRuns, Manifest)


class Quiet:
    """Changes that come at once, and what was followed."""

    def __init__(self, waits: Iterable[bool] = ()) -> None:
        self.followed: list[list[Path]] = []
        self.waits = iter(waits)

    def follow(self, places: list[Path]) -> None:
        self.followed.append(list(places))

    def wait(self, _seconds: float) -> bool:
        return next(self.waits, False)

    def news(self) -> News:
        return News()

    def close(self) -> None: ...


def rounds(
    outcomes: list[Exception | BuildReport], loads: list[Exception | Config]
) -> tuple[list[str], Quiet]:
    """What is told over as many rounds as there are settings to load."""
    told: list[str] = []
    left = list(outcomes)
    changes = Quiet()
    settings: Iterator[Exception | Config] = iter(loads)

    def load() -> Config:
        found = next(settings)
        if isinstance(found, Exception):
            raise found
        return found

    def make(_config: Config, _news: object = None) -> BuildReport:
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    watch = Watch(load, changes, lambda _: told.append("built"), told.append, make=make, sleep=lambda _: None)  # type: ignore[arg-type]
    for _, _ in zip(loads, watch.rounds(), strict=False):
        pass
    return told, changes


def test_errors_are_told_once_and_end_nothing() -> None:
    """A log that vanishes while it is read, then wrong settings, then all is well."""
    lost = FileNotFoundError(2, "No such file or directory", "a.jsonl")
    told, _ = rounds(
        [lost, lost, REPORT, REPORT], [Config()] * 2 + [MisuseError("wrong"), Config(), Config()]
    )
    assert told == [MISSING, "wrong", "built", "built"]


def test_settings_that_are_wrong_at_first_are_waited_for() -> None:
    """The settings' file is watched even when nothing could be read of it."""
    told, changes = rounds([REPORT], [MisuseError("wrong"), Config(runs_dir=(Path("logs"),))])
    assert told == ["wrong", "built"]
    assert changes.followed == [[], [Path("logs"), Path("workspaces"), Path("texts")]]


def test_news_are_relied_on_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the first round, not after an error, not when nothing came for long, nor for ever."""
    given: list[str] = []
    now = [0.0]

    def make(_config: Config, news: News | None = None) -> BuildReport:
        given.append("news" if news else "all")
        if len(given) == 3:
            raise OSError("gone")
        return REPORT

    monkeypatch.setattr("sitegen.watch.loop.time.monotonic", lambda: now[0])
    # After each round it is asked whether there is a change, and whether that was the last one.
    changes = Quiet([*[True, False] * 4, False, *[True, False] * 2])
    watch = Watch(Config, changes, lambda _: None, lambda _: None, make=make, sleep=lambda _: None)  # type: ignore[arg-type]
    for number, _ in zip(range(8), watch.rounds(), strict=False):
        now[0] = 100.0 if number == 6 else 0.0
    first, then, fails, after_it, goes_on, waited_in_vain, again, much_later = given
    assert (first, then, fails, after_it) == ("all", "news", "news", "all")
    assert (goes_on, waited_in_vain, again, much_later) == ("news", "all", "news", "all")


@pytest.mark.parametrize("is_json", [False, True])
def test_after_an_error_it_is_said_that_all_is_well(
    capsys: pytest.CaptureFixture[str], *, is_json: bool
) -> None:
    """Also when nothing changed; but once."""
    same = BuildReport(Path("site"), 1, Published(1, 1, (), ()), (), (), 0.1)
    telling = _Telling(False, is_json, lambda: "site/index.html")
    for report in (REPORT, same):
        telling.built(report)
    telling.failed("wrong")
    for report in (same, same):
        telling.built(report)
    said = capsys.readouterr()
    lines = [line for line in said.out.splitlines() if "error" not in line]
    assert "wrong" in (said.out if is_json else said.err)
    assert len(lines) == 2
    assert is_json or ("well again: 1 run in" in lines[1] and "nothing changed" in lines[1])


def wait_for(text: str, output: Path, seconds: float = 60.0, lines: int = 1) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        said = output.read_text()
        if text in said and said.count("\n") >= lines:
            return said
        time.sleep(0.05)
    raise AssertionError(f"{text!r} was never said; but: {output.read_text()}")


@pytest.mark.parametrize("options", [(), ("--poll",)])
def test_watch_follows_logs_and_settings(tmp_path: Path, options: tuple[str, ...]) -> None:
    """The command builds, follows a new run, keeps the site when settings break, and ends well by SIGTERM."""
    with RecordedRun(tmp_path / "runlogs", "demo", "one-fox-aaaaaa") as run:
        run.log(0, {"loss": 1.0})
    command = "import sys; from sitegen.cli.main import main; sys.exit(main())"
    with (tmp_path / "said").open("w") as said:
        watch = subprocess.Popen(
            [sys.executable, "-c", command, "watch", *options],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=said,
            stderr=said,
        )
    try:
        wait_for("1 run in", tmp_path / "said")
        with RecordedRun(tmp_path / "runlogs", "demo", "two-fox-bbbbbb", start=1_767_270_000.0) as run:
            run.log(0, {"loss": 1.0})
        wait_for("2 runs in", tmp_path / "said")
        assert (tmp_path / "site" / "demo" / "runs" / "two-fox-bbbbbb.html").is_file()
        (tmp_path / "mkdocs-style.yml").write_text("charts: {height: tall}")
        wait_for("charts.height: must be a whole number", tmp_path / "said")
        assert (tmp_path / "site" / "index.html").is_file()
        (tmp_path / "mkdocs-style.yml").write_text("site_name: Renamed")
        end = time.monotonic() + 60
        while "Renamed" not in (tmp_path / "site" / "index.html").read_text() and time.monotonic() < end:
            time.sleep(0.05)
        assert "Renamed" in (tmp_path / "site" / "index.html").read_text()
    finally:
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(30) == 128 + signal.SIGTERM


def test_programs_are_told_on_lines_of_json(tmp_path: Path) -> None:
    """Builds and errors, one object each; the end by SIGTERM is none."""
    with RecordedRun(tmp_path / "runlogs", "demo", "one-fox-aaaaaa") as run:
        run.log(0, {"loss": 1.0})
    command = "import sys; from sitegen.cli.main import main; sys.exit(main())"
    with (tmp_path / "said").open("w") as said:
        watch = subprocess.Popen(
            [sys.executable, "-c", command, "watch", "--json"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=said,
        )
    try:
        wait_for("\n", tmp_path / "said")
        (tmp_path / "mkdocs-style.yml").write_text("charts: {height: tall}")
        wait_for("error", tmp_path / "said")
        (tmp_path / "mkdocs-style.yml").write_text("site_name: Renamed")
        wait_for("\n", tmp_path / "said", lines=3)
    finally:
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(30) == 128 + signal.SIGTERM
    first, error, renamed = map(json.loads, (tmp_path / "said").read_text().splitlines())
    assert (first["runs"], first["start"], "index.html" in first["written"]) == (1, "site/index.html", True)
    assert "charts.height: must be a whole number" in error["error"]
    assert "index.html" in renamed["written"]


def test_what_is_remembered_does_not_grow_with_the_builds(tmp_path: Path) -> None:
    """Of a run that goes on, a watch of hours keeps one state and not each that it has seen."""
    config = Config(
        runs_dir=(tmp_path / "runlogs",), site_dir=tmp_path / "site", cache_dir=tmp_path / "cache"
    )
    logs, counts = tmp_path / "runlogs", []
    with (
        builds(jobs=1) as build_again,
        RecordedRun(logs, "demo", "one-fox-a") as one,
        RecordedRun(logs, "demo", "two-fox-b") as two,
    ):
        for step in range(8):
            # A build looks up what it knows of the run that did not change.
            (one if step % 2 else two).log(step, {"loss": 1.0})
            time.sleep(0.15)  # a file that has just changed is not taken at its word
            build_again(config, News({logs}))
            gc.collect()
            found = [type(thing) for thing in gc.get_objects() if isinstance(thing, KINDS)]
            counts.append([found.count(kind) for kind in KINDS])
    assert counts[3] == counts[7]
    assert counts[7][0] == 2
