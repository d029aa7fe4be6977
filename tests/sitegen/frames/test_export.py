"""Exported files hold the frames, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from sitegen.cli.main import main
from sitegen.frames.export import export, guarded
from sitegen.frames.load import load
from tests.recorded import RecordedRun


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Two projects, in one of which somebody tries a formula."""
    with RecordedRun(tmp_path / "logs", "demo", "run-0-aaaaaa") as run:
        run.record("run", project="demo", name='=HYPERLINK("http://x")', tags=["@a", "b"])
        run.record("config", v={"note": "+1", "=key": "-2+3", "lr": -0.5})
        run.log(0, {"loss": -1.5, "=x": 2.0})
        run.end()
    with RecordedRun(tmp_path / "logs", "other", "run-1-bbbbbb") as run:
        run.log(0, {"loss": 2.0})
    return tmp_path / "logs"


def test_parquet_holds_the_frames(logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Types and values as `sitegen.load` gives them; each file is told of with its rows."""
    out = tmp_path / "out"
    assert main(["export", str(logs), "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert f"{out / 'runs.parquet'}  2 rows" in said
    frames = load(logs)
    for name in ("runs", "history", "system", "media", "artifacts", "trials"):
        kept = pl.read_parquet(out / f"{name}.parquet")
        frame: pl.DataFrame = getattr(frames, name)
        assert kept.schema == frame.schema
        assert kept.equals(frame, null_equal=True)


def test_csv_holds_no_formula(logs: Path, tmp_path: Path) -> None:
    """Texts that would be run are quoted; numbers stay numbers."""
    out = tmp_path / "out"
    assert main(["export", str(logs), "-o", str(out), "--format", "csv", "--project", "demo", "-q"]) == 0
    with (out / "runs.csv").open(newline="") as file:
        [row] = list(csv.DictReader(file))
    assert row["name"] == '\'=HYPERLINK("http://x")'
    assert row["tags"] == "'@a; b"
    assert (row["config.note"], row["config.=key"], row["config.lr"]) == ("'+1", "'-2+3", "-0.5")
    with (out / "history.csv").open(newline="") as file:
        history = list(csv.DictReader(file))
    assert {one["metric"] for one in history} == {"loss", "'=x"}
    assert {one["value"] for one in history} == {"-1.5", "2.0"}


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\tx", "\rx"])
def test_every_beginning_of_a_formula_is_guarded(text: str) -> None:
    """In cells and in headings."""
    frame = guarded(pl.DataFrame({text: [text, "plain", None]}))
    assert frame.columns == [f"'{text}"]
    assert frame.to_series().to_list() == [f"'{text}", "plain", None]


def test_one_run_and_one_table(logs: Path, tmp_path: Path) -> None:
    """Only what was asked for is written."""
    out = tmp_path / "out"
    assert main(["export", str(logs), "-o", str(out), "--run", "run-1-*", "--what", "history", "-q"]) == 0
    assert [path.name for path in out.iterdir()] == ["history.parquet"]
    assert pl.read_parquet(out / "history.parquet")["run"].to_list() == ["run-1-bbbbbb"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--what", "histori"], 'Did you mean "history"?'),
        (["--project", "absent"], 'fits --project "absent"'),
        (["-o", "file"], '"file" is a file'),
    ],
)
def test_misuse_is_told(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    options: list[str], said: str,
) -> None:  # fmt: skip
    """With status 2 and what to do."""
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    assert main(["export", str(logs), *options]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_full_disk_is_told_of(
    form: str, logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a traceback of Polars, and without half a file."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "history.part").symlink_to("/dev/full")
    assert main(["export", str(logs), "-o", str(tmp_path / "out"), "--format", form]) == 1
    assert "could not be written" in capsys.readouterr().err
    assert [place.name for place in (tmp_path / "out").iterdir()] == [f"runs.{form}"]


def test_an_export_that_is_ended_leaves_no_half_a_file(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By Ctrl+C, or by a signal, which comes as an exception too."""

    def ended(_frame: pl.DataFrame, place: Path) -> None:
        place.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pl.DataFrame, "write_parquet", ended)
    with pytest.raises(KeyboardInterrupt):
        export(load(logs), tmp_path / "out", "parquet", ["runs"])
    assert list((tmp_path / "out").iterdir()) == []
