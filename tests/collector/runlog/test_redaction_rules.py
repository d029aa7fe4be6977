"""Every rule finds what it claims, wherever it stands, and leaves alone what only looks like a secret."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from collector.runlog import redact
from collector.runlog.redact_policy import Policy
from collector.runlog.secret_rules import NAME_RULES, OWN_PATTERN, PLACE_RULES, RULE_NAMES, SHAPE_RULES
from tests.collector.runlog.benign import METRICS, benign
from tests.collector.runlog.planted import Planted, planted

PLANTED = planted()
PLACES = {
    "alone": "{}",
    "in a sentence": "the job used {} for a while.",
    "in brackets": "({})",
    "behind a name": "value={}",
    "in an escaped JSON": '{{"log": "x\\n{}\\n"}}',
    "in a patch": "@@ -1,2 +1,2 @@\n-old\n+{}\n context",
    "in a table of a terminal": "│ value │ {} │",
    "in colours": "\x1b[1;31m{}\x1b[0m",
    "behind other letters": "héllo wörld 日本 {} ✓",
}
ENDLESS = ("cookie", "netrc")
"""What these redact ends with the line, or with the next blank."""


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("one", PLANTED, ids=[one.rule for one in PLANTED])
def test_what_is_claimed_is_found_in_every_place(one: Planted, place: str) -> None:
    """No planted secret is left, the rule that claims it is among those counted, and the rest stays."""
    before, after = place.split("{}")
    shown, counts = redact.redact(place.replace("{}", one.text).replace("{{", "{").replace("}}", "}"))
    assert one.secret not in shown
    assert one.rule in counts
    assert shown.startswith(before.replace("{{", "{"))
    if one.rule not in ENDLESS:
        assert shown.endswith(after.replace("}}", "}"))


@pytest.mark.parametrize("one", PLANTED, ids=[one.rule for one in PLANTED])
def test_colours_within_a_secret_do_not_hide_it(one: Planted) -> None:
    """A terminal's codes between any two letters are looked through; a part of a secret does not stay."""
    at = one.text.index(one.secret)
    for cut in (at + 1, at + 2, at + len(one.secret) // 2, at + len(one.secret) - 1):
        shown = redact.text(f"x {one.text[:cut]}\x1b[0m\x1b[36m{one.text[cut:]} y")
        assert one.secret[: cut - at] + "\x1b" not in shown or cut - at < 4
        assert one.secret[cut - at :] not in shown or len(one.secret) - (cut - at) < 4


@pytest.mark.parametrize("one", PLANTED, ids=[one.rule for one in PLANTED])
def test_a_second_pass_changes_nothing(one: Planted) -> None:
    """What is redacted is not redacted again."""
    once = redact.text(f"x {one.text} y")
    assert redact.redact(once) == (once, {})


def test_every_rule_is_planted_and_named_once() -> None:
    """No rule is without a sample, and no name stands for two."""
    assert {one.rule for one in PLANTED} | {"own-name", OWN_PATTERN} == set(RULE_NAMES)
    assert (
        len(set(RULE_NAMES)) == len(RULE_NAMES) == len(NAME_RULES) + len(PLACE_RULES) + len(SHAPE_RULES) + 1
    )


def test_a_megabyte_of_ordinary_output_has_at_most_one_false_hit_per_100_kb() -> None:
    """Tokens of tokenizers, keys of attention, hashes, code that handles secrets without holding any."""
    texts = list(benign())
    hits = Counter(text[hit.start : hit.end] for text in texts for hit in redact.scan(text))
    assert sum(map(len, texts)) >= 1 << 20
    assert hits.total() <= sum(map(len, texts)) / 100_000, hits


@pytest.mark.parametrize("name", METRICS)
def test_metric_names_and_their_numbers_stay(name: str) -> None:
    """However a metric is called and printed, its value is no secret."""
    for value in ("0.12345", "12345678", "1.5e-07", "nan"):
        for line in (
            f"{name}={value}",
            f"{name}: {value}",
            f"| {name} | {value} |",
            f'{{"{name}": {value}}}',
        ):
            assert redact.scan(line) == [], line


def test_the_reference_page_lists_every_rule_and_no_other() -> None:
    """Each rule has its line, word for word."""
    page = Path(__file__).parents[3] / "docs" / "reference" / "redaction.md"
    shown = re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    rules = [(rule.name, rule.about) for rule in (*NAME_RULES, *PLACE_RULES, *SHAPE_RULES)]
    assert [row for row in shown if row[0] != OWN_PATTERN] == rules


def test_hits_say_where_and_by_which_rule() -> None:
    """A scan tells rule and place of every secret, in order."""
    line = "user=anna password=hunter22 url=https://anna:pw123@host/x"
    assert [(hit.rule, line[hit.start : hit.end]) for hit in redact.scan(line)] == [
        ("password-name", "hunter22"),
        ("url-userinfo", "anna:pw123"),
    ]
    assert redact.redact(line).counts == {"password-name": 1, "url-userinfo": 1}


def test_digits_tell_equal_secrets_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal secrets have equal digits; another key, which is never written, gives others."""
    monkeypatch.setenv(redact.KEY_VARIABLE, "one")
    redact._key.cache_clear()
    first, second, other = (redact.mark("token-name", secret) for secret in ("abc", "abc", "abd"))
    assert first == second != other
    monkeypatch.setenv(redact.KEY_VARIABLE, "two")
    redact._key.cache_clear()
    assert redact.mark("token-name", "abc") != first
    redact._key.cache_clear()


def test_a_rule_that_is_left_out_does_not_apply() -> None:
    """The policy says which rules hold."""
    policy = Policy(left_out=frozenset({"password-name"}))
    assert redact.scan("password=hunter22 https://a:b@c", policy)[0].rule == "url-userinfo"
    assert redact.scan("password=hunter22 https://a:b@c", Policy(is_off=True)) == []


HOSTILE = {
    "key": 100_000,
    "-----BEGIN PRIVATE KEY-----": 5_000,
    "://": 100_000,
    "a": 1_000_000,
    "token: ": 50_000,
    "eyJ": 100_000,
    "authorization: ": 20_000,
    "curl -u ": 30_000,
    "login a password ": 20_000,
    "A1.": 300_000,
    "password: a[b]= ": 20_000,
    "\x1b[": 100_000,
    "\x1b]": 100_000,
}


@pytest.mark.parametrize(("piece", "times"), HOSTILE.items(), ids=map(repr, HOSTILE))
def test_hostile_texts_take_time_in_proportion_to_their_length(piece: str, times: int) -> None:
    """No pattern falls into repeated backtracking: a suite that takes minutes here has one that does."""
    redact.scan(piece * times)
