"""Where the rules find secrets in a text: cheap searches first, patterns only around what these find.

Works on bytes in which a character is one byte, so that a position here is one in the text. On a console log
without anything suspicious it reads about 100 MB/s: some fifteen searches for fixed texts by the C library.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from collector.runlog.redact_policy import Policy
from collector.runlog.secret_rules import (
    OWN_PATTERN,
    PLACE_RULES,
    SHAPE_RULES,
    SINGLE_WORDS,
    TOKEN_OWNERS,
    secret_rule,
    words_of,
)

SHORTEST = 8
"""No text with fewer characters holds both a name and a secret."""
NAME_HINTS = ("pass", "pwd", "secret", "cred", "token", "key", "auth", "webhook")
"""One of these stands in every name that a name rule knows."""
NAME_BYTES = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
NAME_SIDE = 64
"""Most bytes of a name before its hint, and after it."""
RUN = b"a" * 16
_IN_RUN = bytes(ord("a") if chr(byte) in NAME_BYTES.decode().replace(".", "") else 32 for byte in range(256))
SHAPE_BEFORE = 24
"""So far before its run of sixteen a shape may begin: `SG.`, `123456789:AA`."""
RUN_BYTES = 1024
"""A hint stands in the first so many bytes of a run: an endless one is no secret, and dear to search."""
_SHAPE_START = rb"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))"
"""In an escaped text the letter of a line end stands right before."""
_HASH_BYTES = b"0123456789abcdef-"
"""Digests, commits and UUIDs: the most frequent long runs, and of no shape."""
_SHAPE_REST = re.compile(rb"[A-Za-z0-9_.+/=~-]{0,16000}")
"""What may follow the run: the other parts of a JSON web token."""

ESCAPES = re.compile(
    rb"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[()][A-Z0-9]|[=>NOM78])"
)
"""What a terminal takes for colours and the like."""
_MARK = re.compile(rb"\[redacted:[a-z-]+(?::[0-9a-f]{4})?\]")
_VALUE = re.compile(
    rb"""\\?["']?\]?
    (?: \s{0,4}:\s{0,3}[A-Za-z_][\w.\[\]|, ]{0,40}?\s{0,2}=\s{0,2}[bru]{0,2}(?=["'])   # a typed default
      | \s{0,8}(?:=>|:=|=(?![=>])|:(?![:/]{2}|=)|\||\xe2\x94\x82)\s{0,8}
      | (?P<blank>\s{1,3}) )
    (?: [bru]{0,2}
        (?: \\"(?P<escaped>[^"\\\r\n]{1,400})\\"
          | "(?P<double>[^"\r\n]{1,400})" | '(?P<single>[^'\r\n]{1,400})' )
      | \\?["']?(?P<bare>[^\s'"&,;<>(){}\[\]|\\]{1,400}) )""",
    re.X,
)
_WORD_PLACEHOLDERS = frozenset(
    b"none null nil nan true false yes no str string bytes int bool any optional required unset missing "
    b"empty set hidden redacted masked default secret password token key your my changeme example".split()
)
_PLACEHOLDER = re.compile(
    rb"[*.xX_\-?#=]+|[-+]?[0-9]*\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+|.{0,3}"
    rb"|\$.*|%.*|\{.*|<.*|\[.*|.*\{[A-Za-z_].*\}.*|(?:os|self|args|cfg|config|settings|env|opts?|params)\..*"
    rb"|[A-Z_]*(?:YOUR|CHANGE|REPLACE|EXAMPLE)[A-Z_-]*"
)
_DOTTED = re.compile(rb"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_MIXED = re.compile(rb"(?=.*[0-9])(?=.*[A-Za-z])[\w.~+/=:-]{8,}|[\w.~+/=:-]{20,}")
_PROSE = re.compile(rb" [A-Za-z]{2}")


class Hit(NamedTuple):
    """One secret in a text."""

    rule: str
    start: int
    end: int


def find_hits(shadow: bytes, policy: Policy) -> list[Hit]:
    """Every secret in order, none overlapping another; colours of a terminal inside one do not hide it."""
    if policy.is_off or len(shadow) < SHORTEST:
        return []
    if b"\x1b" in shadow:
        return _find_between_escapes(shadow, policy)
    return _find(shadow, policy)


def _find_between_escapes(shadow: bytes, policy: Policy) -> list[Hit]:
    parts, begins, starts, length, position = [], [0], [0], 0, 0
    for match in ESCAPES.finditer(shadow):
        parts.append(shadow[position : match.start()])
        length += match.start() - position
        position = match.end()
        begins.append(length)
        starts.append(position)
    parts.append(shadow[position:])

    def place(at: int, index: int) -> int:
        return starts[index] + at - begins[index]

    return [
        Hit(
            hit.rule,
            place(hit.start, bisect_right(begins, hit.start) - 1),
            place(hit.end, bisect_left(begins, hit.end) - 1),
        )
        for hit in _find(b"".join(parts), policy)
    ]


def _find(shadow: bytes, policy: Policy) -> list[Hit]:
    lowered = shadow.lower().decode("latin-1")  # `in` and `find` of bytes cost three times those of a str
    hits = [
        *_placed(shadow, lowered),
        *_shaped(shadow),
        *_own(shadow, policy),
        *_named(shadow, lowered, policy),
    ]
    if policy.left_out:
        hits = [hit for hit in hits if hit.rule not in policy.left_out]
    return _apart(hits, shadow) if hits else []


def _apart(hits: list[Hit], shadow: bytes) -> list[Hit]:
    """The hits in order; of two that overlap one stays, as long as both and named as the first rule says."""
    marks = [match.span() for match in _MARK.finditer(shadow)] if b"[redacted:" in shadow else []
    apart: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: hit.start):  # a stable order: rules as they were tried
        if any(hit.start < end and start < hit.end for start, end in marks) and _is_mark(shadow, hit):
            continue
        if apart and hit.start < apart[-1].end:
            apart[-1] = apart[-1]._replace(end=max(hit.end, apart[-1].end))
        else:
            apart.append(hit)
    return apart


def _is_mark(shadow: bytes, hit: Hit) -> bool:
    """Whether hardly more than marks is inside, so that a second pass changes nothing."""
    wide = shadow[max(0, hit.start - 40) : hit.end + 40]
    rest = _MARK.sub(b"", wide)
    return len(rest) - (len(wide) - (hit.end - hit.start)) < 4


def _placed(shadow: bytes, lowered: str) -> Iterator[Hit]:
    for rule in PLACE_RULES:
        if rule.needs and rule.needs not in lowered:
            continue
        for hint in rule.hints:
            position = lowered.find(hint)
            while position >= 0:
                match = compiled(rule.pattern).match(shadow, position)
                if match is not None:
                    yield Hit(rule.name, *match.span(match.lastgroup or 0))
                position = lowered.find(hint, match.end() if match else position + len(hint))


def _shaped(shadow: bytes) -> Iterator[Hit]:
    runs = shadow.translate(_IN_RUN)
    position = runs.find(RUN)
    while position >= 0:
        end = runs.find(b" ", position)
        end = len(runs) if end < 0 else end
        yield from _shapes_around(shadow, max(0, position - SHAPE_BEFORE), end)
        position = runs.find(RUN, end)


def _shapes_around(shadow: bytes, begin: int, end: int) -> Iterator[Hit]:
    end = min(end, begin + SHAPE_BEFORE + RUN_BYTES)
    rest = _SHAPE_REST.match(shadow, end)
    stop = rest.end() if rest is not None else end
    if not shadow[begin:end].split()[-1].strip(_HASH_BYTES):
        return
    window = shadow[begin : min(stop, end + RUN_BYTES)].decode("latin-1")
    for rule in SHAPE_RULES:
        for hint in rule.hints:
            if hint in window:
                found = compiled(rule.pattern, is_shape=True).finditer(shadow, begin, stop)
                yield from (Hit(rule.name, *match.span()) for match in found)
                break


def _own(shadow: bytes, policy: Policy) -> Iterator[Hit]:
    for pattern in policy.patterns:
        for match in pattern.finditer(shadow):
            if match.end() > match.start():
                yield Hit(OWN_PATTERN, *match.span())


def _named(shadow: bytes, lowered: str, policy: Policy) -> Iterator[Hit]:
    hints = (*NAME_HINTS, *policy.names)
    for hint in hints:
        position = lowered.find(hint)
        while position >= 0:
            begin, end = _name_around(shadow, position, position + len(hint))
            match = _VALUE.match(shadow, end)
            if match is not None and (hit := _named_hit(shadow, begin, end, match, policy)) is not None:
                yield hit
            position = lowered.find(hint, end)


def _name_around(shadow: bytes, begin: int, end: int) -> tuple[int, int]:
    before, after = shadow[max(0, begin - NAME_SIDE) : begin], shadow[end : end + NAME_SIDE]
    left = len(before) - len(before.rstrip(NAME_BYTES))
    if left and before[: len(before) - left].endswith(b"\\") and before[-left] in b"nrt":
        left -= 1  # the letter of an escaped line end
    return begin - left, end + len(after) - len(after.lstrip(NAME_BYTES))


def _named_hit(shadow: bytes, begin: int, end: int, match: re.Match[bytes], policy: Policy) -> Hit | None:
    name = shadow[begin:end].decode("ascii")
    if match["blank"] is not None and not name.startswith("--"):
        return None
    rule = name_rule(name.lstrip("-"), policy)
    group = match.lastgroup or "bare"
    start, stop = match.span(group)
    if rule is None or rule == "authorization" or start < 0:  # that one is a place rule too, and knows more
        return None
    value = shadow[start:stop].rstrip(b".:") if group == "bare" else shadow[start:stop]
    if match["blank"] is not None and value.startswith(b"--"):
        return None
    is_code = group == "bare" and _is_code(shadow, match, value)
    if is_code or not _is_secret_value(shadow, begin, name, rule, value):
        return None
    return Hit(rule, start, start + len(value))


def name_rule(name: str, policy: Policy) -> str | None:
    """The rule by which a value under this name is a secret, the user's own names counted."""
    if policy.names and name.lower() in policy.names:
        return "own-name"
    rule = secret_rule(name)
    return rule if rule not in policy.left_out else None


def _is_code(shadow: bytes, match: re.Match[bytes], value: bytes) -> bool:
    """Whether a value without quotes is an expression or a sentence rather than a value."""
    rest = shadow[match.end("bare") : match.end("bare") + 3]
    if rest[:1] in (b"(", b"[", b"{") or _DOTTED.fullmatch(value) or value.rstrip(b"_").isupper():
        return not any(48 <= byte < 58 for byte in value)
    if value.isalpha() and b"=" not in match.group()[: match.start("bare") - match.start()]:
        return bool(_PROSE.match(rest))
    return secret_rule(value.decode("latin-1")) is not None and value.replace(b"_", b"a").isalpha()


def _is_secret_value(shadow: bytes, begin: int, name: str, rule: str, value: bytes) -> bool:
    """Whether a value may be a secret of this rule; `begin` is where the name stands."""
    if _PLACEHOLDER.fullmatch(value) or value.lower() in _WORD_PLACEHOLDERS:
        return False
    if rule == "own-name":
        return True
    words = words_of(name)
    if value.isdigit():
        return rule != "token-name" and words[-1] in SINGLE_WORDS
    if rule == "webhook-name":
        return len(value) >= 16
    if words == ["pwd"]:
        return not value.startswith((b"/", b"~"))  # a folder
    is_in_query = shadow[begin - 1 : begin] in (b"?", b"&")
    if rule != "token-name" or is_in_query or (len(words) > 1 and words[-2] in TOKEN_OWNERS):
        return True
    return _MIXED.fullmatch(value) is not None and not value.startswith((b"/", b"./"))


@cache
def compiled(pattern: str, *, is_shape: bool = False) -> re.Pattern[bytes]:
    """A rule's pattern, compiled when its hint is met first: all of them take 40 ms."""
    if is_shape:
        return re.compile(_SHAPE_START + rb"(?:" + pattern.encode() + rb")")
    return re.compile(pattern.encode(), re.I)
