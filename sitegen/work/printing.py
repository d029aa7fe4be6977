"""Facts → the files of a site: each page and each group of chunks once, and only where something changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from sitegen.charts.drawing import Studio
from sitegen.charts.packs import Packs
from sitegen.charts.pictures import Picture, headline_pictures
from sitegen.config import Config
from sitegen.derive.definitions import with_goals
from sitegen.derive.facts import ProjectFacts, RunFacts
from sitegen.output.staging import Batch, Made
from sitegen.output.tree import Tree
from sitegen.pages.detail import Detail, Tiled, plan_detail, run_key
from sitegen.pages.headline import Headline, headlines
from sitegen.pages.places import Place, Places
from sitegen.pages.press import Files, Press, SiteParts, site_parts
from sitegen.pages.project import STATIC_ROWS
from sitegen.pages.runlist import run_lists
from sitegen.pages.sitefiles import ProjectParts, home_files, lone_files, project_files, run_list_files
from sitegen.work.causes import Causes
from sitegen.work.crew import Crew
from sitegen.work.groups import print_groups
from sitegen.work.ledger import Ledger, Node
from sitegen.work.library import Library, RunRef
from sitegen.work.printed import PrintMemory
from sitegen.work.profile import Profile, Stage
from sitegen.work.runs import RunPrinter, RunTask

RUN_SECONDS, TILE_SECONDS = 0.005, 0.1
"""About how long one run's page takes, and the points behind a long run's zoom."""


def print_site(
    library: Library,
    config: Config,
    ledger: Ledger,
    crew: Crew,
    profile: Profile,
    open_studio: Studio | None = None,
    memory: PrintMemory | None = None,
) -> None:
    """Has every file of the site written, or finds that it is there already."""
    facts, tree = library.facts, ledger.tree
    config = with_goals(config, facts)
    with nullcontext(open_studio) if open_studio is not None else Studio() as studio:
        parts = site_parts(config, tree, has_charts=bool(facts.projects))
        causes = Causes(parts, library, ledger.program)
        job = _Job(library, causes, tree, ledger, crew, studio, memory or PrintMemory())
        with profile.stage("points behind zoom") as stage:
            detail = plan_detail(facts, config, partial(job.tiled, stage=stage))
        with _making("charts of projects", profile, ledger):
            works = [job.begin(project, config, detail) for project in facts.projects]
        printed = job.print_runs(works, parts, detail)
        with _making("pages of projects", profile, ledger):
            job.print_rest(works, parts, detail)
        with _making("pages of runs", profile, ledger):
            for node, made in printed:
                ledger.record(node, made)
        job.memory.keep_only((project.name for project in facts.projects), ledger.now)


@contextmanager
def _making(name: str, profile: Profile, ledger: Ledger) -> Iterator[None]:
    """A stage that makes files."""
    before = ledger.made_bytes
    with profile.stage(name) as stage:
        yield
        stage.made_bytes += ledger.made_bytes - before


class _Work(NamedTuple):
    """A project whose chunks are there and whose pictures are being drawn, if they are needed."""

    facts: ProjectFacts
    chosen: tuple[Headline, ...]
    packs: Packs
    node: Node
    pictures: Future[tuple[Picture, ...]] | None
    """None where the last build's page is still right."""


@dataclass(frozen=True)
class _Job:
    """One printing of a site."""

    library: Library
    causes: Causes
    tree: Tree
    ledger: Ledger
    crew: Crew
    studio: Studio
    memory: PrintMemory

    def tiled(self, runs: Sequence[RunFacts], stage: Stage) -> Iterator[Tiled]:
        """Makes what is behind the zoom of runs, where it is not kept."""
        refs = [self.library.runs[run_key(run)] for run in runs]
        for tiled in self.crew.map(make_tiles, refs, len(refs) * TILE_SECONDS):
            stage.made_bytes += tiled.size_bytes if tiled.is_new else 0
            yield tiled

    def begin(self, facts: ProjectFacts, config: Config, detail: Detail) -> _Work:
        """Starts what a project's own page has to wait for."""
        chosen = headlines(facts, config.project(facts.name))
        node = self.causes.project(facts, detail)
        pictures = None
        if self.ledger.reuse(node) is None:
            metrics = [one.metric for one in chosen]
            draw = self.studio.draw
            work = partial(headline_pictures, facts, metrics, config.cache_dir, draw, self._source)
            pictures = self.studio.begin(work)
        packs = print_groups(
            facts, self.library, self.tree.staging, self.ledger, self.crew, self.causes, self.memory.packs
        )
        return _Work(facts, chosen, packs, node, pictures)

    def _source(self, run: RunFacts) -> str:
        """All that a picture of a run is made from."""
        known = self.library.hashes.get(run_key(run), "")
        return known and f"{self.ledger.program} {known}"

    def print_runs(
        self, works: Sequence[_Work], parts: SiteParts, detail: Detail
    ) -> Iterator[tuple[Node, list[Made]]]:
        """Starts the printing of all runs' pages that are not as they should be."""
        nodes, tasks = [], []
        for work in works:
            places = Places(work.facts, work.chosen)
            for number, node in enumerate(self._run_nodes(work, places, detail)):
                if self.ledger.reuse(node) is None:
                    nodes.append(node)
                    tasks.append(self._run_task(work.facts, number, places, detail))
        printer = RunPrinter(parts, self.tree.staging)
        return zip(nodes, self.crew.map(printer, tasks, len(tasks) * RUN_SECONDS), strict=True)

    def _run_nodes(self, work: _Work, places: Places, detail: Detail) -> Iterator[Node]:
        """The causes of the pages of a project's runs."""
        facts = work.facts
        known = self.memory.runs(facts.name, (*places.shared, self.causes.of_project(facts.name)))
        for number, run in enumerate(facts.runs):
            runs, key = places.among(number), run_key(run)
            told = (*places.told(runs), detail.tiles.get(key), detail.withheld.get(key))
            node = known.node(runs, told)
            if node is None:
                before = run_key(runs.older) if runs.older else None
                node = self.causes.run(run, before, self._place(run, places.of(runs), detail))
                known.keep(runs, told, node)
            yield node

    def _run_task(self, facts: ProjectFacts, number: int, places: Places, detail: Detail) -> RunTask:
        run, runs = facts.runs[number], places.among(number)
        before = self.library.runs[run_key(runs.older)] if runs.older else None
        return RunTask(self.library.runs[run_key(run)], before, self._place(run, places.of(runs), detail))

    def _place(self, run: RunFacts, place: Place, detail: Detail) -> Place:
        key = run_key(run)
        return replace(place, tiles=detail.tiles.get(key, ""), withheld=detail.withheld.get(key, ""))

    def print_rest(self, works: Sequence[_Work], parts: SiteParts, detail: Detail) -> None:
        """Prints what belongs to no run."""
        press, has_charts = Press(parts, self.tree), bool(works)
        lone, home = self.causes.lone(), self.causes.home()
        if self.ledger.reuse(lone) is None:
            self._print(lone, lone_files(press, has_charts=has_charts), press)
        if self.ledger.reuse(home) is None:
            self._print(home, home_files(self.library.facts, press), press)
        for work in works:
            self._print_list(work.facts, press)
            if work.pictures is not None:
                pictures = work.pictures.result()
                page = ProjectParts(work.facts, work.packs, work.chosen, pictures, detail)
                self._print(work.node, project_files(page, press), press)

    def _print_list(self, facts: ProjectFacts, press: Press) -> None:
        """Prints the pages of the list of all runs, where the project's own page has not all of them."""
        for part in run_lists(facts) if len(facts.runs) > STATIC_ROWS else ():
            node = self.causes.run_list(facts, part)
            if self.ledger.reuse(node) is None:
                self._print(node, run_list_files(facts, part, press), press)

    def _print(self, node: Node, files: Files, press: Press) -> None:
        press.assets = batch = Batch(self.tree.staging)
        for path, content in files:
            batch.write(path, content)
        self.ledger.record(node, batch.made)


def make_tiles(run: RunRef) -> Tiled:
    """Makes the files behind a run's zoom, where they are not kept already."""
    tiles = run.tiles()
    assert tiles is not None  # only runs with long curves are asked
    return Tiled(tiles.index, tiles.size_bytes, tiles.is_new)
