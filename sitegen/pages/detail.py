"""What a page knows of the points behind its charts: which runs' are in the site, and why others' are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sitegen.config import Config
from sitegen.derive.facts import RunFacts, SiteFacts
from sitegen.derive.resolution import resolution_of, wanted
from sitegen.pages.views import ProjectPage, RunPage
from sitegen.texts import said

BYTES_PER_MB = 1_000_000

RunKey = tuple[str, str]
"""Project and id of a run."""


@dataclass(frozen=True)
class Detail:
    """The tiles that ship, and for every run with curves in buckets that has none the reason."""

    tiles: Mapping[RunKey, str] = field(default_factory=dict)
    """The index of the files of each run that has some."""
    withheld: Mapping[RunKey, str] = field(default_factory=dict)

    @classmethod
    def of_one(cls, run: RunFacts, tiles: str, withheld: str) -> Detail:
        """What the page of a run knows."""
        return cls({run_key(run): tiles} if tiles else {}, {run_key(run): withheld} if withheld else {})

    def added_to(self, data: dict[str, Any], runs: Sequence[RunFacts], folder: str) -> dict[str, Any]:
        """A page's data, whose `runs` are these, with the index of each run's tiles or why it has none."""
        reasons: dict[str, int] = {}
        entries = []
        for entry, run in zip(data["runs"], runs, strict=True):
            tiles, reason = self.tiles.get(run_key(run)), self.withheld.get(run_key(run))
            if tiles:
                entry = {**entry, "tiles": tiles}
            elif reason:
                entry = {**entry, "held": reasons.setdefault(reason, len(reasons))}
            entries.append(entry)
        more: dict[str, Any] = {"held": list(reasons)} if reasons else {}
        if any("tiles" in entry for entry in entries):
            more["tiles"] = f"data/{folder}/"
        return {**data, **more, "runs": entries}

    def told(self, runs: Sequence[RunFacts]) -> str:
        """What charts of these runs hold, in a sentence; nothing where every curve is drawn whole."""
        long = [run for run in runs if run.is_bucketed]
        if not long:
            return ""
        kept = sum(run_key(run) in self.tiles for run in long)
        whole = kept + len(runs) - len(long)
        reasons = sorted({reason for run in long if (reason := self.withheld.get(run_key(run)))})
        if not reasons:
            return said("detail.all", n=whole)
        missing = said("detail.missing", n=len(long) - kept, why="; ".join(reasons))
        return said("detail.some", n=whole, missing=missing)


PageOfCharts = TypeVar("PageOfCharts", ProjectPage, RunPage)


def holding(page: PageOfCharts, told: str) -> PageOfCharts:
    """The page, saying what its charts hold."""
    return replace(page, controls=replace(page.controls, holds=told))


@dataclass(frozen=True)
class Tiled:
    """Files behind a run's zoom, ready to be copied into a site."""

    index: str
    size_bytes: int
    is_new: bool = False
    """Whether they were made just now."""


def plan_detail(
    facts: SiteFacts, config: Config, tiled: Callable[[Sequence[RunFacts]], Iterable[Tiled]]
) -> Detail:
    """What ships by the settings and the budget; `tiled` makes the files of runs, in their order."""
    tiles: dict[RunKey, str] = {}
    chosen = [run for run in wanted(facts, config) if run.is_bucketed]
    left = config.charts.budget_mb * BYTES_PER_MB
    for run, made in zip(chosen, tiled(chosen if left else []), strict=False):
        left -= made.size_bytes
        if left < 0:
            break
        tiles[run_key(run)] = made.index
    over = {run_key(run) for run in chosen}
    withheld = {
        run_key(run): f"budget_mb: {config.charts.budget_mb}"
        if run_key(run) in over
        else f"resolution: {resolution_of(run.project, config)}"
        for project in facts.projects
        for run in project.runs
        if run.is_bucketed and run_key(run) not in tiles
    }
    return Detail(tiles, withheld)


def run_key(run: RunFacts) -> RunKey:
    """What tells the run from all others of the site."""
    return run.project, run.id
