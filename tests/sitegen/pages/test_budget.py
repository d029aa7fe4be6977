"""Tests of how large pages may be."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from sitegen.derive.facts import SiteFacts
from tests.sitegen.pages.conftest import Files
from tests.sitegen.pages.fixture_site import make_project, make_run, make_site
from tests.sitegen.pages.html_check import read_page

RUNS = 1_000
FIRST_LOAD_KB = 150


def site_of(count: int) -> SiteFacts:
    return make_site(
        make_project(
            [make_run(number, points=12, console=(), patch=None, system=()) for number in range(count)]
        )
    )


@pytest.fixture(scope="module")
def large(composed: Callable[..., Files]) -> Files:
    return composed(site_of(RUNS))


def test_a_project_page_of_a_thousand_runs_loads_little_before_any_chart(large: Files) -> None:
    """Page, styles, scripts and page data, compressed; Vega and chunks come with the first chart."""
    page = read_page(large["digits/index.html"])
    first = [
        "digits/index.html",
        *(link.removeprefix("../") for link in page.links if link.startswith("../assets/")),
    ]
    sizes = {path: len(gzip.compress(large[path], 6)) for path in first}
    assert sum(sizes.values()) <= FIRST_LOAD_KB * 1000, sizes


def test_a_run_page_does_not_grow_with_the_number_of_runs(
    large: Files, composed: Callable[..., Files]
) -> None:
    """It carries no list of runs: only its neighbours."""
    few = composed(site_of(12))
    run = make_run(5)
    path = f"digits/runs/{run.id}.html"
    assert abs(len(large[path]) - len(few[path])) < 200


def test_the_workspace_has_the_newest_rows_and_a_list_of_all(large: Files) -> None:
    """Fifty rows in full; readers without scripts find the others on a page of their own."""
    assert large["digits/index.html"].count(b'<th scope="row"') == 50
    pages = [large[f"digits/runs/{name}.html"] for name in ("index", "list-1")]
    assert [page.count(b'<th scope="row"') for page in pages] == [500, 500]
    assert b'href="runs/index.html"' in large["digits/index.html"]
