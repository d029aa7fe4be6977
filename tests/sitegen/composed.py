"""A whole site from facts made by hand, printed as a build prints it but kept in memory."""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.charts.tilecache import RunTiles
from sitegen.config import Config
from sitegen.derive.facts import SiteFacts, WholeRun
from sitegen.output.recording import RecordingTree
from sitegen.pages.detail import run_key
from sitegen.work.crew import Alone
from sitegen.work.ledger import Ledger
from sitegen.work.library import Library
from sitegen.work.printing import print_site
from sitegen.work.profile import Profile


@dataclass(frozen=True)
class HeldRun:
    """A run that is in memory as a whole."""

    run: WholeRun

    def whole(self) -> WholeRun:
        return self.run

    def tiles(self) -> RunTiles | None:
        return None


def composed(facts: SiteFacts, config: Config) -> dict[str, bytes]:
    """Path and content of every file; charts hold their overview only."""
    runs = {run_key(run): HeldRun(run) for project in facts.projects for run in project.runs}
    tree = RecordingTree()
    print_site(Library(facts, runs), config, Ledger(config.cache_dir, tree, ""), Alone(), Profile())
    return tree.files
