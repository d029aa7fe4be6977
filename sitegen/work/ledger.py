"""What was made from what: of each page and each group of chunks, hashes of all that went into it.

Whatever has the same causes as in the last build, and whose files stand in the site as they were written, is
not made again. The causes have names, so a build can say why it made something anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from sitegen.charts import cached
from sitegen.output.staging import Made
from sitegen.output.tree import Bundle, Tree

FORMAT = 2


@dataclass(frozen=True)
class Node:
    """Something that is made as a whole."""

    name: str
    causes: Mapping[str, str]
    """Hashes of all that goes into it, each under a name that a person understands."""


class Entry(msgspec.Struct, array_like=True):
    """What became of a node."""

    causes: dict[str, str]
    files: list[tuple[str, int, str, tuple[str, ...]]]
    """Path, size and SHA-256 of each of its files, and what these need."""
    told: bytes = b""
    """What else came of it, for those who need it."""


class _Kept(msgspec.Struct, array_like=True):
    format: int
    entries: dict[str, Entry]


@dataclass
class LedgerMemory:
    """The nodes of the last build of this process: no file has to be read for them, nor looked at."""

    place: tuple[Path, Path] | None = None
    """The cache and the site that they are of."""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    bundles: dict[str, Bundle] = field(default_factory=dict)
    """The files of nodes that were taken again."""


@dataclass
class Ledger:
    """The nodes of the last build, and those of this one."""

    folder: Path
    tree: Tree
    program: str
    """Changes with our code, the theme's files and the packages that we use."""
    before: Mapping[str, Entry] = field(default_factory=dict)
    now: dict[str, Entry] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    """Why each file of a node was made anew, by path."""
    made_bytes: int = 0
    """Of all files that were made anew."""
    memory: LedgerMemory | None = None
    bundles: dict[str, Bundle] | None = None
    """Files by node that are known to stand in the site; None where each has to be looked at."""

    @classmethod
    def open(cls, cache_dir: Path, tree: Tree, program: str, memory: LedgerMemory | None = None) -> Ledger:
        """The ledger of a site; an empty one where there is none that can be used."""
        place, memory = (cache_dir, tree.target), memory or LedgerMemory()
        if tree.is_as_left and memory.place == place:
            # Until this build is whole: what it publishes before it fails is not what is remembered.
            memory.place = None
            return cls(cache_dir, tree, program, memory.entries, memory=memory, bundles=dict(memory.bundles))
        text = cached.kept(cache_dir, "ledger")
        try:
            found = None if text is None else msgspec.msgpack.decode(text, type=_Kept)
        except msgspec.MsgspecError:
            found = None
        entries = found.entries if found and found.format == FORMAT else {}
        return cls(cache_dir, tree, program, entries, memory=memory)

    def reuse(self, node: Node) -> Entry | None:
        """What the last build made of the node, if all is as it was; its files are then in the site."""
        entry = self.before.get(node.name)
        if entry is None or entry.causes != node.causes:
            return None
        if self.bundles is None:
            files = [Made(*file) for file in entry.files]
            if not all(map(self.tree.holds, files)):
                return None
            for file in files:
                self.tree.take(file)
        else:
            bundle = self.bundles.get(node.name)
            if bundle is None:
                bundle = self.bundles[node.name] = Bundle([Made(*file) for file in entry.files])
            self.tree.take_again(bundle)
        self.now[node.name] = entry
        return entry

    def record(self, node: Node, made: Sequence[Made], told: bytes = b"") -> None:
        """Accepts what this build made of the node."""
        for file in made:
            self.tree.take(file)
            self.reasons[file.path] = self._reason(node)
            self.made_bytes += file.size_bytes
        files = [(file.path, file.size_bytes, file.sha256, file.needs) for file in made]
        if self.bundles is not None:
            self.bundles.pop(node.name, None)
        self.now[node.name] = Entry(dict(node.causes), files, told)

    def save(self) -> None:
        """Keeps this build's nodes for the next one."""
        cached.keep(self.folder, "ledger", msgspec.msgpack.encode(_Kept(FORMAT, self.now)))
        if self.memory is not None:
            self.memory.place, self.memory.entries = (self.folder, self.tree.target), self.now
            self.memory.bundles = {
                name: bundle for name, bundle in (self.bundles or {}).items() if name in self.now
            }

    def _reason(self, node: Node) -> str:
        before = self.before.get(node.name)
        if before is None:
            return "new"
        changed = [name for name, value in node.causes.items() if before.causes.get(name) != value]
        return f"changed: {', '.join(changed)}" if changed else "its files were changed or removed"


def hash_of(*values: Any) -> str:
    """A short hash of values whose `repr` says all about them."""
    return hashlib.sha256(repr(values).encode("utf-8", "backslashreplace")).hexdigest()[:24]


def hash_all(texts: Iterable[str]) -> str:
    """A short hash of many texts."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode("utf-8", "backslashreplace") + b"\0")
    return digest.hexdigest()[:24]
