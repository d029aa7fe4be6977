"""Every run as a plain list, for readers without scripts, on as many pages as it takes.

Pages are counted from the oldest run, so that a new run changes the newest page alone.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from sitegen.charts.colors import run_color
from sitegen.derive.facts import ProjectFacts, RunFacts
from sitegen.pages import urls
from sitegen.pages.formatting import moment
from sitegen.pages.states import state_view
from sitegen.pages.views import Link, Row, RunListPage
from sitegen.texts import said

PAGE_RUNS = 500
"""Runs of each page but the newest, which has up to twice as many."""


class RunList(NamedTuple):
    """One page of the list."""

    runs: slice
    """Its runs in the project."""
    first: int
    """The number of its oldest run; the project's oldest is 1."""
    last: int
    """The number of its newest run."""
    file: str
    older: str
    """The file of the page before it; empty for the oldest."""
    newer: str


def run_lists(project: ProjectFacts) -> list[RunList]:
    """The pages from the newest to the oldest."""
    count = len(project.runs)
    older = max(0, count // PAGE_RUNS - 1)
    files = [urls.run_list(0), *(urls.run_list(number) for number in range(older, 0, -1))]
    # From the newest on, as the runs are.
    starts = [0, *(count - number * PAGE_RUNS for number in range(older, 0, -1)), count]
    return [
        RunList(
            slice(start, stop),
            count - stop + 1,
            count - start,
            file,
            files[at + 1] if at + 1 < len(files) else "",
            files[at - 1] if at else "",
        )
        for at, (start, stop, file) in enumerate(zip(starts, starts[1:], files, strict=False))
    ]


def run_list_page(project: ProjectFacts, part: RunList, zone: tzinfo) -> RunListPage:
    """A page of the list."""
    files = urls.run_files(project)
    return RunListPage(
        kind="runs",
        title=said("list.title"),
        root="../../",
        crumbs=(Link(project.title, "../index.html"),),
        data_script="",
        name=project.name,
        first=part.first,
        last=part.last,
        older=part.older,
        newer=part.newer,
        rows=tuple(plain_row(run, f"{files[run.id]}.html", zone) for run in project.runs[part.runs]),
    )


def plain_row(run: RunFacts, url: str, zone: tzinfo) -> Row:
    """What a table says of a run without its results."""
    return Row(
        id=run.id,
        name=run.name,
        url=url,
        color=run_color(run.id),
        is_drawn=True,
        state=state_view(run, zone),
        started=moment(run.started, zone),
        spark="",
        cells=(),
    )
