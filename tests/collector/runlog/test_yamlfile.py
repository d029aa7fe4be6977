"""YAML files as plain values with line numbers."""

from __future__ import annotations

import math
import time
from pathlib import Path

import pytest

from collector.runlog.errors import YamlError
from collector.runlog.yamlfile import load, loads

VALUES = """
number: 1e-4
big: 3e6
no: no
yes: yes
true: true
octal: 0o17
hex: 0x1f
inf: -.INF
text: "1"
null: ~
empty:
date: 2026-01-02
time: 12:30
block: |
  two
  lines
"""


def test_values_follow_yaml_1_2() -> None:
    """`1e-4` is a number, `no` is a text, dates stay texts."""
    value = loads(VALUES).value
    assert value == {
        "number": 1e-4,
        "big": 3e6,
        "no": "no",
        "yes": "yes",
        "true": True,
        "octal": 15,
        "hex": 31,
        "inf": -math.inf,
        "text": "1",
        "null": None,
        "empty": None,
        "date": "2026-01-02",
        "time": "12:30",
        "block": "two\nlines\n",
    }
    assert type(value) is dict


def test_every_part_has_its_line() -> None:
    """A message can name the line of a key, of a list entry, and of the parent of what is missing."""
    loaded = loads("a:\n  b: 1\n  c:\n    - x\n    - y: 2\n")
    assert loaded.line_of(["a"]) == 1
    assert loaded.line_of(["a", "b"]) == 2
    assert loaded.line_of(["a", "c", 1, "y"]) == 5
    assert loaded.line_of(["a", "absent", "deeper"]) == 1


def test_aliases_and_merges() -> None:
    """Aliases stand for their value; `<<` merges, and keys that stand there win."""
    assert loads("base: &b {lr: 1, n: 2}\nrun:\n  <<: *b\n  n: 3\n").value["run"] == {"lr": 1, "n": 3}
    assert loads("").value is None


BOMB = "- &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"- &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(9)
)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3", 3, '"a" stands twice'),
        ("a: 1\nb: [1, 2", 2, "expected"),
        ("a: &x [*x]", 1, "contains itself"),
        ("a: !!python/object:os.system x", 1, "tag"),
        ("x: 1\na: !mine 3", 2, "tag"),
        ("? [1, 2]\n: 3", 1, "plain text"),
        ("---\na: 1\n---\nb: 2", 3, "document"),
        (BOMB, None, "values"),
        ("[" * 3000, None, "deep"),
        ("a: \x07", None, ""),
    ],
    ids=["twice", "open", "itself", "python", "tag", "key", "documents", "bomb", "deep", "control"],
)
def test_what_is_refused(text: str, line: int | None, words: str) -> None:
    """Malformed and hostile texts end in one error that names file and line, quickly."""
    start = time.monotonic()
    with pytest.raises(YamlError) as caught:
        loads(text, "sweep.yaml")
    assert time.monotonic() - start < 5
    assert str(caught.value).startswith("sweep.yaml")
    assert words in str(caught.value)
    if line is not None:
        assert caught.value.line == line


def test_files(tmp_path: Path) -> None:
    """A file is read as UTF-8, with or without a mark; other bytes and absent files are errors."""
    path = tmp_path / "x.yml"
    path.write_bytes(b"\xef\xbb\xbfa: caf\xc3\xa9\n")
    assert load(path).value == {"a": "café"}
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(YamlError, match=r"x.yml:2: is not UTF-8"):
        load(path)
    with pytest.raises(YamlError, match="can not be read"):
        load(tmp_path / "absent.yml")
    path.write_bytes(b"a: x\n" * 1_000_000)
    with pytest.raises(YamlError, match="larger"):
        load(path)
