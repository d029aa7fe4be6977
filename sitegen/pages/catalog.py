"""Every column that a project's table could have, in files that load when a reader asks for more of them.

The page itself carries its default columns. The catalogue names all others by group and says which file has
the values of a group: statistics of metrics as packed numbers, settings and facts of runs as scripts.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from sitegen.charts.columns import Column as PackedColumn
from sitegen.charts.columns import counts_at, numbers_at, pack_array
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
        *_plain_groups(said("catalog.run"), _fact_cells(project), project, assets),
        *_plain_groups(said("catalog.settings"), _setting_cells(project), project, assets),
        *_metric_groups(_metrics(project, options), project, "summary", folder, files),
        *_metric_groups(_system(project), project, "system_summary", folder, files),
    ]
    return Catalog(
        assets.asset("catalog", ".js", call_script("site.catalog", texts.throughout(groups))), files
    )


Cells = Mapping[int, Value]
"""What a column says, by the number of the run; where it says nothing there is no entry."""


def _fact_cells(project: ProjectFacts) -> Iterable[tuple[TableColumn, Cells]]:
    for column in fact_columns():
        yield column, {at: value for at, value in enumerate(column.told(project)) if value is not None}


def _setting_cells(project: ProjectFacts) -> Iterable[tuple[TableColumn, Cells]]:
    cells: dict[str, dict[int, Value]] = {key: {} for key in project.config_keys}
    parts = project.each("settings", None, _settings_of)
    for at, values in project.placed(parts):
        for key, value in values.items():
            if value is not None:
                cells[key][at] = value
    return ((config_column(project, key), found) for key, found in cells.items())


def _settings_of(runs: Sequence[RunFacts]) -> dict[int, dict[str, Value]]:
    """By the number of the run: there may be 100,000 settings that one run each has."""
    told = ({key: json_value(setting) for key, setting in run.config.items()} for run in runs)
    return dict(enumerate(told))


def _plain_groups(
    title: str, columns: Iterable[tuple[TableColumn, Cells]], project: ProjectFacts, assets: Assets
) -> Iterable[dict[str, Any]]:
    """Columns of words and numbers, as many to a file as it should hold."""
    runs = len(project.runs)
    for number, part in enumerate(_parted(((column, cells) for column, cells in columns if cells), runs)):
        table = {visible(column.view.key): _table_column(cells, runs) for column, cells in part}
        # Of equal tables the order may differ. Equal values are written alike: 1.0 is 1 (see json_value).
        given = list(table.items())
        script = project.again(f"{title} {number}", given, partial(call_script, "site.table", table))
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
    found = project.each(
        "system metrics", None, lambda runs: {one for run in runs for one in run.system_summary}
    )
    names = sorted(set[str]().union(*found))
    return [_Metric(SYSTEM, name, name, system_title(name)[1], None) for name in names]


def _metric_groups(
    metrics: Sequence[_Metric], project: ProjectFacts, kind: str, folder: str, files: dict[str, bytes]
) -> Iterable[dict[str, Any]]:
    """Metrics by section, as many to a file as it should hold; of runs' `summary` or `system_summary`."""
    each = max(1, CHUNK_NUMBERS // max(1, len(project.runs) * len(STATISTICS)))
    anchors = anchors_of(project)
    summaries = _Summaries(project, kind, anchors)
    for section, found in groupby(metrics, key=lambda metric: metric.section):
        members = list(found)
        for start in range(0, len(members), each):
            part = members[start : start + each]
            name, content = _statistics([one.name for one in part], summaries)
            files[f"data/{folder}/{name}"] = content
            yield {
                "title": section,
                "path": f"data/{folder}/{name}",
                "anchors": [visible(anchor) for anchor in anchors] if section != SYSTEM else [],
                "metrics": [
                    [visible(one.name), visible(one.label), visible(one.unit), one.goal or ""] for one in part
                ],
            }


class _Summaries:
    """The statistics of all runs of a project."""

    def __init__(self, project: ProjectFacts, kind: str, anchors: Sequence[str]) -> None:
        self._project, self._kind = project, kind
        make = partial(_BlockSummaries, kind=kind, anchors=anchors)
        self._blocks = project.each(kind, tuple(anchors), make)

    def columns(self, metric: str) -> dict[str, PackedColumn]:
        """All about a metric: statistics, its values where others were best, what there is of it."""
        parts = [block.arrays(metric) for block in self._blocks]
        # The bytes tell 0.0 from -0.0. Of ten thousand runs one went on: mostly a few columns are other ones.
        joined = {name: b"".join(part[name].tobytes() for part in parts) for name in parts[0]}
        return {
            name: self._project.again(
                f"{self._kind} {metric} {name}", raw, partial(_packed, parts[0][name].typecode, raw)
            )
            for name, raw in joined.items()
        }


class _BlockSummaries:
    """The statistics of runs that stand next to each other."""

    def __init__(self, runs: Sequence[RunFacts], kind: str, anchors: Sequence[str]) -> None:
        self._rows = [_rows(getattr(run, kind)) for run in runs]
        self._anchored = [
            (
                [at for at, run in enumerate(runs) if anchor in run.at_best],
                [run.at_best[anchor] for run in runs if anchor in run.at_best],
            )
            for anchor in anchors
        ]
        self._arrays: dict[str, dict[str, array[Any]]] = {}

    def arrays(self, metric: str) -> dict[str, array[Any]]:
        """The columns of a metric."""
        if metric not in self._arrays:
            self._arrays[metric] = self._made(metric)
        return self._arrays[metric]

    def _made(self, metric: str) -> dict[str, array[Any]]:
        rows = [found.get(metric) for found in self._rows]
        count = len(rows)
        places = range(count) if None not in rows else [at for at, row in enumerate(rows) if row]
        # All statistics of a run at once: column by column took three times as long.
        *found_columns, has = list(zip(*filter(None, rows), strict=True)) or [()] * (len(STATISTICS) + 1)
        arrays: dict[str, array[Any]] = {
            statistic: numbers_at(count, places, values)
            for statistic, values in zip(STATISTICS, found_columns, strict=True)
        }
        for number, (there, others) in enumerate(self._anchored):
            arrays[f"at{number}"] = numbers_at(count, there, [found.get(metric) for found in others])
        # A run without the metric is MISSING, which is 0.
        arrays["has"] = counts_at(count, places, has)
        return arrays


def _packed(typecode: str, raw: bytes) -> PackedColumn:
    return pack_array(array(typecode, raw))


def _statistics(metrics: Sequence[str], summaries: _Summaries) -> tuple[str, bytes]:
    entries: list[dict[str, Any]] = []
    columns: list[PackedColumn] = []
    for metric in metrics:
        found = summaries.columns(metric)
        entries.append(
            {"metric": visible(metric), "cols": {name: len(columns) + at for at, name in enumerate(found)}}
        )
        columns += found.values()
    return chunk_file(container(entries, columns))


def _rows(summaries: Mapping[str, MetricSummary]) -> dict[str, tuple[Any, ...]]:
    """The statistics of each metric, and what there is of it."""
    return {name: (*_STATISTICS_OF(found), _has(found)) for name, found in summaries.items()}


def anchors_of(project: ProjectFacts) -> list[str]:
    """The metrics at whose best step the others can be shown, those of most runs first."""
    counts = sum(project.each("anchors", None, _anchors_of), Counter[str]())
    return sorted(counts, key=lambda anchor: (-counts[anchor], anchor))[:MOST_ANCHORS]


def _anchors_of(runs: Sequence[RunFacts]) -> Counter[str]:
    return Counter(anchor for run in runs for anchor in run.at_best)


def _has(summary: MetricSummary) -> int:
    if not summary.count:
        return ALL_BAD
    return ENDS_BAD if summary.ends_bad else FINITE
