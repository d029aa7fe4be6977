"""The chunks of projects, a group of runs after the other, written by whichever process is free."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import NamedTuple

from sitegen.charts.packs import Packs, group_packs, joined, run_groups
from sitegen.derive.facts import ProjectFacts
from sitegen.output.staging import Made, Staging
from sitegen.pages import urls
from sitegen.pages.detail import run_key
from sitegen.work.causes import Causes
from sitegen.work.crew import Crew
from sitegen.work.ledger import Ledger
from sitegen.work.library import Library, RunRef

GROUP_SECONDS = 0.05
"""About how long the chunks of a group take."""


class GroupTask(NamedTuple):
    """Runs whose curves stand in the same chunks of their project."""

    folder: str
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


def print_groups(
    project: ProjectFacts,
    library: Library,
    staging: Staging,
    ledger: Ledger,
    crew: Crew,
    causes: Causes,
    known: dict[str, tuple[bytes, Packs]],
) -> Packs:
    """Where all curves of a project are; what is not in the site yet is written.

    `known` has what the ledger tells of groups, by the names of their nodes, as far as it was read before.
    """
    groups = project.once("groups", None, lambda: list(run_groups(project.runs)))
    nodes = [causes.group(project, group) for group in groups]
    entries = [ledger.reuse(node) for node in nodes]
    folder = urls.folder(project.slug)
    missing = [
        GroupTask(folder, tuple(library.runs[run_key(run)] for run in project.runs[group]))
        for group, entry in zip(groups, entries, strict=True)
        if entry is None
    ]
    made = crew.map(GroupPrinter(staging), missing, len(missing) * GROUP_SECONDS)
    found = []
    for group, node, entry in zip(groups, nodes, entries, strict=True):
        if entry is not None:
            packs = _known(node.name, entry.told, known)
        else:
            packs, files = next(made)
            ledger.record(node, files, _told(packs))
        found.append((group.start, packs))
    return joined(found)


def _known(name: str, told: bytes, known: dict[str, tuple[bytes, Packs]]) -> Packs:
    before = known.get(name)
    if before is None or before[0] != told:
        before = known[name] = (told, _untold(told))
    return before[1]


def _told(packs: Packs) -> bytes:
    # JSON of Python takes any text, half of a surrogate pair included.
    return json.dumps([packs.index, packs.system, packs.spans]).encode()


def _untold(text: bytes) -> Packs:
    index, system, spans = json.loads(text)
    tuples = [{name: tuple(found) for name, found in part.items()} for part in (index, system, spans)]
    return Packs({}, *tuples)
