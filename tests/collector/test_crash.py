"""No record whose `log` returned is lost when the process is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.collector.runs import ROOT

KILLS = int(os.environ.get("COLLECTOR_KILLS", "40"))
"""1,000 in the benchmark, fewer here."""


def test_no_returned_record_is_lost_to_kill(record_property: pytest.RecordProperty) -> None:
    """Processes are killed with SIGKILL at random moments while they log; at most their last line is torn."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.logging.kill", str(KILLS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60 + KILLS,
    )
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    record_property("outcome", outcome)
    assert outcome["kills"] == KILLS
    assert outcome["returned"] >= KILLS
    assert (outcome["lost"], outcome["damaged"]) == (0, 0)
    assert outcome["torn"] <= KILLS
