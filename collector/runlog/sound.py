"""Whether an intact record makes sense: a checksum promises whole bytes, and not that our writer made them.

Readers pass over what does not, as they pass over damaged lines, so that none of them has to expect anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from collector.runlog.records import KINDS
from collector.runlog.values import join_number

LATEST = 250_000_000_000.0
"""Seconds since the epoch, in the year 9892: later times are damage, and no calendar takes them."""

DEPTH_LIMIT = 100
"""Levels of nesting in a configuration; ours has 16."""

_PLAIN_NUMBERS = frozenset([float, int, type(None)])
_FIELDS = {kind.name: kind.fields for kind in KINDS}


def is_sound(record: Any) -> bool:
    """Whether a record has what its kind asks for, each of the right type; unknown kinds are sound."""
    if not isinstance(record, dict) or not isinstance(record.get("k"), str) or not is_time(record.get("t")):
        return False
    required, checks = _RULES.get(record["k"], _NO_RULES)
    for name in required:
        if name not in record:
            return False
    for name, value in record.items():  # three times as fast as `fits` in a generator: lists read many lines
        rule = checks.get(name)
        if rule is not None and not (rule.may_be_null if value is None else rule.check(value)):
            return False
    return True


def sound_head(record: Any) -> dict[str, Any] | None:
    """A header with those members that make sense, None for anything else.

    It is worth more than other records: without it nothing is known of a file, so a part of it will do.
    """
    if not isinstance(record, dict) or record.get("k") != "head":
        return None
    types = {field.name: field.type for field in _FIELDS["head"]}
    return {name: value for name, value in record.items() if fits(value, types.get(name, "any"))}


def is_time(value: object) -> bool:
    """Whether a value may be a time, in seconds."""
    return _is_number(value) and -LATEST <= value <= LATEST  # type: ignore[operator]


def fits(value: Any, kind: str) -> bool:
    """Whether a value is of a type of the table of records, `?` for null included."""
    if value is None or kind == "any":
        return kind.endswith("?") or kind == "any"
    return _CHECKS[kind.rstrip("?")](value)


def _is_number(value: object) -> bool:
    kind = type(value)
    return kind is int or (kind is float and math.isfinite(value))  # type: ignore[arg-type]


def _is_list_of(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _is_numbers(value: Any) -> bool:
    return isinstance(value, dict) and _PLAIN_NUMBERS.issuperset(map(type, value.values()))


def _is_exact(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, bool) or _is_word(one) for one in value.values())


def _is_word(value: Any) -> bool:
    try:
        join_number(None, value)
    except (ValueError, TypeError):
        return False
    return isinstance(value, str)


def _is_object(value: Any) -> bool:
    """An object of bounded depth: what reads it may be recursive."""
    level: list[Any] = [value]
    for _ in range(DEPTH_LIMIT):
        level = [inner for one in level for inner in _inner(one)]
        if not level:
            return isinstance(value, dict)
    return False


def _inner(value: Any) -> list[Any]:
    found = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [one for one in found if isinstance(one, (dict, list))]


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": _is_number,
    "text": lambda value: isinstance(value, str),
    "texts": _is_list_of(lambda value: isinstance(value, str)),
    "object": _is_object,
    "objects": _is_list_of(lambda value: isinstance(value, dict)),
    "list": _is_list_of(_is_number),
    "numbers": _is_numbers,
    "exact": _is_exact,
    "strings": lambda value: (
        isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
    ),
    "bool": lambda value: isinstance(value, bool),
}


class _Rule(NamedTuple):
    """What a member of a record has to be."""

    check: Callable[[Any], bool]
    may_be_null: bool


_Rules = tuple[tuple[str, ...], dict[str, _Rule]]
_NO_RULES: _Rules = ((), {})
_RULES: dict[str, _Rules] = {
    kind: (
        tuple(field.name for field in fields if field.required),
        {
            field.name: _Rule(_CHECKS[field.type.rstrip("?")], field.type.endswith("?"))
            for field in fields
            if field.type != "any"
        },
    )
    for kind, fields in _FIELDS.items()
}
"""Of each kind: the members it has to have, and what each member it may have has to be."""
