"""The interpreter's own SHA-256 and that of hashlib are one."""

from __future__ import annotations

import hashlib

import pytest

from collector.runlog import digest


@pytest.mark.parametrize("content", [b"", b"loss", bytes(range(256)) * 1000])
def test_digests_equal_those_of_hashlib(content: bytes) -> None:
    """A folder name or a checksum does not depend on which implementation made it."""
    assert digest.sha256(content).hexdigest() == hashlib.sha256(content).hexdigest()


def test_an_interpreter_without_its_own_takes_hashlib(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither private module exists, the public one is used."""
    monkeypatch.setattr(digest, "OWN_MODULES", ("_no_such_module", "hashlib"))
    assert digest._own_sha256() is hashlib.sha256
