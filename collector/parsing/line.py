"""What one printed line says, whatever its form: pairs of name and value, and where it stands.

A pure function of the line. What the line means as a row, its step above all, is in rows.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from collector.parsing import vocabulary
from collector.parsing.numbers import VALUE, read_value, to_number

LINE_LIMIT = 8192
"""Longer lines are not looked at."""
DEPTH_LIMIT = 4

Number = float | int


class Place(NamedTuple):
    """A count, and what it counts up to where the line says so."""

    at: Number
    of: int | None = None


class Found(NamedTuple):
    """The content of a line."""

    form: str
    """Which form it has: pattern, json, dict, bar, pairs."""
    values: dict[str, Number]
    step: Place | None = None
    """A step that the line names."""
    epoch: Place | None = None
    bar: str | None = None
    """What stands before a progress bar; its count is `step` then."""


_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f]")
_NAME = r"[A-Za-z_][\w./@%-]*(?:\([\w@]+\))?"
_BEFORE = r"(?<![^\s,;|(\[{<])"
_EQUALS = re.compile(rf"{_BEFORE}(?P<name>{_NAME})\s*=(?!=)\s*{VALUE}", re.I)
_COLON = re.compile(rf"{_BEFORE}(?P<name>{_NAME}(?:'s)?(?: {_NAME}){{0,2}})\s*:(?P<space>\s*){VALUE}", re.I)
_BARE = re.compile(rf"(?P<name>{_NAME}(?: {_NAME}){{0,2}})\s+{VALUE}(?:\s*\([^)]*\))?", re.I)
_COUNT = r"\[?\s*(?P<at>\d+(?:\.\d+)?)(?:\s*/\s*(?P<of>\d+))?\s*\]?(?![\w.%])"
_STEP = re.compile(
    rf"(?<![\w/.-])(?:(?P<name>global[_ ]step|step|iteration|iter|batch|episode|round)s?\s*[:=#]?"
    rf"|(?P<short>it|update)\s*[:=#])\s*{_COUNT}",
    re.I,
)
_EPOCH = re.compile(rf"(?<![\w/.-])epoch(?:\(\w+\))?\s*[:=#]?\s*{_COUNT}", re.I)
_IN_EPOCH = re.compile(r"[\s:,|]*\[?\s*(?P<at>\d+)\s*/\s*(?P<of>\d+)(?:\s*\(\s*\d+%\))?\s*\]?")
_LEADING = re.compile(r"(?:\[(?P<round>\d+)\]|(?P<tree>\d+):)\t")
_BAR = re.compile(
    r"^(?P<what>[^|]{0,80}?)(?:\d{1,3}%)?\|[^|]*\|\s*(?P<at>\d+)(?:/(?P<of>\d+))?\s*\[(?P<rest>[^\]]*)\]?(?P<more>.*)$"
)
_KERAS = re.compile(r"^\s*(?P<at>\d+)/(?P<of>\d+|Unknown)\s*(?:\[[=>.]+\]|[━╸╺ ]{3,})(?P<rest>.*)$")
_FIELD = re.compile(rf"['\"](?P<name>[^'\"]{{1,200}})['\"]\s*:\s*['\"]?{VALUE}['\"]?", re.I)
_SPLIT = re.compile(r"[,;|\t]|\s-\s")
_QUICK = re.compile(r"\d|nan|inf", re.I)
_ECHO = re.compile(
    r"^(?:>\s{2,}|E\s{2,}|\s*File \"|\s*\d+ \|\s|\S*(?:Error|Exception|Warning): "
    r"|(?:FAILED|ERROR|PASSED) \S+::)"
)
"""Source text that compilers, test runners and tracebacks show, and what they say about it."""


def clean(text: str) -> str:
    """The line without colours, cursor movements and control characters."""
    return _ESCAPES.sub("", text) if "\x1b" in text or not text.isprintable() else text


def read_line(text: str, patterns: Sequence[re.Pattern[str]] = ()) -> Found | None:
    """What a line says about metrics, None where it says nothing."""
    if len(text) > LINE_LIMIT or not _QUICK.search(text):
        return None
    text = clean(text).rstrip()
    for pattern in patterns:
        match = pattern.search(text)
        if match is not None:
            return _by_pattern(match)
    if _ECHO.match(text):
        return None
    return _read_object(text) or _read_bar(text) or _read_pairs(text)


def _by_pattern(match: re.Match[str]) -> Found | None:
    """A user's pattern: each named group is a metric, `step` and `epoch` say where."""
    found = {name: _loose_number(text) for name, text in match.groupdict().items() if text is not None}
    numbers = {name: number for name, number in found.items() if number is not None}
    step = next((numbers.pop(name) for name in vocabulary.STEPS if name in numbers), None)
    epoch = numbers.get(vocabulary.EPOCH)
    values = {
        name: number for name, number in numbers.items() if name != vocabulary.EPOCH or len(numbers) > 1
    }
    if not values:
        return None
    return Found("pattern", values, _place(step), _place(epoch))


def _loose_number(text: str) -> Number | None:
    match = re.fullmatch(rf"\s*{VALUE}\s*", text, re.I)
    return None if match is None else read_value(match)


def _place(number: Number | None) -> Place | None:
    return None if number is None else Place(number)


def _read_object(text: str) -> Found | None:
    """A JSON object or a printed dict, alone or behind what a logger puts in front."""
    start = text.find("{")
    if start < 0 or not text.endswith("}"):
        return None
    fields: list[tuple[str, Number]] = []
    form = "json"
    try:
        tree = json.loads(text[start:])
    except (ValueError, RecursionError):
        form = "dict"
        fields = [(match["name"], read_value(match)) for match in _FIELD.finditer(text, start)]
    else:
        if isinstance(tree, dict):
            fields = list(_flatten(tree))
    return _gate(form, fields)


def _flatten(tree: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Number]]:
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, bool):
            continue
        if isinstance(value, (int, float)):
            yield name, value
        elif isinstance(value, str):
            number = _loose_number(value) if vocabulary.is_known(name) or key in vocabulary.STEPS else None
            if number is not None:
                yield name, number
        elif isinstance(value, dict) and depth < DEPTH_LIMIT:
            yield from _flatten(value, f"{name}.", depth + 1)


def _gate(form: str, fields: Sequence[tuple[str, Number]]) -> Found | None:
    """The fields of an object, if they are those of metrics."""
    numbers = dict(fields)
    step = next((numbers.pop(name) for name in vocabulary.STEPS if name in numbers), None)
    epoch = numbers.get(vocabulary.EPOCH)
    values = {name: number for name, number in numbers.items() if not vocabulary.is_never(name)}
    if not set(values) - {vocabulary.EPOCH} or not _tells(
        values, has_step=step is not None or epoch is not None
    ):
        return None
    return Found(form, values, _place(step), _place(epoch))


def _tells(names: Mapping[str, Number], *, has_step: bool) -> bool:
    return (
        has_step
        or any(map(vocabulary.is_strong, names))
        or len([name for name in names if vocabulary.can_open(name)]) > 1
    )


def _read_bar(text: str) -> Found | None:
    """A progress bar of tqdm or Keras with values behind it."""
    match = _BAR.match(text) or _KERAS.match(text)
    if match is None:
        return None
    parts = match.groupdict()
    values = dict(_pairs((parts["rest"] or "") + " " + (parts.get("more") or "")))
    step = next((values.pop(name) for name in vocabulary.STEPS if name in values), None)
    values = {vocabulary.file_name(name): number for name, number in values.items()}
    if not values:
        return None
    if step is not None:
        return Found("bar", values, Place(step))
    of = int(parts["of"]) if (parts["of"] or "").isdigit() else None
    what = re.sub(r"\d+", "#", (parts.get("what") or "").strip(" :\t"))
    return Found("bar", values, Place(int(parts["at"]), of), bar=what)


def _read_pairs(text: str) -> Found | None:
    """`name=value`, `name: value`, and `name value` between commas where the line names a step."""
    rest, step, epoch = _take_places(text)
    has_step = step is not None or epoch is not None
    pairs = list(_pairs(rest))
    pairs += _bare_pairs(rest, has_step=has_step, taken=len(pairs) > 0)
    values = {vocabulary.file_name(name): number for name, number in pairs}
    if not values:
        # A headline such as "Epoch 3/10" says where the following lines stand.
        return Found("place", {}, step, epoch) if epoch is not None and len(text) < 80 else None
    if not _tells(values, has_step=has_step):
        return None
    if epoch is not None:
        values.setdefault(vocabulary.EPOCH, epoch.at)
    return Found("pairs", values, step, epoch)


def _take_places(text: str) -> tuple[str, Place | None, Place | None]:
    """The line without what says where it stands."""
    step = epoch = None
    match = _EPOCH.search(text)
    if match is not None:
        epoch, end = _read_place(match), match.end()
        inner = _IN_EPOCH.match(text, end)
        if inner is not None:
            step, end = _read_place(inner), inner.end()
        text = f"{text[: match.start()]}, {text[end:]}"
    named = sorted(_STEP.finditer(text), key=_rank_of_step)
    if named:
        step = _read_place(named[0])
        text = _STEP.sub(", ", text)
    elif step is None and (match := _LEADING.match(text)) is not None:
        step = Place(int(match["round"] or match["tree"]))
        text = text[match.end() :]
    return text, step, epoch


def _rank_of_step(match: re.Match[str]) -> int:
    return vocabulary.STEPS.index((match["name"] or match["short"]).lower().replace(" ", "_"))


def _read_place(match: re.Match[str]) -> Place:
    return Place(to_number(match["at"]), int(match["of"]) if match["of"] else None)


def _pairs(text: str) -> Iterator[tuple[str, Number]]:
    """What stands as `name=value` or `name: value`."""
    for match in _EQUALS.finditer(text):
        if not vocabulary.is_never(match["name"]):
            yield match["name"], read_value(match)
    for match in _COLON.finditer(text):
        name = _nearest_words(match["name"])
        # Without a space it may be a host and a port, a file and a line.
        if not vocabulary.is_never(name) and (match["space"] or vocabulary.is_known(name)):
            yield name, read_value(match)


def _nearest_words(name: str) -> str:
    """Of several words before a colon those that belong to the name: from a known word on."""
    words = name.split(" ")
    while len(words) > 1 and not vocabulary.is_known(words[0]):
        words.pop(0)
    return " ".join(words)


def _bare_pairs(text: str, *, has_step: bool, taken: bool) -> list[tuple[str, Number]]:
    """What stands as `name value` alone between separators: `train loss 2.1, val loss 2.2`."""
    found = []
    for part in _SPLIT.split(text):
        match = _BARE.fullmatch(part.strip(" :"))
        if match is None or "=" in part or ":" in part.strip(" :"):
            continue
        name, number = match["name"], match["number"]
        is_exact = not number.lstrip("+-").isdigit() or match["unit"] == "%" or match["of"] is not None
        if vocabulary.is_known(name) if has_step else vocabulary.is_strong(name) and (is_exact or taken):
            found.append((name, read_value(match)))
    return found
