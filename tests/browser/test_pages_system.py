"""The machine on a run's page: many lines that can be read, names for the few, and what is folded away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars
import pytest

from sitegen.derive.facts import Series
from tests.browser.page_sites import first_run, write_site
from tests.browser.visit import Visit
from tests.sitegen.pages.fixture_site import make_project, make_run, make_site

pytestmark = pytest.mark.browser

CPUS, GPUS, POINTS = 64, 8, 40


def line(run_id: str, metric: str, level: float) -> Series:
    """A curve that goes on at one level."""
    t = [float(second) for second in range(POINTS)]
    columns = {"step": polars.Series(t), "t": polars.Series(t), "y": polars.Series([level] * POINTS)}
    return Series(run_id, metric, 0, POINTS, 1, columns)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs on a large node."""
    runs = []
    for number in (1, 2):
        run = make_run(number)
        levels = {f"cpu/core{core}_percent": float(core) for core in range(CPUS)} | {"cpu/percent": 31.5}
        levels |= {f"gpu{gpu}/utilization_percent": 90.0 + gpu for gpu in range(GPUS)}
        levels |= {"disk/read_bytes_per_second": 5e8, "disk/written_bytes_per_second": 2e7}
        levels |= {"pressure/io_percent": 3.0, "gpu0/fan_percent": 30.0}
        system = tuple(line(run.id, metric, level) for metric, level in sorted(levels.items()))
        runs.append(make_run(number, system=system, series=()))
    return write_site(
        make_site(make_project(runs)), tmp_path_factory.mktemp("system"), tmp_path_factory.mktemp("cache")
    )


def test_a_large_node_on_its_runs_page(visit: Callable[..., Visit], site: Path) -> None:
    """CPUs are faint lines without a legend; devices and directions have legends; the rest is folded."""
    visited = visit(first_run(site, ""))
    page = visited.page
    many = page.locator("figure.panel", has_text="Each CPU, and their mean")
    many.scroll_into_view_if_needed()
    many.locator(".sub", has_text=f"{CPUS + 1} series").wait_for()
    assert many.locator(".legend").count() == 0
    many.locator(".plot").hover()
    page.locator(".tip .tip-row", has_text="CPU 3").first.wait_for()
    gpus = page.locator("figure.panel", has_text="GPU utilization")
    gpus.scroll_into_view_if_needed()
    gpus.locator(".legend button").nth(GPUS - 1).wait_for()
    assert gpus.locator(".legend").inner_text().split() == [f"gpu{gpu}" for gpu in range(GPUS)]
    disks = page.locator("figure.panel", has_text="Disks").first
    disks.scroll_into_view_if_needed()
    disks.locator(".legend button").nth(1).wait_for()
    assert disks.locator(".legend").inner_text().split() == ["read", "written"]
    folded = page.locator("#system details:not([open]) summary h2")
    assert folded.all_inner_texts() == ["GPU details", "CPU and memory details"]
    assert visited.complaints() == []


def test_a_projects_page_compares_no_single_cpu(visit: Callable[..., Visit], site: Path) -> None:
    """Two runs have a chart of each quantity; what each CPU did is neither drawn nor loaded."""
    visited = visit(site / "digits" / "index.html")
    titles = visited.page.locator("figure.panel h3").all_inner_texts()
    assert {"GPU utilization", "CPU of the machine", "Disk read", "Disk written"} <= set(titles)
    assert not [title for title in titles if "Each CPU" in title or "core" in title]
    charts = visited.page.evaluate("JSON.stringify(site.current.charts)")
    assert "core63" not in charts
    assert visited.complaints() == []
