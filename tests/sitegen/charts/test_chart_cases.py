"""The tables that the page's scripts are tested by say what Python says."""

import json
import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sitegen.charts.packs import run_packs
from sitegen.charts.tiles import tile_files
from sitegen.derive.points import Curve
from tests.sitegen.charts.made import bucketed, container, run_of, unpacked, whole
from tests.sitegen.charts.reference import averaged_as_tensorboard, kernel_mean, placed, smoothed
from tests.sitegen.charts.test_tiles import levels

CASES = Path(__file__).parents[2] / "js" / "cases"
WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def table(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _plain(json.loads((CASES / f"{name}.json").read_text(encoding="utf-8")))
    return found


def _plain(value: Any) -> Any:
    """JSON knows no NaN, so the tables spell it as text."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return WORDS.get(value, value) if isinstance(value, str) else value


CHUNKED = {
    "whole and shared": [
        whole([0.5, math.nan, math.inf, -math.inf, -0.0, 5e-324], metric="a"),
        whole([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], metric="b/ü"),
    ],
    "thirds of seconds": [whole([1.0, 2.0, 3.0], times=[0.0, 1 / 3, 2 / 3], steps=[5, 4, 4.5], rank=3)],
    "buckets": [bucketed([1.0, 2.0, math.nan, 4.0, 5.0, math.inf, math.nan, math.nan], 2)],
    "empty": [whole([])],
}


@pytest.mark.parametrize("case", table("chunks"), ids=lambda case: str(case["name"]))
def test_chunks_in_the_table_are_what_the_packer_writes(case: dict[str, Any]) -> None:
    """The page decodes real chunks; compressed bytes may differ by zlib, what is inside may not."""
    (chunk,) = run_packs(run_of("run-a", CHUNKED[case["name"]])).files.values()
    assert container(chunk) == container(case["chunk"].encode())
    assert _bits(unpacked(chunk)) == _bits(case["series"])


def logged(row: int) -> float:
    """What tests/js/charts_levels.test.js expects in each row."""
    if row % 1000 == 5:
        return math.nan
    if row == 12_345:
        return math.inf
    return -0.0 if row == 39_999 else (row % 97) / 3


@pytest.mark.parametrize("case", table("tiles"), ids=lambda case: str(case["name"]))
def test_tiles_in_the_table_are_what_the_packer_writes(case: dict[str, Any]) -> None:
    """The page puts real tiles together."""
    row = pl.Series([float(row) for row in range(case["points"])])
    y = pl.Series([logged(number) for number in range(case["points"])])
    curves = [Curve(metric, 0, row, row / 2, y) for metric in case["metrics"]]
    files = dict(tile_files(run_of("run-a"), levels(curves)))
    kept = {f"{name}.js": container(text.encode()) for name, text in case["files"].items()}
    assert {name: container(content) for name, content in files.items()} == kept
    assert f"{case['index']}.js" == list(files)[-1]


@pytest.mark.parametrize("case", table("smooth"), ids=lambda case: str(case["name"]))
def test_smoothed_values_in_the_table_follow_the_definition(case: dict[str, Any]) -> None:
    """The running sums of the page equal the weighted mean they stand for."""
    expected = smoothed(case["x"], case["y"], case["weight"], case.get("counts"))
    assert case["smoothed"] == pytest.approx(expected, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("case", table("smoothers"), ids=lambda case: f"{case['kind']}: {case['name']}")
def test_every_kind_of_smoothing_in_the_table_follows_its_definition(case: dict[str, Any]) -> None:
    """The numbers that the page's tests hold are those of the cited formulas."""
    kind, x, y, weight, counts = (case.get(key) for key in ("kind", "x", "y", "weight", "counts"))
    expected = {
        "time": lambda: smoothed(x, y, weight, counts),
        "ema": lambda: averaged_as_tensorboard(y, weight, counts),
    }.get(kind, lambda: kernel_mean(kind, x, y, weight, counts))()
    assert case["smoothed"] == pytest.approx(expected, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("case", table("scales"), ids=lambda case: str(case["name"]))
def test_places_in_the_table_follow_the_definition(case: dict[str, Any]) -> None:
    """Pixels are where the scale's definition puts them."""
    expected = [placed(case["kind"], case["domain"], case["range"], value) for value in case["values"]]
    assert case["places"] == pytest.approx(expected, rel=1e-12, abs=1e-9)


def _bits(value: Any) -> Any:
    """Comparable to the last bit: 1 and 1.0 are one, NaN equals itself, -0.0 is not 0.0."""
    if isinstance(value, list):
        return [_bits(one) for one in value]
    if isinstance(value, dict):
        return {key: _bits(one) for key, one in value.items()}
    return repr(float(value)) if isinstance(value, int | float) else value
