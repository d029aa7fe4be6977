"""Notebooks: whether this process is one, and what a run looks like as the output of a cell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collector.training_run import Run

SHOWN_METRICS = 12


def is_notebook() -> bool:
    """Whether cells of this process are run again and again by a person."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    return shell is not None and getattr(shell, "kernel", None) is not None


def html_of(run: Run) -> str:
    """A small table of the latest values, plain enough for every notebook."""
    from html import escape  # half a MiB of names of characters

    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(_short(value))}</td></tr>"
        for name, value in _latest(run)[:SHOWN_METRICS]
    )
    more = len(_latest(run)) - SHOWN_METRICS
    rest = f"<p>and {more} more</p>" if more > 0 else ""
    table = f"<table><thead><tr><th>metric</th><th>latest</th></tr></thead><tbody>{rows}</tbody></table>"
    title = f"<p><strong>{escape(run.name)}</strong> of {escape(run.project)}, {escape(run.status)}"
    where = f"<p><code>{escape(run.dir)}</code></p>"
    return f"<div>{title}, step {run.step}</p>{table if rows else ''}{rest}{where}</div>"


def _latest(run: Run) -> list[tuple[str, Any]]:
    try:
        return sorted(run.summary.as_dict().items())
    except Exception:  # named boundary: a broken display would hide the cell's own output
        return []


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)[:80]
