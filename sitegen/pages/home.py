"""The first page: projects from the most recently active, and the newest runs of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from sitegen.charts.colors import run_color
from sitegen.charts.outline import outline
from sitegen.config import Config, ProjectOptions
from sitegen.derive.facts import ProjectFacts, RunFacts, Series, SiteFacts
from sitegen.pages import urls
from sitegen.pages.curves import first_rank, sketch
from sitegen.pages.formatting import duration, measure, moment
from sitegen.pages.headline import Headline, alarm_of, best_of, headlines, run_headlines
from sitegen.pages.said import loud_alerts
from sitegen.pages.states import state_counts, state_view
from sitegen.pages.views import CardMetric, HomePage, Link, ProjectCard, RecentRun
from sitegen.texts import said

RECENT_RUNS = 12
CARD_CURVES = 8
ROOMY_METRICS = 4
"""On the card of a site's only project, which has the page to itself."""


def home_page(facts: SiteFacts, config: Config, zone: tzinfo, data_script: str = "") -> HomePage:
    """What the first page says."""
    chosen = {project.name: headlines(project, config.project(project.name)) for project in facts.projects}
    newest = max((project.last_activity or 0.0 for project in facts.projects), default=0.0)
    return HomePage(
        kind="home",
        title=config.site_name,
        root="",
        crumbs=(),
        data_script=data_script,
        projects=tuple(
            _card(project, chosen[project.name], config, zone, newest, is_roomy=len(facts.projects) == 1)
            for project in facts.projects
        ),
        recent=_recent(facts.projects, chosen, config, zone),
        warnings=facts.warnings,
        runs=sum(len(project.runs) for project in facts.projects),
    )


def _card(
    project: ProjectFacts,
    chosen: Sequence[Headline],
    config: Config,
    zone: tzinfo,
    newest: float,
    *,
    is_roomy: bool = False,
) -> ProjectCard:
    options = config.project(project.name)
    drawn = [one for one in chosen if _curves(project, one)]
    headline = next(iter((*drawn, *chosen)), None)
    # An even number, so that no tile of the two columns stays empty.
    telling = [one for one in drawn if one == headline or one.goal]
    shown = min(len(telling) // 2 * 2, ROOMY_METRICS) if is_roomy else 0
    best, best_run = _best(project, headline) if headline else ("", None)
    return ProjectCard(
        name=project.name,
        title=project.title,
        url=f"{urls.folder(project.slug)}/index.html",
        runs=len(project.runs),
        metrics=len(project.metrics),
        counts=state_counts(project.runs, newest),
        last_activity=moment(project.last_activity, zone),
        headline=_label(headline.metric, options) if headline else "",
        best=best,
        best_run=best_run,
        sketch=sketch(_curves(project, headline), 300, 64) if headline else None,
        alerted=sum(loud_alerts(run) > 0 for run in project.runs),
        others=tuple(_card_metric(project, one, options) for one in telling[1:shown]),
    )


def _label(metric: str, options: ProjectOptions) -> str:
    return options.metric(metric).label or metric


def _card_metric(project: ProjectFacts, headline: Headline, options: ProjectOptions) -> CardMetric:
    best, best_run = _best(project, headline)
    return CardMetric(
        _label(headline.metric, options), best, best_run, sketch(_curves(project, headline), 300, 64)
    )


def _curves(project: ProjectFacts, headline: Headline) -> list[tuple[RunFacts, Series]]:
    drawn = []
    for run in project.runs:
        series = first_rank(run, headline.metric)
        if series is not None and len(outline(series)) > 1:
            drawn.append((run, series))
        if len(drawn) == CARD_CURVES:
            break
    return drawn


def _best(project: ProjectFacts, headline: Headline) -> tuple[str, Link | None]:
    if headline.goal is None:
        return "", None
    values = [
        (value, run)
        for run in project.runs
        if headline.metric in run.summary
        for value, _ in [best_of(run.summary[headline.metric], headline.goal)]
        if value is not None
    ]
    if not values:
        return "", None
    pick = max if headline.goal == "max" else min
    value, run = pick(values, key=lambda pair: pair[0])
    url = f"{urls.folder(project.slug)}/runs/{urls.run_files(project)[run.id]}.html"
    return said("home.best", what=said(f"statistic.{headline.goal}"), value=measure(value)), Link(
        run.name, url
    )


def _recent(
    projects: Sequence[ProjectFacts],
    chosen: Mapping[str, Sequence[Headline]],
    config: Config,
    zone: tzinfo,
) -> tuple[RecentRun, ...]:
    newest = sorted(
        ((run, project) for project in projects for run in project.runs[:RECENT_RUNS]),
        key=lambda pair: (-pair[0].started, pair[1].name, pair[0].id),
    )
    files = {
        project.name: urls.run_files(project)
        for project in {id(p): p for _, p in newest[:RECENT_RUNS]}.values()
    }
    return tuple(
        _recent_run(
            run,
            project,
            files[project.name][run.id],
            run_headlines(run, chosen[project.name]),
            config.project(project.name),
            zone,
        )
        for run, project in newest[:RECENT_RUNS]
    )


def _recent_run(
    run: RunFacts,
    project: ProjectFacts,
    file: str,
    own: Sequence[Headline],
    options: ProjectOptions,
    zone: tzinfo,
) -> RecentRun:
    value = best_of(run.summary[own[0].metric], own[0].goal)[0] if own else None
    where = urls.folder(project.slug)
    return RecentRun(
        name=run.name,
        url=f"{where}/runs/{file}.html",
        color=run_color(run.id),
        state=state_view(run, zone),
        project=Link(project.title, f"{where}/index.html"),
        result=measure(value) if value is not None else "",
        alarm=alarm_of(run.summary[own[0].metric]) if own else None,
        metric=said(
            "home.metric",
            metric=_label(own[0].metric, options),
            what=said(f"statistic.{own[0].goal or 'last'}"),
        )
        if own
        else "",
        started=moment(run.started, zone),
        duration=duration(run.duration),
        alerts=loud_alerts(run),
    )
