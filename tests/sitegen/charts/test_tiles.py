"""Tiles hold every point of a run, to the bit, in files that a growing run does not rewrite."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.charts.tiles import TILE_BUCKETS, tile_files
from sitegen.derive.axes import with_axes
from sitegen.derive.buckets import series_at
from sitegen.derive.facts import MetricDefinition
from sitegen.derive.levels import Levels, level_widths
from sitegen.derive.points import Curve
from tests.sitegen.charts.made import run_of
from tests.sitegen.charts.tiled import indexed, joined
from tests.sitegen.derive.test_buckets import VALUES, assert_lost, curve_of, is_near

RUN = run_of("run-a")


def same(one: Sequence[float], other: Sequence[float]) -> bool:
    """Equal to the bit, NaN and the sign of zero included."""
    return list(map(repr, map(float, one))) == list(map(repr, map(float, other)))


def levels(curves: Sequence[Curve], **definitions: MetricDefinition) -> Levels:
    """What `levels_of` makes of a history with these curves."""
    sized = [(width, curve) for curve in curves for width in level_widths(len(curve.y))]
    sized.sort(key=lambda pair: -pair[0])
    chosen = [curve for _, curve in sized]
    series = series_at("run-a", chosen, [width for width, _ in sized])
    return Levels(with_axes(series, chosen, definitions, curves), ())


def noise(seed: int, count: int) -> list[float]:
    rng = random.Random(seed)
    return [rng.gauss(1, 0.1) for _ in range(count)]


@given(block=VALUES, count=st.integers(41_000, 50_000))
@settings(max_examples=12, deadline=None)
def test_every_level_keeps_points_extremes_and_losses(block: list[float], count: int) -> None:
    """The raw level is the curve itself; coarser ones have the ends, extremes and losses of each bucket."""
    values = (block * (count // len(block) + 1))[:count]
    [by_width] = joined(dict(tile_files(RUN, levels([curve_of(values)])))).values()
    assert list(by_width) == [16, 1]
    assert same(by_width[1]["y"], values)
    assert same(by_width[1]["step"], [2.0 * row for row in range(count)])
    assert same(by_width[1]["t"], [0.5 * row for row in range(count)])
    buckets = by_width[16]
    for number in range(math.ceil(count / 16)):
        inside = values[16 * number : 16 * number + 16]
        finite = [value for value in inside if math.isfinite(value)]
        bucket = {name: column[number] for name, column in buckets.items()}
        assert (bucket["n"], bucket["bad"]) == (len(finite), len(inside) - len(finite))
        if finite:
            told = (bucket[name] for name in ("first", "last", "min", "max"))
            for shown, value in zip(told, (finite[0], finite[-1], min(finite), max(finite)), strict=True):
                assert is_near(shown, value)
        assert_lost(bucket, [at for at, value in enumerate(inside) if not math.isfinite(value)], inside)


def test_a_million_points_have_three_levels() -> None:
    """The one spike and the one NaN among them are in every level."""
    values = [1.0] * 1_000_000
    values[654_321], values[777_777] = 50.0, math.nan
    [by_width] = joined(dict(tile_files(RUN, levels([curve_of(values)])))).values()
    assert list(by_width) == [256, 16, 1]
    for width in (256, 16):
        assert max(by_width[width]["max"]) == by_width[width]["max"][654_321 // width] == 50.0
        assert by_width[width]["bad_step"][777_777 // width] == 2.0 * 777_777
        assert sum(by_width[width]["bad"]) == 1
    assert by_width[1]["y"][654_321] == 50.0
    assert math.isnan(by_width[1]["y"][777_777])


def test_a_run_that_grows_changes_the_last_tiles_only() -> None:
    """Files of full tiles are the same after more points, so they stay in caches and on servers."""
    count = 3 * TILE_BUCKETS
    values = [noise(seed, count + 5000) for seed in range(3)]

    def files(points: int) -> dict[str, bytes]:
        curves = [curve_of(some[:points], f"m{at}") for at, some in enumerate(values)]
        return dict(tile_files(RUN, levels(curves)))

    before, after = files(count + 1000), files(count + 5000)
    kept = set(before) & set(after)
    raw = {
        name for entry in indexed(before).values() for level in entry["levels"] if level["width"] == 1
        for name in level["files"][:3]
    }  # fmt: skip
    assert {f"{name}.js" for name in raw} <= kept


def test_files_are_neither_crumbs_nor_boulders() -> None:
    """Noise of many metrics makes files of 50 to 500 KB, but for the last of a level and the index."""
    curves = [curve_of(noise(seed, 30_000), f"m{seed}") for seed in range(6)]
    sizes = sorted(len(content) for content in dict(tile_files(RUN, levels(curves))).values())
    assert sizes[-1] <= 500_000
    assert sizes[len(sizes) // 2] >= 50_000


def test_step_metrics_are_in_every_tile() -> None:
    """Zooming over epochs needs no other files than zooming over steps."""
    count = 50_000
    epochs = curve_of([float(row // 100) for row in range(count)], "epoch")
    made = levels([epochs, curve_of(noise(1, count), "val/acc")], **{"val/*": MetricDefinition("epoch")})
    by_width = joined(dict(tile_files(RUN, made)))["metric", "val/acc", 0]
    assert by_width[1]["x"] == [float(row // 100) for row in range(count)]
    assert by_width[16]["x0"] == [float(row // 100) for row in range(0, count, 16)]
    assert by_width[16]["x1"][-1] == (count - 1) // 100


def test_short_curves_have_no_tiles() -> None:
    """A run whose curves are drawn whole has no files at all."""
    assert dict(tile_files(RUN, levels([curve_of([1.0] * 2000)]))) == {}


def test_ranks_and_system_metrics_of_one_name_do_not_mix() -> None:
    """The index tells family and rank."""
    curve = curve_of(noise(1, 3000), "cpu/percent")
    other = Curve(curve.metric, 1, curve.step, curve.t, pl.Series(noise(2, 3000)))
    metrics = levels([curve, other]).metrics
    system = levels([curve_of(noise(3, 3000), "cpu/percent")]).metrics
    found = joined(dict(tile_files(RUN, Levels(metrics, system))))
    assert {key: by_width[1]["y"] for key, by_width in found.items()} == {
        ("metric", "cpu/percent", 0): noise(1, 3000),
        ("metric", "cpu/percent", 1): noise(2, 3000),
        ("system", "cpu/percent", 0): noise(3, 3000),
    }


def test_the_same_levels_give_the_same_files() -> None:
    """In the same order, so that a build is a function of its logs."""
    made = levels([curve_of(noise(1, 50_000)), curve_of(noise(2, 9_000), "b")])
    assert list(tile_files(RUN, made)) == list(tile_files(RUN, made))
