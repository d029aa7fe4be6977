"""Take secrets out before anything reaches the disk: what is not written can not leak.

A redacted place shows which rule applied, and four digits by which equal secrets can be told from different
ones: `[redacted:password-name:3f0a]`. The digits are made with a key of chance that is never written, so they
help nobody to guess. The rules are in secret_rules.py; they catch what looks like a secret, and never promise
that nothing else is one.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from collector.runlog.redact_policy import Policy, policy_of
from collector.runlog.secret_rules import ENVIRONMENT_NAMES, ENVIRONMENT_PREFIXES
from collector.runlog.secret_search import Hit, find_hits, name_rule

KEY_VARIABLE = "COLLECT_REDACT_KEY"
"""The key of the digits, which `collect` gives to its command so that both mark a secret alike."""
PLAIN_MEMBERS = frozenset({"k", "t", "project", "digest", "version", "section", "state", "level"})
"""Members that name things: other files are found by them."""
_MARK = "[redacted:"
_SPECIAL_TOKEN = re.compile(r"</?[\w|-]{1,40}>|<\|.{1,40}\|>|\[[A-Z0-9_]{1,40}\]")


class Redacted(NamedTuple):
    """A text without its secrets, and how many each rule took out."""

    text: str
    counts: dict[str, int]


def scan(value: str, policy: Policy | None = None) -> list[Hit]:
    """Where the text holds secrets, in order, and by which rule."""
    return find_hits(_shadow(value), policy_of() if policy is None else policy)


def redact(value: str, policy: Policy | None = None) -> Redacted:
    """The text with every secret replaced by its mark, and the count of each rule."""
    hits = scan(value, policy)
    if not hits:
        return Redacted(value, {})
    return Redacted(_replaced(value, hits), dict(Counter(hit.rule for hit in hits)))


def text(value: str) -> str:
    """The text with everything that a rule knows replaced by its mark."""
    return redact(value).text


def patch(content: bytes) -> bytes:
    """A patch without secrets, of as many lines as before, so that it can still be applied."""
    hits = find_hits(content, policy_of())
    parts, position = [], 0
    for hit in hits:
        first, *others = content[hit.start : hit.end].split(b"\n")
        shown = [
            mark(hit.rule, first).encode(),
            *(line[:1] + mark(hit.rule, line).encode() for line in others),
        ]
        parts += [content[position : hit.start], b"\n".join(shown)]
        position = hit.end
    return b"".join([*parts, content[position:]])


def tree(value: Any, name: str = "") -> Any:
    """A configuration with secret values, secrets inside texts and secrets used as names replaced."""
    policy = policy_of()
    return value if policy.is_off else _tree(value, name, policy)


def record(values: dict[str, Any]) -> dict[str, Any]:
    """A record without secrets in its texts; its own names are no names of secrets."""
    if policy_of().is_off:
        return values
    return {name: inner if name in PLAIN_MEMBERS else _texts(inner) for name, inner in values.items()}


def command(argv: Sequence[str]) -> list[str]:
    """The arguments of a command with what follows `--token`, `--token=` or `token=` replaced."""
    policy = policy_of()
    return list(argv) if policy.is_off else _words(argv, policy)


def environment(env: Mapping[str, str], extra: Iterable[str] = ()) -> dict[str, str]:
    """The variables on the list and those in `extra`, secrets inside them replaced; never a dump of all."""
    wanted = ENVIRONMENT_NAMES.union(extra)
    picked = sorted(name for name in env if name in wanted or name.startswith(ENVIRONMENT_PREFIXES))
    return {name: tree(env[name], name) for name in picked}


def is_redacted(value: Any) -> bool:
    """Whether a recorded value has a redacted place."""
    return isinstance(value, str) and _MARK in value


def mark(rule: str, secret: str | bytes) -> str:
    """What stands in the place of a secret."""
    from hashlib import blake2s  # only for who has a secret

    key, content = _key(), secret if isinstance(secret, bytes) else secret.encode("utf-8", "surrogatepass")
    return f"{_MARK}{rule}:{blake2s(content, key=key, digest_size=2).hexdigest()}]"


@lru_cache(maxsize=1)
def _key() -> bytes:
    given = os.environ.get(KEY_VARIABLE, "")
    return given.encode("utf-8", "surrogateescape")[:32] if given else os.urandom(16)


def _shadow(value: str) -> bytes:
    """One byte per character, so that positions are those of the text."""
    # Tables of a terminal are drawn with this line: it parts a name from its value as `|` does.
    return value.replace("│", "|").encode("latin-1", "replace")


def _replaced(value: str, hits: Sequence[Hit]) -> str:
    parts, position = [], 0
    for hit in hits:
        parts += [value[position : hit.start], mark(hit.rule, value[hit.start : hit.end])]
        position = hit.end
    return "".join([*parts, value[position:]])


def _texts(value: Any) -> Any:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    return [_texts(inner) for inner in value] if isinstance(value, list) else value


def _tree(value: Any, name: str, policy: Policy) -> Any:
    if isinstance(value, dict):
        return _mapping(value, name, policy)
    rule = name_rule(name, policy) if name else None
    if isinstance(value, list):
        if rule is None and value and all(isinstance(inner, str) for inner in value):
            return _words(value, policy)
        return [_tree(inner, name, policy) for inner in value]
    if rule is not None and _holds_secret(value, rule):
        return mark(rule, str(value))
    return redact(value, policy).text if isinstance(value, str) else value


def _mapping(values: dict[str, Any], name: str, policy: Policy) -> dict[str, Any]:
    """Under `credentials` everything is secret; in `name: TOKEN, value: …` the name stands beside."""
    outer = name if name and name_rule(name, policy) in ("password-name", "own-name") else ""
    told = next((values[key] for key in ("name", "key") if isinstance(values.get(key), str)), "")
    shown = {}
    for key, inner in values.items():
        inside = told if key == "value" and name_rule(told, policy) else (outer or key)
        shown[redact(key, policy).text] = _tree(inner, inside, policy)
    return shown


def _words(words: Sequence[str], policy: Policy) -> list[str]:
    shown: list[str] = []
    pending: str | None = None
    for word in words:
        if pending is not None and not word.startswith("--"):
            shown.append(word if is_redacted(word) else mark(pending, word))
            pending = None
            continue
        name, equals, value = word.partition("=")
        is_name = word.startswith("-") or (bool(equals) and not name.startswith("http"))
        rule = name_rule(name.lstrip("-"), policy) if is_name and len(name) < 100 else None
        pending = rule if rule and not equals else None
        hide = rule is not None and bool(value) and not is_redacted(value)
        shown.append(f"{name}={mark(str(rule), value)}" if hide else redact(word, policy).text)
    return _with_pairs(shown, policy)


def _with_pairs(words: list[str], policy: Policy) -> list[str]:
    """`sshpass -p X` and `curl -u user:X` as words of their own, which only make sense together."""
    joined = "\0".join(words)
    hits = find_hits(joined.replace("\0", " ").encode("latin-1", "replace"), policy)
    inside = [hit for hit in hits if "\0" not in joined[hit.start : hit.end]]
    return _replaced(joined, inside).split("\0") if inside and "\0" not in "".join(words) else words


def _holds_secret(value: Any, rule: str) -> bool:
    if value is None or isinstance(value, bool) or value == "" or is_redacted(value):
        return False
    if rule == "token-name" and isinstance(value, str) and _SPECIAL_TOKEN.fullmatch(value):
        return False
    # `token: 50256` is a token id; `password: 1234` is a password.
    return isinstance(value, str) or rule in ("password-name", "own-name")
