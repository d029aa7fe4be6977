"""Every column that a project's table could have, in files that load when a reader asks for more of them.

The page itself carries its default columns. The catalogue names all others by group and says which file has
the values of a group: statistics of metrics as packed numbers, settings and facts of runs as scripts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from sitegen.charts.columns import Column as PackedColumn
from sitegen.charts.columns import pack_counts, pack_numbers
from sitegen.charts.container import chunk_file, container
from sitegen.config import ProjectOptions
from sitegen.derive.at_best import MOST_ANCHORS
from sitegen.derive.facts import MetricSummary, ProjectFacts, RunFacts
from sitegen.pages.columns import TableColumn, Value, config_column, json_value
from sitegen.pages.factcolumns import fact_columns
from sitegen.pages.formatting import visible
from sitegen.pages.headline import goal_of
from sitegen.pages.pagedata import call_script
from sitegen.pages.sections import section_key
from sitegen.pages.system_charts import system_title
from sitegen.pages.themes import Assets
from sitegen.texts import Texts, said

STATISTICS = ("last", "min", "max", "mean", "first", "min_step", "max_step")
"""What the table can show of a metric, in the order of their columns in a chunk."""

_STATISTICS_OF = attrgetter(*STATISTICS)

MISSING, FINITE, ENDS_BAD, ALL_BAD = range(4)
"""What a run has of a metric: nothing, a number, a last value that is none, no finite value at all."""

SYSTEM = said("catalog.system")
"""The group of the machines' metrics."""

CHUNK_NUMBERS = 60_000
"""Numbers in one file of statistics, some 200 kB."""

CHUNK_CELLS = 20_000
"""Cells in one file of settings."""


@dataclass(frozen=True)
class Catalog:
    """The catalogue's script and the files that it names."""

    script: str
    """Path of the script from the site's root."""
    files: Mapping[str, bytes]
    """Path and content of the files with packed numbers."""


def column_catalog(
    project: ProjectFacts, options: ProjectOptions, folder: str, assets: Assets, texts: Texts
) -> Catalog:
    """All columns of a project, and the files with their values."""
    files: dict[str, bytes] = {}
    groups = [
        *_plain_groups(said("catalog.run"), _fact_cells(project.runs), len(project.runs), assets),
        *_plain_groups(said("catalog.settings"), _setting_cells(project), len(project.runs), assets),
        *_metric_groups(_metrics(project, options), project.runs, lambda run: run.summary, folder, files),
        *_metric_groups(_system(project), project.runs, lambda run: run.system_summary, folder, files),
    ]
    return Catalog(
        assets.asset("catalog", ".js", call_script("site.catalog", texts.throughout(groups))), files
    )


Cells = Mapping[int, Value]
"""What a column says, by the number of the run; where it says nothing there is no entry."""


def _fact_cells(runs: Sequence[RunFacts]) -> Iterable[tuple[TableColumn, Cells]]:
    for column in fact_columns():
        values = (json_value(column.value(run)) for run in runs)
        yield column, {number: value for number, value in enumerate(values) if value is not None}


def _setting_cells(project: ProjectFacts) -> Iterable[tuple[TableColumn, Cells]]:
    # Run by run: there may be 100,000 settings that one run each has.
    cells: dict[str, dict[int, Value]] = {key: {} for key in project.config_keys}
    for number, run in enumerate(project.runs):
        for key, setting in run.config.items():
            value = json_value(setting)
            if value is not None:
                cells[key][number] = value
    return ((config_column(project, key), found) for key, found in cells.items())


def _plain_groups(
    title: str, columns: Iterable[tuple[TableColumn, Cells]], runs: int, assets: Assets
) -> Iterable[dict[str, Any]]:
    """Columns of words and numbers, as many to a file as it should hold."""
    for part in _parted(((column, cells) for column, cells in columns if cells), runs):
        table = {visible(column.view.key): _table_column(cells, runs) for column, cells in part}
        script = call_script("site.table", table)
        yield {
            "title": title,
            "path": assets.asset("columns", ".js", script),
            "columns": [_entry(column) for column, _ in part],
        }


def _parted(
    columns: Iterable[tuple[TableColumn, Cells]], runs: int
) -> Iterator[list[tuple[TableColumn, Cells]]]:
    part: list[tuple[TableColumn, Cells]] = []
    size = 0
    for column, cells in columns:
        more = 2 * len(cells) if _is_sparse(cells, runs) else runs
        if part and size + more > CHUNK_CELLS:
            yield part
            part, size = [], 0
        part.append((column, cells))
        size += more
    if part:
        yield part


def _is_sparse(cells: Cells, runs: int) -> bool:
    return 4 * len(cells) < runs


def _table_column(cells: Cells, runs: int) -> Any:
    """The value of each run; where most have none, only those that are there with their places."""
    if _is_sparse(cells, runs):
        return {"n": runs, "at": list(cells), "values": list(cells.values())}
    return [cells.get(number) for number in range(runs)]


def _entry(column: TableColumn) -> dict[str, Any]:
    view = column.view
    return {
        "key": visible(view.key),
        "label": visible(view.label),
        "note": view.note,
        "group": view.group,
        "kind": view.kind,
        "align": view.align,
    }


@dataclass(frozen=True)
class _Metric:
    """A metric as the catalogue names it."""

    section: str
    name: str
    label: str
    unit: str
    goal: str | None


def _metrics(project: ProjectFacts, options: ProjectOptions) -> list[_Metric]:
    return [
        _Metric(
            section_key(name) or said("sections.metrics"),
            name,
            options.metric(name).label or name,
            options.metric(name).unit or "",
            goal_of(name, options),
        )
        for name in project.metrics
    ]


def _system(project: ProjectFacts) -> list[_Metric]:
    names = sorted({name for run in project.runs for name in run.system_summary})
    return [_Metric(SYSTEM, name, name, system_title(name)[1], None) for name in names]


def _metric_groups(
    metrics: Sequence[_Metric],
    runs: Sequence[RunFacts],
    summaries: Callable[[RunFacts], Mapping[str, MetricSummary]],
    folder: str,
    files: dict[str, bytes],
) -> Iterable[dict[str, Any]]:
    """Metrics by section, as many to a file as it should hold."""
    each = max(1, CHUNK_NUMBERS // max(1, len(runs) * len(STATISTICS)))
    anchors = anchors_of(runs)
    for section, found in groupby(metrics, key=lambda metric: metric.section):
        members = list(found)
        for start in range(0, len(members), each):
            part = members[start : start + each]
            name, content = _statistics(part, runs, summaries, anchors)
            files[f"data/{folder}/{name}"] = content
            yield {
                "title": section,
                "path": f"data/{folder}/{name}",
                "anchors": [visible(anchor) for anchor in anchors] if section != SYSTEM else [],
                "metrics": [
                    [visible(one.name), visible(one.label), visible(one.unit), one.goal or ""] for one in part
                ],
            }


def _statistics(
    metrics: Sequence[_Metric],
    runs: Sequence[RunFacts],
    summaries: Callable[[RunFacts], Mapping[str, MetricSummary]],
    anchors: Sequence[str],
) -> tuple[str, bytes]:
    entries: list[dict[str, Any]] = []
    columns: list[PackedColumn] = []
    known = [(at, summaries(run)) for at, run in enumerate(runs)]
    anchored = [
        (
            [at for at, run in enumerate(runs) if anchor in run.at_best],
            [run.at_best[anchor] for run in runs if anchor in run.at_best],
        )
        for anchor in anchors
    ]
    for metric in metrics:
        name, slots = metric.name, {}
        places = [at for at, found in known if name in found]
        rows = [found[name] for _, found in known if name in found]
        # All statistics of a run at once: column by column took three times as long.
        found_columns = list(zip(*map(_STATISTICS_OF, rows), strict=True)) or [()] * len(STATISTICS)
        for statistic, values in zip(STATISTICS, found_columns, strict=True):
            slots[statistic] = len(columns)
            columns.append(pack_numbers(len(runs), places, values))
        for number, (there, others) in enumerate(anchored):
            slots[f"at{number}"] = len(columns)
            columns.append(pack_numbers(len(runs), there, [found.get(name) for found in others]))
        slots["has"] = len(columns)
        # A run without the metric is MISSING, which is 0.
        columns.append(pack_counts(len(runs), places, list(map(_has, rows))))
        entries.append({"metric": visible(name), "cols": slots})
    return chunk_file(container(entries, columns))


def anchors_of(runs: Sequence[RunFacts]) -> list[str]:
    """The metrics at whose best step the others can be shown, those of most runs first."""
    counts = Counter(anchor for run in runs for anchor in run.at_best)
    return sorted(counts, key=lambda anchor: (-counts[anchor], anchor))[:MOST_ANCHORS]


def _has(summary: MetricSummary) -> int:
    if not summary.count:
        return ALL_BAD
    return ENDS_BAD if summary.ends_bad else FINITE
