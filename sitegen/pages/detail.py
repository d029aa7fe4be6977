"""What a page knows of the points behind its charts: which runs' are in the site, and why others' are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sitegen.charts.tilecache import LevelSource, RunTiles, TileCache
from sitegen.config import Config
from sitegen.derive.facts import RunFacts, SiteFacts
from sitegen.derive.resolution import resolution_of, wanted

BYTES_PER_MB = 1_000_000

RunKey = tuple[str, str]
"""Project and id of a run."""


@dataclass(frozen=True)
class Detail:
    """The tiles that ship, and for every run with curves in buckets that has none the reason."""

    tiles: Mapping[RunKey, RunTiles] = field(default_factory=dict)
    withheld: Mapping[RunKey, str] = field(default_factory=dict)

    def of(self, run: RunFacts) -> RunTiles | None:
        """The tiles of a run."""
        return self.tiles.get(_key(run))

    def added_to(self, data: dict[str, Any], runs: Sequence[RunFacts], folder: str) -> dict[str, Any]:
        """A page's data, whose `runs` are these, with the index of each run's tiles or why it has none."""
        reasons: dict[str, int] = {}
        entries = []
        for entry, run in zip(data["runs"], runs, strict=True):
            tiles, reason = self.of(run), self.withheld.get(_key(run))
            if tiles:
                entry = {**entry, "tiles": tiles.index}
            elif reason:
                entry = {**entry, "held": reasons.setdefault(reason, len(reasons))}
            entries.append(entry)
        more: dict[str, Any] = {"held": list(reasons)} if reasons else {}
        if any("tiles" in entry for entry in entries):
            more["tiles"] = f"data/{folder}/"
        return {**data, **more, "runs": entries}


def plan_detail(facts: SiteFacts, config: Config, source: LevelSource | None) -> Detail:
    """What ships by the settings and the budget; without a source of points nothing does."""
    tiles: dict[RunKey, RunTiles] = {}
    chosen = wanted(facts, config) if source is not None else []
    left = config.charts.budget_mb * BYTES_PER_MB
    if source is not None and left:
        cache = TileCache(config.cache_dir, source)
        for run in chosen:
            made = cache.tiles(run)
            if made is not None:
                left -= made.size_bytes
                if left < 0:
                    break
                tiles[_key(run)] = made
    over = {_key(run) for run in chosen}
    withheld = {
        _key(run): f"budget_mb: {config.charts.budget_mb}"
        if _key(run) in over
        else f"resolution: {resolution_of(run.project, config)}"
        for project in facts.projects
        for run in project.runs
        if is_bucketed(run) and _key(run) not in tiles
    }
    return Detail(tiles, withheld)


def is_bucketed(run: RunFacts) -> bool:
    """Whether a curve of the run is too long to be drawn whole."""
    return any(series.width > 1 for series in (*run.series, *run.system))


def _key(run: RunFacts) -> RunKey:
    return run.project, run.id
