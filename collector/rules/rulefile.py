"""Rules, and who is to be told, read from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from collector.expressions.errors import ExpressionError
from collector.expressions.nodes import Number, Unary
from collector.expressions.parser import parse
from collector.expressions.words import UNITS
from collector.rules.rule import LEVELS, WAIT_SECONDS, Rule, make_rule
from collector.runlog.errors import CollectorError, MisuseError, YamlError
from collector.runlog.yamlfile import Loaded, load

KEYS = ("alerts", "on_alert", "webhook")
RULE_KEYS = ("name", "when", "level", "wait")


class RuleFile(NamedTuple):
    """What a file of rules says."""

    rules: tuple[Rule, ...] = ()
    on_alert: str = ""
    """A command for /bin/sh."""
    webhook: str = ""


def read_rule_file(path: str) -> RuleFile:
    """The rules of a file; a YamlError names the line of what cannot be meant."""
    loaded = load(path)
    if not isinstance(loaded.value, dict):
        raise YamlError("has no keys.", path, None, f"It may have {', '.join(KEYS)}.")
    for key in loaded.value:
        if key not in KEYS:
            raise _problem(loaded, (key,), f"there is no key {key!r}.", f"It may have {', '.join(KEYS)}.")
    entries = loaded.value.get("alerts") or []
    if not isinstance(entries, list):
        raise _problem(loaded, ("alerts",), "alerts is no list.", "Write `- loss is NaN: isnan(loss)`.")
    return RuleFile(
        tuple(_rule(loaded, at, entry) for at, entry in enumerate(entries)),
        _text(loaded, "on_alert"),
        check_webhook(_text(loaded, "webhook")),
    )


def check_webhook(url: str) -> str:
    """The address, if one can be posted to."""
    if url and not url.startswith(("http://", "https://")):
        raise MisuseError("the webhook is no address that begins with http:// or https://.", "Mend it.")
    return url


def _rule(loaded: Loaded, at: int, entry: Any) -> Rule:
    where = ("alerts", at)
    if isinstance(entry, str):
        return _made(loaded, where, entry, "")
    if not isinstance(entry, dict) or not entry:
        raise _problem(loaded, where, "this is no rule.", "Write `name: expression`.")
    if "when" not in entry:
        (name, text), *others = entry.items()
        if others or not isinstance(text, str):
            raise _problem(loaded, where, "this is no rule.", f"Its keys are {', '.join(RULE_KEYS)}.")
        return _made(loaded, where, text, str(name))
    for key in entry:
        if key not in RULE_KEYS:
            hint = f"A rule has {', '.join(RULE_KEYS)}."
            raise _problem(loaded, (*where, key), f"there is no key {key!r}.", hint)
    level = str(entry.get("level", "warn")).upper()
    if level not in LEVELS:
        raise _problem(loaded, (*where, "level"), f"level {level!r} is not known.", "info, warn or error.")
    rule = _made(loaded, (*where, "when"), str(entry["when"]), str(entry.get("name", "")))
    return rule._replace(level=level, wait_seconds=_wait(loaded, where, entry))


def _made(loaded: Loaded, where: tuple[str | int, ...], text: str, name: str) -> Rule:
    try:
        return make_rule(text, name)
    except MisuseError as error:
        problem = _problem(loaded, where, error.message, error.hint)
        problem.picture = error.picture
        raise problem from None


def _wait(loaded: Loaded, where: tuple[str | int, ...], entry: Mapping[str, Any]) -> float:
    given = entry.get("wait", WAIT_SECONDS)
    if isinstance(given, (int, float)) and not isinstance(given, bool) and given >= 0:
        return float(given)
    try:
        node = parse(str(given)).node
    except ExpressionError:
        node = Unary("-", Number(1))
    if not isinstance(node, Number):
        raise _problem(loaded, (*where, "wait"), f"wait {given!r} is no length of time.", "For example 30m.")
    return node.value * UNITS[node.unit or "s"]


def _text(loaded: Loaded, key: str) -> str:
    found = loaded.value.get(key) or ""
    if not isinstance(found, str):
        raise _problem(loaded, (key,), f"{key} is no text.", "Put it in quotes.")
    return found


def _problem(loaded: Loaded, where: tuple[str | int, ...], message: str, hint: str) -> CollectorError:
    return YamlError(message, loaded.path, loaded.line_of(where), hint)
