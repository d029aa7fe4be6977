"""`collect parse` shows what --parse would log, and writes nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from subprocess import Popen

import pytest

from collector.cli.main import main
from tests.collector.wrapper.wrapped import Wrapped


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """An output with five rows."""
    path = tmp_path / "train.log"
    path.write_text("starting\n" + "".join(f"step {i}: loss {i}.5\n" for i in range(5)))
    return path


def test_rows_with_their_lines(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each row stands with its line number, and a summary says what was found."""
    before = sorted(log.parent.iterdir())
    assert main(["parse", str(log), "--limit", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["line", "2", "step", "0", "loss=0.5"]
    assert "3 more rows" in lines[2]
    assert lines[-2:] == ["5 rows (5 pairs) of 1 metric: loss (5)", "Nothing was written."]
    assert sorted(log.parent.iterdir()) == before


def test_json(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints all rows, and what is no JSON number as text."""
    log.write_text(log.read_text() + "step 9: loss nan\n")
    assert main(["parse", str(log), "--json"]) == 0
    rows = [json.loads(line, parse_constant=pytest.fail) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 6
    assert rows[0] == {"line": 2, "step": 0, "values": {"loss": 0.5}, "form": "pairs"}
    assert rows[-1]["values"] == {"loss": "nan"}


def test_pipe_is_read(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What has a path and is no file, as the shell's <(zcat train.log.gz), is read to its end."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with Popen(["sh", "-c", f"cat {log} > {pipe}"]):
        assert main(["parse", str(pipe)]) == 0
    assert "5 rows" in capsys.readouterr().out


def test_nothing_found(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An output without metrics exits 1 and shows how to say where they are."""
    log.write_text("hello\n")
    assert main(["parse", str(log)]) == 1
    assert "--pattern" in capsys.readouterr().out


def test_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The recorded output of a run is read by its id or its folder."""
    wrapped = Wrapped(tmp_path, tmp_path / "bytecode")
    wrapped.run(command=["echo", "step 4: loss 0.5"])
    folder = wrapped.run_folder()
    for words in ([str(folder)], [folder.name, "--dir", str(wrapped.runlogs)]):
        assert main(["parse", *words]) == 0
        assert "step 4" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [(["nowhere"], "nowhere is no file"), ([], "required"), (["x", "--pattern", "("], "--pattern '('")],
)
def test_misuse(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Misuse exits 2 with what to do about it."""
    assert main(["parse", *words]) == 2
    assert told in capsys.readouterr().err
