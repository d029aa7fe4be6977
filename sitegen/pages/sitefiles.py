"""The files of a site that belong to no run: its first page, projects' pages, and those around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sitegen.charts import bundle as vega
from sitegen.charts.packs import Packs
from sitegen.charts.pictures import Picture
from sitegen.config import Config
from sitegen.derive.facts import ProjectFacts, SiteFacts
from sitegen.pages import search, urls
from sitegen.pages.catalog import column_catalog
from sitegen.pages.detail import Detail, holding
from sitegen.pages.headline import Headline
from sitegen.pages.home import home_page
from sitegen.pages.liveness import live_data, live_files
from sitegen.pages.patterns import patterns_page
from sitegen.pages.press import Files, Press
from sitegen.pages.project import (
    Project,
    gather_project,
    project_data,
    project_page,
    table_scripts,
)
from sitegen.pages.runlist import RunList, run_list_page
from sitegen.pages.sources import Image
from sitegen.pages.themes import static_files
from sitegen.pages.views import MissingPage
from sitegen.texts import said


def lone_files(press: Press, *, has_charts: bool) -> Files:
    """What says nothing of any run."""
    yield from static_files(press.parts.theme)
    yield "404.html", press.page("missing.html", _missing_page(press.config))
    yield "patterns.html", press.page("patterns.html", patterns_page(press))
    if has_charts:
        yield "assets/vega-licences.txt", vega.licence_text()


def home_files(facts: SiteFacts, press: Press) -> Files:
    """The first page."""
    empty = {"kind": "home", "root": "", "runs": [], "charts": [], "vega": "", "templates": ""}
    page = home_page(facts, press.config, press.zone, press.data("home", empty))
    yield "index.html", press.page("home.html", page)
    yield search.FILE, search.site_index(facts)


@dataclass(frozen=True)
class ProjectParts:
    """What a project's own pages are made of."""

    facts: ProjectFacts
    packs: Packs
    """Where its curves are; the chunks themselves are files of their own."""
    chosen: tuple[Headline, ...]
    pictures: Sequence[Picture]
    detail: Detail


def project_files(parts: ProjectParts, press: Press) -> Files:
    """A project's own pages."""
    facts = parts.facts
    shown = _images(parts.pictures, press)
    catalog = column_catalog(
        facts, press.config.project(facts.name), urls.folder(facts.slug), press.assets, press.parts.texts
    )
    yield from catalog.files.items()
    for workspace in press.config.workspaces_of(facts.name) or (None,):
        project = gather_project(facts, press.config, press.zone, parts.packs, parts.chosen, shown, workspace)
        yield from _project_page(project, parts, catalog.script, press)
    yield f"{project.folder}/{search.FILE}", search.project_index(facts, press.config)


def run_list_files(facts: ProjectFacts, part: RunList, press: Press) -> Files:
    """A page of the list of a project's runs."""
    page = run_list_page(facts, part, press.zone)
    yield f"{urls.folder(facts.slug)}/runs/{part.file}", press.page("runs.html", page)


def _project_page(project: Project, parts: ProjectParts, catalog: str, press: Press) -> Files:
    """The page of a project or of one of its workspaces."""
    runs, path = project.facts.runs, project.path
    scripts = {**press.chart_scripts, **table_scripts(project, press.assets, catalog)}
    plain = project_data(project, scripts) | live_data(path, runs)
    data = press.data("project", parts.detail.added_to(plain, runs, project.folder))
    page = holding(project_page(project, data), parts.detail.told(runs))
    yield path, press.page("project.html", page)
    yield from live_files(path, runs, data, press)


def _images(pictures: Sequence[Picture], press: Press) -> Mapping[str, Image]:
    return {one.metric: Image(press.assets.asset("picture", ".svg", one.svg), one.alt) for one in pictures}


def _missing_page(config: Config) -> MissingPage:
    """A server shows this page at any address, so its links start at the site's own."""
    from urllib.parse import urlsplit

    root = urlsplit(config.site_url or "").path
    root = root if not root or root.endswith("/") else f"{root}/"
    return MissingPage(
        kind="missing",
        title=said("missing.short"),
        root=root,
        crumbs=(),
        data_script="",
        home=f"{root}index.html",
    )
