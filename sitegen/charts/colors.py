"""Run colours: a pure function of the run's id, one colour that reads on light and on dark paper."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from functools import lru_cache

PAPERS = ("#fbfaf8", "#121417")
MIN_CONTRAST = 3.0
"""Against both papers (WCAG's rule for graphics), which leaves relative luminances of 0.12 to 0.28."""

LUMINANCES = (0.123, 0.278)
CHROMAS = (0.065, 0.18)
"""Relative luminance and OKLCH chroma of runs, from the least to the most.

All three coordinates are drawn evenly from the hash, so that runs of close hues differ in another. The
closest two of 50 runs are 0.009 apart in OKLab, in the middle of many draws; with five pairs of luminance and
chroma to choose from it was 0.0015.
"""


@lru_cache(maxsize=1 << 16)
def run_color(run_id: str) -> str:
    """The colour of a run as #rrggbb, the same in every chart, build and project."""
    digest = hashlib.sha256(run_id.encode("utf-8", "surrogatepass")).digest()
    around, outward, upward = (int.from_bytes(digest[at : at + 4], "big") / 2**32 for at in (0, 4, 8))
    # Even over the disc and not over its radius: strong colours have more room between them than dull ones.
    chroma = math.sqrt(_between([bound**2 for bound in CHROMAS], outward))
    return color(around * 360, chroma, _between(LUMINANCES, upward))


def _between(bounds: Sequence[float], share: float) -> float:
    return bounds[0] + share * (bounds[1] - bounds[0])


def color(hue: float, chroma: float, luminance: float) -> str:
    """The colour of this hue and luminance, with as much of the chroma as a screen can show."""
    angle = math.radians(hue)
    found = _at_luminance(angle, chroma, luminance)
    low, high = 0.0, chroma
    for _ in range(6 if found is None else 0):
        middle = (low + high) / 2
        candidate = _at_luminance(angle, middle, luminance)
        if candidate is None:
            high = middle
        else:
            low, found = middle, candidate
    red, green, blue = found or _at_luminance(angle, 0.0, luminance) or (128, 128, 128)
    return f"#{red:02x}{green:02x}{blue:02x}"


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two #rrggbb colours."""
    low, high = sorted((luminance_of(one), luminance_of(other)))
    return (high + 0.05) / (low + 0.05)


def luminance_of(text: str) -> float:
    """WCAG relative luminance of #rrggbb."""
    red, green, blue = (_to_linear(channel / 255) for channel in bytes.fromhex(text[1:]))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _at_luminance(hue: float, chroma: float, luminance: float) -> tuple[int, int, int] | None:
    low, high = 0.0, 1.0
    for _ in range(16):
        lightness = (low + high) / 2
        red, green, blue = _oklch_to_linear(lightness, chroma, hue)
        if 0.2126 * red + 0.7152 * green + 0.0722 * blue < luminance:
            low = lightness
        else:
            high = lightness
    channels = _oklch_to_linear(low, chroma, hue)
    if not all(-1e-4 <= channel <= 1.0001 for channel in channels):
        return None
    red, green, blue = (round(_to_screen(min(1.0, max(0.0, channel))) * 255) for channel in channels)
    return red, green, blue


def _oklch_to_linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    # Constants of the OKLab colour space.
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _to_linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _to_screen(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)


PALETTE = tuple(
    color(hue, chroma, luminance)
    for hue, chroma, luminance in (
        (264, 0.17, 0.15),
        (55, 0.15, 0.258),
        (165, 0.12, 0.2),
        (10, 0.17, 0.15),
        (305, 0.15, 0.17),
        (225, 0.1, 0.25),
        (90, 0.1, 0.16),
        (340, 0.15, 0.25),
    )
)
"""Colours of several series of one run (ranks, devices), in order."""

RAMP = tuple(color(264 - 209 * at / 23, 0.15, 0.13 + 0.14 * at / 23) for at in range(24))
"""Colours for values in order, from a dark blue to a light orange."""

NONE = color(0, 0.0, 0.2)
"""For a run without the value that colours runs."""
