"""Where runs stand: what a run's page tells of its project and of other runs, and nothing more.

A run's page is made from the run and its place alone. It stays as it is for as long as these do, however many
runs there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


def places_of(project: ProjectFacts, chosen: Sequence[Headline]) -> Iterator[Place]:
    """The place of each of a project's runs, in their order."""
    folder, files = urls.folder(project.slug), urls.run_files(project)
    varying, known = frozenset(project.varying_keys), known_artifacts(project.runs)
    links = [Link(run.name, f"{files[run.id]}.html") for run in project.runs]
    for number, run in enumerate(project.runs):
        yield Place(
            project_title=project.title,
            folder=folder,
            file=files[run.id],
            older=links[number + 1] if number + 1 < len(links) else None,
            newer=links[number - 1] if number else None,
            varying=varying.intersection(run.config),
            chosen=run_headlines(run, chosen),
            artifacts=_own(run, known),
        )


def _own(run: RunFacts, known: Mapping[str, ArtifactVersion]) -> dict[str, ArtifactVersion]:
    digests = [version.digest for version in (*run.used_artifacts, *run.logged_artifacts)]
    return {digest: known[digest] for digest in digests if digest in known}
