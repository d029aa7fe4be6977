"""Facts → the files of a site: what is the same for each run and each group of runs, by many processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import NamedTuple

from sitegen.charts.drawing import Studio
from sitegen.charts.packs import Packs, group_packs, joined, run_groups
from sitegen.charts.pictures import Picture, headline_pictures
from sitegen.config import Config
from sitegen.derive.definitions import with_goals
from sitegen.derive.facts import ProjectFacts, RunFacts
from sitegen.output.staging import Batch, Made, Staging
from sitegen.output.tree import Tree
from sitegen.pages import urls
from sitegen.pages.detail import Detail, Tiled, plan_detail, run_key
from sitegen.pages.headline import Headline, headlines
from sitegen.pages.places import Place, places_of
from sitegen.pages.press import Press, SiteParts, site_parts
from sitegen.pages.runfiles import run_files
from sitegen.pages.sitefiles import home_files, lone_files, project_files
from sitegen.work.crew import Crew
from sitegen.work.library import Library, RunRef

RUN_SECONDS, GROUP_SECONDS, TILE_SECONDS = 0.005, 0.05, 0.1
"""About how long one run's page takes, the chunks of a group, the points behind a long run's zoom."""


def print_site(library: Library, config: Config, tree: Tree, crew: Crew) -> None:
    """Writes every file of the site."""
    facts = library.facts
    config = with_goals(config, facts)
    with Studio() as studio:
        works = [_begin(project, config, studio) for project in facts.projects]
        parts = site_parts(config, tree, has_charts=bool(facts.projects))
        detail = plan_detail(facts, config, partial(_tiled, library, crew))
        packs = [_print_groups(work.facts, library, tree, crew) for work in works]
        printed = crew.map(
            RunPrinter(parts, tree.staging),
            list(_run_tasks(works, library, detail)),
            _run_seconds(facts.projects),
        )
        press = Press(parts, tree)
        _write(tree, lone_files(press, has_charts=bool(facts.projects)))
        _write(tree, home_files(facts, press))
        for work, one in zip(works, packs, strict=True):
            pictures = work.pictures.result()
            _write(tree, project_files(work.facts, one, work.chosen, pictures, detail, press))
        for made in printed:
            _take(tree, made)


class _Work(NamedTuple):
    """A project whose pictures are being drawn."""

    facts: ProjectFacts
    chosen: tuple[Headline, ...]
    pictures: Future[tuple[Picture, ...]]


def _begin(facts: ProjectFacts, config: Config, studio: Studio) -> _Work:
    chosen = headlines(facts, config.project(facts.name))
    metrics = [one.metric for one in chosen]
    draw = partial(headline_pictures, facts, metrics, config.cache_dir, studio.draw)
    return _Work(facts, chosen, studio.begin(draw))


def _write(tree: Tree, files: Iterator[tuple[str, bytes]]) -> None:
    for path, content in files:
        tree.write(path, content)


def _take(tree: Tree, made: Sequence[Made]) -> None:
    for file in made:
        tree.take(file)


def _tiled(library: Library, crew: Crew, runs: Sequence[RunFacts]) -> Iterator[Tiled]:
    refs = [library.runs[run_key(run)] for run in runs]
    return crew.map(make_tiles, refs, len(refs) * TILE_SECONDS)


def make_tiles(run: RunRef) -> Tiled:
    """Makes the files behind a run's zoom, where they are not kept already."""
    tiles = run.tiles()
    assert tiles is not None  # only runs with long curves are asked
    return Tiled(tiles.index, tiles.size_bytes)


class GroupTask(NamedTuple):
    """Runs whose curves stand in the same chunks of their project."""

    folder: str
    start: int
    """Position of the first in the project."""
    runs: tuple[RunRef, ...]


@dataclass(frozen=True)
class GroupPrinter:
    """Writes the chunks of a group of runs."""

    staging: Staging

    def __call__(self, task: GroupTask) -> tuple[Packs, list[Made]]:
        """Where everything is in the chunks, and the files."""
        packs = group_packs([run.whole() for run in task.runs])
        made = [
            self.staging.put(f"data/{task.folder}/{name}", content) for name, content in packs.files.items()
        ]
        return replace(packs, files={}), made


def _print_groups(project: ProjectFacts, library: Library, tree: Tree, crew: Crew) -> Packs:
    folder = urls.folder(project.slug)
    tasks = [
        GroupTask(folder, group.start, tuple(library.runs[run_key(run)] for run in project.runs[group]))
        for group in run_groups(project.runs)
    ]
    found = []
    for task, (packs, made) in zip(
        tasks, crew.map(GroupPrinter(tree.staging), tasks, len(tasks) * GROUP_SECONDS), strict=True
    ):
        found.append((task.start, packs))
        _take(tree, made)
    return joined(found)


class RunTask(NamedTuple):
    """A run to be printed."""

    run: RunRef
    before: RunRef | None
    place: Place


@dataclass
class RunPrinter:
    """Writes the files of runs, one after the other."""

    parts: SiteParts
    staging: Staging

    def __call__(self, task: RunTask) -> list[Made]:
        """The files of a run."""
        batch = Batch(self.staging)
        self._press.assets = batch
        before = task.before.whole() if task.before else None
        for path, content in run_files(task.run.whole(), before, task.place, self._press):
            batch.write(path, content)
        tiles = task.run.tiles() if task.place.tiles else None
        for name, content in tiles.files() if tiles else ():
            batch.write(f"data/{task.place.folder}/{name}", content)
        return batch.made

    @cached_property
    def _press(self) -> Press:
        return Press(self.parts, Batch(self.staging))


def _run_tasks(works: Sequence[_Work], library: Library, detail: Detail) -> Iterator[RunTask]:
    for work in works:
        runs = work.facts.runs
        refs = [library.runs[run_key(run)] for run in runs]
        for number, place in enumerate(places_of(work.facts, work.chosen)):
            key = run_key(runs[number])
            place = replace(place, tiles=detail.tiles.get(key, ""), withheld=detail.withheld.get(key, ""))
            yield RunTask(refs[number], refs[number + 1] if number + 1 < len(refs) else None, place)


def _run_seconds(projects: Sequence[ProjectFacts]) -> float:
    return RUN_SECONDS * sum(len(project.runs) for project in projects)
