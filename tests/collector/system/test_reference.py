"""The reference page and the table of metrics say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.system.metrics import GPU_METRICS, SYSTEM_METRICS, Metric

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "system-metrics.md"


def row(metric: Metric, prefix: str = "") -> str:
    """A metric's line on the page."""
    return f"| `{prefix}{metric.name}` | {metric.unit} | {metric.fold} | {metric.source} | {metric.meaning} |"


ROWS = [*(row(metric) for metric in SYSTEM_METRICS), *(row(metric, "gpu0/") for metric in GPU_METRICS)]


@pytest.mark.parametrize("line", ROWS, ids=lambda line: line.split("`")[1])
def test_metric_is_on_the_page(line: str) -> None:
    """Each metric has its line, word for word."""
    assert line in PAGE.read_text(encoding="utf-8").splitlines()


def test_page_has_no_metric_that_is_gone() -> None:
    """No line of the page's tables is about a metric that does not exist."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("| `") and line not in ROWS] == []
