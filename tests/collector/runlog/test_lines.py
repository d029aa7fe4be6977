"""The seal of a line."""

from __future__ import annotations

import json
import random

import pytest

from collector.runlog.lines import LINE_LIMIT, Damage, are_intact, check, is_intact, seal

BODY = b'{"k":"log","t":0.5,"n":2,"step":7,"m":{"train/loss":0.3104,"acc":0.97}}'


def damage_kind(line: bytes) -> str | None:
    checked = check(line)
    return checked.kind if isinstance(checked, Damage) else None


def test_sealed_line_is_json_with_the_checksum_last() -> None:
    """A sealed line is the object with one more member, readable by any JSON tool."""
    line = seal(BODY)
    record = json.loads(line)
    assert list(record)[-1] == "c"
    del record["c"]
    assert record == json.loads(BODY)
    assert line.endswith(b"\n")


def test_checksum_is_the_crc32_of_the_bytes_before_its_comma() -> None:
    """The number is what every CRC32 gives: 907060870 is the published one of `hello`."""
    assert seal(b"hello}") == b'hello,"c":"3610a686"}\n'


def test_every_single_bit_flip_is_noticed() -> None:
    """No flipped bit of a line leaves it intact."""
    line = seal(BODY)[:-1]
    for i in range(len(line) * 8):
        flipped = bytearray(line)
        flipped[i // 8] ^= 1 << i % 8
        assert not is_intact(bytes(flipped)), i


def test_every_cut_is_noticed() -> None:
    """No proper beginning of a line is intact, and none but the shortest looks foreign."""
    line = seal(BODY)[:-1]
    for size in range(len(line)):
        assert not is_intact(line[:size])
    assert damage_kind(line[:40]) == "torn"
    assert damage_kind(line[:-1]) == "torn"


def test_random_changes_are_noticed() -> None:
    """Of 20,000 lines with up to five changed bytes, none is taken for intact."""
    chance, line = random.Random(1), seal(BODY)[:-1]
    for _ in range(20_000):
        changed = bytearray(line)
        for _ in range(chance.randint(1, 5)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        assert bytes(changed) == line or not is_intact(bytes(changed))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"Epoch 1: loss 0.3", "foreign"),
        (b'{"loss": 0.3}', "foreign"),
        (b'{"k":"log","t":1.5,"n":1,"st', "torn"),
        (b'{"k":"log","t":1.5,"c":"00000000"}', "corrupt"),
        (b"\0" * 100, "corrupt"),
        (b'{"k":"log","t":1.5,"c";"0000000\x30"}', "corrupt"),
        (b"x" * LINE_LIMIT, "too long"),
    ],
)
def test_damage_has_a_kind(line: bytes, kind: str) -> None:
    """A reader is told whether a line is torn, corrupt, foreign or too long."""
    assert damage_kind(line) == kind


def test_rewritten_line_end_is_no_damage() -> None:
    """A file that a tool gave Windows line ends is read as before."""
    assert check(seal(BODY)[:-1] + b"\r") == seal(BODY)[:-1]


def test_lines_together_are_intact_when_each_is() -> None:
    """One line that is damaged, empty or too long is noticed wherever it stands among whole ones."""
    whole = [seal(BODY)[:-1]] * 3
    long = seal(b'{"k":"log","m":"' + b"x" * LINE_LIMIT + b'"}')[:-1]
    assert are_intact([])
    assert are_intact(whole)
    for wrong in (b"", whole[0][:-1], whole[0].replace(b"7", b"8", 1), whole[0].upper(), long):
        assert not is_intact(wrong)
        for at in range(4):
            assert not are_intact([*whole[:at], wrong, *whole[at:]]), (at, wrong[:40])
