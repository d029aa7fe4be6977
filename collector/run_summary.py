"""One value per metric, computed from the run's own log on access; what the user sets outranks it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

from collector.runlog.history import MetricSummary, Summary


class RunSummary(MutableMapping[str, Any]):
    """`summary["val/acc"]` is the last value, `summary.of("val/acc")` has first, min, max, mean and steps."""

    _log: Summary | None
    _user: dict[str, Any]

    def __init__(
        self,
        write: Callable[[dict[str, Any]], object],
        folder: Callable[[], str],
        rank: int,
        shown: Callable[[str, MetricSummary], Any] = lambda _, metric: metric.last,
    ) -> None:
        self._write = write
        self._folder = folder
        self._rank = rank
        self._shown = shown
        self._user = {}
        self._log = None

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

    def preset(self, values: Mapping[str, Any]) -> None:
        """Set values that the log knows already."""
        self._user.update(values)

    def user_values(self) -> dict[str, Any]:
        """What was set by hand."""
        return dict(self._user)

    def as_dict(self) -> dict[str, Any]:
        """Last values and texts of everything logged, and what was set by hand."""
        logged: dict[str, Any] = {}
        for name, metric in self.metrics().items():
            shown = self._shown(name, metric)
            if shown is not None:
                logged[name] = shown
            elif metric.last is None:
                logged[name] = math.nan  # every value was something else
        if self._log is not None:
            logged |= self._log.texts
        return logged | self._user

    def __getitem__(self, key: str) -> Any:
        return self._user[key] if key in self._user else self.as_dict()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the summary has no {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            self[name] = value

    def __delitem__(self, key: str) -> None:
        del self._user[key]
        self._write({key: None})

    def __iter__(self) -> Iterator[str]:
        return iter(self.as_dict())

    def __len__(self) -> int:
        return len(self.as_dict())

    def __repr__(self) -> str:
        return repr(self.as_dict())
