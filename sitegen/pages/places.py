"""Where runs stand: what a run's page tells of its project and of other runs, and nothing more.

A run's page is made from the run and its place alone. It stays as it is for as long as these do, however many
runs there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sitegen.derive.facts import ArtifactVersion, ProjectFacts, RunFacts
from sitegen.pages import urls
from sitegen.pages.headline import Headline, run_headlines
from sitegen.pages.said import known_artifacts
from sitegen.pages.views import Link


@dataclass(frozen=True)
class Place:
    """Where a run stands: its project's page, its neighbours, and what others say about what is its own."""

    project_title: str
    folder: str
    file: str
    """Name of its page, without the suffix."""
    older: Link | None = None
    newer: Link | None = None
    varying: frozenset[str] = frozenset()
    """Those of its settings that differ between the project's runs."""
    chosen: tuple[Headline, ...] = ()
    """Those of the project's headline metrics that it logged."""
    artifacts: Mapping[str, ArtifactVersion] = field(default_factory=dict)
    """What the runs that logged the artifacts it used say of them, by digest."""
    tiles: str = ""
    """The index of the files behind its zoom; empty without them."""
    withheld: str = ""
    """Why there are none, where its charts show less than there is."""

    @property
    def page(self) -> str:
        """Path of its page, from the site's root, without the suffix."""
        return f"{self.folder}/runs/{self.file}"


class Neighbours(NamedTuple):
    """A run, and those before and after it."""

    run: RunFacts
    older: RunFacts | None
    newer: RunFacts | None


class Places:
    """The places of a project's runs."""

    def __init__(self, project: ProjectFacts, chosen: Sequence[Headline]) -> None:
        self._project = project
        self._chosen = tuple(chosen)
        self._folder, self._files = urls.folder(project.slug), urls.run_files(project)
        self._varying = frozenset(project.varying_keys)
        self._known = known_artifacts(project.runs)

    @property
    def shared(self) -> tuple[object, ...]:
        """All that the places of these runs have in common."""
        return (self._project.title, self._folder, self._varying, self._chosen)

    def among(self, number: int) -> Neighbours:
        """A run, by its number in the project, with its neighbours."""
        runs = self._project.runs
        older = runs[number + 1] if number + 1 < len(runs) else None
        return Neighbours(runs[number], older, runs[number - 1] if number else None)

    def told(self, runs: Neighbours) -> tuple[object, ...]:
        """All that is in a run's place besides what is shared, the run and its neighbours."""
        files, (run, older, newer) = self._files, runs
        names = (files[run.id], older and files[older.id], newer and files[newer.id])
        return (*names, self._own(run)) if run.used_artifacts or run.logged_artifacts else names

    def of(self, runs: Neighbours) -> Place:
        """The place of a run."""
        return Place(
            project_title=self._project.title,
            folder=self._folder,
            file=self._files[runs.run.id],
            older=self._link(runs.older),
            newer=self._link(runs.newer),
            varying=self._varying.intersection(runs.run.config),
            chosen=run_headlines(runs.run, self._chosen),
            artifacts=self._own(runs.run),
        )

    def _link(self, run: RunFacts | None) -> Link | None:
        return None if run is None else Link(run.name, f"{self._files[run.id]}.html")

    def _own(self, run: RunFacts) -> dict[str, ArtifactVersion]:
        digests = [version.digest for version in (*run.used_artifacts, *run.logged_artifacts)]
        return {digest: self._known[digest] for digest in digests if digest in self._known}
