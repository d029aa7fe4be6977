"""Record training runs in crash-safe logs on disk: no server, no account.

import collector

with collector.init(project="digits", config={"lr": 0.1}) as run:
    run.log({"train/loss": 0.5})
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collector import current
from collector.version import __version__

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from collector.media import plot
    from collector.media.audio import Audio
    from collector.media.chart import Chart
    from collector.media.figure import Altair, Figure, Plotly
    from collector.media.file import File
    from collector.media.histogram import Histogram
    from collector.media.html import Html
    from collector.media.image import Image
    from collector.media.table import Table
    from collector.media.text import Text
    from collector.media.video import Video
    from collector.run_config import RunConfig
    from collector.run_summary import RunSummary
    from collector.runlog.errors import CollectorError
    from collector.training_run import Run

    run: Run | None
    config: RunConfig
    summary: RunSummary

__all__ = [
    "Altair",
    "Audio",
    "Chart",
    "CollectorError",
    "Figure",
    "File",
    "Histogram",
    "Html",
    "Image",
    "Plotly",
    "Run",
    "Table",
    "Text",
    "Video",
    "__version__",
    "config",
    "define_metric",
    "finish",
    "init",
    "log",
    "plot",
    "run",
    "summary",
]


def init(
    project: str | None = None,
    *,
    name: str | None = None,
    config: Any = None,
    group: str | None = None,
    job_type: str | None = None,
    tags: Iterable[str] | None = None,
    notes: str | None = None,
    id: str | None = None,  # noqa: A002  wandb's name
    dir: str | os.PathLike[str] | None = None,  # noqa: A002  wandb's name
    mode: str | None = None,
    resume: bool | str | None = None,
    reinit: bool | str | None = None,
    strict: bool = False,
    **ignored: Any,
) -> Run:
    """Begin a run and make it the current one; under `collect` it joins the run of the wrapper."""
    # Everything heavier than a dict is loaded here: importing the package has to cost nothing.
    from collector.start import Wishes, start_run

    wishes = Wishes(
        project, name, config, group, job_type, tags, notes, id, dir, mode, resume, reinit, strict
    )
    return start_run(wishes, ignored)


def log(data: Mapping[str, Any], step: float | int | None = None, commit: bool | None = None) -> None:
    """Record a row of values in the current run; see `Run.log`."""
    if current.run is None:
        raise _no_run("log")
    current.run.log(data, step, commit)


def define_metric(name: str, step_metric: str | None = None, **how: Any) -> None:
    """Say how a metric of the current run is to be shown; see `Run.define_metric`."""
    if current.run is None:
        raise _no_run("define_metric")
    current.run.define_metric(name, step_metric, **how)


def finish(exit_code: int | None = None) -> None:
    """End the current run, if there is one."""
    if current.run is not None:
        current.run.finish(exit_code)


def _no_run(name: str) -> CollectorError:
    from collector.runlog.errors import CollectorError

    return CollectorError(f"collector.{name} needs a run.", "Call collector.init() first.")


class _BeforeInit:
    """Stands for config and summary while there is no run."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __getattr__(self, attribute: str) -> Any:
        raise _no_run(f"{self._name}.{attribute}")

    def __setattr__(self, attribute: str, value: Any) -> None:
        raise _no_run(f"{self._name}.{attribute}")

    def __getitem__(self, key: str) -> Any:
        raise _no_run(f"{self._name}[{key!r}]")

    def __setitem__(self, key: str, value: Any) -> None:
        raise _no_run(f"{self._name}[{key!r}]")


def __getattr__(name: str) -> Any:
    if name == "run":
        return current.run
    if name in ("config", "summary"):
        return _BeforeInit(name) if current.run is None else getattr(current.run, name)
    if name == "Run":
        from collector.training_run import Run

        return Run
    if name == "CollectorError":
        from collector.runlog.errors import CollectorError

        return CollectorError
    if name in __all__:  # what is left are the kinds of media
        from collector.media.kinds import load

        return load(name)
    raise AttributeError(f"module 'collector' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
