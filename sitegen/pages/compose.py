"""Facts become the files of a site: pages with their data scripts, chunks, console texts, static files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from collector.version import __version__
from sitegen.charts import bundle as vega
from sitegen.charts import curve
from sitegen.charts.drawing import Studio
from sitegen.charts.packs import project_packs, run_packs
from sitegen.charts.pictures import Picture, headline_pictures
from sitegen.charts.tilecache import LevelSource
from sitegen.config import Config
from sitegen.derive.facts import ProjectFacts, RunFacts, SiteFacts
from sitegen.pages import urls
from sitegen.pages.catalog import column_catalog
from sitegen.pages.detail import Detail, plan_detail
from sitegen.pages.environment import environment
from sitegen.pages.formatting import zone_of
from sitegen.pages.frames import plotly_frame
from sitegen.pages.headline import Headline, headlines
from sitegen.pages.home import home_page
from sitegen.pages.media import Gallery, media_panels
from sitegen.pages.pagedata import page_script
from sitegen.pages.patterns import patterns_page
from sitegen.pages.project import (
    STATIC_ROWS,
    gather_project,
    project_data,
    project_page,
    run_list_page,
    table_scripts,
)
from sitegen.pages.run import Place, gather_run, run_data, run_page
from sitegen.pages.said import known_artifacts
from sitegen.pages.shelf import Shelf
from sitegen.pages.sources import Image
from sitegen.pages.themes import Assets, bundle_assets, load_theme, static_files
from sitegen.pages.views import MissingPage, Page, SiteView

if TYPE_CHECKING:
    from jinja2 import Environment

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; "
    "font-src 'self'; frame-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'"
)
"""No code or style but the site's own files, and nothing from outside."""

Files = Iterator[tuple[str, bytes]]


def compose(facts: SiteFacts, config: Config, assets: Assets, source: LevelSource | None = None) -> Files:
    """Path and content of every file but the hashed assets, which are handed to `assets`.

    `source` is where the points behind long curves come from; without it charts hold their overview only.
    """
    theme = load_theme(config)
    bundle = bundle_assets(theme, config, assets)
    site = _site_view(config, bundle.styles, bundle.early_scripts, bundle.scripts)
    detail = plan_detail(facts, config, source)
    press = _Press(environment(theme), site, config, zone_of(config.timezone), assets, detail)
    with Studio() as studio:
        works = [_begin(project, config, studio) for project in facts.projects]
        yield from static_files(theme)
        yield "404.html", press.page("missing.html", _missing_page(config))
        yield "patterns.html", press.page("patterns.html", patterns_page(config, press.zone))
        yield "index.html", _home(facts, press)
        if facts.projects:
            yield "assets/vega-licences.txt", vega.licence_text()
        for work in works:
            yield from _project_files(work, press)


@dataclass
class _Press:
    """What it takes to print a page."""

    templates: Environment
    site: SiteView
    config: Config
    zone: tzinfo
    assets: Assets
    detail: Detail

    def page(self, template: str, page: Page) -> bytes:
        text = self.templates.get_template(template).render(site=self.site, page=page)
        return text.encode("utf-8", "replace")

    @cached_property
    def chart_scripts(self) -> dict[str, str]:
        """Addresses of what charts load when they come near the view."""
        return {
            "vega": self.assets.asset("vega", ".js", vega.script(self.config.cache_dir)),
            "templates": self.assets.asset("templates", ".js", curve.templates(self.config.cache_dir)),
        }

    @cached_property
    def plotly(self) -> str:
        """Path of the page that draws Plotly figures; empty where Plotly is not installed."""
        page = plotly_frame()
        return "" if page is None else self.assets.asset("plotly", ".html", page)

    def data(self, stem: str, data: Mapping[str, Any]) -> str:
        return self.assets.asset(stem, ".js", page_script(data))


def _site_view(
    config: Config,
    styles: tuple[str, ...],
    early_scripts: tuple[str, ...],
    scripts: Mapping[str, tuple[str, ...]],
) -> SiteView:
    return SiteView(
        name=config.site_name,
        description=config.site_description or "",
        author=config.site_author or "",
        copyright=config.copyright or "",
        repo_url=_safe_address(config.repo_url),
        language=config.language,
        generator=f"runpress {__version__}",
        csp=CSP,
        styles=styles,
        early_scripts=early_scripts,
        scripts=scripts,
    )


def _safe_address(address: str | None) -> str:
    return address if address and address.startswith(("https://", "http://")) else ""


def _missing_page(config: Config) -> MissingPage:
    """A server shows this page at any address, so its links start at the site's own."""
    from urllib.parse import urlsplit

    root = urlsplit(config.site_url or "").path
    root = root if not root or root.endswith("/") else f"{root}/"
    return MissingPage(
        kind="missing", title="Not found", root=root, crumbs=(), data_script="", home=f"{root}index.html"
    )


def _home(facts: SiteFacts, press: _Press) -> bytes:
    script = press.data(
        "home", {"kind": "home", "root": "", "runs": [], "charts": [], "vega": "", "templates": ""}
    )
    return press.page("home.html", home_page(facts, press.config, press.zone, script))


class _Work(NamedTuple):
    """A project whose pictures are being drawn."""

    facts: ProjectFacts
    chosen: tuple[Headline, ...]
    pictures: Future[tuple[Picture, ...]]


def _begin(facts: ProjectFacts, config: Config, studio: Studio) -> _Work:
    chosen = headlines(facts, config.project(facts.name))
    metrics = [one.metric for one in chosen]
    draw = partial(headline_pictures, facts, metrics, config.cache_dir, studio.draw)
    return _Work(facts, chosen, studio.begin(draw))


def _project_files(work: _Work, press: _Press) -> Files:
    written: set[str] = set()
    yield from _all_run_files(work, press, written)
    yield from _own_files(work, press, written)


def _own_files(work: _Work, press: _Press, written: set[str]) -> Files:
    """The project's own pages, last: by now its pictures are drawn."""
    facts, packs = work.facts, project_packs(work.facts)
    shown = {
        one.metric: Image(press.assets.asset("picture", ".svg", one.svg), one.alt)
        for one in work.pictures.result()
    }
    catalog = column_catalog(facts, press.config.project(facts.name), urls.folder(facts.slug), press.assets)
    yield from catalog.files.items()
    project = gather_project(facts, press.config, press.zone, packs, work.chosen, shown)
    yield from _chunks(packs.files.items(), project.folder, written)
    plain = project_data(project, press.chart_scripts | table_scripts(project, press.assets, catalog.script))
    data = press.data("project", press.detail.added_to(plain, facts.runs, project.folder))
    yield f"{project.folder}/index.html", press.page("project.html", project_page(project, data))
    if len(facts.runs) > STATIC_ROWS:
        yield f"{project.folder}/runs/index.html", press.page("runs.html", run_list_page(project))


def _all_run_files(work: _Work, press: _Press, written: set[str]) -> Files:
    facts, folder = work.facts, urls.folder(work.facts.slug)
    files, varying = urls.run_files(facts), frozenset(facts.varying_keys)
    known = known_artifacts(facts.runs)
    for number, run in enumerate(facts.runs):
        older = facts.runs[number + 1] if number + 1 < len(facts.runs) else None
        newer = facts.runs[number - 1] if number else None
        place = Place(facts.title, folder, files, older, newer, varying, work.chosen, known)
        yield from _run_files(run, place, press, written)


def _run_files(run: RunFacts, place: Place, press: _Press, written: set[str]) -> Files:
    packs = run_packs(run)
    yield from _chunks(packs.files.items(), place.folder, written)
    if tiles := press.detail.of(run):
        yield from _chunks(tiles.files(), place.folder, written)
    parts = gather_run(run, place, press.config, press.zone, packs)
    if run.media:
        shelf = Shelf(f"data/{place.folder}/media", run.media_files)
        panels = media_panels(run, Gallery(shelf, press.config.cache_dir, _plotly(run, press)))
        parts = replace(parts, media=panels)
        yield from shelf.files(written)
    plain = run_data(run, place, parts, press.config, press.chart_scripts)
    data = press.data("run", press.detail.added_to(plain, [run], place.folder))
    page = run_page(run, place, parts, press.config, press.zone, data)
    yield f"{place.folder}/runs/{place.files[run.id]}.html", press.page("run.html", page)
    if parts.console:
        text = parts.console.text.encode("utf-8", "replace")
        yield f"{place.folder}/runs/{place.files[run.id]}.console.txt", text


def _chunks(files: Iterable[tuple[str, bytes]], folder: str, written: set[str]) -> Files:
    """Chunk files, each once: a run's may be byte for byte its project's."""
    for name, content in files:
        path = f"data/{folder}/{name}"
        if path not in written:
            written.add(path)
            yield path, content


def _plotly(run: RunFacts, press: _Press) -> str:
    """The page that draws Plotly figures, for a run that logged some."""
    return press.plotly if any(media.kind == "plotly" for media in run.media) else ""
