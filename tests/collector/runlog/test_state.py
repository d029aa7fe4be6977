"""How runs without an end are judged: the same table of cases is tested in JavaScript."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collector.runlog.state import open_state

CASES = json.loads((Path(__file__).resolve().parents[2] / "js" / "cases" / "states.json").read_text())


@pytest.mark.parametrize(("silent", "beat", "state"), CASES)
def test_silence_has_a_meaning(silent: float, beat: float, state: str) -> None:
    """Stalled after three missed signs of life, a minute at least; lost after ten, five minutes at least."""
    assert open_state(silent, beat) == state
