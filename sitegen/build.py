"""The order of a build's steps: from a configuration to a published site."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sitegen.config import Config
from sitegen.config.load import fingerprint
from sitegen.discover import Logs, News, Source
from sitegen.errors import NoDataError, SiteError
from sitegen.output.stamp import Stamp, digest_of, looked_at
from sitegen.output.tree import Published, Tree
from sitegen.work.crew import READ_BYTES_PER_SECOND, WORTHWHILE_SECONDS, Crew, Processes, cores
from sitegen.work.garbage import rare_collections
from sitegen.work.profile import Profile
from sitegen.work.shown import Progress, Shown

if TYPE_CHECKING:
    from sitegen.charts.drawing import Studio
    from sitegen.work.memory import Memory

RUN_SECONDS = 0.01
"""About how long a run takes in a first build, its log apart."""


@dataclass(frozen=True)
class BuildReport:
    """What a build did, for the last line of the command."""

    site_dir: Path
    runs: int
    published: Published
    warnings: tuple[str, ...]
    """What somebody should mend in the settings; errors with `strict`."""
    notes: tuple[str, ...]
    """What is not whole in the logs, which a site shows as far as it can be read."""
    seconds: float
    is_unchanged: bool = False
    """Whether nothing had changed since the last build, so that nothing was read or made."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why each file that was made was made, by its path."""
    profile: Profile = field(default_factory=Profile)


class Build(Protocol):
    """Builds the site of a configuration; `news` is all that changed since the last time, if known."""

    def __call__(self, config: Config, news: News | None = None) -> BuildReport:
        """What it did."""


@contextmanager
def builds(jobs: int = 0) -> Iterator[Build]:
    """Builds one after the other, which keep the engine that draws pictures and what the last one knew.

    With news a build trusts that nobody wrote into the site's files since it was there, and looks at nothing
    of the logs but what it is told of.
    """
    from sitegen.charts.drawing import Studio
    from sitegen.work.memory import Memory

    memory = Memory()
    with Studio() as studio:
        try:
            yield lambda config, news=None: build(config, None, jobs, studio, memory, news)
        finally:
            memory.close()


def build(
    config: Config,
    progress: Progress | None = None,
    jobs: int = 0,
    studio: Studio | None = None,
    memory: Memory | None = None,
    news: News | None = None,
) -> BuildReport:
    """Builds the site that a configuration describes, with so many processes; 0 is one for each core."""
    with rare_collections():
        return _build(config, progress, jobs, studio, memory, news)


def _build(
    config: Config,
    progress: Progress | None,
    jobs: int,
    studio: Studio | None,
    memory: Memory | None,
    news: News | None,
) -> BuildReport:
    started, profile = time.perf_counter(), Profile()
    logs, site = (memory.logs, memory.site) if memory else (Logs(), None)
    with profile.stage("find logs"):
        sources = logs.look(config, news)
    if config.strict and not sources:
        raise NoDataError("there are no runs to build from, and --strict was given.")
    with profile.stage("look for changes"):
        program = _program(config)
        looks = memory.looks if memory and news is not None and memory.site.is_as_left else None
        stamp = Stamp(config.cache_dir, config.site_dir, _inputs(config, sources, program), looks)
        kept = stamp.unchanged()
    if kept is not None:
        seconds = time.perf_counter() - started
        return BuildReport(config.site_dir, len(sources), *kept, seconds, True, profile=profile)
    with Processes(jobs or cores(), modules=("sitegen.work.printing",)) as processes:
        if _is_first(config) and _seconds(sources) > WORTHWHILE_SECONDS:
            processes.start()
        # Polars and Jinja cost 0.3 s, which a build without changes need not pay.
        from sitegen.derive.problems import damage_note
        from sitegen.work.ledger import Ledger
        from sitegen.work.leftovers import CacheUse
        from sitegen.work.library import gather
        from sitegen.work.memory import Memory
        from sitegen.work.printing import print_site

        memory = memory or Memory()
        with CacheUse(config.cache_dir) as cache, Tree(config.site_dir, site) as tree:
            crew: Crew = Shown(processes, progress) if progress else processes
            tree.trust(is_untouched=stamp.is_site_untouched())
            unread = tuple(logs.unreadable())
            library = gather(config, sources, crew, profile, unread, memory.library)
            warnings, notes = library.facts.warnings, damage_note(library.facts.projects)
            if config.strict and warnings:
                raise SiteError(
                    "\n".join([*warnings, "With --strict warnings are errors; nothing was built."])
                )
            ledger = Ledger.open(config.cache_dir, tree, program, memory.ledger)
            print_site(library, config, ledger, crew, profile, studio, memory.pages)
            with profile.stage("publish") as stage:
                published = tree.publish()
                stage.made_bytes += published.written_bytes
                ledger.save()
                stamp.keep(published, warnings, notes)
            memory.looks = stamp.looks
            with profile.stage("clean cache") as stage:
                stage.removed_bytes += cache.clean(sources) if news is None else 0
    seconds = time.perf_counter() - started
    return BuildReport(
        config.site_dir, len(sources), published, warnings, notes, seconds, False, ledger.reasons, profile
    )


def _is_first(config: Config) -> bool:
    """Whether nothing is kept of any run."""
    return not (config.cache_dir / "facts").is_dir()


def _seconds(sources: Sequence[Source]) -> float:
    """About how long a first build takes one process."""
    return sum(RUN_SECONDS + source.size_bytes / READ_BYTES_PER_SECOND for source in sources)


def _inputs(config: Config, sources: Sequence[Source], program: str) -> str:
    """A hash of all a build starts from: settings, our own code and themes, what the logs look like.

    Empty when a log may still be changing: then nothing may be concluded from it.
    """
    if not all(source.is_settled for source in sources):
        return ""
    present = [place.is_dir() for place in config.runs_dir]
    looks = (source.looks for source in sources)
    return digest_of([fingerprint(config), program, repr(present), *looks])


def _program(config: Config) -> str:
    """Changes with our own code, with the files of the theme and with the packages that we use."""
    from sitegen.pages.themes import theme_dir

    package = Path(__file__).parent
    ours = [package, package.parent / "collector", theme_dir(config.theme.name).parent]
    own = [*config.extra_css, *config.extra_javascript]
    if config.theme.custom_dir:
        own.append(config.theme.custom_dir)
    return digest_of(_versions(), ours, looked_at(own))


def _versions() -> list[str]:
    """Whatever else shapes the bytes of a site."""
    from importlib.metadata import PackageNotFoundError, version

    packages = ("polars", "altair", "vl-convert-python", "jinja2", "markdown-it-py", "pygments", "orjson")
    try:
        plotly = version("plotly")
    except PackageNotFoundError:  # its figures are then told of, not drawn
        plotly = "none"
    return [sys.version, *(f"{name} {version(name)}" for name in packages), f"plotly {plotly}"]
