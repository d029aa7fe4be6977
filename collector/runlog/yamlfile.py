"""Read a YAML 1.2 file as plain values, and know on which line each of them stands.

`1e-4` is a number and `no` is a text. Duplicate keys, tags and alias bombs are refused, with file and line.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from collector.runlog.errors import YamlError

SIZE_LIMIT = 4 << 20
"""Largest file in bytes."""

VALUE_LIMIT = 200_000
"""Most values after aliases are resolved: ten lines of aliases can stand for a billion."""

DEPTH_LIMIT = 100
"""Most levels of nesting."""

KeyPath = Sequence[str | int]


class Loaded:
    """The value of a YAML file, with the lines of its parts."""

    __slots__ = ("_lines", "path", "value")

    def __init__(self, path: str, value: Any, lines: dict[tuple[str | int, ...], int]) -> None:
        self.path = path
        self.value = value
        """Plain dicts, lists, texts, numbers, booleans and None."""
        self._lines = lines

    @property
    def lines(self) -> dict[tuple[str | int, ...], int]:
        """Line (from 1) of every key and list entry, by its path."""
        return dict(self._lines)

    def line_of(self, key_path: KeyPath) -> int | None:
        """Line (from 1) of a key or list entry, or of its nearest known parent; None for an empty file."""
        path = tuple(key_path)
        while path not in self._lines and path:
            path = path[:-1]
        return self._lines.get(path)


def load(path: str | os.PathLike[str]) -> Loaded:
    """What a YAML file says; a file that is unreadable, malformed or hostile is a YamlError."""
    name = os.fspath(path)
    try:
        with open(name, "rb") as file:
            raw = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise YamlError(f"can not be read ({error.strerror}).", name) from error
    if len(raw) > SIZE_LIMIT:
        raise YamlError(f"is larger than {SIZE_LIMIT >> 20} MiB.", name)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise YamlError("is not UTF-8.", name, line, "Save it as UTF-8 and try again.") from error
    return loads(text, name)


def loads(text: str, name: str = "<text>") -> Loaded:
    """What a YAML text says, `name` standing for its file in errors."""
    root = _compose(text, name)
    lines: dict[tuple[str | int, ...], int] = {}
    value = None if root is None else _Builder(name, lines).build(root, ())
    return Loaded(name, value, lines)


def _compose(text: str, name: str) -> Any:
    # 40 ms of import, only for whoever has a YAML file.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if _bracket_depth(text) > DEPTH_LIMIT:
        raise YamlError("is nested too deeply.", name)
    try:
        return YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        raise YamlError(f"{_first_line(error.problem or error.context)}.", name, line) from error
    except (YAMLError, ValueError) as error:
        raise YamlError(f"{_first_line(str(error))}.", name) from error
    except RecursionError as error:
        raise YamlError("is nested too deeply.", name) from error


def _bracket_depth(text: str) -> int:
    """How many brackets are open at once: the parser's time grows with the square of it."""
    depth = deepest = 0
    for letter in text:
        if letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth -= 1
    return deepest


def _first_line(text: str | None) -> str:
    return (text or "is not valid YAML").strip().split("\n")[0].rstrip(".")


class _Builder:
    """Makes plain values from YAML nodes; the nodes carry the line numbers."""

    def __init__(self, name: str, lines: dict[tuple[str | int, ...], int]) -> None:
        self.name = name
        self.lines = lines
        self.count = 0

    def build(self, node: Any, path: tuple[str | int, ...], parents: tuple[int, ...] = ()) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        self.count += 1
        if self.count > VALUE_LIMIT:
            raise YamlError(f"stands for more than {VALUE_LIMIT} values.", self.name, line)
        if id(node) in parents or len(parents) > DEPTH_LIMIT:
            raise YamlError("contains itself, or is nested too deeply.", self.name, line)
        kind = type(node).__name__
        if kind == "MappingNode":
            return self.mapping(node, path, (*parents, id(node)))
        if kind == "SequenceNode":
            inner = (*parents, id(node))
            return [self.build(child, (*path, i), inner) for i, child in enumerate(node.value)]
        return self.scalar(node, line)

    def mapping(self, node: Any, path: tuple[str | int, ...], parents: tuple[int, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if str(key_node.tag).endswith(":merge"):
                merged = self.merge(value_node, path, parents) | merged
                continue
            key = self.key(key_node, line)
            if key in values:
                raise YamlError(f'the key "{key}" stands twice.', self.name, line, "Remove one of the two.")
            place = (*path, key)
            self.lines[place] = line
            values[key] = self.build(value_node, place, parents)
        return merged | values

    def merge(self, node: Any, path: tuple[str | int, ...], parents: tuple[int, ...]) -> dict[str, Any]:
        parts = node.value if type(node).__name__ == "SequenceNode" else [node]
        merged: dict[str, Any] = {}
        for part in reversed(parts):
            value = self.build(part, path, parents)
            if not isinstance(value, dict):
                line = part.start_mark.line + 1
                raise YamlError("`<<` needs a mapping.", self.name, line)
            merged |= value
        return merged

    def key(self, node: Any, line: int) -> str:
        if type(node).__name__ != "ScalarNode":
            raise YamlError("a key has to be a plain text.", self.name, line)
        return str(node.value)

    def scalar(self, node: Any, line: int) -> Any:
        text, tag = str(node.value), str(node.tag).rpartition(":")[2]
        if tag in ("str", "timestamp", "merge"):
            return text
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        try:
            if tag == "int":
                return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
            if tag == "float":
                return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        except ValueError as error:
            raise YamlError(f'"{text}" is not a number.', self.name, line) from error
        raise YamlError(f"the tag {node.tag} is not supported.", self.name, line, "Remove the tag.")
