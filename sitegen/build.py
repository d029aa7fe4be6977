"""The order of a build's steps: from a configuration to a published site."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sitegen.config import Config
from sitegen.config.load import fingerprint
from sitegen.discover import Source, discover, unreadable
from sitegen.errors import NoDataError, SiteError
from sitegen.output.stamp import Stamp, digest_of
from sitegen.output.tree import Published, Tree

if TYPE_CHECKING:
    from sitegen.derive.facts import RunFacts, SiteFacts
    from sitegen.derive.levels import Levels

Progress = Callable[[Sequence[Source]], Iterable[Source]]
"""Passes runs on while showing how many of them are read."""


@dataclass(frozen=True)
class BuildReport:
    """What a build did, for the last line of the command."""

    site_dir: Path
    runs: int
    published: Published
    warnings: tuple[str, ...]
    seconds: float
    is_unchanged: bool = False
    """Whether nothing had changed since the last build, so that nothing was read or made."""


def build(config: Config, progress: Progress | None = None) -> BuildReport:
    """Builds the site that a configuration describes."""
    started = time.perf_counter()
    sources = discover(config)
    if config.strict and not sources:
        raise NoDataError("there are no runs to build from, and --strict was given.")
    stamp = Stamp(config.cache_dir, config.site_dir, _inputs(config, sources))
    kept = stamp.unchanged()
    if kept is not None:
        return BuildReport(config.site_dir, len(sources), *kept, time.perf_counter() - started, True)
    facts = gather(config, sources, progress)
    if config.strict and facts.warnings:
        raise SiteError("\n".join([*facts.warnings, "With --strict warnings are errors; nothing was built."]))
    published = write_site(facts, config, sources)
    stamp.keep(published, facts.warnings)
    seconds = time.perf_counter() - started
    return BuildReport(config.site_dir, len(sources), published, facts.warnings, seconds)


def gather(config: Config, sources: Sequence[Source], progress: Progress | None = None) -> SiteFacts:
    """Everything the site will say, read from the logs or from the cache."""
    from sitegen.derive.site import derive  # Polars costs 0.2 s, which a build without changes need not pay
    from sitegen.ingest.read import ingest

    shown = progress(sources) if progress else sources
    facts = derive(ingest(shown, config.cache_dir), config)
    return replace(facts, warnings=(*unreadable(config), *facts.warnings))


def write_site(facts: SiteFacts, config: Config, sources: Sequence[Source]) -> Published:
    """Composes all pages and puts them in place in one go."""
    from sitegen.derive.definitions import with_goals
    from sitegen.pages.compose import compose

    config = with_goals(config, facts)
    with Tree(config.site_dir) as tree:
        for path, content in compose(facts, config, tree, _Logs(sources, config.cache_dir)):
            tree.write(path, content)
        return tree.publish()


class _Logs:
    """The logs once more, for the points behind long curves: no build holds those of all runs."""

    def __init__(self, sources: Sequence[Source], cache_dir: Path) -> None:
        self._sources = {f"{source.project}/{source.run}": source for source in sources}
        self._cache_dir = cache_dir

    def stamp(self, run: RunFacts) -> str:
        """What the run's files look like; empty while they may be changing."""
        source = self._sources[run.folder]
        return repr(source.files) if source.is_settled else ""

    def levels(self, run: RunFacts) -> Levels:
        """Every level of the run's long curves."""
        from sitegen.derive.levels import levels_of
        from sitegen.ingest.read import ingest

        [tables] = ingest([self._sources[run.folder]], self._cache_dir)
        return levels_of(tables)


def _inputs(config: Config, sources: Sequence[Source]) -> str:
    """A hash of all a build starts from: settings, our own code and themes, what the logs look like.

    Empty when a log may still be changing: then nothing may be concluded from it.
    """
    if not all(source.is_settled for source in sources):
        return ""
    from sitegen.pages.themes import theme_dir

    files = [
        (file.path, file.size_bytes, file.modified_ns, file.changed_ns)
        for source in sources
        for file in source.files
    ]
    package = Path(__file__).parent
    folders = [package, package.parent / "collector", theme_dir(config.theme.name).parent]
    folders += [*config.extra_css, *config.extra_javascript]
    if config.theme.custom_dir:
        folders.append(config.theme.custom_dir)
    return digest_of([fingerprint(config), *_versions()], folders, files)


def _versions() -> list[str]:
    """Whatever else shapes the bytes of a site."""
    from importlib.metadata import PackageNotFoundError, version

    packages = ("polars", "altair", "vl-convert-python", "jinja2", "markdown-it-py", "pygments", "orjson")
    try:
        plotly = version("plotly")
    except PackageNotFoundError:  # its figures are then told of, not drawn
        plotly = "none"
    return [sys.version, *(f"{name} {version(name)}" for name in packages), f"plotly {plotly}"]
