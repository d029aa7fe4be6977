"""Runs by what is kept of them: facts for their project in memory, the rest on disk until it is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

from sitegen.charts import factcache
from sitegen.charts.factcache import FactCache, Kept
from sitegen.charts.tilecache import RunTiles, TileCache
from sitegen.config import Config
from sitegen.derive.facts import ProjectFacts, RunFacts, SiteFacts, WholeRun
from sitegen.derive.levels import Levels, levels_of
from sitegen.derive.runs import derive_run
from sitegen.derive.site import renamed, site_of
from sitegen.discover import Source
from sitegen.ingest.read import media_files, media_sizes, tables_of
from sitegen.pages.detail import RunKey, run_key
from sitegen.work.crew import READ_BYTES_PER_SECOND, Crew
from sitegen.work.ledger import hash_all
from sitegen.work.profile import Profile, Stage


class RunRef(Protocol):
    """Where the whole of a run is to be had; may be sent to another process."""

    def whole(self) -> WholeRun:
        """The run with everything."""

    def tiles(self) -> RunTiles | None:
        """The files behind its zoom; None without curves that are longer than what is drawn at first."""


@dataclass(frozen=True)
class KeptRun:
    """A run by its logs and what is kept of them."""

    source: Source
    cache_dir: Path
    run_id: str = ""
    """Its id in the site, where that is not the one of its folder."""

    def whole(self) -> WholeRun:
        """The run as it is kept, made anew where it is not."""
        # One run after the other is printed, each with the one before it.
        return _recent_whole(self) if self.source.is_settled else self.read()

    def read(self) -> WholeRun:
        """The same, read anew."""
        run = replace(factcache.whole_run(self.kept()), media_files=media_files(self.source))
        return renamed(run, self.run_id) if self.run_id and self.run_id != run.id else run

    def kept(self) -> Kept:
        """The three parts of the run's facts."""
        cache = FactCache(self.cache_dir)
        kept = cache.load(self.source)
        if kept is None:
            kept = factcache.packed(derive_run(tables_of(self.source, self.cache_dir)))
            cache.store(self.source, kept)
        return kept

    def media_hash(self) -> str:
        """Changes when a file that the run logged appears, vanishes or is cut; its name is its content's."""
        return hash_all(f"{name} {size}" for name, size in media_sizes(self.source).items())

    def tiles(self) -> RunTiles | None:
        """The files behind the run's zoom."""
        return TileCache(self.cache_dir, self).tiles(self.whole())

    def stamp(self, run: RunFacts) -> str:
        """What the run's files look like; empty while they may be changing."""
        return repr(self.source.files) if self.source.is_settled else ""

    def levels(self, run: RunFacts) -> Levels:
        """Every level of the run's long curves, from its tables."""
        return levels_of(tables_of(self.source, self.cache_dir))


@lru_cache(maxsize=2)
def _recent_whole(run: KeptRun) -> WholeRun:
    return run.read()


@dataclass(frozen=True)
class Library:
    """All runs of a site: their facts in memory, and where to find the rest of each."""

    facts: SiteFacts
    runs: Mapping[RunKey, RunRef]
    hashes: Mapping[RunKey, str] = field(default_factory=dict)
    """Of everything that a site can say about each run."""


def gather(
    config: Config,
    sources: Sequence[Source],
    crew: Crew,
    profile: Profile,
    warnings: Sequence[str] = (),
    memory: LibraryMemory | None = None,
) -> Library:
    """The facts of every run, from the logs or from what is kept of them; `warnings` are of their folders."""
    memory = memory or LibraryMemory()
    with profile.stage("read runs") as stage:
        refs, briefs = _briefs(config, sources, crew, stage, memory)
    with profile.stage("put runs into projects"):
        return _library(config, refs, briefs, warnings, memory)


def _briefs(
    config: Config, sources: Sequence[Source], crew: Crew, stage: Stage, memory: LibraryMemory
) -> tuple[list[KeptRun], list[_Brief]]:
    """Brief facts of every run, and the hash of all its facts."""
    known = [memory.known(source, config.cache_dir) for source in sources]
    refs = [
        one.ref if one else KeptRun(source, config.cache_dir)
        for one, source in zip(known, sources, strict=True)
    ]
    kept = [one.brief if one else _brief(ref) for one, ref in zip(known, refs, strict=True)]
    missing = [ref for ref, brief in zip(refs, kept, strict=True) if brief is None]
    stage.read_bytes += sum(ref.source.size_bytes for ref in missing)
    stage.read_bytes += sum(brief.size_bytes for brief in kept if brief)
    made = crew.map(keep, missing, sum(map(_seconds, missing)))
    briefs = []
    for ref, brief in zip(refs, kept, strict=True):
        if brief is None:
            part, identity, made_bytes = next(made)
            brief = _decoded(ref, part, identity)
            stage.made_bytes += made_bytes
        briefs.append(brief)
    refs = [
        ref if ref.run_id else replace(ref, run_id=brief.facts.id)
        for ref, brief in zip(refs, briefs, strict=True)
    ]
    memory.keep(refs, briefs)
    return refs, briefs


class _Brief(NamedTuple):
    """What is known of a run at first."""

    facts: RunFacts
    hash: str
    size_bytes: int
    """Of what is kept of it, as far as it was read."""


class _Known(NamedTuple):
    """A run as it was found by the last build of this process."""

    ref: KeptRun
    brief: _Brief


class LibraryMemory:
    """While a site is watched, nearly all runs stay as they are, and so do most projects.

    Of a run that goes on only the newest state is kept: a watch of hours would hold thousands.
    """

    def __init__(self) -> None:
        self._runs: dict[tuple[str, str], _Known] = {}
        self.projects: dict[str, ProjectFacts] = {}

    def known(self, source: Source, cache_dir: Path) -> _Known | None:
        """What was found of just these files, if they may be taken at their word."""
        if not source.is_settled:
            return None
        found = self._runs.get((source.project, source.run))
        if found is None or found.ref.cache_dir != cache_dir:
            return None
        return found if found.ref.source is source or found.ref.source == source else None

    def keep(self, refs: Sequence[KeptRun], briefs: Sequence[_Brief]) -> None:
        """Remembers the runs that there are."""
        self._runs = {
            (ref.source.project, ref.source.run): _Known(ref, brief)
            for ref, brief in zip(refs, briefs, strict=True)
        }


def _brief(ref: KeptRun) -> _Brief | None:
    found = FactCache(ref.cache_dir).load_brief(ref.source)
    return _decoded(ref, *found) if found else None


def _decoded(ref: KeptRun, brief: bytes, identity: bytes) -> _Brief:
    facts = factcache.brief_facts(brief, lambda: ref.kept().columns)
    return _Brief(facts, f"{identity.decode()} {ref.media_hash()}", len(brief) + len(identity))


def _library(
    config: Config,
    refs: Sequence[KeptRun],
    briefs: Sequence[_Brief],
    warnings: Sequence[str],
    memory: LibraryMemory,
) -> Library:
    facts = site_of((brief.facts for brief in briefs), config, memory.projects)
    memory.projects = {project.name: project for project in facts.projects}
    found = {brief.facts.folder: (ref, brief.hash) for ref, brief in zip(refs, briefs, strict=True)}
    runs: dict[RunKey, RunRef] = {}
    hashes: dict[RunKey, str] = {}
    for run in (run for project in facts.projects for run in project.runs):
        key, (ref, hash_) = run_key(run), found[run.folder]
        runs[key] = ref if ref.run_id == run.id else replace(ref, run_id=run.id)
        hashes[key] = hash_
    return Library(replace(facts, warnings=(*warnings, *facts.warnings)), runs, hashes)


def keep(run: KeptRun) -> tuple[bytes, bytes, int]:
    """Brief facts of a run, the hash of all its facts, and the size of all, in the cache from now on."""
    kept = run.kept()
    return kept.brief, kept.identity, sum(map(len, kept))


def _seconds(ref: KeptRun) -> float:
    """About how long it takes to read a run."""
    return 0.004 + ref.source.size_bytes / READ_BYTES_PER_SECOND
