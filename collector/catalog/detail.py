"""Everything a person may ask about one run, from reading all of its logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from collector.catalog.glance import Look
from collector.catalog.joined import joined_look
from collector.runlog.history import MetricSummary, Summary, metrics_files
from collector.runlog.replay import last_fields, merged_tree, read_run_records

KINDS = ("run", "config", "summary", "provenance", "note", "alert", "artifact", "use")


class Detail(NamedTuple):
    """One run as its logs tell it, corrections included."""

    look: Look
    config: dict[str, Any]
    """By dotted name."""
    metrics: dict[str, MetricSummary]
    """By name; each from the lowest rank that logged it."""
    texts: dict[str, str]
    """The latest logged text by name."""
    summary: dict[str, Any]
    """What the user set, by dotted name."""
    provenance: dict[str, dict[str, Any]]
    """By section."""
    notes: list[str]
    """What the recorder had to say, warnings first."""
    alerts: list[dict[str, Any]]
    artifacts: list[dict[str, Any]]
    """What it logged and used; `k` tells which."""


def detail_of(folder: str) -> Detail:
    """All of a run."""
    look = joined_look(folder)
    own = read_run_records(folder, KINDS)
    # What a later part is called does not count: it has no name of its own any more.
    later = [one for part in look.parts for one in read_run_records(part, KINDS) if one["k"] != "run"]
    records = own + later
    # A look may have missed what a script said in the middle of a long file.
    look = look._replace(names=look.overlay.names(last_fields(records, "run")))
    metrics, texts = _metrics(look)
    return Detail(
        look=look,
        config=dict(sorted(look.overlay.config(flattened(merged_tree(records, "config"))).items())),
        metrics=metrics,
        texts=texts,
        summary=dict(sorted(flattened(merged_tree(records, "summary")).items())),
        provenance=_provenance(records),
        notes=_notes(records),
        alerts=[record for record in records if record["k"] == "alert"],
        artifacts=[record for record in records if record["k"] in ("artifact", "use")],
    )


def flattened(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Every leaf of a nested configuration by its dotted name; an empty group is a leaf."""
    found: dict[str, Any] = {}
    for key, value in tree.items():
        name = prefix + str(key)
        if isinstance(value, Mapping) and value and prefix.count(".") < 100:
            found |= flattened(value, name + ".")
        else:
            found[name] = value
    return found


def _metrics(look: Look) -> tuple[dict[str, MetricSummary], dict[str, str]]:
    metrics: dict[str, MetricSummary] = {}
    texts: dict[str, str] = {}
    for rank in sorted({file.rank for file in metrics_files(look.folders)}):
        summary = Summary(look.folders, rank)
        for name, found in summary.refresh().items():
            metrics.setdefault(look.overlay.metric(name), found)
        for name, text in summary.texts.items():
            texts.setdefault(look.overlay.metric(name), text)
    return dict(sorted(metrics.items())), dict(sorted(texts.items()))


def _provenance(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for record in records:
        section, fields = record.get("section"), record.get("fields")
        if record["k"] == "provenance" and isinstance(section, str) and isinstance(fields, dict):
            found.setdefault(section, {}).update(fields)
    return found


def _notes(records: list[dict[str, Any]]) -> list[str]:
    notes = [record for record in records if record["k"] == "note" and isinstance(record.get("text"), str)]
    notes.sort(key=lambda record: record.get("level") != "warning")
    return list(dict.fromkeys(str(record["text"]) for record in notes))
