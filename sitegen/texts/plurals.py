"""Which plural form a whole number takes in a language, by Unicode's rules; a page's script asks `Intl`.

Only whole numbers are counted on pages, so the rules for fractions are left out. Languages of one rule stand
together; one that is not listed has `one` and `other`, as English.
"""

from __future__ import annotations

from collections.abc import Callable


def category(language: str, n: int) -> str:
    """`zero`, `one`, `two`, `few`, `many` or `other`."""
    rule = _RULES.get(language.split("-")[0].lower())
    return rule(abs(n)) if rule else _english(abs(n))


def _english(n: int) -> str:
    return "one" if n == 1 else "other"


def _none(n: int) -> str:
    return "other"


def _hindi(n: int) -> str:
    return "one" if n in (0, 1) else "other"


def _french(n: int) -> str:
    return "one" if n in (0, 1) else _spanish(n)


def _spanish(n: int) -> str:
    return "one" if n == 1 else "many" if n != 0 and n % 1_000_000 == 0 else "other"


def _slavic(n: int) -> str:
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    return "few" if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else "many"


def _south_slavic(n: int) -> str:
    found = _slavic(n)
    return "other" if found == "many" else found


def _polish(n: int) -> str:
    return "one" if n == 1 else "many" if _slavic(n) == "one" else _slavic(n)


def _czech(n: int) -> str:
    return "one" if n == 1 else "few" if n in (2, 3, 4) else "other"


def _romanian(n: int) -> str:
    return "one" if n == 1 else "few" if n == 0 or 1 <= n % 100 <= 19 else "other"


def _lithuanian(n: int) -> str:
    if 11 <= n % 100 <= 19 or n % 10 == 0:
        return "other"
    return "one" if n % 10 == 1 else "few"


def _latvian(n: int) -> str:
    if n % 10 == 0 or 11 <= n % 100 <= 19:
        return "zero"
    return "one" if n % 10 == 1 else "other"


def _slovenian(n: int) -> str:
    return {1: "one", 2: "two", 3: "few", 4: "few"}.get(n % 100, "other")


def _arabic(n: int) -> str:
    if n in (0, 1, 2):
        return ("zero", "one", "two")[n]
    return "few" if 3 <= n % 100 <= 10 else "many" if 11 <= n % 100 <= 99 else "other"


def _hebrew(n: int) -> str:
    return {1: "one", 2: "two"}.get(n, "other")


_RULES: dict[str, Callable[[int], str]] = {
    language: rule
    for languages, rule in (
        ("ja ko zh yue vi th id ms lo my", _none),
        ("hi bn fa gu kn zu am as", _hindi),
        ("fr pt", _french),
        ("es it ca", _spanish),
        ("ru uk be", _slavic),
        ("hr sr bs", _south_slavic),
        ("pl", _polish),
        ("cs sk", _czech),
        ("ro", _romanian),
        ("lt", _lithuanian),
        ("lv", _latvian),
        ("sl", _slovenian),
        ("ar", _arabic),
        ("he", _hebrew),
    )
    for language in languages.split()
}
