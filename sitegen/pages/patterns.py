"""patterns.html: every component of the theme in light and in dark, from the sample project."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from sitegen.charts.packs import Packs
from sitegen.derive.facts import SiteFacts
from sitegen.derive.samples import sample_project, sample_run
from sitegen.pages.headline import headlines
from sitegen.pages.home import home_page
from sitegen.pages.legendsamples import sample_legend
from sitegen.pages.mediasamples import sample_panels
from sitegen.pages.places import Places
from sitegen.pages.press import Press
from sitegen.pages.project import gather_project, project_page
from sitegen.pages.run import gather_run, run_page
from sitegen.pages.views import PatternsPage
from sitegen.texts import said

TOKENS = ("paper", "ink", "accent", "surface", "soft", "line", "dim", "ok", "bad", "run")
_ADDRESSES = ("url", "console_file", "all_runs")
_NO_PACKS = Packs({}, {}, {}, {})


def patterns_page(site_press: Press) -> PatternsPage:
    """Samples of every page kind, for one page that shows their parts side by side."""
    config = replace(site_press.config, projects={})
    press = Press(replace(site_press.parts, config=config), site_press.assets)
    zone = press.zone
    facts = sample_project()
    chosen = headlines(facts, config.project(facts.name))
    project = gather_project(facts, config, zone, _NO_PACKS, chosen, {})
    places = Places(facts, chosen)
    place = places.of(places.among(1))
    crashed, before = sample_run(1), sample_run(2)
    parts = gather_run(crashed, before, place, press, _NO_PACKS)
    parts = replace(parts, media=sample_panels())
    return PatternsPage(
        kind="patterns",
        title=said("patterns.title"),
        root="",
        crumbs=(),
        data_script="",
        home=_unlinked(home_page(SiteFacts((facts,)), config, zone)),
        empty=home_page(SiteFacts(()), config, zone),
        project=_unlinked(project_page(project, "")),
        run=_unlinked(run_page(crashed, place, parts, press, "")),
        modes=("light", "dark"),
        tokens=TOKENS,
        legend=sample_legend(),
    )


def _unlinked(view: Any) -> Any:
    """The view with every address leading to this page: samples have no pages of their own."""
    if isinstance(view, tuple):
        return tuple(_unlinked(one) for one in view)
    if not is_dataclass(view) or isinstance(view, type):
        return view
    values = {field.name: getattr(view, field.name) for field in fields(view)}
    return replace(
        view,
        **{
            name: "#main" if name in _ADDRESSES and value else _unlinked(value)
            for name, value in values.items()
        },
    )
