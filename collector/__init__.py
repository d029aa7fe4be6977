"""Record training runs in crash-safe logs on disk: no server, no account.

import collector

with collector.init(project="digits", config={"lr": 0.1}) as run:
    run.log({"train/loss": 0.5})
"""

from __future__ import annotations

from collector import current
from collector.version import __version__

TYPE_CHECKING = False
"""Known to type checkers; typing itself takes 8 ms to load, which `collect log` in a loop would feel."""

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping
    from typing import Any

    from collector.alerts import AlertLevel
    from collector.artifacts.artifact import Artifact
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
    from collector.module_functions import (
        alert,
        ensure_configured,
        link_artifact,
        link_model,
        log_artifact,
        log_code,
        log_model,
        login,
        mark_preempting,
        require,
        restore,
        save,
        setup,
        teardown,
        termerror,
        termlog,
        termwarn,
        unwatch,
        use_artifact,
        use_model,
        watch,
        watch_tree,
    )
    from collector.run_config import RunConfig
    from collector.run_summary import RunSummary
    from collector.runlog.errors import CollectorError
    from collector.training_run import Run
    from collector.wishes import Settings

    run: Run | None
    config: RunConfig
    summary: RunSummary

__all__ = [
    "AlertLevel",
    "Altair",
    "Artifact",
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
    "Settings",
    "Table",
    "Text",
    "Video",
    "__version__",
    "alert",
    "config",
    "define_metric",
    "ensure_configured",
    "finish",
    "init",
    "link_artifact",
    "link_model",
    "log",
    "log_artifact",
    "log_code",
    "log_model",
    "login",
    "mark_preempting",
    "plot",
    "require",
    "restore",
    "run",
    "save",
    "setup",
    "summary",
    "teardown",
    "termerror",
    "termlog",
    "termwarn",
    "unwatch",
    "use_artifact",
    "use_model",
    "watch",
    "watch_tree",
]

_PLACES = {
    "AlertLevel": "collector.alerts",
    "Artifact": "collector.artifacts.artifact",
    "CollectorError": "collector.runlog.errors",
    "Run": "collector.training_run",
    "Settings": "collector.wishes",
}
"""Where classes are that load when they are first asked for; functions are in module_functions.py."""

_ERRORS = ("Error", "UsageError", "CommError", "AuthenticationError", "ConfigError")
"""wandb's exceptions, for scripts that catch them."""


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
    entity: str | None = None,
    resume_from: str | None = None,
    fork_from: str | None = None,
    save_code: bool | None = None,
    config_exclude_keys: Iterable[str] | None = None,
    config_include_keys: Iterable[str] | None = None,
    settings: Any = None,
    **ignored: Any,
) -> Run:
    """Begin a run and make it the current one; under `collect` it joins the run of the wrapper."""
    # Everything heavier than a dict is loaded here: importing the package has to cost nothing.
    from collector.start import start_run
    from collector.wishes import Wishes

    wishes = Wishes(
        *(project, name, config, group, job_type, tags, notes, id, dir, mode, resume, reinit, strict),
        *(entity, resume_from, fork_from, save_code, config_exclude_keys, config_include_keys, settings),
    )
    return start_run(wishes, ignored)


def log(
    data: Mapping[str, Any],
    step: float | int | None = None,
    commit: bool | None = None,
    sync: bool | None = None,
) -> None:
    """Record a row of values in the current run; see `Run.log`."""
    if current.run is None:
        raise _no_run("log")
    current.run.log(data, step, commit)


def define_metric(name: str, step_metric: str | None = None, **how: Any) -> Any:
    """Say how a metric of the current run is to be shown; see `Run.define_metric`."""
    if current.run is None:
        raise _no_run("define_metric")
    return current.run.define_metric(name, step_metric, **how)


def finish(exit_code: int | None = None, **other: Any) -> None:
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
    if name in _PLACES:
        return getattr(__import__(_PLACES[name], fromlist=[name]), name)
    if name.startswith("_") or _is_submodule(name):
        raise AttributeError(f"module 'collector' has no attribute {name!r}")
    return _other(name)


def _is_submodule(name: str) -> bool:
    # `from collector import start` asks for an attribute first, and imports when there is none.
    from importlib.machinery import PathFinder

    return PathFinder.find_spec(f"collector.{name}", __path__) is not None


def _other(name: str) -> Any:
    """A function that is loaded at its first use, or what stands for a name that only wandb has."""
    if name in _ERRORS or name == "errors":
        from collector.runlog import errors

        return errors.CollectorError if name in _ERRORS else errors
    from collector import module_functions
    from collector.media.kinds import load

    media = load(name)
    if media is not None:
        return media
    if name in __all__ or name == "join":
        return getattr(module_functions, name)
    from collector.nothing import missing

    return missing("collector", name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
