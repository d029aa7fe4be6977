"""Frames as files for other tools: Parquet as it is, CSV without anything that a spreadsheet would run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import polars as pl

from sitegen.errors import MisuseError, SiteError
from sitegen.frames.load import Frames

Format = Literal["parquet", "csv"]
NAMES = ("runs", "history", "system", "media", "artifacts", "trials")
RISKY = r"^[=+\-@\t\r]"
"""How a cell begins that a spreadsheet takes for a formula."""


def export(
    frames: Frames, folder: Path, form: Format, names: Sequence[str] = NAMES
) -> list[tuple[Path, int]]:
    """Writes a file for each frame; their paths with how many rows each has."""
    if folder.exists() and not folder.is_dir():
        raise MisuseError(f'"{folder}" is a file.', hint="Name a folder with -o.")
    written: list[tuple[Path, int]] = []
    temporary = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            frame: pl.DataFrame = getattr(frames, name)
            place = folder / f"{name}.{form}"
            # Beside its place first: who reads the folder meanwhile never meets half a file.
            temporary = place.with_suffix(".part")
            if form == "parquet":
                frame.write_parquet(temporary)
            else:
                guarded(frame).write_csv(temporary)
            temporary.replace(place)
            written.append((place, len(frame)))
    # Of a disk that is full Polars speaks in its own errors, when it writes Parquet.
    except (OSError, pl.exceptions.ComputeError) as error:
        said = (isinstance(error, OSError) and error.strerror) or str(error)
        if "os error" not in said and not isinstance(error, OSError):  # then Polars does not name the cause
            said += "; is the disk full?"
        raise SiteError(
            f'"{folder}" could not be written: {said}.',
            hint="Mend the cause, or name another folder with -o.",
        ) from error
    finally:
        if temporary != folder:
            temporary.unlink(missing_ok=True)
    return written


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with lists as texts, and a quote before every text that looks like a formula."""
    texts = [
        (name, pl.col(name).list.join("; ") if isinstance(kind, pl.List) else pl.col(name).cast(pl.String))
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.List) or kind in (pl.String, pl.Categorical)
    ]
    safe = [
        pl.when(text.str.contains(RISKY)).then(pl.lit("'") + text).otherwise(text).alias(name)
        for name, text in texts
    ]
    named = {name: _safe_name(name) for name in frame.columns}
    return frame.with_columns(*safe).rename(named)


def _safe_name(name: str) -> str:
    return f"'{name}" if name[:1] in "=+-@\t\r" and name else name
