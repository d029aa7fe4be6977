"""How runs without an end are judged: the same table of cases is tested in JavaScript."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from collector.runlog.state import OPEN, ending_of, open_state

CASES = json.loads((Path(__file__).resolve().parents[2] / "js" / "cases" / "states.json").read_text())


@pytest.mark.parametrize(("silent", "beat", "state"), CASES)
def test_silence_has_a_meaning(silent: float, beat: float, state: str) -> None:
    """Stalled after three missed signs of life, a minute at least; lost after ten, five minutes at least."""
    assert open_state(silent, beat) == state


class Told(NamedTuple):
    """A process start, as far as its end is judged."""

    name: str
    role: str = "rank"
    attempt: int = 1
    started: float = 0.0
    heard: float = 0.0
    records: tuple[dict[str, Any], ...] = ()


def end(t: float, state: str = "finished") -> tuple[dict[str, Any], ...]:
    """What a process says when it ends."""
    return ({"k": "end", "t": t, "state": state, "exit": 0 if state == "finished" else 1},)


def test_part_of_a_command_is_not_its_end() -> None:
    """A script ends inside a shell's run or a wrapped pipeline; who watches is heard from later."""
    script = Told("r0-a", heard=5.0, records=end(5.0))
    assert ending_of([Told("w-a", "wrapper", heard=9.0), script]).state == OPEN
    assert (
        ending_of([Told("w-a", "wrapper", heard=9.0, records=end(9.0, "failed")), script]).state == "failed"
    )


def test_own_end_counts_when_the_wrapper_fell_silent_before() -> None:
    """Both processes of the wrapper were killed: the script's own word is all there is."""
    script = Told("r0-a", heard=5.0, records=end(5.0))
    assert ending_of([Told("w-a", "wrapper", heard=4.0), script]).state == "finished"
    earlier = (
        Told("w-a", "wrapper", heard=4.0),
        Told("r0-b", attempt=2, started=6.0, heard=8.0, records=end(8)),
    )
    assert ending_of(earlier).state == "finished"


def test_colours_of_an_exception_are_not_part_of_it() -> None:
    """A message that was made for a terminal reads as text, and brackets that are its own stay."""
    words = {
        "cause": "ValueError: \x1b[1;31mbad [0m] batch\x1b[0m",
        "traceback": "Traceback\n\x1b[31mx\x1b[39m\n",
    }
    told = ending_of([Told("r-a", "rank", heard=9.0, records=[{**end(9.0, "failed")[0], **words}])])
    assert (told.cause, told.traceback) == ("ValueError: bad [0m] batch", "Traceback\nx\n")
