"""The script with a page's data: one call of `site.page`, safe wherever a script may stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sitegen.charts.colors import run_color
from sitegen.derive.facts import Annotation, RunFacts
from sitegen.pages.endings import ended
from sitegen.pages.formatting import shown_name, visible

# Charts mark no more of a run: a checkpoint every hundred steps would only be a thick line.
MOST_ANNOTATIONS = 24

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def page_script(data: Mapping[str, Any]) -> bytes:
    """The script's bytes; no character of the data can end the script or become markup."""
    return call_script("site.page", data)


def call_script(function: str, *arguments: Any) -> bytes:
    """A script that calls one function of the page."""
    text = ",".join(
        json.dumps(one, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str)
        for one in arguments
    )
    for char, escape in _ESCAPES.items():
        text = text.replace(char, escape)
    return f"{function}({text});\n".encode("utf-8", "backslashreplace")


def run_entries(runs: Sequence[RunFacts], files: Mapping[str, str]) -> list[dict[str, Any]]:
    """The `runs` of a page's data, newest first; `files` names each one's page, without its suffix."""
    return [_run_entry(run, files[run.id]) for run in runs]


def _run_entry(run: RunFacts, file: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": run.id,
        "name": shown_name(run.name),
        "color": run_color(run.id),
        "state": run.state,
        "started": run.started,
    }
    if file != run.id:
        entry["file"] = file
    if run.state == "open":
        entry |= {"heard": run.last_heard, "beat": run.beat_seconds}
    elif run.cause:
        entry["cause"] = ended(visible(run.cause[:200]))
    if run.tags:
        entry["tags"] = [visible(tag) for tag in run.tags]
    if run.group:
        entry["group"] = visible(run.group)
    if run.annotations:
        entry["annotations"] = _annotations(run.annotations)
    return entry


def _annotations(found: Sequence[Annotation]) -> list[tuple[str, float, float | None, str]]:
    """Restarts and alerts before artifacts, newer before older, where they are too many; in order of time."""
    by_worth = sorted(found, key=lambda one: (one.kind == "artifact", -one.t))
    kept = sorted(by_worth[:MOST_ANNOTATIONS], key=lambda one: one.t)
    return [(one.kind, round(one.t, 3), one.step, visible(one.label[:80])) for one in kept]
