"""Where runs stand: what a run's page tells of its project and of other runs, and nothing more.

A run's page is made from the run and its place alone. It stays as it is for as long as these do, however many
runs there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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

    def neighbours(self, number: int) -> tuple[RunFacts | None, RunFacts | None]:
        """The runs before and after a run."""
        runs = self._project.runs
        return runs[number + 1] if number + 1 < len(runs) else None, runs[number - 1] if number else None

    def told(self, number: int) -> tuple[object, ...]:
        """All that is in a run's place besides what is shared, the run and its neighbours."""
        run, (older, newer) = self._project.runs[number], self.neighbours(number)
        files = tuple(self._files[one.id] for one in (run, older, newer) if one is not None)
        return (files, self._own(run))

    def of(self, number: int) -> Place:
        """The place of a run, by its number in the project."""
        run, (older, newer) = self._project.runs[number], self.neighbours(number)
        return Place(
            project_title=self._project.title,
            folder=self._folder,
            file=self._files[run.id],
            older=self._link(older),
            newer=self._link(newer),
            varying=self._varying.intersection(run.config),
            chosen=run_headlines(run, self._chosen),
            artifacts=self._own(run),
        )

    def _link(self, run: RunFacts | None) -> Link | None:
        return None if run is None else Link(run.name, f"{self._files[run.id]}.html")

    def _own(self, run: RunFacts) -> dict[str, ArtifactVersion]:
        digests = [version.digest for version in (*run.used_artifacts, *run.logged_artifacts)]
        return {digest: self._known[digest] for digest in digests if digest in self._known}
