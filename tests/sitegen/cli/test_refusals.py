"""What the system refuses is told with its place and what to do, never as a traceback."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sitegen.cli.main import main
from sitegen.errors import explained
from tests.recorded import RecordedRun

Refuse = Callable[[str], None]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a run, in which we are."""
    monkeypatch.chdir(tmp_path)
    with RecordedRun(tmp_path / "runlogs", "demo", "one-fox-aaaaaa") as run:
        run.log(0, {"loss": 1.0})
        run.end()
    return tmp_path


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """Makes a place unreadable, for root as well: whatever looks at it or below it is denied."""

    def deny(name: str) -> None:
        for module, function in ((os, "stat"), (os, "scandir"), (os, "listdir"), (io, "open")):
            _deny(monkeypatch, module, function, name)

    return deny


def _deny(monkeypatch: pytest.MonkeyPatch, module: Any, function: str, name: str) -> None:
    real = getattr(module, function)

    def denied(place: Any = ".", *args: Any, **named: Any) -> Any:
        path = os.fspath(place) if isinstance(place, (str, os.PathLike)) else ""
        is_listed = function in ("scandir", "listdir") and f"/{path}".endswith(f"/{name}")
        if is_listed or f"/{name}/" in f"/{path}":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(place, *args, **named)

    monkeypatch.setattr(module, function, denied)


@pytest.mark.parametrize(
    ("place", "command"),
    [
        ("site", "build"),
        ("site", "check"),
        ("site", "verify"),
        (".sitegen", "build"),
        ("theme/templates", "build"),
    ],
)
def test_an_unreadable_folder(
    folder: Path, refuse: Refuse, capsys: pytest.CaptureFixture[str], place: str, command: str
) -> None:
    """Its name is in the message, and nothing stays beside the site."""
    (folder / "theme" / "templates").mkdir(parents=True)
    (folder / "mkdocs-style.yml").write_text("theme: {custom_dir: theme}")
    assert main(["build", "-q", "--jobs", "1"]) == 0
    (folder / "theme" / "templates" / "new.html").write_text("")
    refuse(place)
    assert main([command]) == 1
    said = capsys.readouterr().err
    assert place in said.splitlines()[0]
    assert "cannot be read or written: Permission denied.\n  Give the user who runs sitegen access" in said
    assert ".site.staging" not in {one.name for one in folder.iterdir()}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_template_in_another_encoding(folder: Path, capsys: pytest.CaptureFixture[str], jobs: str) -> None:
    """File and line are named, also where another process met it."""
    (folder / "theme" / "templates").mkdir(parents=True)
    (folder / "theme" / "templates" / "project.html").write_bytes(b"<p>\n caf\xe9")
    (folder / "mkdocs-style.yml").write_text("theme: {custom_dir: theme}")
    assert main(["build", "--jobs", jobs]) == 2
    said = capsys.readouterr().err
    assert said == "theme/templates/project.html:2: this is not UTF-8.\n  Save the file as UTF-8.\n"


def test_a_style_in_another_encoding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So is a style sheet that takes the place of the theme's."""
    (folder / "theme" / "css").mkdir(parents=True)
    (folder / "theme" / "css" / "base.css").write_bytes(b"/* caf\xe9 */")
    (folder / "mkdocs-style.yml").write_text("theme: {custom_dir: theme}")
    assert main(["build"]) == 2
    assert "theme/css/base.css:1: this is not UTF-8." in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    ["build", "build -f", "build -d", "watch", "check", "verify", "export", "export -o", "new"],
)
def test_a_name_that_no_system_takes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is misuse, and not told in full."""
    assert main([*command.split(), "a" * 5000]) == 2
    said = capsys.readouterr().err
    assert "too long" in said
    assert "Choose a shorter" in said


@pytest.mark.parametrize("option", ["--max-mb", "--max-page-kb"])
@pytest.mark.parametrize("size", ["nan", "-1", "inf", "much"])
def test_a_size_that_is_none(option: str, size: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Misuse, with what is wanted."""
    with pytest.raises(SystemExit) as end:
        main(["check", f"{option}={size}"])
    assert end.value.code == 2
    assert f'must be a number from 0 on, not "{size}"' in capsys.readouterr().err


def test_what_has_no_place_is_told_all_the_same() -> None:
    """Errors of the system know a file, or none; a full disk is told what to do about it."""
    full = explained(OSError(errno.ENOSPC, "No space left on device"))
    assert str(full) == "No space left on device.\n  Make room on that disk, and try again."
    assert "--debug" in str(explained(OSError(errno.EIO, "Input/output error", b"/logs/a")))


def test_paths_of_the_other_kind(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder where a file is wanted, and the other way round: no advice that names the same thing again."""
    (folder / "a.css").mkdir()
    (folder / "theme").write_text("")
    (folder / "mkdocs-style.yml").write_text("extra_css: a.css\ntheme: {custom_dir: theme}")
    assert main(["build"]) == 2
    said = capsys.readouterr().err
    assert 'extra_css: "a.css" is a folder; name a file in it' in said
    assert 'theme.custom_dir: "theme" is a file; a folder is wanted' in said
    assert "does not exist" not in said


def test_an_export_of_nothing_names_its_patterns(capsys: pytest.CaptureFixture[str]) -> None:
    """With what a pattern may be."""
    assert main(["export", "--project", "[", "--run", "x"]) == 2
    said = capsys.readouterr().err
    assert said.startswith('no run in "runlogs" fits --project "[" and --run "x".\n')
    assert "[ab] one of these letters" in said


def test_an_export_into_a_folder_that_is_read_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The disk is not full, as Polars says itself."""
    import polars as pl

    def denied(*_: object) -> None:
        raise PermissionError("Permission denied (os error 13): export/runs.part")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", denied)
    assert main(["export"]) == 1
    said = capsys.readouterr().err
    assert "Permission denied (os error 13): export/runs.part.\n" in said
    assert "full" not in said
