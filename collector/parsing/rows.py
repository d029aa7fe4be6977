"""Lines in their order, made into rows of metrics: what step each has follows from the lines before it.

The step of a row is, by the first that applies: the step that its line names; the count of its progress bar;
the step named last on an earlier line; its epoch; how many rows with the same names came before. Counts that
begin anew with each epoch or bar go on from where the one before ended.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from collector.parsing.line import Found, Number, Place, read_line

TRACEBACK = "Traceback (most recent call last):"
_REPORT = re.compile(r"^=+ (?P<title>.+?) =+$")
_SOURCE_TITLES = frozenset(["FAILURES", "ERRORS", "warnings summary", "short test summary info"])
"""Parts of pytest's report that show source text."""


class Row(NamedTuple):
    """One row, as `log` takes it."""

    step: Number
    values: dict[str, Number]
    form: str


class _Count:
    """A count that may begin anew."""

    def __init__(self) -> None:
        self.base: Number = 0
        self.last = Place(0)

    def go_on(self, place: Place, *, is_new: bool) -> Number:
        if is_new:
            self.base += self.last.of if self.last.of is not None else self.last.at
        self.last = place
        return self.base + place.at


class _Source:
    """Where one stream shows source text: lines of another stream may come between those of a traceback."""

    def __init__(self) -> None:
        self.is_in_traceback = False
        self.is_in_report = False

    def skips(self, line: str) -> bool:
        """Whether the line belongs to a traceback or a test's report, which show source text."""
        if line.startswith("==") and (title := _REPORT.match(line.rstrip())):
            self.is_in_report = title["title"] in _SOURCE_TITLES
        if self.is_in_report:
            return True
        if TRACEBACK in line:
            self.is_in_traceback = True
        elif self.is_in_traceback and line.strip() and not line.startswith((" ", "\t")):
            self.is_in_traceback = False
        else:
            return self.is_in_traceback
        return True


class Rows:
    """The rows of one output, line by line."""

    def __init__(self, patterns: Sequence[re.Pattern[str]] = ()) -> None:
        self._patterns = patterns
        self._step: Number | None = None
        self._epoch: Number | None = None
        self._epoch_of_step: Number | None = None
        self._steps = _Count()
        self._bars: dict[str, _Count] = {}
        self._shown: dict[str, tuple[Number, dict[str, Number]]] = {}
        self._seen: dict[frozenset[str], int] = {}
        self._sources: dict[int, _Source] = {}

    def read(self, line: str, stream: int = 1) -> Row | None:
        """The row of the next line, None where it has none."""
        if self._sources.setdefault(stream, _Source()).skips(line):
            return None
        found = read_line(line, self._patterns)
        if found is None:
            return None
        if found.bar is not None:
            return self._bar_row(found, found.bar)
        step = self._place(found)
        return Row(step, found.values, found.form) if found.values else None

    def _bar_row(self, found: Found, bar: str) -> Row | None:
        assert found.step is not None
        count = self._bars.setdefault(bar, _Count())
        step = count.go_on(found.step, is_new=found.step.at < count.last.at)
        # A bar is drawn many times: only what has changed is news.
        if self._shown.get(bar) == (step, found.values):
            return None
        self._shown[bar] = (step, found.values)
        return Row(step, found.values, found.form)

    def _place(self, found: Found) -> Number:
        if found.epoch is not None:
            self._epoch = found.epoch.at
        if found.step is not None:
            is_new_epoch = self._epoch_of_step is not None and self._epoch != self._epoch_of_step
            self._epoch_of_step = self._epoch
            is_new = is_new_epoch and found.step.at < self._steps.last.at
            self._step = self._steps.go_on(found.step, is_new=is_new)
            return self._step
        if self._step is not None:
            return self._step
        if found.epoch is not None:
            return found.epoch.at
        if not found.values:
            return 0
        names = frozenset(found.values)
        self._seen[names] = self._seen.get(names, -1) + 1
        return self._seen[names]
