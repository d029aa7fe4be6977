"""From plain YAML values to option classes, with every problem found on the way.

The types of the fields are the schema: a new option needs an attribute and a docstring, nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class ConfigProblem:
    """One thing to mend in a configuration file, or before building."""

    path: KeyPath
    text: str
    is_error: bool = True
    is_in_file: bool = True
    """False for what the command line says."""
    place: tuple[str, int] | None = None
    """File and line, where that is not the configuration file."""


@dataclass
class Checker:
    """Builds option objects and collects problems; `base` is what relative paths start from."""

    base: Path
    problems: list[ConfigProblem] = field(default_factory=list)

    def options(self, kind: type[Any], values: object, path: KeyPath) -> Any:
        """An instance of the option class `kind`, defaults standing in for what cannot be used."""
        hints = get_type_hints(kind)
        if values is None:
            return kind()
        short = getattr(kind, "SHORT", "name")
        if isinstance(values, str) and short in hints:
            values = {short: values}  # `theme: name`, as people write it for mkdocs
        if not isinstance(values, Mapping):
            self.problem(path, f"must be a group of options, not {_described(values)}")
            return kind()
        known = {option.name: option for option in fields(kind) if is_option(option)}
        chosen = {}
        for key, value in values.items():
            if key not in known:
                self.problems.append(ConfigProblem((*path, key), _unknown(key, path, known), False))
            elif value is not None:
                found = self.value(hints[key], value, (*path, key))
                if found is not MISSING and self._holds(known[key], found, (*path, key)):
                    chosen[key] = found
        return kind(**chosen)

    def value(self, hint: Any, value: object, path: KeyPath) -> Any:
        """`value` as the type `hint` wants it, or MISSING after noting a problem."""
        if get_origin(hint) is UnionType or NoneType in get_args(hint):
            hint = next(arg for arg in get_args(hint) if arg is not NoneType)
        if is_dataclass(hint) and isinstance(hint, type):
            return self.options(hint, value, path)
        if get_origin(hint) is Literal:
            return self._choice(get_args(hint), value, path)
        if get_origin(hint) is tuple:
            return self._several(get_args(hint)[0], value, path)
        if get_origin(hint) is not None:
            return self._named(get_args(hint)[1], value, path)
        return self._plain(hint, value, path)

    def problem(self, path: KeyPath, text: str) -> None:
        """Notes an error at a key."""
        name = ".".join(str(part) for part in path)
        self.problems.append(ConfigProblem(path, f"{name}: {text}" if name else text))

    def _choice(self, choices: tuple[str, ...], value: object, path: KeyPath) -> Any:
        if value in choices:
            return value
        listed = ", ".join(f'"{choice}"' for choice in choices)
        self.problem(path, f"{_described(value)} is none of {listed}.{did_you_mean(value, choices)}")
        return MISSING

    def _several(self, hint: Any, value: object, path: KeyPath) -> Any:
        listed = value if isinstance(value, list) else [value]
        found = [self.value(hint, part, (*path, number)) for number, part in enumerate(listed)]
        return tuple(part for part in found if part is not MISSING)

    def _named(self, hint: Any, value: object, path: KeyPath) -> Any:
        if not isinstance(value, Mapping):
            self.problem(path, f"must map names to options, not {_described(value)}")
            return MISSING
        return {str(name): self.value(hint, part, (*path, name)) for name, part in value.items()}

    def _plain(self, hint: Any, value: object, path: KeyPath) -> Any:
        if hint is Path and isinstance(value, str) and value and "\0" not in value:
            return self.base / Path(value).expanduser()
        if hint is bool and isinstance(value, bool):
            return value
        if hint is str and isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return str(value)
        if hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        if hint is int and isinstance(value, int) and not isinstance(value, bool):
            return value
        if hint is int and isinstance(value, float) and value.is_integer():
            return int(value)
        self.problem(path, f"must be {_WORDS[hint]}, not {_described(value)}")
        return MISSING

    def _holds(self, option: Field[Any], value: Any, path: KeyPath) -> bool:
        """Whether a well-typed value passes the option's own check; a path that fails is still used."""
        least, most = option.metadata.get("least"), option.metadata.get("most")
        # Written so that NaN, which is neither less nor more, is out of range.
        if (least is not None and not value >= least) or (most is not None and not value <= most):
            limits = f"at least {least}" if most is None else f"between {least} and {most}"
            self.problem(path, f"must be {limits}, not {value}")
            return False
        check = CHECKS.get(option.metadata.get("check", ""))
        complaints = [said for part in _parts(value) if check and (said := check(part))]
        for said in complaints:
            self.problem(path, said)
        return not complaints


def is_option(option: Field[Any]) -> bool:
    """Whether a field can be set in the file, unlike what sitegen itself keeps there."""
    return bool(option.metadata.get("option", True))


def did_you_mean(wrong: object, known: tuple[str, ...] | list[str]) -> str:
    """A sentence with the nearest of the known words, or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(str(wrong), known, n=1, cutoff=0.6)
    return f' Did you mean "{near[0]}"?' if near else ""


def nearby(path: Path) -> str:
    """A sentence naming what does exist in the place of a missing path, the likeliest first."""
    from difflib import SequenceMatcher

    if not path.parent.is_dir():
        return f" The folder above it, {path.parent}, does not exist either."
    names = [other.name for other in path.parent.iterdir() if not other.name.startswith(".")]
    names.sort(key=lambda name: (-SequenceMatcher(None, name, path.name).ratio(), name))
    listed = ", ".join(f'"{name}"' for name in names[:3])
    return f" Nearby: {listed}." if listed else f" {path.parent} is empty."


_WORDS = {
    Path: "a path",
    bool: "true or false",
    str: "text",
    int: "a whole number",
    float: "a number",
}


def _described(value: object) -> str:
    if isinstance(value, Mapping):
        return "a group of options"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _parts(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _unknown(key: object, path: KeyPath, known: Mapping[str, object]) -> str:
    where = f" under {'.'.join(str(part) for part in path)}" if path else ""
    return f'unknown option "{key}"{where}.{did_you_mean(key, list(known))}'


def _check_address(value: str) -> str:
    return "" if re.match(r"https?://[^\s<>\"']+$", value) else f'"{value}" is not a web address (https://…)'


def _check_colour(value: str) -> str:
    is_colour = re.fullmatch(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]+|[a-z-]+\([-\w\s.,%/#()]*\)", value)
    return "" if is_colour else f'"{value}" is not a CSS colour, for example "#1f6f5c"'


def _check_timezone(value: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except (
        Exception
    ):  # zoneinfo raises KeyError, ValueError or OSError, depending on what the name looks like
        return f'"{value}" is not a known time zone, for example "Europe/Paris"'
    return ""


def _check_language(value: str) -> str:
    return (
        ""
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", value)
        else f'"{value}" is not a language tag'
    )


def _check_folder(value: Path) -> str:
    if value.is_file():
        return f'"{value}" is a file; a folder is wanted'
    return "" if value.is_dir() else f'folder "{value}" does not exist.{nearby(value)}'


def _check_file(value: Path) -> str:
    if value.is_dir():
        return f'"{value}" is a folder; name a file in it'
    return "" if value.is_file() else f'file "{value}" does not exist.{nearby(value)}'


def _check_drawn(value: str) -> str:
    is_set = re.fullmatch(r"all|none|pinned|newest:[1-9]\d*|best:[1-9]\d*:.+", value)
    return "" if is_set else f'"{value}" is none of newest:50, best:10:<column>, pinned, all, none'


CHECKS: Mapping[str, Callable[[Any], str]] = {
    "address": _check_address,
    "colour": _check_colour,
    "timezone": _check_timezone,
    "language": _check_language,
    "folder": _check_folder,
    "file": _check_file,
    "drawn": _check_drawn,
}
