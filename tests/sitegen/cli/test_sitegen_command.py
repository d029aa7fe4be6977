"""`sitegen`: what it prints and how it exits."""

from __future__ import annotations

import errno
import json
import os
import re
import time
from io import FileIO, TextIOWrapper
from pathlib import Path

import pytest

from sitegen.build import BuildReport
from sitegen.cli.build import remarks
from sitegen.cli.main import main
from sitegen.config.load import load_settings
from sitegen.discover import SETTLED_NS
from sitegen.output.tree import Published
from tests.recorded import RecordedRun
from tests.sitegen.logs import ProcessLog


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def record(name: str = "calm-fox-aaaaaa", root: str = "runlogs") -> ProcessLog:
    """A short run."""
    log = ProcessLog(Path(root), name)
    log.log(0, {"loss": 1.0})
    log.end(exit=0)
    return log


def test_build_says_what_to_open(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The last line: runs, time, files, size and the page to open, which exists."""
    record()
    assert main(["build"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines()[-1].startswith("1 run in ")
    assert said.out.endswith("Open site/index.html\n")
    assert (folder / "site" / "index.html").is_file()


def test_page_to_open_is_named_without_detours(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the settings lie elsewhere and name the site from there, the page is named from here."""
    record()
    settings = folder / "examples" / "vision" / "mkdocs-style.yml"
    settings.parent.mkdir(parents=True)
    settings.write_text("runs_dir: ../../runlogs\nsite_dir: ../../site\n")
    assert main(["build", "-f", "examples/vision/mkdocs-style.yml"]) == 0
    assert capsys.readouterr().out.endswith("Open site/index.html\n")


def test_explain_names_the_cause_of_each_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run that goes on changes its own page and its project's, and the reasons say so."""
    record("first-fox-aaaaaa")
    log = record()
    main(["build", "--explain"])
    assert "demo/runs/calm-fox-aaaaaa.html: new\n" in capsys.readouterr().out
    log.log(1, {"loss": 0.5})
    main(["build", "--explain"])
    said = capsys.readouterr().out
    assert "demo/runs/calm-fox-aaaaaa.html: changed: the run's log\n" in said
    assert "demo/index.html: changed: the runs' logs\n" in said
    assert "demo/runs/first-fox-aaaaaa.html" not in said
    (folder / "mkdocs-style.yml").write_text("site_name: Other\n")
    main(["build", "--explain"])
    assert "demo/runs/first-fox-aaaaaa.html: changed: settings, theme\n" in capsys.readouterr().out


def test_explain_names_a_changed_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence in other words makes every page anew, the same words none; a mistake is told."""
    record()
    (folder / "mkdocs-style.yml").write_text("language: de\n")
    (folder / "texts").mkdir()
    texts = folder / "texts" / "de.yml"
    texts.write_text("home:\n  projects: Projekte\n")
    assert main(["build"]) == 0
    assert "Projekte" in (folder / "site" / "index.html").read_text(encoding="utf-8")
    texts.write_text("home:\n  projects: Vorhaben\n")
    capsys.readouterr()
    main(["build", "--explain"])
    assert "index.html: changed: texts\n" in capsys.readouterr().out
    page = (folder / "site" / "index.html").read_text(encoding="utf-8")
    assert "Vorhaben" in page
    assert '<html lang="de"' in page
    texts.write_text("home: {projects: Vorhaben}\n")
    main(["build", "--explain"])
    assert "index.html: changed" not in capsys.readouterr().out
    texts.write_text("home:\n  projekts: Vorhaben\n")
    assert main(["build"]) == 2
    assert 'de.yml:2 unknown text "home.projekts". Did you mean "home.projects"?' in capsys.readouterr().err


def test_profile_and_weights(capsys: pytest.CaptureFixture[str]) -> None:
    """Each stage has its time, reading its bytes; each kind of page has its weight, if anything changed."""
    record()
    main(["build", "--profile"])
    said = capsys.readouterr().out
    line = re.compile(r"^([a-z ]+?) +\d+\.\d\d s +([\d,.]+) kB read +([\d,.]+) kB made$", re.MULTILINE)
    stages = {name: (read != "0.0", made != "0.0") for name, read, made in line.findall(said)}
    assert stages == {
        "find logs": (False, False),
        "look for changes": (False, False),
        "read runs": (True, True),
        "put runs into projects": (False, False),
        "points behind zoom": (False, False),  # every curve is drawn whole
        "charts of projects": (False, True),
        "pages of projects": (False, True),
        "pages of runs": (False, True),
        "publish": (False, True),
        "clean cache": (False, False),
    }
    assert re.search(r"compressed: first page \d+ kB, project page \d+ kB, run page \d+ kB\n", said)
    main(["build"])
    assert "compressed" not in capsys.readouterr().out


def test_profile_of_points_and_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Long curves have their bytes too, once; with --json all is in the one object."""
    with RecordedRun(folder / "runlogs", "demo", "long-fox-dddddd") as run:
        run.log_all("loss", [float(step) for step in range(3000)])
    for path in (folder / "runlogs").rglob("*"):
        os.utime(path, (1e9, 1e9))
    time.sleep(1.2 * SETTLED_NS / 1e9)  # of a file that has just changed nothing is kept
    for is_first in (True, False):
        (folder / "mkdocs-style.yml").write_text(f"site_name: Site {is_first}")
        assert main(["build", "--profile", "--explain", "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["profile"]["read runs"]["read_bytes"] > 0
        assert (said["profile"]["points behind zoom"]["made_bytes"] > 0) == is_first
        assert said["profile"]["publish"]["made_bytes"] > 0
        assert said["reasons"]["index.html"]


def test_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is printed when nothing is wrong."""
    record()
    assert main(["build", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_no_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without runs there is a site and a warning that says how to start; --strict makes it status 4."""
    for _ in range(2):
        assert main(["build"]) == 0
        assert "warning: no runs in" in capsys.readouterr().err
    assert (folder / "site" / "index.html").is_file()
    assert main(["build", "--strict", "-d", "other"]) == 4
    assert not (folder / "other").exists()


def test_an_absent_folder_is_misuse(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that was named has to exist; what exists nearby is told."""
    record()
    assert main(["build", "runlog"]) == 2
    said = capsys.readouterr().err
    assert 'folder "runlog" does not exist. Nearby: "runlogs"' in said
    (folder / "mkdocs-style.yml").write_text("site_name: x\nruns_dir: rnlogs\n")
    assert main(["build"]) == 2
    assert 'mkdocs-style.yml:2 runs_dir: folder "rnlogs" does not exist. Nearby:' in capsys.readouterr().err


def test_warnings_and_strictness(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown key, or a metric that nobody logged, is told; --strict refuses both."""
    record()
    file = folder / "mkdocs-style.yml"
    file.write_text("sitename: x\n")
    assert main(["build"]) == 0
    assert "mkdocs-style.yml:1 warning: unknown option" in capsys.readouterr().err
    assert main(["build", "--strict"]) == 2
    file.write_text("projects: {demo: {metrics: {los: {goal: min}}}}\n")
    assert main(["build"]) == 0
    assert 'no run logged "los". Did you mean "loss"?' in capsys.readouterr().err
    assert main(["build", "--strict", "-d", "strict"]) == 1
    assert not (folder / "strict").exists()


def test_damaged_logs_are_noted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The site is built of what can be read; which runs are not whole is said each time, without warning."""
    for name in ("whole", "bad"):
        record(name)
    (log,) = folder.glob("runlogs/*/bad*/*.metrics.jsonl")
    log.write_bytes(log.read_bytes().replace(b'"step":0', b'"step":7', 1))
    for arguments in (["--strict"], [], ["-q"]):
        assert main(["build", *arguments]) == 0
        told = capsys.readouterr()
        assert told.err.splitlines() == [
            f"note: something in the files of a run could not be read: demo/{log.parent.name}. "
            "Its page says what, and why."
        ]
    assert main(["build", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["notes"] == [told.err.strip().removeprefix("note: ")]


def test_notes_show_what_a_terminal_would_obey() -> None:
    """A project may be called anything; a note stays one line and colours nothing."""
    report = BuildReport(Path("site"), 1, Published(1, 1, (), ()), (), ("a\x1b[31m\nb",), 0.1)
    (line,) = remarks(report.warnings, report.notes)
    assert line.isprintable()


def test_a_foreign_site_folder_is_misuse(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with other files is refused before anything is read."""
    record()
    (folder / "site").mkdir()
    (folder / "site" / "thesis.tex").write_text("years of work")
    assert main(["build"]) == 2
    assert "left alone" in capsys.readouterr().err
    assert [path.name for path in (folder / "site").iterdir()] == ["thesis.tex"]


def test_a_whole_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Named folders, a named file and a named site go together."""
    record(root="a")
    record("other", root="b")
    (folder / "conf").mkdir()
    (folder / "conf" / "site.yml").write_text("site_name: Named\n")
    assert main(["build", "a", "b", "-f", "conf/site.yml", "-d", "out"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("2 runs in ")
    assert "Named" in (folder / "out" / "index.html").read_text()


@pytest.mark.parametrize("arguments", [[], ["biuld"], ["build", "--fast"]])
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """argparse's own misuse exits 2 as well."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: sitegen" in capsys.readouterr().err


def test_debug_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    """A user's mistake gives a sentence; --debug adds the traceback."""
    assert main(["build", "absent"]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert main(["build", "absent", "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_new_writes_a_file_that_is_valid(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file it writes gives a configuration without a warning, and everything behind a # is valid too."""
    (folder / ".gitignore").write_text("/site/\n")
    assert main(["new"]) == 0
    said = capsys.readouterr().out
    assert "/.sitegen/" in said
    assert "  /site/" not in said
    assert main(["new"]) == 2
    assert "exists already" in capsys.readouterr().err
    (folder / "runlogs").mkdir()
    assert load_settings(None).warnings == ()
    text = (folder / "mkdocs-style.yml").read_text()
    opened = [line.removeprefix("# ") for line in text.split("\n\n", 1)[1].splitlines()]
    (folder / "all.yml").write_text("\n".join(opened))
    found = load_settings(folder / "all.yml")
    assert found.warnings == ()
    assert found.config.theme.palette.accent == "#2f6f9f"


def test_new_on_a_full_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A failure, not misuse; no empty file is in the way of the next try."""

    class FullFile(TextIOWrapper):
        def write(self, _text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda path, mode, **_: FullFile(FileIO(path, mode)))
        assert main(["new"]) == 1
    assert "No space left on device.\n  Make room on that disk" in capsys.readouterr().err
    assert list(folder.iterdir()) == []
    assert main(["new"]) == 0


def test_new_in_another_folder(folder: Path) -> None:
    """It makes the folder and names the site after it, whatever the name."""
    name = 'a "b": c'
    assert main(["new", name]) == 0
    (folder / name / "runlogs").mkdir()
    assert load_settings(None, folder=folder / name).config.site_name == f"{name} experiments"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("one\n{% block main %}{{ x ", "theme/templates/home.html:2: unexpected end of template"),
        (
            '{% extends "base.html" %}\n{% block content %}{{ page.nothing.here }}{% endblock %}',
            "home.html:2: ",
        ),
        ('{% extends "absent.html" %}', "home.html:1: "),
        ("{{ 1 / 0 }}", "theme/templates/home.html:1: division by zero"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    """It is the user's own file: no traceback, unless asked for."""
    record()
    place = folder / "theme" / "templates" / "home.html"
    place.parent.mkdir(parents=True)
    place.write_text(text)
    (folder / "mkdocs-style.yml").write_text("theme: {custom_dir: theme}\n")
    assert main(["build"]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "docs/reference/theme.md" in error
    assert "Traceback" not in error
    assert main(["build", "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_wrong_number_of_processes_is_told_in_words(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not by the name of a function."""
    with pytest.raises(SystemExit) as ended:
        main(["build", f"--jobs={number}"])
    assert ended.value.code == 2
    assert f'must be a number from 1 on, not "{number}"' in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty one and none are two mistakes; the second is most often the wrong folder to build in."""
    assert main(["build"]) == 0
    assert 'there is no folder "runlogs" here' in capsys.readouterr().err
    (folder / "runlogs").mkdir()
    assert main(["build"]) == 0
    assert "there is no folder" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bild"], 'Did you mean "build"?'),
        (["build", "--site-dri", "x"], 'Did you mean "--site-dir"?'),
        (["export", "--format", "xml"], "parquet"),
        (["build", "--format", "csv"], "unrecognized arguments: --format"),
    ],
)
def test_an_unknown_word_is_told_with_the_nearest(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command or an option that is nearly one; where nothing is near, the choices there are."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_wrong_port_is_told(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is built."""
    with pytest.raises(SystemExit) as ended:
        main(["serve", f"--port={port}"])
    assert ended.value.code == 2
    assert f'must be a number from 0 to 65535, not "{port}"' in capsys.readouterr().err


def test_after_new_a_site_can_be_built_before_the_first_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As without a file: the site says how to start."""
    assert main(["new"]) == 0
    assert main(["build"]) == 0
    assert "no runs in" in capsys.readouterr().err
