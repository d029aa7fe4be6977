"""Chunks hold exactly the series they were given, once, in files a page can afford."""

import math
import random
from functools import partial
from itertools import pairwise

import pytest

from sitegen.charts.columns import ColumnPool, PackedColumns
from sitegen.charts.packs import MAX_GROUP_RUNS, ends_group, project_packs, run_groups, run_packs
from tests.sitegen.charts.made import bucketed, container, project_of, run_of, unpacked, whole

AWKWARD = [0.1, -0.0, math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308, 1 / 3, 2.0**53]


def noise(seed: int, count: int) -> list[float]:
    rng = random.Random(seed)
    return [rng.gauss(1, 0.1) for _ in range(count)]


def same(one: list[float], other: list[float]) -> bool:
    """Equal to the bit, NaN and the sign of zero included."""
    return list(map(repr, one)) == list(map(repr, other))


def test_whole_series_come_back_to_the_bit() -> None:
    """A series with every point is exact, whatever its values are."""
    run = run_of("run-a", [whole(AWKWARD)])
    packs = run_packs(run)
    (series,) = unpacked(packs.files[packs.index["loss"][0]])
    assert same(series["cols"]["y"], AWKWARD)
    assert series["cols"]["step"] == list(range(len(AWKWARD)))
    assert {key: series[key] for key in ("run", "metric", "rank", "points", "width", "started")} == {
        "run": "run-a", "metric": "loss", "rank": 0, "points": 9, "width": 1, "started": run.started,
    }  # fmt: skip


@pytest.mark.parametrize(
    "times",
    [
        [0.0, 0.000001, 2.5, 1e6],
        [0.0, 1 / 3, 2 / 3],
        [5.0, 4.0, 3.25],
        [0.0, 4000.0, 8000.0],
        [math.nan, 1.0],
        [1e300, -1e300],
    ],
    ids=["microseconds", "thirds", "back", "hours", "nan", "huge"],
)
def test_times_and_steps_are_exact_however_they_are_packed(times: list[float]) -> None:
    """Differences of whole units are used only where they give back the same doubles."""
    run = run_of("run-a", [whole([1.0] * len(times), steps=times, times=times)])
    (series,) = unpacked(next(iter(run_packs(run).files.values())))
    assert same(series["cols"]["t"], times)
    assert same(series["cols"]["step"], times)


def test_buckets_keep_every_column() -> None:
    """Bucketed series arrive with all that was derived, counts and extremes included."""
    made = bucketed([1.0, 2.0, math.nan, 4.0, 5.0, math.inf, math.nan, math.nan], 2)
    (series,) = unpacked(next(iter(run_packs(run_of("run-a", [made])).files.values())))
    assert series["width"] == 2
    for name, values in made.columns.items():
        assert same(series["cols"][name], values.to_list()), name


def test_equal_columns_stand_in_a_chunk_once() -> None:
    """Steps and times that metrics share cost nothing a second time."""
    one = [whole(noise(0, 500), metric="a")]
    two = [*one, whole(noise(0, 500), metric="b")]
    small = container(next(iter(run_packs(run_of("run-a", one)).files.values())))
    large = container(next(iter(run_packs(run_of("run-a", two)).files.values())))
    assert len(large) - len(small) < 200


def test_packed_columns_give_back_their_values() -> None:
    """Columns kept in their packed form are the same to the bit when somebody looks into them."""
    made = [whole(AWKWARD), bucketed([1.0, 2.0, math.nan, 4.0], 2)]
    pool = ColumnPool()
    for series in made:
        packed = PackedColumns(partial(pool.columns, series.columns))
        assert list(packed) == list(series.columns)
        for name, values in series.columns.items():
            assert packed[name].dtype == values.dtype, name
            assert same(packed[name].to_list(), values.to_list()), name


def test_the_index_leads_to_every_series() -> None:
    """Whoever loads the chunks of a metric gets all its series and no chunk in vain."""
    runs = [
        run_of(
            f"run-{at}", [whole(noise(at * 9 + m, 300), run=f"run-{at}", metric=f"m{m}") for m in range(9)]
        )
        for at in range(40)
    ]
    packs = project_packs(project_of(runs))
    for metric, names in packs.index.items():
        found = [
            one["run"] for name in names for one in unpacked(packs.files[name]) if one["metric"] == metric
        ]
        assert sorted(found) == sorted(run.id for run in runs), metric
        assert all(any(one["metric"] == metric for one in unpacked(packs.files[name])) for name in names)


def test_spans_tell_which_runs_a_chunk_holds() -> None:
    """A page can leave out chunks of runs it does not draw."""
    runs = [run_of(f"run-{at}", [whole(noise(at, 900), run=f"run-{at}")]) for at in range(150)]
    packs = project_packs(project_of(runs))
    assert len(packs.files) > 3
    for name, (first, last) in packs.spans.items():
        inside = {one["run"] for one in unpacked(packs.files[name])}
        assert inside <= {f"run-{at}" for at in range(first, last + 1)}


def test_chunks_are_neither_crumbs_nor_boulders() -> None:
    """Noisy series of many runs make files of 50 to 500 KB, but for the last of a group."""
    runs = [
        run_of(
            f"run-{at}", [whole(noise(at * 7 + m, 1000), run=f"run-{at}", metric=f"m{m}") for m in range(4)]
        )
        for at in range(60)
    ]
    sizes = sorted(map(len, project_packs(project_of(runs)).files.values()))
    assert sizes[-1] <= 500_000
    assert sizes[len(sizes) // 2] >= 50_000


def test_a_new_run_leaves_the_chunks_of_older_groups_alone() -> None:
    """Groups are cut by the ids of runs, so that what is published stays in caches."""
    runs = [run_of(f"run-{at}", [whole(noise(at, 50), run=f"run-{at}")]) for at in range(400)]
    newest = run_of("late", [whole(noise(999, 50), run="late")])
    before, after = project_packs(project_of(runs)), project_packs(project_of([newest, *runs]))
    assert len(set(before.files) - set(after.files)) <= 1
    without = project_packs(project_of(runs[:200] + runs[201:]))
    assert len(set(before.files) - set(without.files)) <= 2


def test_groups_hold_every_run_once_oldest_first() -> None:
    """Groups are a partition of the runs, and none grows without end."""
    runs = [run_of(f"run-{at}") for at in range(1000)]
    groups = list(run_groups(runs))
    positions = [position for group in groups for position in reversed(range(group.start, group.stop))]
    assert positions == list(range(999, -1, -1))
    sizes = [group.stop - group.start for group in groups]
    assert max(sizes) <= MAX_GROUP_RUNS
    ends = [ends_group(runs[group.start].id) for group in groups[:-1]]
    assert all(end or size == MAX_GROUP_RUNS for end, size in zip(ends, sizes, strict=False))
    assert 60 <= len(groups) <= 250


def test_the_same_series_give_the_same_bytes() -> None:
    """Packing has no clock, no chance and no memory of what was packed before."""
    runs = [run_of("run-a", [whole(noise(1, 3000)), whole(noise(2, 3000), metric="b")])]
    first, second = (project_packs(project_of(runs)).files for _ in range(2))
    assert first == second
    assert list(first) == list(second)


def test_system_metrics_have_chunks_of_their_own() -> None:
    """A metric and a system metric of one name do not mix."""
    run = run_of("run-a", [whole([1.0], metric="cpu/percent")], [whole([2.0], metric="cpu/percent")])
    packs = run_packs(run)
    values = [
        unpacked(packs.files[index["cpu/percent"][0]])[0]["cols"]["y"]
        for index in (packs.index, packs.system)
    ]
    assert values == [[1.0], [2.0]]


def test_runs_without_series_make_no_chunk() -> None:
    """An empty project has no files."""
    assert project_packs(project_of([run_of("run-a")])).files == {}


def test_names_are_those_of_the_user() -> None:
    """Metric names with quotes, script ends and other scripts travel unharmed and unexecuted."""
    names = ['"</script>', "потеря", "a\\b\n", "\u2028"]
    packs = run_packs(run_of("run-a", [whole([1.0], metric=name) for name in names]))
    found = [one["metric"] for chunk in packs.files.values() for one in unpacked(chunk)]
    assert sorted(found) == sorted(names)
    assert all(b"</script" not in chunk for chunk in packs.files.values())


def test_series_of_one_metric_follow_rank_by_rank() -> None:
    """Ranks of a run stay together and in order."""
    made = [whole([1.0], rank=rank) for rank in (2, 0, 1)]
    (chunk,) = run_packs(run_of("run-a", made)).files.values()
    ranks = [one["rank"] for one in unpacked(chunk)]
    assert all(one <= other for one, other in pairwise(ranks))
