"""`sitegen.chart` refuses what it cannot draw in words, and draws nothing that was not asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sitegen
from sitegen.errors import MisuseError
from sitegen.frames.load import Frames
from tests.recorded import RecordedRun


@pytest.fixture
def frames(tmp_path: Path) -> Frames:
    """Two runs, of which one has logged more."""
    for name, metric in (("one-fox-aaaaaa", "loss"), ("two-fox-bbbbbb", "accuracy")):
        with RecordedRun(tmp_path / "runlogs", "demo", name) as run:
            run.log(0, {metric: 1.0})
            run.end()
    return sitegen.load(tmp_path / "runlogs")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"metric": 3}, "metric: must be the name of one, not 3"),
        ({"x": "epoch"}, """x: must be "step" or "time", not 'epoch'"""),
        ({"x": ["step"]}, "x: must be"),
        ({"width": -5}, "width: must be a number of pixels, not -5"),
        ({"width": "wide"}, "width: must be a number of pixels, not 'wide'"),
        ({"height": float("nan")}, "height: must be a number of pixels, not nan"),
        ({"runs": []}, "runs: names no run"),
        ({"runs": ["one-fox-aaaaab"]}, 'Did you mean "one-fox-aaaaaa"'),
        ({"runs": [7]}, "runs: there is no run 7"),
        ({"metric": "los"}, 'no run has logged "los". Did you mean "loss"?'),
        ({"runs": ["two-fox-bbbbbb"]}, 'none of these runs has logged "loss". They logged: accuracy.'),
    ],
)
def test_odd_input_is_refused_in_words(frames: Frames, options: dict[str, Any], said: str) -> None:
    """What is wrong, and what would do."""
    with pytest.raises(MisuseError) as caught:
        sitegen.chart(frames, **{"metric": "loss", **options})
    assert said in str(caught.value)


def test_something_else_than_frames_is_refused() -> None:
    """A folder's name, as one might think."""
    with pytest.raises(MisuseError, match=r"wants what sitegen.load\(\) gives, not str"):
        sitegen.chart("runlogs", "loss")  # type: ignore[arg-type]


def test_one_run_may_be_named_alone(frames: Frames) -> None:
    """A text is one name, not letters to look for names in."""
    assert sitegen.chart(frames, "loss", runs="one-fox-aaaaaa").to_dict()
    with pytest.raises(MisuseError, match="there is no run"):
        sitegen.chart(frames, "loss", runs="one-fox-aaaaaa two-fox-bbbbbb")
