"""Causes of ends in the language of a site."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from collector.ending import ending_of_code
from collector.runlog.state import _cause
from collector.wrapper.ending import Circumstances, describe_end, foresee_end
from sitegen.config import Config
from sitegen.pages.endings import ended
from sitegen.texts import Text, english, texts_of
from tests.sitegen.composed import composed
from tests.sitegen.pages.fixture_site import make_project, make_run, make_site

PREEMPTED = "Slurm: preempted or cancelled"


def recorded() -> Iterator[str]:
    """What the recorder says of ends, from its own functions."""
    term, kill = int(signal.SIGTERM), int(signal.SIGKILL)
    scheduled = [PREEMPTED, "Slurm: out of time", "Slurm: preempted, cancelled or out of time"]
    seen = [
        (256, Circumstances()),
        (256, Circumstances(signals=[term])),
        (int(signal.SIGINT), Circumstances(signals=[int(signal.SIGINT)])),
        (kill, Circumstances(group_oom_kills=1)),
        (kill, Circumstances(signals=[term])),
        (kill, Circumstances(last_rss_bytes=3.0 * 2**30)),
        (kill, Circumstances(group_oom_kills=0, last_rss_bytes=3.0 * 2**20)),
        (kill, Circumstances(machine_oom_kills=2, last_rss_bytes=3.0 * 2**20)),
        (kill, Circumstances(machine_oom_kills=2)),
        (int(signal.SIGSEGV), Circumstances()),
        *((256, Circumstances(signals=[term], reason=reason)) for reason in scheduled),
    ]
    yield from (describe_end(status, one)["cause"] for status, one in seen)
    yield foresee_end(term, PREEMPTED)["cause"]
    yield foresee_end(int(signal.SIGINT))["cause"]
    yield from filter(
        None, (ending_of_code(3).cause, _cause("stopped", None, None), _cause("failed", None, 9))
    )
    yield "command not found"
    yield "the shell ended without `collect finish`"
    yield "stopped by SIGTERM; the shell ended without `collect finish`"


@pytest.mark.parametrize("cause", sorted(set(recorded())))
def test_what_the_recorder_says_of_an_end_is_in_the_catalogue(cause: str) -> None:
    """In English the sentence is the one of the log, and in another language nothing of it is left."""
    found = ended(cause)
    assert isinstance(found, Text)
    assert found == cause
    places = {
        key: _without_words(str(pattern)) for key, pattern in english().items() if key.startswith("ending.")
    }
    said = texts_of("xx", {"xx": places}).own(found)
    assert not [word for word in said.split() if word.islower()], said


def _without_words(pattern: str) -> str:
    return " ".join(f"{{{part.split('}')[0]}}}" for part in pattern.split("{")[1:]) or "–"


@pytest.mark.parametrize(
    "cause",
    ["ValueError: exit code", "KeyError: a, then b, exit code 1", "out of luck", "exit code 1 or so", ""],
)
def test_what_others_say_of_an_end_stays_as_it_is(cause: str) -> None:
    """An exception's words are data."""
    assert ended(cause) == cause
    assert not isinstance(ended(cause), Text)


def test_pages_say_causes_in_the_language_of_the_site() -> None:
    """On the page of the run and in the data of the project's rows."""
    run = make_run(1, state="failed", cause="exit code 1")
    config = Config(language="de", texts=(("de", {"ending.exit_code": "beendet mit Code {code}"}),))
    files = composed(make_site(make_project([run])), config)
    pages = [content.decode() for path, content in files.items() if path.endswith((".html", ".js"))]
    assert any("beendet mit Code 1" in page for page in pages if f"{run.id}" in page)
    assert "beendet mit Code 1" in files[f"digits/runs/{run.id}.html"].decode()
    assert '"cause":"exit code 1"' not in "".join(pages)
