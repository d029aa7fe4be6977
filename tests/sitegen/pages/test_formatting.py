"""Tests of how values and foreign text read."""

from __future__ import annotations

import json
from datetime import timezone
from pathlib import Path
from typing import Any

import pytest

from sitegen.pages import formatting
from sitegen.pages.formatting import (
    exact,
    machine_fact,
    measure,
    moment,
    setting,
    shown_name,
    size,
    visible,
    zone_names,
    zone_of,
)
from sitegen.texts import texts_of
from tests.contract.imports import ROOT

CASES = json.loads((Path(__file__).parent / "format_cases.json").read_text(encoding="utf-8"))
DATES = json.loads((ROOT / "tests/js/cases/dates.json").read_text(encoding="utf-8"))
WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (kind, WORDS.get(value, value), text)
        for kind in ("measure", "exact", "brief", "duration")
        for value, text in CASES[kind]
    ],
)
def test_numbers_read_as_the_shared_table_says(kind: str, value: float, text: str) -> None:
    """Python and the page's script are tested by one table."""
    assert getattr(formatting, kind)(value) == text


def test_a_missing_value_is_a_dash() -> None:
    """Nothing reads as zero that is not."""
    assert measure(None) == formatting.duration(None) == size(None) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.03, "0.03"), (1e-05, "1e-5"), (True, "true"), (None, "–"), ([128, 64], "128, 64"),
        ("sgd", "sgd"), ({"a": [1]}, '{"a": [1]}'), (2**70, "1180591620717411303424"),
        ("", "empty"), ([], "empty"), ({}, "empty"), ([None, ""], 'none, ""'),
    ],
)  # fmt: skip
def test_a_setting_reads_as_its_author_would_write_it(value: Any, text: str) -> None:
    """Settings are exact: nothing is rounded."""
    assert setting(value) == text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("names", ["H100", "H100"], "2 × H100"),
        ("names", ["H100", "H200"], "H100, H200"),
        ("memory_bytes", [80_000_000_000] * 8, "8 × 80.0 GB"),
        ("memory_bytes", 2000, "2.0 kB"),
        ("count", 8, "8"),
        ("names", [], "empty"),
    ],
)
def test_facts_of_machines(name: str, value: Any, text: str) -> None:
    """Bytes are sizes, and equal devices are counted."""
    assert machine_fact(name, value) == text


def test_exact_reads_back_as_the_same_number() -> None:
    """The title of a rounded cell has every digit."""
    for value in (0.1, 1 / 3, 1e-300, 123456.789, -2.5e17):
        assert float(exact(value)) == value


def test_control_and_direction_characters_become_marks() -> None:
    """A name cannot reorder or hide the text around it."""
    assert visible("a\u202eb\x1b[0m\x7f\x85") == "a⟦RLO⟧b␛[0m␡⟦85⟧"
    assert visible("line\nand\ttab") == "line\nand\ttab"
    assert visible("\ud800") == "⟦D800⟧"


def test_a_blank_name_can_be_seen() -> None:
    """A link with a blank name could not be pressed."""
    assert (shown_name("  "), shown_name(""), shown_name(" a ")) == ("␣␣", '""', " a ")


def test_moments_are_in_the_named_zone() -> None:
    """A date says which zone it is in; a time beyond all calendars is none."""
    found = moment(1_800_000_000.9, timezone.utc)
    assert found is not None
    assert (found.iso, found.text) == ("2027-01-15T08:00:00Z", "15 Jan 2027 08:00 UTC")
    assert moment(1e300) is None
    assert moment(float("nan")) is None


def test_sizes_have_decimal_units() -> None:
    """As disks and networks are labelled."""
    assert [size(n) for n in (0, 812, 999_600, 12_300_000, 137_438_953_472)] == [
        "0 B", "812 B", "1.0 MB", "12.3 MB", "137 GB",
    ]  # fmt: skip


def test_dates_are_those_of_the_shared_table() -> None:
    """The page's script is tested by the same table, and gets the names of a zone's clocks from here."""
    assert {name: zone_names(name) for name in DATES["zones"]} == DATES["zones"]
    for language, zone, epoch, iso, text in DATES["moments"]:
        found = moment(epoch, zone_of(zone))
        assert found is not None
        said = texts_of(language, {language: DATES["languages"][language]}).own(found.text)
        assert (found.iso, said) == (iso, text)


def test_a_date_is_said_in_the_language_of_the_site() -> None:
    """Order, month and all, while machines read the same."""
    found = moment(1_772_269_200)
    assert found is not None
    assert (found.text, found.iso) == ("28 Feb 2026 09:00 UTC", "2026-02-28T09:00:00Z")
    german = texts_of(
        "de",
        {
            "de": {
                "date.day": "{day}. {month} {year}",
                "date.moment": "{date}, {clock}",
                "date.month.2": "Februar",
            }
        },
    )
    assert german.own(found.text) == "28. Februar 2026, 09:00 UTC"
