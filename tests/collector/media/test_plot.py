"""Charts computed here: confusion matrix, ROC, precision and recall, against small cases and scikit-learn."""

from __future__ import annotations

import pytest

from collector.media import plot
from collector.media.table import Table


def test_confusion_matrix_counts_pairs() -> None:
    """Every pair of true and predicted class has its count, also 0."""
    chart = plot.confusion_matrix(y_true=[0, 0, 1, 1], preds=[0, 1, 1, 1], class_names=["cat", "dog"])
    assert chart.rows == [["cat", "cat", 1], ["cat", "dog", 1], ["dog", "cat", 0], ["dog", "dog", 2]]


def test_confusion_matrix_takes_the_likeliest_class() -> None:
    """Probabilities are as good as predictions."""
    chart = plot.confusion_matrix(y_true=[1, 0], probs=[[0.2, 0.8], [0.4, 0.6]])
    assert chart.rows == [["0", "0", 0], ["0", "1", 1], ["1", "0", 0], ["1", "1", 1]]


@pytest.mark.parametrize("given", [{}, {"y_true": [1]}, {"y_true": [1, 2], "preds": [1]}])
def test_confusion_matrix_says_what_is_missing(given: dict[str, list[int]]) -> None:
    """A word, no exception."""
    assert plot.confusion_matrix(**given).problem.startswith("confusion_matrix")


def test_roc_of_fawcetts_kind_of_example() -> None:
    """Ties share a threshold: one slanted line instead of steps whose order would be chance."""
    chart = plot.roc_curve([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1])
    assert [row[:2] for row in chart.rows] == [[0, 0], [0, 0.5], [0.5, 1], [1, 1]]


def test_precision_and_recall() -> None:
    """Precision at each threshold against recall."""
    chart = plot.pr_curve([1, 0, 1], [0.9, 0.8, 0.7])
    assert [row[:2] for row in chart.rows] == [[0.5, 1], [0.5, 0.5], [1, 0.666667]]


def test_every_class_has_a_curve() -> None:
    """One against the rest, named by its label; only those asked for."""
    scores = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]]
    chart = plot.roc_curve([0, 1, 2], scores, labels=["a", "b", "c"])
    assert {row[2] for row in chart.rows} == {"a", "b", "c"}
    assert {row[2] for row in plot.roc_curve([0, 1, 2], scores, classes_to_plot=[1]).rows} == {"1"}


def test_curves_are_scikit_learns() -> None:
    """The same points as sklearn.metrics gives, on random scores with ties."""
    metrics = pytest.importorskip("sklearn.metrics")
    np = pytest.importorskip("numpy")
    random = np.random.default_rng(3)
    truth, scores = random.integers(0, 2, 80), random.integers(0, 20, 80) / 20
    roc = plot.roc_curve(truth, scores)
    false, true, _ = metrics.roc_curve(truth, scores, drop_intermediate=False)
    assert [row[:2] for row in roc.rows] == [
        pytest.approx(pair, abs=1e-6) for pair in zip(false, true, strict=True)
    ]
    precision, recall, _ = metrics.precision_recall_curve(truth, scores)
    ours = [tuple(row[:2]) for row in plot.pr_curve(truth, scores).rows]
    theirs = list(zip(recall[:-1], precision[:-1], strict=True))[::-1]
    assert ours == [pytest.approx(pair, abs=1e-6) for pair in theirs]


def test_long_curves_are_thinned_and_keep_their_ends() -> None:
    """No more points than a screen can show."""
    count = 5000
    chart = plot.roc_curve([i % 2 for i in range(count)], [i / count for i in range(count)])
    assert len(chart.rows) == plot.CURVE_POINTS
    assert (chart.rows[0][:2], chart.rows[-1][:2]) == ([0, 0], [1, 1])


def test_charts_of_tables_name_their_columns() -> None:
    """A column that is not there is told."""
    table = Table(columns=["a", "b"], data=[[1, 2]])
    assert plot.line(table, "a", "b").fields == {"x": "a", "y": "b"}
    assert plot.scatter(table, "a", "nope").problem == "Chart: the table has no column 'nope'"


def test_line_series_over_shared_and_own_x() -> None:
    """Both of wandb's forms."""
    shared = plot.line_series([0, 1], [[5, 6], [7, 8]], keys=["p", "q"])
    own = plot.line_series([[0, 1], [0, 1]], [[5, 6], [7, 8]], keys=["p", "q"])
    assert shared.rows == own.rows == [[0, 5, "p"], [1, 6, "p"], [0, 7, "q"], [1, 8, "q"]]
