"""Output that comes in pieces is redacted as if it came at once, and nothing else about it changes."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.runlog.redact_policy import Policy
from collector.runlog.redact_stream import KEY_BYTES, LINE_BYTES, StreamRedactor
from tests.collector.runlog.benign import benign
from tests.collector.runlog.planted import Planted, planted

PLANTED = planted()


def through(pieces: list[bytes], redactor: StreamRedactor | None = None) -> bytes:
    """What is written of these pieces."""
    redactor = redactor or StreamRedactor()
    return b"".join([*(redactor.take(piece) for piece in pieces), redactor.release()])


@pytest.mark.parametrize("one", PLANTED, ids=[one.rule for one in PLANTED])
def test_a_secret_cut_by_two_reads_is_found(one: Planted) -> None:
    """Wherever the cut is, with colours or without."""
    for line in (f"epoch 1\n{one.text} end\nepoch 2\n", f"\x1b[32m{one.text}\x1b[0m\r\nepoch 2\n"):
        content = line.encode()
        begin = content.index(one.secret.encode())
        for cut in range(begin - 8, begin + len(one.secret) + 2, max(1, len(one.secret) // 9)):
            shown = through([content[: max(0, cut)], content[max(0, cut) :]])
            assert one.secret.encode() not in shown
            assert b"[redacted:" in shown
            assert shown.endswith(b"epoch 2\n")


def test_every_byte_a_piece_of_its_own() -> None:
    """The smallest reads there are give what one large one gives."""
    content = f"a\n{PLANTED[3].text}\nb\r{PLANTED[-1].text}\nprompt> ".encode()
    assert through([bytes([byte]) for byte in content]) == through([content])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32), st.integers(1, 4000))
def test_ordinary_output_comes_through_unchanged(seed: int, largest: int) -> None:
    """Not a byte of it is lost, doubled or moved, whatever the pieces."""
    content = BENIGN
    chance = Random(seed)
    pieces = []
    while content:
        size = chance.randrange(1, largest + 1)
        pieces.append(content[:size])
        content = content[size:]
    assert through(pieces) == BENIGN


BENIGN = "\n".join(benign(20_000)).encode()[:12_000]


@pytest.mark.parametrize(
    "content", [b"\0" * 3_000_000, b"ab " * 1_000_000, bytes(range(256)) * 4000, b"\x1b" * 300_000]
)
def test_output_without_lines_is_not_kept_back(content: bytes) -> None:
    """Only a bounded end of an endless line waits."""
    redactor = StreamRedactor()
    shown = b"".join(redactor.take(content[at : at + 200_000]) for at in range(0, len(content), 200_000))
    assert len(content) - len(shown) <= LINE_BYTES
    assert shown + redactor.release() == content


def test_a_private_key_printed_line_by_line_is_one_secret() -> None:
    """Its lines are held until its end."""
    lines = next(one.text for one in PLANTED if one.rule == "private-key").encode().splitlines(keepends=True)
    shown = through([b"key:\n", *lines, b"\nafter\n"])
    assert re.fullmatch(rb"key:\n\[redacted:private-key:[0-9a-f]{4}\]\nafter\n", shown)


def test_a_private_key_without_an_end_is_hidden_as_far_as_it_goes() -> None:
    """Neither its parts, released one by one, nor its endless body are written."""
    begin, line = b"-----BEGIN PRIVATE " + b"KEY-----\n", b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\n"
    redactor = StreamRedactor()
    slow = b"".join(redactor.take(part) + redactor.release() for part in (begin, line, line, b"done: 1\n"))
    assert line.strip() not in slow
    assert slow.endswith(b"done: 1\n")
    endless = through([begin, *[line] * (3 * KEY_BYTES // len(line))])
    assert line.strip() not in endless


def test_counts_and_the_switch() -> None:
    """It counts what it took out; switched off it changes nothing."""
    redactor = StreamRedactor()
    through([b"password=hunter22 https://a:b@c\n", b"password=hunter22\n"], redactor)
    assert redactor.counts == {"password-name": 2, "url-userinfo": 1}
    assert through([b"password=hunter22\n"], StreamRedactor(Policy(is_off=True))) == b"password=hunter22\n"
