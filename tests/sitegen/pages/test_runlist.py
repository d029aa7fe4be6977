"""The list of all runs for readers without scripts: on pages that stay as they are while runs come."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sitegen.derive.facts import RunFacts
from sitegen.pages.runlist import RunList, run_lists
from tests.sitegen.pages.fixture_site import make_project, make_run


@pytest.fixture(scope="module")
def runs() -> list[RunFacts]:
    return [make_run(at, points=2, console=(), system=(), provenance={}, patch=None) for at in range(12)]


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch, runs: list[RunFacts]) -> Callable[[int], list[RunList]]:
    """The pages of the oldest so many runs, with four runs to a page."""
    monkeypatch.setattr("sitegen.pages.runlist.PAGE_RUNS", 4)
    return lambda count: run_lists(make_project(runs[:count]))


def test_pages_have_each_run_once(lists: Callable[[int], list[RunList]]) -> None:
    """From the newest to the oldest, in the order of the project, and numbered as they started."""
    for count in range(1, 13):
        found = lists(count)
        places = [place for part in found for place in range(count)[part.runs]]
        assert places == list(range(count))
        numbers = [number for part in found for number in range(part.last, part.first - 1, -1)]
        assert numbers == list(range(count, 0, -1))
        assert all(part.runs.stop - part.runs.start == 4 for part in found[1:])
        assert found[0].runs.stop < 8


def test_a_new_run_changes_the_newest_page_and_at_most_the_one_before(
    lists: Callable[[int], list[RunList]],
) -> None:
    """Files and numbers of older runs stay."""
    for count in range(1, 12):
        before = {part.file: part[1:] for part in lists(count)}
        after = {part.file: part[1:] for part in lists(count + 1)}
        changed = {file for file, part in after.items() if before.get(file) != part}
        oldest = {f"list-{number}.html" for number in range(1, len(before) - 1)}
        assert "index.html" in changed
        assert not changed & oldest


def test_pages_lead_to_their_neighbours(lists: Callable[[int], list[RunList]]) -> None:
    """The newest is the index; the oldest is the first."""
    assert [(part.newer, part.file, part.older) for part in lists(12)] == [
        ("", "index.html", "list-2.html"),
        ("index.html", "list-2.html", "list-1.html"),
        ("list-2.html", "list-1.html", ""),
    ]
    assert [(part.newer, part.file, part.older) for part in lists(7)] == [("", "index.html", "")]
