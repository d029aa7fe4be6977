"""All that goes into each part of a site, as hashes under names that `--explain` prints.

What a page is made from is handed to it as arguments. Here stands the same once more, argument by argument,
so that nothing is made anew without a cause, and nothing is kept that has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from sitegen.derive.facts import ProjectFacts, RunFacts
from sitegen.pages import urls
from sitegen.pages.detail import Detail, RunKey, run_key
from sitegen.pages.places import Place
from sitegen.pages.press import SiteParts
from sitegen.pages.runlist import RunList
from sitegen.work.ledger import Node, hash_all, hash_of
from sitegen.work.library import Library


class Causes:
    """The causes of everything in a site."""

    def __init__(self, parts: SiteParts, library: Library, program: str) -> None:
        self._parts = parts
        self._library = library
        self._program = program
        self._projects: dict[str, str] = {}

    def run(self, run: RunFacts, before: RunKey | None, place: Place) -> Node:
        """A run's page and all that is only its own."""
        own = (place.varying and sorted(place.varying), place.chosen, sorted(place.artifacts.items()))
        return Node(
            f"run {run.project}/{run.id}",
            {
                "the run's log": self._library.hashes.get(run_key(run), ""),
                "the log of the run before": self._library.hashes.get(before, "") if before else "",
                "neighbours": hash_of(place.older, place.newer),
                "the project": hash_of(place.project_title, place.folder, place.file, *own),
                "resolution": hash_of(place.tiles, place.withheld),
                **self.of_project(run.project),
            },
        )

    def group(self, project: ProjectFacts, group: slice) -> Node:
        """The chunks of a group of runs."""
        runs = project.runs[group]
        logs = project.once(f"logs of runs from {group.start}", group.stop, lambda: self._logs(runs))
        return Node(
            f"charts of {project.name} from {runs[-1].id}",
            {"the runs' logs": logs, "the project": project.slug, "runpress": self._program},
        )

    def project(self, project: ProjectFacts, detail: Detail) -> Node:
        """A project's own pages."""
        keys = [run_key(run) for run in project.runs]
        shipped = [(detail.tiles.get(key), detail.withheld.get(key)) for key in keys]
        return Node(
            f"project {project.name}",
            {
                "the runs' logs": self._all_logs(project),
                "resolution": hash_of(shipped),
                "the project": hash_of(project.title, project.slug),
                "workspaces": hash_of(self._parts.config.workspaces_of(project.name)),
                **self.of_project(project.name),
            },
        )

    def run_list(self, project: ProjectFacts, part: RunList) -> Node:
        """A page of the list of a project's runs."""
        runs, files = project.runs[part.runs], urls.run_files(project)
        return Node(
            f"list of {project.name} from run {part.first}",
            {
                "the runs' logs": self._logs(runs),
                "neighbours": hash_of(part.first, part.file, part.older, part.newer),
                "the project": hash_of(project.title, project.slug, [files[run.id] for run in runs]),
                **self.of_project(project.name),
            },
        )

    def home(self) -> Node:
        """The first page."""
        facts = self._library.facts
        logs = [self._all_logs(project) for project in facts.projects]
        titles = [(project.title, project.slug) for project in facts.projects]
        return Node(
            "the first page",
            {
                "the runs' logs": hash_of(logs),
                "projects": hash_of(titles),
                "warnings": hash_of(facts.warnings),
                "settings": hash_of(self._parts.config.projects),
                **self._everywhere,
            },
        )

    def lone(self) -> Node:
        """What says nothing of any run."""
        return Node("pages without runs", {"charts": hash_of(bool(self._library.runs)), **self._everywhere})

    def _all_logs(self, project: ProjectFacts) -> str:
        return project.once("logs", None, lambda: hash_all(project.each("logs", None, self._logs)))

    def _logs(self, runs: Sequence[RunFacts]) -> str:
        return hash_all(f"{run.id}\0{self._library.hashes.get(run_key(run), '')}" for run in runs)

    def of_project(self, name: str) -> dict[str, str]:
        """What all pages of a project depend on."""
        if name not in self._projects:
            self._projects[name] = hash_of(self._parts.config.project(name))
        return {"settings of the project": self._projects[name], **self._everywhere}

    @cached_property
    def _everywhere(self) -> dict[str, str]:
        """What all pages depend on."""
        parts = self._parts
        return {
            "settings": hash_of(replace(parts.config, projects={}, workspaces=(), texts=())),
            "texts": hash_of(parts.config.texts),
            "theme": hash_of(parts.view, sorted(parts.chart_scripts.items())),
            "runpress": self._program,
        }
