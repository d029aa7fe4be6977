"""Days and times as seconds since 1970, the same in both languages and without a time zone."""

from __future__ import annotations

import re

_MOMENT = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?Z?)?")
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def seconds_since_1970(text: str) -> float | None:
    """The moment a text names, in UTC, or None."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    if not 1 <= month <= 12 or hour > 23 or minute > 59 or second > 59:
        return None
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _LENGTHS[month - 1] + (1 if month == 2 and is_leap else 0):
        return None
    return float(_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second)


def _days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01; years are counted from March, so that a leap day is the last of its year."""
    from_march = year - (month <= 2)
    days_before_month = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5
    leap_days = from_march // 4 - from_march // 100 + from_march // 400
    return from_march * 365 + leap_days + days_before_month + day - 1 - 719468
