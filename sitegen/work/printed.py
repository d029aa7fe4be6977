"""What a process that builds again and again knows of the pages it printed: of a thousand runs one is new."""

from __future__ import annotations

from collections.abc import Iterable
from operator import is_
from typing import NamedTuple

from sitegen.charts.packs import Packs
from sitegen.pages.places import Neighbours
from sitegen.work.ledger import Node


class _Printed(NamedTuple):
    """The node of a run's page, and what its causes were taken from."""

    runs: Neighbours
    told: object
    node: Node


class PrintedRuns:
    """The nodes of the pages of a project's runs; of the last build those that have as much in common."""

    def __init__(self, shared: object, last: PrintedRuns | None) -> None:
        self._shared = shared
        self._before = last._now if last is not None and last._shared == shared else {}
        self._now: dict[str, _Printed] = {}

    def node(self, runs: Neighbours, told: object) -> Node | None:
        """The node that was made from the very same runs, and from equal things told of them."""
        known = self._before.get(runs.run.id)
        if known is None or known.told != told:
            return None
        # The same objects: to compare all that is known of two runs costs more than their hashes do.
        if not all(map(is_, known.runs, runs)):
            return None
        self._now[runs.run.id] = known
        return known.node

    def keep(self, runs: Neighbours, told: object, node: Node) -> None:
        """Remembers a node for the next build."""
        self._now[runs.run.id] = _Printed(runs, told, node)


class PrintMemory:
    """The nodes of runs by project, and where the curves of each group of runs are."""

    def __init__(self) -> None:
        self._projects: dict[str, PrintedRuns] = {}
        self.packs: dict[str, tuple[bytes, Packs]] = {}
        """By the name of a group's node: what the ledger has of it, and what that means."""

    def runs(self, project: str, shared: object) -> PrintedRuns:
        """What is known of a project's runs; `shared` is what the pages of all of them are made from."""
        self._projects[project] = PrintedRuns(shared, self._projects.get(project))
        return self._projects[project]

    def keep_only(self, projects: Iterable[str], groups: Iterable[str]) -> None:
        """Forgets what is no more."""
        self._projects = {name: self._projects[name] for name in projects if name in self._projects}
        self.packs = {name: self.packs[name] for name in groups if name in self.packs}
