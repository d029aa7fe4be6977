"""What step a row has follows from its line, or from the lines before it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from collector.parsing.rows import Rows

BENIGN = sorted((Path(__file__).parent / "benign").glob("*.txt"))


def steps(*lines: str, patterns: tuple[str, ...] = ()) -> list[float]:
    """The steps of the rows of an output."""
    rows = Rows([re.compile(pattern) for pattern in patterns])
    return [row.step for line in lines if (row := rows.read(line)) is not None]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("step 3: loss 2.5", "step=4 loss=2.5"), [3, 4]),
        (("step 3: loss 2.5", "val_loss=0.5", "step 9: loss 2.5", "val_loss=0.4"), [3, 3, 9, 9]),
        (("loss=3", "loss=2", "val_loss=4", "loss=1"), [0, 1, 0, 2]),
        (("Epoch 1: loss 0.5", "Epoch 2: loss 0.4"), [1, 2]),
        (("{'loss': 2, 'epoch': 0.5}", "{'loss': 1, 'epoch': 1.0}"), [0.5, 1.0]),
        (
            ("Epoch 1/2", "step 50: loss 2.5", "step 100: loss 2.5", "Epoch 2/2", "step 50: loss 2.5"),
            [50, 100, 150],
        ),
        (("Epoch [1/2], Step [600/650], Loss: 0.5", "Epoch [2/2], Step [100/650], Loss: 0.4"), [600, 750]),
        (("step 9: loss 2.5", "step 3: loss 2.5"), [9, 3]),
        (("1/2 [=>..] - loss: 3.0", "2/2 [===] - loss: 2.0", "1/2 [=>..] - loss: 1.0"), [1, 2, 3]),
        (
            (
                "Epoch 0:  50%|#####     | 5/10 [00:01<00:01, 4.0it/s, loss=0.5]",
                "Epoch 0: 100%|##########| 10/10 [00:01<00:01, 4.0it/s, loss=0.4]",
                "Epoch 0: 100%|##########| 10/10 [00:02<00:01, 4.0it/s, loss=0.4]",
                "Epoch 1:  50%|#####     | 5/10 [00:01<00:01, 4.0it/s, loss=0.3]",
            ),
            [5, 10, 15],
        ),
        (("50%|##| 1/2 [00:01<00:01, loss=0.5, step=700]",), [700]),
    ],
)
def test_step(lines: tuple[str, ...], expected: list[float]) -> None:
    """Named, counted by a bar, named last, an epoch, or counted by us."""
    assert steps(*lines) == expected


def test_pattern_goes_first() -> None:
    """A pattern's named groups are metrics, `step` is the step, and what is no number is left out."""
    rows = Rows([re.compile(r"at (?P<step>\d+): cost (?P<cost>\S+) \((?P<speed>\S+)\) (?P<word>\w+)")])
    row = rows.read("at 7: cost 1e-3 (12.5%) done, loss=9")
    assert row is not None
    assert (row.step, row.values, row.form) == (7, {"cost": 1e-3, "speed": 12.5}, "pattern")


def test_traceback_shows_source() -> None:
    """What a traceback shows of the program is no output of it; what follows is."""
    lines = [
        "Traceback (most recent call last):",
        '  File "train.py", line 3, in f',
        "    loss = 0.5",
        "ValueError: loss = 0.5",
        "loss = 0.25",
    ]
    assert steps(*lines) == [0]


@pytest.mark.parametrize("file", BENIGN, ids=lambda path: path.stem)
def test_benign_output_has_no_metrics(file: Path) -> None:
    """Real output of pip, pytest, apt, gcc, git, npm, Slurm, of warnings and settings: not one row."""
    rows = Rows()
    lines = re.split(r"[\r\n]+", file.read_text(encoding="utf-8"))
    assert [line for line in lines if rows.read(line) is not None] == []


def test_a_traceback_ends_on_its_own_stream() -> None:
    """Two pipes are read in no order: what the other says within a traceback is no part of it."""
    rows = Rows()
    assert rows.read("Traceback (most recent call last):", 2) is None
    found = rows.read("step 0: loss 1.0", 1)
    assert found is not None
    assert rows.read('    loss = "step 1: loss 2.0"', 2) is None
    assert rows.read("step 2: loss 3.0", 2) is None
    assert rows.read("step 3: loss 3.0", 2) is not None
