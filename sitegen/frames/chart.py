"""`sitegen.chart`: a metric of some runs as the site draws it, for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from math import inf
from typing import TYPE_CHECKING, Any, Literal, get_args

import polars as pl

from sitegen.charts.colors import run_color
from sitegen.charts.notebook import notebook_lines
from sitegen.derive.facts import RunFacts, Series
from sitegen.errors import MisuseError
from sitegen.frames.load import Frames, of_runs

if TYPE_CHECKING:
    import altair

Axis = Literal["step", "time"]


def chart(
    frames: Frames,
    metric: str,
    *,
    runs: str | Sequence[str] | None = None,
    x: Axis = "step",
    log_y: bool = False,
    width: int = 560,
    height: int = 240,
) -> altair.LayerChart:
    """The metric as an Altair chart: the mean of each bucket, and its extremes as a band.

    Of curves of up to 2,000 points every point is drawn. `runs` are ids or names.
    """
    _check(frames, metric, x, (width, height))
    runs = [runs] if isinstance(runs, str) else runs
    _check_runs(frames, runs)
    drawn = [(run, one) for run in of_runs(frames, runs) for one in run.series if one.metric == metric]
    lowest = {run.id: one for run, one in sorted(drawn, key=lambda pair: -pair[1].rank)}
    shown = [run for run in of_runs(frames, runs) if run.id in lowest]
    if not shown:
        whose = "no run has" if runs is None else "none of these runs has"
        raise MisuseError(f'{whose} logged "{metric}".{_near(metric, list(of_runs(frames, runs)))}')
    names = {run.id: _label(run, shown) for run in shown}
    rows = pl.concat([_rows(names[run.id], lowest[run.id], x) for run in shown])
    colors = {names[run.id]: run_color(run.id) for run in shown}
    title = "step" if x == "step" else "seconds since the start"
    made: altair.LayerChart = notebook_lines(
        rows, colors, titles=(title, metric), log_y=log_y, size=(width, height)
    )
    return made


def _rows(name: str, series: Series, x: Axis) -> pl.DataFrame:
    columns = series.columns
    if series.width == 1:
        place = columns["step" if x == "step" else "t"]
        y = columns["y"]
        parts = {"x": place, "y": y, "low": y, "high": y}
    else:
        first, last = (columns[name] for name in (("step0", "step1") if x == "step" else ("t0", "t1")))
        y = columns["mean"].cast(pl.Float64)
        parts = {"x": (first + last) / 2, "y": y, "low": columns["min"], "high": columns["max"]}
    frame = pl.DataFrame({name: values.cast(pl.Float64) for name, values in parts.items()})
    finite = [
        pl.when(pl.col(part).is_finite()).then(pl.col(part)).alias(part) for part in ("y", "low", "high")
    ]
    return frame.with_columns(*finite, pl.lit(name).alias("run"))


def _label(run: RunFacts, shown: Sequence[RunFacts]) -> str:
    """The run's name; with its id where several have it."""
    return run.name if sum(other.name == run.name for other in shown) == 1 else f"{run.name} ({run.id})"


def _check(frames: object, metric: object, x: object, size: tuple[object, object]) -> None:
    """Refuses what no chart can be made of: notebooks have no type checker."""
    if not isinstance(frames, Frames):
        raise MisuseError(
            f"chart() wants what sitegen.load() gives, not {type(frames).__name__}.",
            hint='For example: sitegen.chart(sitegen.load("runlogs"), "loss").',
        )
    if not isinstance(metric, str):
        raise MisuseError(f"metric: must be the name of one, not {metric!r}.")
    if x not in get_args(Axis):
        raise MisuseError(f'x: must be "step" or "time", not {x!r}.')
    for name, pixels in zip(("width", "height"), size, strict=True):
        if isinstance(pixels, bool) or not isinstance(pixels, (int, float)) or not 1 <= pixels < inf:
            raise MisuseError(f"{name}: must be a number of pixels, not {pixels!r}.")


def _check_runs(frames: Frames, wanted: Sequence[str] | None) -> None:
    if wanted is None:
        return
    if not wanted:
        raise MisuseError("runs: names no run.", hint="Leave it out to draw all.")
    known = {name for run in frames.facts for name in (run.id, run.name)}
    for name in wanted:
        if name not in known:
            near = get_close_matches(str(name), known, n=1, cutoff=0.5)
            hint = f'Did you mean "{near[0]}"?' if near else "The column `id` of `.runs` lists them."
            raise MisuseError(f"runs: there is no run {name!r}.", hint=hint)


def _near(metric: str, runs: Sequence[RunFacts]) -> str:
    known = sorted({name for run in runs for name in run.summary})
    near: list[Any] = get_close_matches(metric, known, n=1, cutoff=0.5)
    return f' Did you mean "{near[0]}"?' if near else f" They logged: {', '.join(known[:8]) or 'nothing'}."
