"""A command that falls silent is told of, when its silence is odd for it."""

from __future__ import annotations

from collector.wrapper.silence import HANG_SECONDS, USUAL_TIMES, Silence


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def printing(times: list[float]) -> tuple[Clock, Silence]:
    """A command that has printed at these times."""
    clock = Clock()
    silence = Silence(clock)
    for clock.now in times:
        silence.hear(1, b"x")
    return clock, silence


def test_long_silence_is_told_once() -> None:
    """Ten minutes without a word from a command that printed each second; and the end of it too."""
    clock, silence = printing([float(i) for i in range(60)])
    clock.now = 59 + HANG_SECONDS - 1
    assert silence.news() is None
    clock.now += 2
    assert silence.news() == (
        "The command has printed nothing for 10 min, and never paused longer than 1 s before: it may hang."
    )
    clock.now += 1000
    assert silence.news() is None
    silence.hear(1, b"x")
    assert silence.news() == "The command prints again."
    assert silence.news() is None


def test_slow_printer_is_given_time() -> None:
    """A command that prints once an hour does not hang after ten minutes."""
    clock, silence = printing([i * 3600.0 for i in range(6)])
    clock.now += USUAL_TIMES * 3600.0 - 1
    assert silence.news() is None
    clock.now += 2
    assert silence.news() is not None


def test_quiet_command_has_no_rhythm() -> None:
    """A command that has hardly printed anything may be silent for good."""
    clock, silence = printing([0.0, 1.0])
    clock.now += 100_000.0
    assert silence.news() is None
