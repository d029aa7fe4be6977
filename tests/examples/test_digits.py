"""The digits example does what its README says, in its short form."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sites import ROOT, build_site

DIGITS = ROOT / "examples" / "digits"

pytestmark = pytest.mark.slow


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COLLECT")}
    # The package of the checkout, and the programs of this environment.
    kept |= {"PYTHONPATH": str(ROOT), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"}
    return subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the short form of the example has run."""
    pytest.importorskip("sklearn", reason="the example needs scikit-learn: pip install 'runpress[demo]'")
    if not Path(sys.executable).with_name("collect").exists():
        pytest.skip("the command `collect` is not installed beside this Python: pip install -e .")
    made = tmp_path_factory.mktemp("digits")
    done = run(made, sys.executable, str(DIGITS / "run_all.py"), "--quick")
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def records(folder: Path, suffix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(run id, record) of every line in the files of that suffix."""
    for path in sorted((folder / "runlogs" / "digits").glob(f"*/*.{suffix}.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield path.parent.name, json.loads(line)


def run_id(folder: Path, name: str) -> str:
    return next(run for run, record in records(folder, "records") if record.get("name") == name)


def last_end(folder: Path, name: str) -> dict[str, Any]:
    wanted = run_id(folder, name)
    return [record for run, record in records(folder, "records") if run == wanted and record["k"] == "end"][
        -1
    ]


def test_network_learns(folder: Path) -> None:
    """The middle learning rate gets most validation images right, even in the short form."""
    wanted = run_id(folder, "lr 0.03 seed 0")
    rows = [row for run, row in records(folder, "metrics") if run == wanted and row["k"] == "log"]
    accuracies = [row["m"]["val/acc"] for row in rows if "val/acc" in row["m"]]
    assert len(accuracies) == 12
    assert accuracies[-1] > 0.9


def test_hot_run_ends_in_nan_and_finishes(folder: Path) -> None:
    """Overflow is logged as NaN to the end, and nobody is told but by the log."""
    wanted = run_id(folder, "too hot")
    rows = [row for run, row in records(folder, "metrics") if run == wanted and row["k"] == "log"]
    losses = [
        (row["m"]["train/loss"], row.get("x", {}).get("train/loss"))
        for row in rows
        if "train/loss" in row["m"]
    ]
    assert losses[0][0] is not None
    assert losses[-1] == (None, "NaN")
    assert last_end(folder, "too hot")["state"] == "finished"


def test_crash_is_recorded_with_its_exception(folder: Path) -> None:
    """The run with too short a schedule failed with IndexError after 50 epochs."""
    ends = [
        record
        for run, record in records(folder, "records")
        if run == run_id(folder, "short schedule") and record["k"] == "end"
    ]
    assert {end["state"] for end in ends} == {"failed"}
    assert any("IndexError" in (end.get("traceback") or "") for end in ends)


def test_plain_script_has_a_console(folder: Path) -> None:
    """A script without our API leaves its output, and no metrics."""
    run_folder = folder / "runlogs" / "digits" / run_id(folder, "baselines")
    console = b"".join(path.read_bytes() for path in sorted((run_folder / "console").glob("*.log")))
    assert b"support vectors" in console
    assert b"figures to beat" in console
    assert list(run_folder.glob("*.metrics.jsonl")) == []


def test_site_shows_all_of_them(folder: Path) -> None:
    """The project page lists every run of the example."""
    site = build_site(folder)
    text = (site / "digits" / "index.html").read_text(encoding="utf-8")
    for name in (
        "baselines",
        "lr 0.003 seed 0",
        "lr 0.03 seed 0",
        "lr 0.1 seed 0",
        "too hot",
        "short schedule",
    ):
        assert name in text


def test_script_runs_without_the_wrapper(tmp_path: Path) -> None:
    """`python train.py` alone records a run as well."""
    pytest.importorskip("sklearn", reason="the example needs scikit-learn: pip install 'runpress[demo]'")
    done = run(tmp_path, sys.executable, str(DIGITS / "train.py"), "--epochs", "2", "--hidden", "8")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "runlogs" / "digits").glob("*/*.metrics.jsonl"))) == 1
