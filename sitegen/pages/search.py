"""What the palette looks through: small scripts of fixed names, one for the site and one for each project.

Their names are fixed so that no page changes when a run is added; they load when a reader first searches.
"""

from __future__ import annotations

from collections.abc import Sequence

from sitegen.config import Config
from sitegen.derive.facts import ProjectFacts, SiteFacts
from sitegen.pages import urls
from sitegen.pages.formatting import shown_name, visible
from sitegen.pages.pagedata import call_script

FILE = "search.js"
MOST_RUNS, MOST_METRICS = 5000, 2000
"""Newest runs and first metrics of a project's index, at most some 300 kB before compression."""


def site_index(facts: SiteFacts) -> bytes:
    """The projects, from the most recently active: title, folder, how many runs."""
    found = [[shown_name(one.title), urls.folder(one.slug), len(one.runs)] for one in facts.projects]
    return call_script("site.found", "", {"projects": found})


def project_index(project: ProjectFacts, config: Config) -> bytes:
    """A project's runs, metrics and workspaces, with where they stand in its folder."""
    files, every = urls.run_files(project), config.workspaces_of(project.name)
    index = {
        "title": shown_name(project.title),
        "runs": [_run(run.name, files[run.id], run.tags) for run in project.runs[:MOST_RUNS]],
        "metrics": [visible(metric) for metric in project.metrics[:MOST_METRICS]],
        "workspaces": [[shown_name(one.title), urls.workspace_page(one, every)] for one in every],
        "left": max(0, len(project.runs) - MOST_RUNS),
    }
    return call_script("site.found", urls.folder(project.slug), index)


def _run(name: str, file: str, tags: Sequence[str]) -> list[str]:
    """Name, file, and what else it is found by; a file that is called like the run need not be said twice."""
    return [shown_name(name), file, *([visible(" ".join(tags))] if tags else [])]
