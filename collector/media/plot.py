"""`collector.plot`: charts by one call, with wandb's names and arguments; everything is computed here.

Precision, recall, true and false positive rate as in T. Fawcett, "An introduction to ROC analysis",
Pattern Recognition Letters 27 (2006), 861-874: thresholds are the scores themselves, ties share one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from collector.media.chart import Chart
from collector.media.media import MediaError
from collector.media.table import Table

CURVE_POINTS = 201
"""Most points of a curve per class: more can not be told apart on a screen."""

CLASS_LIMIT = 50
"""Most classes of a curve chart."""


class Ranked(NamedTuple):
    """After taking everything down to a threshold: how many were right, and how many wrong."""

    true_positives: int
    false_positives: int


def confusion_matrix(
    probs: Any = None,
    y_true: Any = None,
    preds: Any = None,
    class_names: Sequence[str] | None = None,
    title: str = "Confusion matrix",
    split_table: bool = False,
) -> Chart:
    """How often each class was taken for each other; from class numbers or names, or from probabilities."""
    if y_true is None or (probs is None) == (preds is None):
        return _failed("confusion_matrix needs y_true and one of preds and probs")
    actual = _plain(y_true)
    found = _plain(preds) if preds is not None else [_best(row) for row in _plain(probs)]
    if len(actual) != len(found):
        return _failed(f"confusion_matrix: {len(actual)} true classes, {len(found)} predictions")
    names = _class_names(class_names, [*actual, *found])
    counts: dict[tuple[str, str], int] = {}
    for pair in zip(map(names, actual), map(names, found)):  # noqa: B905  lengths were compared
        counts[pair] = counts.get(pair, 0) + 1
    order = [str(name) for name in class_names] if class_names else _in_order(map(names, [*actual, *found]))
    rows = [[one, other, counts.get((one, other), 0)] for one in order for other in order]
    fields = {"y": "actual", "x": "predicted", "value": "count"}
    return Chart("confusion", ["actual", "predicted", "count"], rows, fields, title)


def roc_curve(
    y_true: Any = None,
    y_probas: Any = None,
    labels: Sequence[str] | None = None,
    classes_to_plot: Iterable[Any] | None = None,
    title: str = "ROC curve",
    split_table: bool = False,
) -> Chart:
    """True against false positive rate, one curve for each class against the rest."""

    def curve(ranked: list[Ranked]) -> list[tuple[float, float]]:
        positives, negatives = ranked[-1]
        if not positives or not negatives:
            return []
        return [(r.false_positives / negatives, r.true_positives / positives) for r in ranked]

    rows = _curves(y_true, y_probas, labels, classes_to_plot, curve)
    if isinstance(rows, str):
        return _failed(f"roc_curve: {rows}")
    columns = ["false positive rate", "true positive rate", "class"]
    return Chart("roc", columns, rows, {"x": columns[0], "y": columns[1], "color": "class"}, title)


def pr_curve(
    y_true: Any = None,
    y_probas: Any = None,
    labels: Sequence[str] | None = None,
    classes_to_plot: Iterable[Any] | None = None,
    interp_size: int = CURVE_POINTS,
    title: str = "Precision and recall",
    split_table: bool = False,
) -> Chart:
    """Precision against recall, one curve for each class against the rest."""

    def curve(ranked: list[Ranked]) -> list[tuple[float, float]]:
        positives = ranked[-1].true_positives
        taken = [r for r in ranked if sum(r)]
        if not positives:
            return []
        return [(r.true_positives / positives, r.true_positives / sum(r)) for r in taken]

    rows = _curves(y_true, y_probas, labels, classes_to_plot, curve)
    if isinstance(rows, str):
        return _failed(f"pr_curve: {rows}")
    return Chart(
        "pr",
        ["recall", "precision", "class"],
        rows,
        {"x": "recall", "y": "precision", "color": "class"},
        title,
    )


def line(
    table: Table, x: str, y: str, stroke: str | None = None, title: str | None = None, **other: Any
) -> Chart:
    """A line through the rows of a table, one for each value of `stroke`."""
    fields = {"x": x, "y": y} | ({"color": stroke} if stroke else {})
    return Chart("line", table.columns, table.data, fields, title)


def scatter(table: Table, x: str, y: str, title: str | None = None, **other: Any) -> Chart:
    """A point for each row of a table."""
    return Chart("scatter", table.columns, table.data, {"x": x, "y": y}, title)


def bar(table: Table, label: str, value: str, title: str | None = None, **other: Any) -> Chart:
    """A bar for each row of a table."""
    return Chart("bar", table.columns, table.data, {"y": label, "x": value}, title)


def histogram(table: Table, value: str, title: str | None = None, **other: Any) -> Chart:
    """How often the values of a column lie where."""
    return Chart("histogram", table.columns, table.data, {"x": value}, title)


def line_series(
    xs: Any,
    ys: Any,
    keys: Sequence[Any] | None = None,
    title: str | None = None,
    xname: str = "x",
    **other: Any,
) -> Chart:
    """Several lines over the same x values, or each over its own."""
    lines = [_plain(values) for values in ys]
    across = _plain(xs)
    shared = not across or not isinstance(across[0], (list, tuple))
    names = [str(key) for key in keys] if keys is not None else [f"line {i}" for i in range(len(lines))]
    rows = [
        [x, y, names[i] if i < len(names) else f"line {i}"]
        for i, values in enumerate(lines)
        for x, y in zip(across if shared else across[i], values)  # noqa: B905  the shorter one decides
    ]
    return Chart("line", [xname, "y", "line"], rows, {"x": xname, "y": "y", "color": "line"}, title)


def _curves(
    y_true: Any,
    y_probas: Any,
    labels: Sequence[str] | None,
    classes_to_plot: Iterable[Any] | None,
    curve: Callable[[list[Ranked]], list[tuple[float, float]]],
) -> list[list[Any]] | str:
    if y_true is None or y_probas is None:
        return "y_true and y_probas are needed"
    actual, scores = _plain(y_true), _plain(y_probas)
    if len(actual) != len(scores) or not actual:
        return f"{len(actual)} true classes, {len(scores)} rows of scores"
    wide = isinstance(scores[0], (list, tuple))
    count = len(scores[0]) if wide else 2
    classes: list[Any] = list(range(count))
    if any(isinstance(one, str) for one in actual):
        classes = list(labels) if labels and actual[0] in labels else sorted(set(actual))
    rows: list[list[Any]] = []
    wanted = None if classes_to_plot is None else set(classes_to_plot)
    for number, name in enumerate(classes[:CLASS_LIMIT]):
        if (wanted is not None and name not in wanted) or (not wide and number == 0):
            continue
        column = [row[number] if wide else row for row in scores]
        label = str(labels[number]) if labels and number < len(labels) else str(name)
        points = curve(_rank([one == name for one in actual], column))
        rows += [[round(x, 6), round(y, 6), label] for x, y in _thinned(points)]
    return rows


def _rank(is_positive: list[bool], scores: list[float]) -> list[Ranked]:
    """Counts at every threshold, from above all scores to below them all."""
    ranked = [Ranked(0, 0)]
    right = wrong = 0
    order = sorted(range(len(scores)), key=lambda i: -float(scores[i]))
    for place, i in enumerate(order):
        right, wrong = right + is_positive[i], wrong + (not is_positive[i])
        if place + 1 == len(order) or scores[order[place + 1]] != scores[i]:
            ranked.append(Ranked(right, wrong))
    return ranked


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    if len(points) <= CURVE_POINTS:
        return points
    last = len(points) - 1
    return [points[round(i * last / (CURVE_POINTS - 1))] for i in range(CURVE_POINTS)]


def _plain(values: Any) -> list[Any]:
    plain = values.detach().cpu() if hasattr(values, "detach") else values
    found = plain.tolist() if hasattr(plain, "tolist") else list(plain)
    return [one.tolist() if hasattr(one, "tolist") else one for one in found]


def _best(row: Sequence[float]) -> int:
    return max(range(len(row)), key=lambda i: row[i])


def _class_names(names: Sequence[str] | None, used: list[Any]) -> Callable[[Any], str]:
    if names is None:
        return str

    def name(one: Any) -> str:
        is_number = isinstance(one, int) and 0 <= one < len(names)
        return str(names[one]) if is_number else str(one)

    return name


def _in_order(names: Iterable[str]) -> list[str]:
    return sorted(set(names), key=lambda name: (not name.isdigit(), int(name) if name.isdigit() else 0, name))


def _failed(text: str) -> Chart:
    chart = Chart("line", [], [], {})
    chart.problem = str(MediaError(text))
    return chart
