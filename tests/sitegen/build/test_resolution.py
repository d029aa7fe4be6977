"""Which runs' points ship, and what the pages say of the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.recorded import EPOCH, RecordedRun
from tests.sitegen.charts.tiled import joined
from tests.sites import build_site

POINTS = 5000


def value(run: int, step: int) -> float:
    return 1 / (1 + step) + run + 0.1 * (step % 7)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three long runs, the newest last, and a short one."""
    root = tmp_path_factory.mktemp("logs") / "runlogs"
    for number, count in enumerate((POINTS, POINTS, POINTS, 10)):
        with RecordedRun(root, "demo", f"run-{number}-aaaaaa", start=EPOCH + 100 * number) as run:
            run.record("run", project="demo", name=f"run {number}", group=None, tags=[f"t{number}"])
            for step in range(count):
                run.log(step, {"loss": value(number, step)})
            run.end()
    return root


def built(folder: Path, logs: Path, *settings: str) -> Path:
    (folder / "mkdocs-style.yml").write_text("\n".join([f"runs_dir: {logs}", *settings]))
    return build_site(folder)


def page_data(site: Path, kind: str = "project") -> dict[str, Any]:
    [script] = (site / "assets").glob(f"{kind}.*.js")
    found: dict[str, Any] = json.loads(script.read_text().removeprefix("site.page(").removesuffix(");\n"))
    return found


def shipped(site: Path) -> set[str]:
    return {run["id"][:5] for run in page_data(site)["runs"] if "tiles" in run}


def tile_files_of(site: Path, index: str) -> dict[str, bytes]:
    """The run's files, the index last."""
    place = site / "data" / "demo"
    every = {path.name: path.read_bytes() for path in place.glob("*.js")}
    last = every.pop(f"{index}.js")
    return {**every, f"{index}.js": last}


def test_every_point_of_every_run_ships(tmp_path: Path, logs: Path) -> None:
    """Unless told otherwise; the values are those of the log to the bit."""
    site = built(tmp_path, logs)
    assert shipped(site) == {"run-0", "run-1", "run-2"}
    data = page_data(site)
    assert data["tiles"] == "data/demo/"
    assert "held" not in data
    assert "the site holds every point of 4 runs." in (site / "demo" / "index.html").read_text()
    assert (
        "the site holds every point of 1 run." in (site / "demo" / "runs" / "run-1-aaaaaa.html").read_text()
    )
    assert "320 buckets" not in (site / "demo" / "runs" / "run-3-aaaaaa.html").read_text()
    for run in data["runs"][1:]:
        number = int(run["id"][4])
        raw = joined(tile_files_of(site, run["tiles"]))["metric", "loss", 0][1]
        assert raw["y"] == [value(number, step) for step in range(POINTS)]
        assert raw["step"] == list(range(POINTS))


@pytest.mark.parametrize(
    ("settings", "expected", "reason"),
    [
        (["charts: {resolution: overview}"], set(), "resolution: overview"),
        (["charts: {resolution: recent, drawn_runs: 2}"], {"run-2"}, "resolution: recent"),
        (
            ["charts: {resolution: pinned}", "projects: {demo: {pinned: ['tag:t0', 'run 1']}}"],
            {"run-0", "run-1"},
            "resolution: pinned",
        ),
        (
            ["charts: {resolution: recent, drawn_runs: 2}", "projects: {demo: {pinned: run-0-*}}"],
            {"run-0", "run-2"},
            "resolution: recent",
        ),
        (["projects: {demo: {resolution: overview}}"], set(), "resolution: overview"),
        (["charts: {budget_mb: 0}"], set(), "budget_mb: 0"),
    ],
)
def test_settings_decide_what_ships(
    tmp_path: Path, logs: Path, settings: list[str], expected: set[str], reason: str
) -> None:
    """And of the runs whose points are not there the page knows why."""
    site = built(tmp_path, logs, *settings)
    data = page_data(site)
    assert shipped(site) == expected
    held = {run["id"][:5] for run in data["runs"] if "held" in run}
    assert held == {"run-0", "run-1", "run-2"} - expected
    assert data["held"] == [reason]
    missing = 3 - len(expected)
    said = (site / "demo" / "index.html").read_text()
    assert f"raw points of {missing} run{'' if missing == 1 else 's'} were not shipped ({reason})" in said


def test_the_budget_goes_to_pinned_runs_and_then_to_the_newest(
    tmp_path: Path, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not fit is left out, and the site stays within it."""
    from sitegen.build import build
    from sitegen.config.load import Overrides, load_settings
    from sitegen.pages import detail

    (tmp_path / "mkdocs-style.yml").write_text(
        f"runs_dir: {logs}\ncharts: {{budget_mb: 1}}\nprojects: {{demo: {{pinned: run-0-*}}}}\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(detail, "BYTES_PER_MB", 100_000)
    build(load_settings(None, Overrides((), None, False)).config)
    site = tmp_path / "site"
    assert shipped(site) == {"run-0", "run-2"}
    assert page_data(site)["held"] == ["budget_mb: 1"]


def test_what_ships_does_not_change_the_overview(tmp_path: Path, logs: Path) -> None:
    """Charts begin with the same chunks, whatever there is behind them."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    full, overview = (
        built(tmp_path / "a", logs),
        built(tmp_path / "b", logs, "charts: {resolution: overview}"),
    )
    assert page_data(full)["charts"] == page_data(overview)["charts"]
