"""All files of one run → its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl

from collector.runlog import lines, reader
from collector.runlog.edits import Edit, Overlay, edits_in, settled
from collector.runlog.paths import EDITS_SUFFIX, METRICS_SUFFIX, RECORDS_SUFFIX, safe_name
from sitegen.discover import Source
from sitegen.ingest.console import read_console
from sitegen.ingest.decode import Columns
from sitegen.ingest.edited import edited_history, edited_texts
from sitegen.ingest.kept import code_of
from sitegen.ingest.pieces import PieceFile, piece_file
from sitegen.ingest.segment import SegmentReading, read_segment
from sitegen.ingest.tables import (
    CELL_SCHEMA,
    MEDIA,
    ROW_SCHEMA,
    WIDE_LIMIT,
    History,
    Part,
    RunRecords,
    RunTables,
    wide_schema,
)

PATCH = "files/diff.patch"

PATCH_BYTES = 4 << 20
"""More of a patch is not read: a page could not show it."""


def read_run(source: Source, cache_dir: Path | None = None) -> RunTables:
    """Everything sitegen wants to know of a run, from its files and from what is kept of long ones."""
    files = {file.name: file.path for file in source.files}
    kept = partial(_pieces, source, cache_dir) if cache_dir else None
    readings = [read_segment(segment, files, kept) for segment in _segment_names(files)]
    # Numbered in this order, whatever the readings turn out to be: an edit of a header changes no number.
    names = dict.fromkeys(name for reading in readings for one in reading.columns for name in one.names)
    readings = _in_one(readings, source.parts)
    readings.sort(key=_order)
    edits = _edits(files)
    overlay = Overlay(edits)
    started = _started(readings)
    beginnings = {reading.segment.name: reading.segment.started for reading in readings}
    pieces, skipped = read_console(_inside(files, "console/"), beginnings)
    project = printable(_project(readings) or source.project)
    records = RunRecords(
        project=project,
        project_slug=safe_name(project),
        run=printable(source.run),
        run_id=safe_name(source.run),
        folder=printable(source.project),
        started=started,
        segments=tuple(reading.segment for reading in readings),
        texts=edited_texts(_texts(readings), overlay),
        problems=tuple(problem for reading in readings for problem in reading.problems),
        console=tuple((t - started, stream, text) for t, stream, text in pieces),
        console_skipped=skipped,
        patch=_text(files.get(PATCH)),
        edits=edits,
    )
    history = edited_history(_history(readings, tuple(names), started), overlay)
    return RunTables(records, history, _system(readings, started))


def _pieces(source: Source, cache_dir: Path, name: str) -> PieceFile:
    return piece_file(cache_dir, (source.project, source.run, name), code_version())


def code_version() -> str:
    """Changes with every change of the code that decodes logs."""
    return code_of(Path(__file__).parent, str(lines.__file__), str(reader.__file__))


def media_files(source: Source) -> dict[str, Path]:
    """The run's media files by name; paths are of today, so they are in no cache."""
    return _inside({file.name: file.path for file in source.files}, MEDIA)


def media_sizes(source: Source) -> dict[str, int]:
    """Size in bytes of each of them."""
    return {file.name: file.size_bytes for file in source.files if file.name.startswith(MEDIA)}


def printable(name: str) -> str:
    """A name from the file system as Unicode text: what is none there stays visible as an escape."""
    return name.encode("utf-8", "backslashreplace").decode()


def _edits(files: Mapping[str, Path]) -> tuple[Edit, ...]:
    paths = [str(path) for name, path in files.items() if name.endswith(EDITS_SUFFIX)]
    return tuple(settled(edit for path in paths for edit in edits_in(path)))


def _texts(readings: Sequence[SegmentReading]) -> dict[str, str]:
    return {name: text for reading in reversed(readings) for name, text in reading.texts.items()}


def _in_one(readings: Sequence[SegmentReading], parts: Sequence[Sequence[str]]) -> list[SegmentReading]:
    """The readings of a run and of those that go on with it, whose attempts follow those before them.

    What the later ones are called does not count: they have no name of their own any more.
    """
    part_of = {name.partition(".")[0]: number for number, files in enumerate(parts, 1) for name in files}
    found: list[SegmentReading] = []
    for number in range(len(parts) + 1):
        before = max((reading.segment.attempt for reading in found), default=0)
        for reading in (one for one in readings if part_of.get(one.segment.name, 0) == number):
            segment = reading.segment
            if number:
                named = tuple(record for record in segment.records if record["k"] != "run")
                segment = replace(segment, attempt=segment.attempt + before, records=named)
            found.append(replace(reading, segment=segment))
    return found


def _segment_names(files: Mapping[str, Path]) -> list[str]:
    suffixes = (METRICS_SUFFIX, RECORDS_SUFFIX)
    return sorted({name.removesuffix(end) for name in files for end in suffixes if name.endswith(end)})


def _order(reading: SegmentReading) -> tuple[int, int, float, str]:
    segment = reading.segment
    return segment.rank, segment.attempt, segment.started, segment.name


def _started(readings: Sequence[SegmentReading]) -> float:
    """When the first attempt began; a segment whose header is lost does not say."""
    known = [reading.segment for reading in readings if reading.segment.started > 0]
    if not known:
        return 0.0
    first = min(segment.attempt for segment in known)
    return min(segment.started for segment in known if segment.attempt == first)


def _project(readings: Sequence[SegmentReading]) -> str:
    """The project that the latest record names, else the latest header."""
    told = [(0, reading.segment.started, reading.segment.project) for reading in readings]
    for reading in readings:
        for record in reading.segment.records:
            if record["k"] == "run":
                told.append((1, float(record["t"]), record.get("project")))
    known = [(rank, t, name) for rank, t, name in told if isinstance(name, str) and name]
    return max(known)[2] if known else ""


def _inside(files: Mapping[str, Path], folder: str) -> dict[str, Path]:
    return {name.removeprefix(folder): path for name, path in files.items() if name.startswith(folder)}


def _text(path: Path | None) -> str | None:
    try:
        if path is None:
            return None
        with open(path, "rb") as file:
            return file.read(PATCH_BYTES).decode(errors="replace")
    except OSError:
        return None


def _history(readings: Sequence[SegmentReading], names: tuple[str, ...], started: float) -> History:
    parts, chunks = [], []
    for reading in readings:
        rows = sum(len(columns) for columns in reading.columns)
        if rows:
            segment = reading.segment
            parts.append(Part(segment.rank, segment.attempt, rows, segment.name, segment.rewound))
            shift = reading.metrics_started - started
            chunks += [(columns, columns.t + shift) for columns in reading.columns]
    axes = _axes(chunks)
    if len(names) <= WIDE_LIMIT and all(columns.wide is not None for columns, _ in chunks):
        return History(names, tuple(parts), _wide(axes, names, [columns for columns, _ in chunks]))
    cells = _cells({name: number for number, name in enumerate(names)}, [columns for columns, _ in chunks])
    return History(names, tuple(parts), axes, cells)


def _axes(chunks: Sequence[tuple[Columns, pl.Series]]) -> pl.DataFrame:
    if not chunks:
        return pl.DataFrame(schema=ROW_SCHEMA)
    step = pl.concat([columns.step for columns, _ in chunks], rechunk=True)
    return pl.DataFrame({"step": step, "t": pl.concat([t for _, t in chunks], rechunk=True)})


def _wide(axes: pl.DataFrame, names: tuple[str, ...], chunks: Sequence[Columns]) -> pl.DataFrame:
    columns = []
    for number, name in enumerate(names):
        parts = [
            chunk.wide[name] if chunk.wide and name in chunk.wide else _nothing(len(chunk))
            for chunk in chunks
        ]
        columns.append(pl.concat(parts, rechunk=True).alias(f"m{number}"))
    return axes.hstack(columns).match_to_schema(wide_schema(len(names)))


def _nothing(rows: int) -> pl.Series:
    return pl.Series([None], dtype=pl.Float64).new_from_index(0, rows)


def _cells(numbers: Mapping[str, int], chunks: Sequence[Columns]) -> pl.DataFrame:
    """Every value in long form, whichever form its chunk was decoded to."""
    frames, row = [], 0
    for chunk in chunks:
        if chunk.cells is not None:
            own = pl.Series([numbers[name] for name in chunk.names], dtype=pl.UInt32)
            metric = own.gather(chunk.cells["metric"]).alias("metric")
            frames.append(chunk.cells.with_columns(pl.col("row") + row, metric))
        for name, series in (chunk.wide or {}).items():
            frames.append(_cells_of(series, row, numbers[name]))
        row += len(chunk)
    if not frames:
        return pl.DataFrame(schema=CELL_SCHEMA)
    return pl.concat(frames).sort("row", "metric")


def _cells_of(series: pl.Series, first_row: int, metric: int) -> pl.DataFrame:
    rows = pl.int_range(first_row, first_row + len(series), dtype=pl.UInt32, eager=True).alias("row")
    frame = pl.DataFrame([rows, pl.Series("metric", [metric], pl.UInt32).new_from_index(0, len(series))])
    return frame.with_columns(series.alias("value")).drop_nulls()


def _system(readings: Sequence[SegmentReading], started: float) -> History:
    """System samples as a history whose step is the time."""
    parts: list[Part] = []
    times: list[float] = []
    columns: dict[str, list[float | None]] = {}
    for reading in readings:
        for t, sample in reading.samples:
            for name, value in sample.items():
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    column = columns.setdefault(name, [])
                    column.extend([None] * (len(times) - len(column)))
                    column.append(float(value))
            times.append(t - started)
        if reading.samples:
            parts.append(Part(reading.segment.rank, 1, len(reading.samples)))
    for column in columns.values():
        column.extend([None] * (len(times) - len(column)))
    frame: dict[str, Sequence[float | None]] = {"step": times, "t": times}
    frame.update({f"m{number}": column for number, column in enumerate(columns.values())})
    return History(tuple(columns), tuple(parts), pl.DataFrame(frame, schema=wide_schema(len(columns))))
