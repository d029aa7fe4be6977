"""A run's page: how it ended, what came out, what was set and changed, its curves, console and provenance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sitegen.charts.colors import run_color
from sitegen.charts.packs import Packs
from sitegen.derive.definitions import definitions_over
from sitegen.derive.facts import MetricSummary, RunFacts, WholeRun
from sitegen.pages.changes import changes_since
from sitegen.pages.console import Console, console_of
from sitegen.pages.diff import patch_of
from sitegen.pages.formatting import duration, exact, measure, moment, size
from sitegen.pages.headline import alarm_of
from sitegen.pages.mediaviews import MediaPanel
from sitegen.pages.natural import natural
from sitegen.pages.pagedata import run_entries
from sitegen.pages.places import Place
from sitegen.pages.press import Press
from sitegen.pages.provenance import package_facts, provenance_parts
from sitegen.pages.results import results_of, setting_fact
from sitegen.pages.said import alert_views, artifact_rows, edit_views
from sitegen.pages.sections import ChartSource, chart_data, sections_of, system_sections
from sitegen.pages.sources import curves_of, metric_sources, system_sources
from sitegen.pages.states import state_view
from sitegen.pages.views import Changes, ChartControls, Fact, Link, RunPage, SummaryRow, Traceback
from sitegen.texts import said


@dataclass(frozen=True)
class RunParts:
    """What of a run's page is also needed beside it."""

    metrics: tuple[ChartSource, ...]
    system: tuple[ChartSource, ...]
    console: Console | None
    changes: Changes | None
    media: tuple[MediaPanel, ...] = ()


def gather_run(run: WholeRun, before: WholeRun | None, place: Place, press: Press, packs: Packs) -> RunParts:
    """The charts and the console of a run, and what changed since the one before."""
    options, curves = press.config.project(run.project), curves_of([run])
    definitions = definitions_over([run])
    return RunParts(
        metrics=tuple(
            metric_sources(curves.metrics, definitions, packs, place.folder, options, place.chosen, {})
        ),
        system=tuple(system_sources(curves.system, packs, place.folder, run)),
        console=console_of(run.console, run.started, press.zone, press.parts.texts) if run.console else None,
        changes=changes_since(run, before, place.older.url if place.older else ""),
    )


def run_page(run: WholeRun, place: Place, parts: RunParts, press: Press, data_script: str) -> RunPage:
    """What a run's page says without scripts."""
    config, zone = press.config, press.zone
    options = config.project(run.project)
    results, results_left = results_of(run, place.chosen, options)
    return RunPage(
        kind="run",
        title=run.name,
        root="../../",
        crumbs=(Link(place.project_title, "../index.html"),),
        data_script=data_script,
        id=run.id,
        name=run.name,
        color=run_color(run.id),
        state=state_view(run, zone),
        project=Link(place.project_title, "../index.html"),
        newer=place.newer,
        older=place.older,
        started=moment(run.started, zone),
        duration=duration(run.duration),
        head=tuple(_head(run)),
        tags=run.tags,
        notes=run.notes or "",
        traceback=_traceback(run.traceback),
        alerts=alert_views(run),
        problems=tuple(_problems(run)),
        warnings=tuple(note.text for note in run.recorder_notes if note.is_warning),
        remarks=tuple(note.text for note in run.recorder_notes if not note.is_warning),
        edits=edit_views(run, zone),
        results=results,
        results_left=results_left,
        config=_config(run, place.varying),
        changes=parts.changes,
        sections=sections_of(parts.metrics),
        system=system_sections(parts.system, len(parts.metrics), is_open=True),
        charts=len(parts.metrics),
        media=parts.media,
        artifacts=artifact_rows(run, place.artifacts),
        controls=ChartControls(options.x_axis, config.charts.smoothing, bool(parts.metrics or parts.system)),
        summary=tuple(_summary_row(run.summary[metric]) for metric in sorted(run.summary)),
        console=parts.console,
        console_file=f"{place.file}.console.txt" if parts.console else "",
        console_skipped=size(run.console_skipped) if run.console_skipped else "",
        provenance=provenance_parts(run),
        packages=package_facts(run),
        patch=patch_of(run.patch) if run.patch else None,
    )


def run_data(run: WholeRun, place: Place, parts: RunParts, press: Press) -> dict[str, Any]:
    """The data of a run's page: this run and its charts, nothing of any other."""
    charts = press.config.charts
    options = press.config.project(run.project)
    return {
        "kind": "run",
        "root": "../../",
        "runs": run_entries([run], {run.id: place.file}),
        "drawn": [run.id],
        "columns": [],
        **chart_data([*parts.metrics, *parts.system], charts.height),
        **press.chart_scripts,
        "defaults": {"x": options.x_axis, "smoothing": charts.smoothing, "yscale": "linear"},
    }


def _head(run: WholeRun) -> Iterator[Fact]:
    if run.group:
        yield _fact(said("head.group"), run.group)
    if run.job_type:
        yield _fact(said("head.type"), run.job_type)
    if run.world_size > 1 or len(run.ranks) > 1:
        seen = len(run.ranks)
        note = "" if seen == run.world_size else said("head.heard", n=run.world_size)
        yield _fact("", said("head.ranks", n=seen), note)
    if run.attempts > 1:
        replaced = said("head.replaced", n=run.superseded) if run.superseded else ""
        yield _fact("", said("head.attempts", n=run.attempts), replaced)
    git = run.provenance.get("git", {})
    if git.get("commit"):
        patch = patch_of(run.patch) if run.patch else None
        note = said("head.uncommitted", added=str(patch.added), removed=str(patch.removed)) if patch else ""
        yield _fact(said("head.commit"), str(git["commit"])[:9], note)
    host = run.provenance.get("system", {}).get("host") or run.provenance.get("command", {}).get("host")
    if host:
        yield _fact(said("head.host"), str(host))


def _fact(name: str, value: str, note: str = "", *, is_bad: bool = False, is_strong: bool = False) -> Fact:
    return Fact(name, value, note, is_bad, is_strong)


def _traceback(text: str | None) -> Traceback | None:
    if not text or not text.strip():
        return None
    lines = text.rstrip().split("\n")
    # The exception's own lines stand last, not indented; the first of them names it.
    start = len(lines) - 1
    while (
        start > 0
        and not lines[start - 1].startswith((" ", "\t"))
        and not lines[start - 1].startswith("Traceback")
    ):
        start -= 1
    return Traceback(lines[start][:400] or lines[-1][:400], text.rstrip())


def _problems(run: RunFacts) -> Iterator[str]:
    for problem in run.problems:
        yield problem.message
    if run.dropped and not any(problem.kind == "dropped" for problem in run.problems):
        yield said("alerts.dropped", n=run.dropped)


def _config(run: RunFacts, varying: frozenset[str]) -> tuple[Fact, ...]:
    keys = sorted(run.config, key=lambda key: (key not in varying, natural(key)))
    return tuple(setting_fact(key, run.config[key], is_strong=key in varying) for key in keys)


def _summary_row(summary: MetricSummary) -> SummaryRow:
    bad = []
    if summary.nan_count:
        bad.append(said("metrics.bad.nan", n=summary.nan_count))
    if summary.inf_count:
        bad.append(said("metrics.bad.infinite", n=summary.inf_count))
    told = said("metrics.bad_values", what=bad) if bad else ""
    alarm = alarm_of(summary)
    if bad and summary.first_bad_step is not None:
        told = said("metrics.bad_since", what=bad, step=exact(summary.first_bad_step))
    return SummaryRow(
        metric=summary.metric,
        last=alarm.text if alarm else measure(summary.last),
        min=measure(summary.min),
        min_step=said("metrics.step", step=exact(summary.min_step)) if summary.min_step is not None else "",
        max=measure(summary.max),
        max_step=said("metrics.step", step=exact(summary.max_step)) if summary.max_step is not None else "",
        mean=measure(summary.mean),
        count=f"{summary.count:,}",
        bad=told,
    )
