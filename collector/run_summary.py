"""One value per metric, computed from the run's own log on access; what the user sets outranks it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from collector.runlog.history import MetricSummary, Summary


class RunSummary(MutableMapping[str, Any]):
    """`summary["val/acc"]` is the last value, `summary.of("val/acc")` has first, min, max, mean and steps."""

    def __init__(
        self, write: Callable[[dict[str, Any]], object], folder: Callable[[], str], rank: int
    ) -> None:
        self._write = write
        self._folder = folder
        self._rank = rank
        self._user: dict[str, Any] = {}
        self._log: Summary | None = None

    def of(self, metric: str) -> MetricSummary:
        """Everything known about a metric; all None where it was never logged."""
        return self.metrics().get(metric) or MetricSummary(0)

    def metrics(self) -> dict[str, MetricSummary]:
        """Everything known about every metric, computed from what this rank logged up to now."""
        folder = self._folder()
        if self._log is None or self._log.folder != folder:
            self._log = Summary(folder, self._rank)
        return self._log.refresh()

    def update(self, *others: Any, **named: Any) -> None:
        """Set several values at once."""
        changed = {str(key): value for other in others for key, value in dict(other).items()} | named
        self._user.update(changed)
        if changed:
            self._write(changed)

    def user_values(self) -> dict[str, Any]:
        """What was set by hand."""
        return dict(self._user)

    def as_dict(self) -> dict[str, Any]:
        """Last values and texts of everything logged, and what was set by hand."""
        logged: dict[str, Any] = {name: _last(metric) for name, metric in self.metrics().items()}
        if self._log is not None:
            logged |= self._log.texts
        return logged | self._user

    def __getitem__(self, key: str) -> Any:
        return self._user[key] if key in self._user else self.as_dict()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __delitem__(self, key: str) -> None:
        del self._user[key]
        self._write({key: None})

    def __iter__(self) -> Iterator[str]:
        return iter(self.as_dict())

    def __len__(self) -> int:
        return len(self.as_dict())

    def __repr__(self) -> str:
        return repr(self.as_dict())


def _last(metric: MetricSummary) -> float:
    """The last finite value; NaN where every value was something else."""
    return math.nan if metric.last is None else metric.last
