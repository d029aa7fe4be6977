"""How numbers, durations, sizes, dates and foreign text read on a page; js/format.js mirrors the numbers."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from sitegen.texts import said

DIGITS = 4
"""Significant digits of a measured value; the exact value stands in the cell's title."""

SMALL = 0.1
"""Values below it that need fewer digits are not filled up with zeros: learning rates are such."""

BRIEF_LENGTH = 9
"""Longest exact number that a narrow place shows in full."""

MISSING = "–"

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_MARKS = {
    "\u061c": "ALM", "\u200e": "LRM", "\u200f": "RLM", "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF",
    "\u202d": "LRO", "\u202e": "RLO", "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI",
}  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SIZES = ("B", "kB", "MB", "GB", "TB", "PB")


@dataclass(frozen=True)
class Moment:
    """A point in time, for machines and for people."""

    iso: str
    text: str


def measure(value: float | None) -> str:
    """A measured value in four significant digits: 0.9430, 12.50, 41,200, 1.234e-5; but 0.03 as it is."""
    if value is None:
        return MISSING
    if not math.isfinite(value):
        return _non_finite(value)
    size = abs(value)
    if value == 0 or (size < 1e15 and float(value).is_integer()):
        return f"{int(value):,}" if size < 1e9 else _exponent(value)
    if size < 1e-4 or size >= 1e9:
        return _exponent(value)
    if size >= 10 ** (DIGITS - 1):
        return f"{int(_rounded(value, 0)):,}"
    if size < SMALL and len(exact(size).lstrip("0.")) < DIGITS:
        return exact(value)
    return f"{_rounded(value, DIGITS - 1 - _magnitude(value)):f}"


def exact(value: float) -> str:
    """The shortest text that reads back as the same number: 0.03, 1e-5, 64."""
    if not math.isfinite(value):
        return _non_finite(value)
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(float(value)).removesuffix(".0")
    return re.sub(r"e([+-])0*(\d)", lambda found: "e" + found[1].replace("+", "") + found[2], text)


def brief(value: float) -> str:
    """`exact` where that is short, else six significant digits of it: 0.0333333."""
    whole = exact(value)
    if len(whole) <= BRIEF_LENGTH or not math.isfinite(value):
        return whole
    return exact(float(_rounded(value, 5 - _magnitude(value))))


def is_empty(value: Any) -> bool:
    """Whether a setting is none: unset, an empty text, list or dict."""
    return value is None or (isinstance(value, (str, list, tuple, dict)) and len(value) == 0)


def setting(value: Any) -> str:
    """A configured or user-set value as its author would write it; lists of plain values in one line."""
    if is_empty(value):
        return MISSING if value is None else "empty"
    return _written(value)


def machine_fact(name: str, value: Any) -> str:
    """A fact of a machine: bytes as a size, and of eight equal GPUs one with its number."""
    if isinstance(value, (list, tuple)) and value and not any(isinstance(one, (list, dict)) for one in value):
        told = [machine_fact(name, one) for one in value]
        return f"{len(told)} × {told[0]}" if len(told) > 1 and len(set(told)) == 1 else ", ".join(told)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return size(value) if name.endswith("bytes") and is_number else setting(value)


def _written(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return exact(value)
    if isinstance(value, str):
        return value or '""'
    if isinstance(value, (list, tuple)) and not any(isinstance(part, (list, tuple, dict)) for part in value):
        return ", ".join(_written(part) for part in value)
    return json.dumps(value, ensure_ascii=False, default=str)


def duration(seconds: float | None) -> str:
    """A length of time in its two largest units: 320 ms, 4.2 s, 2 m 13 s, 3 h 05 m, 2 d 4 h."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return MISSING
    if seconds < 0.9995:
        return f"{int(_rounded(seconds * 1000, 0))} ms"
    if seconds < 9.95:
        return f"{_rounded(seconds, 1)} s"
    whole = int(_rounded(seconds, 0))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} m"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def size(count: float | None) -> str:
    """A number of bytes in decimal units: 812 B, 12.3 MB."""
    if count is None:
        return MISSING
    amount, unit = float(count), 0
    while abs(amount) >= 999.5 and unit < len(_SIZES) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.0f} {_SIZES[unit]}" if unit == 0 or amount >= 100 else f"{amount:.1f} {_SIZES[unit]}"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """A count with its noun: 1 run, 1,204 lines."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


@lru_cache(maxsize=1 << 15)  # pages say when a run began again and again, and so does each build of a watch
def moment(epoch: float | None, zone: tzinfo = timezone.utc) -> Moment | None:
    """The date and time in the site's zone, named, to the minute; None for a time no calendar has."""
    if epoch is None or not math.isfinite(epoch):
        return None
    try:
        utc = _EPOCH + timedelta(seconds=math.floor(epoch))
        local = utc.astimezone(zone)
    except OverflowError:
        return None
    date = said("date.day", day=str(local.day), month=_month(local.month), year=str(local.year))
    zone_name = local.tzname()
    clock = f"{local:%H:%M} {zone_name}" if zone_name else f"{local:%H:%M}"
    text = said("date.moment", date=date, clock=clock)
    return Moment(iso=f"{utc:%Y-%m-%dT%H:%M:%SZ}", text=text)


def _month(number: int) -> str:
    return said(f"date.month.{number}")


def zone_of(name: str) -> tzinfo:
    """The time zone by its IANA name; UTC needs no database."""
    if name.upper() == "UTC":
        return timezone.utc
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


@lru_cache(maxsize=4)
def zone_names(name: str) -> dict[str, str]:
    """What a zone's clocks are called, by the minutes that they are ahead of UTC; the newer of two names."""
    zone = zone_of(name)
    moments = (
        datetime(year, month, 1, tzinfo=timezone.utc).astimezone(zone)
        for year in range(1970, 2038)
        for month in range(1, 13)
    )
    named = ((one.utcoffset() or timedelta(), one.tzname()) for one in moments)
    return {f"{ahead / timedelta(minutes=1):g}": name for ahead, name in named if name}


def visible(text: str) -> str:
    """The text with control and direction characters replaced by marks a reader can see."""
    return text if text.isprintable() else _CONTROL.sub(_mark, text)


def shown_name(text: str) -> str:
    """A name as `visible` text that can be seen and pressed: blanks alone become marks."""
    return visible(text) if text.strip() else "␣" * len(text) or '""'


def _mark(found: re.Match[str]) -> str:
    char = found[0]
    if char in _MARKS:
        return f"⟦{_MARKS[char]}⟧"
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟦{code:X}⟧"


def _non_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"


def _exponent(value: float) -> str:
    """The form of JavaScript's toExponential, without the plus: 1.234e-5."""
    power = _magnitude(value)
    digits = _rounded(value, DIGITS - 1 - power).scaleb(-power)
    if abs(digits) >= 10:
        digits, power = digits / 10, power + 1
    text = f"{digits:.{DIGITS - 1}f}".rstrip("0").rstrip(".")
    return f"{text}e{power}"


def _magnitude(value: float) -> int:
    return Decimal(value).adjusted()


def _rounded(value: float, places: int) -> Decimal:
    """Half away from zero on the exact binary value, as JavaScript rounds."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
