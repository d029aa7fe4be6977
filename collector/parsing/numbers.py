"""Numbers as programs print them: with units, percent signs, thousands, inside `tensor(...)`."""

from __future__ import annotations

import re

NUMBER = (
    r"[-+]?(?:\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)"
)
SPECIAL = r"[-+]?(?:nan|inf(?:inity)?)\b"
UNIT = r"(?:%|ns|us|µs|ms|sec|secs|s|min|h|[kKMGT]i?B|[kKMGT]|it/s|s/it|[a-z]{2,8}/s(?:ec)?)"
END = r"(?=$|[\s,;|)\]}\"'>])"
"""What may follow a value: no further digits, points, colons or dashes, as in versions, times and dates."""

VALUE = (
    rf"(?:(?P<wrap>(?:np\.)?\w*(?:float\d*|tensor|Array|int\d*))\(\s*)?"
    rf"(?P<number>{NUMBER}|{SPECIAL})(?:\s*/\s*(?P<of>\d+)(?![\d./]))?(?P<unit>{UNIT})?(?(wrap)[^)\n]*\))"
    rf"(?:\.(?=$|\s))?{END}"
)
"""One value, up to where it must end."""

SCALES = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "sec": 1.0,
    "secs": 1.0,
    "min": 60.0,
    "h": 3600.0,
    "k": 1e3,
    "K": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "kB": 1e3,
    "KB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "TB": 1e12,
    "KiB": 2.0**10,
    "MiB": 2.0**20,
    "GiB": 2.0**30,
    "TiB": 2.0**40,
}
"""Programs change units as numbers grow: times are kept in seconds, sizes in bytes, the rest as printed."""


def read_value(match: re.Match[str]) -> float | int:
    """The number of a match of VALUE."""
    number = to_number(match["number"])
    if match["of"] is not None and float(match["of"]):
        return number / float(match["of"])
    scale = SCALES.get(match["unit"] or "", 1.0)
    # As text, so that 5.12ms is 0.00512 and not 0.005120000000000001.
    return number if scale == 1.0 else float(f"{number * scale:.12g}")


def to_number(text: str) -> float | int:
    """A number of a text that NUMBER or SPECIAL matches."""
    plain = text.replace(",", "")
    return int(plain) if plain.lstrip("+-").isdigit() and len(plain) < 19 else float(plain)
