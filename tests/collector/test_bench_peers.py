"""The benchmark beside our neighbours works from end to end; its figures are not judged here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.logging import bench_peers, peers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")

TINY = bench_peers.Effort(rounds=1, kills=1, calls=100, seconds=0.2)
AT_HOME = ["ours", "floor_orjson", "floor_json"]


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """The table of those that need no installation."""
    return bench_peers.table(bench_peers.run(AT_HOME, TINY))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_table_has_a_row_for_every_contestant(lines: list[str]) -> None:
    """Head, rule, and one row each with every cell filled."""
    assert [cells(line)[0] for line in lines[2:]] == [peers.contestant(name).TITLE for name in AT_HOME]
    assert {len(cells(line)) for line in lines} == {len(bench_peers.HEAD)}
    assert all(cell for line in lines[2:] for cell in cells(line))


def test_ratios_are_to_ours(lines: list[str]) -> None:
    """The first row is ours, and it is once ours."""
    ours = dict(zip(bench_peers.HEAD, cells(lines[2]), strict=True))
    assert (ours["10 scalars"], ours["1 scalar"]) == ("1.0×", "1.0×")


def test_who_writes_before_returning_keeps_every_record(lines: list[str]) -> None:
    """Calls had returned when the process was killed, and all of them are given back."""
    for line in lines[2:]:
        row = dict(zip(bench_peers.HEAD, cells(line), strict=True))
        lost, returned = row["lost / returned"].split(" / ")
        assert int(returned.replace(",", "")) > 100
        assert (lost, row["kept"], row["helpers"]) == ("0", "yes", "0")


def test_a_loss_is_flagged() -> None:
    """A contestant of which one call is missing does not keep its records."""
    cost = dict.fromkeys(
        ("median_us", "p99_us", "mean_us", "start_s", "helpers", "rss_mib", "row_bytes"), 1.0
    )
    costs = {10: cost, 1: cost | {"calls_per_second": 1e5}}
    loser = bench_peers.Standing("x", True, costs, bench_peers.Losses(3, 500, 1))
    keeper = bench_peers.Standing("y", True, costs, bench_peers.Losses(3, 500, 0))
    assert cells(bench_peers.table([loser])[-1])[-2:] == ["1 / 500", "no"]
    assert bench_peers.verdict([loser]) == []
    assert "records: y, 1.0×" in bench_peers.verdict([loser, keeper])[0]


def test_an_absent_neighbour_is_told_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is installed unless that is asked for."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert not bench_peers.is_present("wandb_offline", install=False)
    assert "left out: wandb offline" in capsys.readouterr().out


@pytest.mark.parametrize("name", AT_HOME)
def test_a_loss_of_nothing_is_no_mistake_of_the_reader(name: str, tmp_path: Path) -> None:
    """After a clean end every call is given back: the timed ones and as many without a clock."""
    assert calls_and_found(name, tmp_path) == (100, 200)


def calls_and_found(name: str, folder: Path) -> tuple[float, int]:
    """Timed calls of a process that ends in peace, and the rows its reader gives back."""
    cost = bench_peers._outcome(bench_peers._start("cost", name, folder, "1", "100", "60"), folder)
    return cost["calls"], len(bench_peers._outcome(bench_peers._start("read", name, folder), folder))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in peers.CONTESTANTS if name not in AT_HOME])
def test_a_neighbour_gives_back_what_it_logged(name: str, tmp_path: Path) -> None:
    """Where it is installed, its trial works and its own reader finds the calls of a killed process."""
    if peers.python_of(name) is None:
        pytest.skip(f"{name} is not installed")
    assert calls_and_found(name, tmp_path) == (100, 200)
    returned, lost = bench_peers.kill_once(name, 2)
    assert returned > 0
    assert 0 <= lost <= returned
