"""The vision example does what its README says, with fewer and smaller batches."""

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

TRAIN = ROOT / "examples" / "vision" / "train.py"
RANKS = 4
EPOCHS = 3

_COLLECT = "import sys; from collector.cli.main import main; sys.exit(main())"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which four ranks have trained for a short time."""
    pytest.importorskip("torch", reason="the example needs PyTorch: pip install torch")
    made = tmp_path_factory.mktemp("vision")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("COLLECT", "TORCHELASTIC"))
    }
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(RANKS)]
    short = ["--epochs", str(EPOCHS), "--steps", "12", "--batch", "8", "--val", "12", "--lr", "0.01"]
    done = subprocess.run(
        [sys.executable, "-c", _COLLECT, "--", *torchrun, str(TRAIN), *short],
        cwd=made,
        env=kept | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def records(folder: Path, pattern: str) -> Iterator[dict[str, Any]]:
    """Every record in the files of that pattern in the only run there is."""
    [run] = (folder / "runlogs" / "vision").iterdir()
    for path in sorted(run.glob(pattern)):
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def media(folder: Path, name: str) -> list[dict[str, Any]]:
    return [
        one for one in records(folder, "r0-*.records.jsonl") if one["k"] == "media" and one["name"] == name
    ]


def test_each_rank_logs_its_own_losses(folder: Path) -> None:
    """Four ranks are one run, each with a row per batch, and they saw different pictures."""
    first_losses = set()
    for rank in range(RANKS):
        rows = [row for row in records(folder, f"r{rank}-*.metrics.jsonl") if row["k"] == "log"]
        losses = [row["m"]["train/loss"] for row in rows if "train/loss" in row["m"]]
        assert len(losses) == EPOCHS * 12
        assert losses[-1] < losses[0]
        first_losses.add(losses[0])
    assert len(first_losses) == RANKS


def test_common_figures_are_logged_once(folder: Path) -> None:
    """What all ranks have in common is logged by the first, once per epoch."""
    for rank in range(RANKS):
        rows = [row for row in records(folder, f"r{rank}-*.metrics.jsonl") if row["k"] == "log"]
        epochs = [row["m"]["epoch"] for row in rows if "epoch" in row["m"]]
        assert epochs == (list(range(EPOCHS)) if rank == 0 else [])


def test_pictures_have_boxes_and_masks(folder: Path) -> None:
    """Every epoch shows the same pictures, with what is there and what was found."""
    logged = media(folder, "val/samples")
    assert len(logged) == EPOCHS
    assert len({tuple(item["sha256"] for item in one["items"]) for one in logged}) == 1
    for item in logged[-1]["items"]:
        assert set(item["masks"]) == {"found", "truth"}
        assert item["boxes"]["truth"]["boxes"]


def test_table_of_mistakes_grows(folder: Path) -> None:
    """Each epoch adds its own rows, and a hardly trained detector makes mistakes in each."""
    items = [item for one in media(folder, "val/mistakes") for item in one["items"]]
    assert len(items) == EPOCHS
    assert all(item["part"] and item["rows"] > 0 for item in items)


def test_layers_are_watched(folder: Path) -> None:
    """The first rank has a histogram of each layer's gradients per epoch, the others have none."""
    steps = [
        record["step"]
        for record in records(folder, "r0-*.records.jsonl")
        if record["k"] == "hist" and record["name"] == "gradients/boxes.weight"
    ]
    assert len(steps) == EPOCHS
    assert not [record for record in records(folder, "r[1-9]-*.records.jsonl") if record["k"] == "hist"]


def test_nothing_was_lost(folder: Path) -> None:
    """No rank dropped a record or had something to complain about."""
    assert not [one for one in records(folder, "*.records.jsonl") if one["k"] in ("drop", "note")]


def test_site_shows_the_ranks(folder: Path) -> None:
    """The run's page says how many ranks there were and has a panel for everything that was logged."""
    pytest.importorskip("polars", reason="building sites needs pip install 'runpress[site]'")
    [page] = (build_site(folder) / "vision" / "runs").glob("*.html")
    text = page.read_text(encoding="utf-8")
    assert "4 ranks" in text
    for kind in ("image", "table", "histogram", "chart"):
        assert f'data-kind="{kind}"' in text, kind
