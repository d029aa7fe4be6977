"""Run colours are stable, legible on both papers, and far enough apart."""

import math
from itertools import combinations
from statistics import median

from sitegen.charts.colors import MIN_CONTRAST, PALETTE, PAPERS, contrast, run_color

IDS = [f"{word}-{at:04d}" for at in range(500) for word in ("calm-fox", "bold-elm")]


def oklab(text: str) -> tuple[float, float, float]:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (value / 255 for value in bytes.fromhex(text[1:]))
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def test_a_run_keeps_its_colour() -> None:
    """The colour follows from the id alone; a change would repaint every published site."""
    assert run_color("calm-fox-aaaaaa") == run_color("calm-fox-aaaaaa")
    assert [run_color(name) for name in ("a", "b", "")] == EXPECTED


def test_every_colour_is_legible_on_light_and_dark() -> None:
    """A line has 3:1 contrast whatever the reader's mode is."""
    for text in [*map(run_color, IDS), *PALETTE]:
        for paper in PAPERS:
            assert contrast(text, paper) >= MIN_CONTRAST, (text, paper)


def test_colours_are_many() -> None:
    """A thousand runs have hundreds of colours: the hash does not fall into few bins."""
    assert len(set(map(run_color, IDS))) > 700


def test_colours_spread_around_the_wheel() -> None:
    """No twelfth of the hues is empty or crowded."""
    hues = [math.atan2(b, a) % math.tau for _, a, b in map(oklab, map(run_color, IDS))]
    counts = [sum(int(hue / math.tau * 12) == part for hue in hues) for part in range(12)]
    assert min(counts) > 40
    assert max(counts) < 150


def closest(lab: list[tuple[float, float, float]], runs: int) -> list[float]:
    """The smallest distance in each group of so many runs, in order."""
    groups = [lab[at : at + runs] for at in range(0, len(lab) - runs + 1, runs)]
    return sorted(min(math.dist(one, other) for one, other in combinations(group, 2)) for group in groups)


def test_runs_of_a_project_can_be_told_apart() -> None:
    """Few pairs look the same; the closest two of ten runs mostly differ visibly, of fifty a little."""
    lab = [oklab(run_color(name)) for name in IDS]
    far = [math.dist(one, other) for one, other in combinations(lab[:200], 2)]
    assert sum(distance < 0.02 for distance in far) / len(far) < 0.006
    assert median(far) > 0.16
    tens, fifties = closest(lab, 10), closest(lab, 50)
    assert (median(tens) > 0.03, tens[len(tens) // 10] > 0.012) == (True, True)
    assert (median(fifties) > 0.007, fifties[0] > 0) == (True, True)


def test_series_of_one_run_differ_clearly() -> None:
    """The palette of ranks and devices has no two near colours."""
    lab = [oklab(text) for text in PALETTE]
    assert min(math.dist(one, other) for one, other in combinations(lab, 2)) > 0.08


EXPECTED = ["#8a81f1", "#7e6c40", "#ab65bb"]
