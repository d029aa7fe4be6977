"""Histograms: counts in bins, from lists without NumPy and from arrays, the same."""

from __future__ import annotations

import math

import pytest

from collector.media.histogram import BIN_LIMIT, Histogram, count_values
from tests.collector.media.sinks import Kept


def test_every_value_is_in_a_bin_or_counted_apart() -> None:
    """Nothing is lost: finite values in bins, NaN and infinities in their own numbers."""
    item = Histogram([0.0, 1.0, 2.0, 4.0, math.nan, math.inf, -math.inf], num_bins=4).encode(Kept())
    assert item == {"bins": [0, 1, 2, 3, 4], "counts": [1, 1, 1, 1], "nan": 1, "inf": 2}


@pytest.mark.parametrize(
    "values", [[1.0, 2.0, 3.5, -4.25], [7.0, 7.0], [0.1 * i for i in range(97)], [math.nan]]
)
def test_lists_and_arrays_are_counted_alike(values: list[float]) -> None:
    """Our own counting gives NumPy's counts and edges."""
    np = pytest.importorskip("numpy")
    ours, theirs = count_values(values, 16), count_values(np.array(values), 16)
    assert ours["counts"] == theirs["counts"]
    assert ours["bins"] == pytest.approx(theirs["bins"])
    assert (ours["nan"], ours["inf"]) == (theirs["nan"], theirs["inf"])


def test_counted_histogram_is_taken_as_it_is() -> None:
    """`np_histogram=(counts, edges)` is what numpy.histogram returns."""
    item = Histogram(np_histogram=([3, 0, 2.5], [0, 1, 2, 3])).encode(Kept())
    assert item == {"bins": [0, 1, 2, 3], "counts": [3, 0, 2.5], "nan": 0, "inf": 0}


@pytest.mark.parametrize(
    "given",
    [([1, 2], [0, 1]), ([], [0]), ([1], [0, math.inf]), ([1] * (BIN_LIMIT + 1), range(BIN_LIMIT + 2))],
)
def test_counts_that_do_not_fit_their_edges(given: tuple[list[float], list[float]]) -> None:
    """A word says what is wrong."""
    assert Histogram(np_histogram=given).problem.startswith("Histogram: ")


def test_bins_have_a_limit() -> None:
    """More bins than the limit are not made."""
    assert len(Histogram(range(10), num_bins=10_000).encode(Kept())["counts"]) == BIN_LIMIT


def test_complex_numbers_are_refused() -> None:
    """They have no order, and the message says so."""
    np = pytest.importorskip("numpy")
    assert "order" in Histogram(np.zeros(4, dtype=complex)).problem
