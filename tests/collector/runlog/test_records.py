"""Kinds of records, the schema made from them, and the reference page say the same."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from collector.runlog.reader import read_lines
from collector.runlog.records import ENVELOPE, KINDS
from collector.runlog.schema import TYPES, markdown, schema
from tests.collector.runs import ROOT

FROZEN = sorted((ROOT / "tests/logs/v1/runlogs").rglob("*.jsonl"))
PAGE = ROOT / "docs/reference/log-format.md"


def test_schema_file_is_what_the_kinds_give() -> None:
    """docs/reference/log-format.schema.json is up to date; the command is in collector/runlog/schema.py."""
    stored = json.loads((PAGE.parent / "log-format.schema.json").read_text(encoding="utf-8"))
    assert stored == schema()
    jsonschema.Draft202012Validator.check_schema(stored)


def test_page_has_the_tables_that_the_kinds_give() -> None:
    """The page describes every kind and member, with the words of records.py."""
    assert markdown().strip() in PAGE.read_text(encoding="utf-8")


def test_kinds_are_well_made() -> None:
    """No name twice, every type is one that the schema knows, no member hides one of the envelope."""
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    taken = {field.name for field in ENVELOPE}
    for kind in KINDS:
        fields = [field.name for field in kind.fields]
        assert len(set(fields)) == len(fields)
        assert taken.isdisjoint(fields)
        assert all(field.type.rstrip("?") in TYPES for field in kind.fields)


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.name)
def test_written_lines_fit_the_schema(path: Path) -> None:
    """Every line that the real writer made is valid, unknown kinds and members included."""
    validator = jsonschema.Draft202012Validator(schema())
    for line in read_lines(str(path)).lines:
        validator.validate(json.loads(line))


@pytest.mark.parametrize(
    "record",
    [
        {"k": "log", "t": 0.5, "n": 1, "step": "1", "m": {}},
        {"k": "log", "t": 0.5, "n": 1, "m": {}},
        {"k": "log", "t": 0.5, "n": 1, "step": 1, "m": {"a": "text"}},
        {"k": "log", "t": 0.5, "n": 1, "step": 1, "m": {}, "x": {"a": "nan"}},
        {"k": "end", "t": 0.5, "state": "crashed", "exit": 1, "signal": None, "cause": None},
        {"k": "head", "t": 0.5, "format": 2},
        {"t": 0.5},
    ],
)
def test_wrong_records_do_not_fit(record: dict[str, object]) -> None:
    """The schema refuses what a reader could not use."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record | {"c": "00000000"}, schema())
