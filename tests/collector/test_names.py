"""The ids and names of runs."""

from __future__ import annotations

import pytest

from collector.names import new_run_id

KEY = "sk-" + "proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"


def test_id_is_the_name_and_chance() -> None:
    """As a folder name; the name itself stays what it is."""
    run_id, name = new_run_id("My Run/1", b"123456789")
    assert (run_id[:9], name) == ("my-run-1-", "My Run/1")


def test_id_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the name of a folder, not a record, so it is looked at by itself; all ranks come to the same."""
    ids = set()
    for key in ("00", "11"):
        monkeypatch.setenv("COLLECT_REDACT_KEY", key * 16)
        ids.add(new_run_id(f"try {KEY}", b"123456789")[0])
    (run_id,) = ids
    assert "abcdef" not in run_id
    assert run_id.startswith("try-redacted-openai-key")
