"""Which values of `log` are media without being called so: figures, data frames, pictures, large arrays."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from collector.media.arrays import SMALL, element_count
from collector.media.media import Media

LIST_LIMIT = 1000
"""Most media of one list."""

PLAIN = (str, int, float, bool, type(None), bytes)


def find_media(value: Any) -> list[Media] | None:
    """The media that a value stands for, None for a plain value."""
    if isinstance(value, (list, tuple)):
        if not value or type(value[0]) in PLAIN:
            return None
        found = [as_media(one) for one in value[:LIST_LIMIT]]
        media = [one for one in found if one is not None]
        return media if len(media) == len(found) else None
    one = as_media(value)
    if one is None and (element_count(value) or 0) > SMALL:
        one = _histogram(value)
    return None if one is None else [one]


def as_media(value: Any) -> Media | None:
    """One value as media, whatever library it is of; arrays are not looked at."""
    if isinstance(value, Media):
        return value
    owner = (type(value).__module__ or "").partition(".")[0]
    if owner in ("matplotlib", "plotly", "altair", "PIL", "pandas", "polars"):
        return _of_library(owner, value)
    if isinstance(value, ModuleType) and value.__name__ == "matplotlib.pyplot":
        return _of_library("matplotlib", value)
    return None


def _of_library(owner: str, value: Any) -> Media | None:
    from collector.media import figure, image, table

    if owner == "matplotlib" and (hasattr(value, "savefig") or hasattr(value, "get_figure")):
        return figure.Figure(value)
    if owner == "plotly" and hasattr(value, "to_plotly_json"):
        return figure.Plotly(value)
    if owner == "altair" and hasattr(value, "to_json"):
        return figure.Altair(value)
    if owner == "PIL" and hasattr(value, "getbands"):
        return image.Image(value)
    if owner in ("pandas", "polars") and hasattr(value, "columns"):
        return table.Table(dataframe=value)
    return None


def _histogram(value: Any) -> Media | None:
    from collector.media.histogram import Histogram

    histogram = Histogram(value)
    # An array of texts or objects is described in a few words.
    return None if histogram.problem else histogram
