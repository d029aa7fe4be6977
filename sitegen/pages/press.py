"""What it takes to print pages: the theme's templates, and what is the same on every page of a site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timezone, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Any

from collector.version import __version__
from sitegen.charts import bundle as vega
from sitegen.charts import curve, fonts
from sitegen.config import Config
from sitegen.pages.blame import blaming_templates
from sitegen.pages.environment import environment
from sitegen.pages.formatting import zone_names, zone_of
from sitegen.pages.frames import plotly_frame
from sitegen.pages.pagedata import page_script
from sitegen.pages.themes import Assets, Theme, bundle_assets, load_theme
from sitegen.pages.views import Page, SiteView
from sitegen.texts import Texts, texts_of

if TYPE_CHECKING:
    from jinja2 import Environment

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; "
    "font-src 'self'; frame-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'"
)
"""No code or style but the site's own files, and nothing from outside."""

Files = Iterator[tuple[str, bytes]]
"""Paths and contents."""


@dataclass(frozen=True)
class SiteParts:
    """What pages of every kind share; every process that prints some has it."""

    config: Config
    theme: Theme
    view: SiteView
    chart_scripts: Mapping[str, str]
    """Addresses of what charts load when they come near the view."""
    texts: Texts
    """Every sentence of the site."""


def site_parts(config: Config, assets: Assets, *, has_charts: bool) -> SiteParts:
    """The shared parts of a site; their files are handed to `assets`."""
    theme, texts = load_theme(config), texts_of(config.language, dict(config.texts))
    bundle = bundle_assets(theme, config, assets, texts)
    view = SiteView(
        name=config.site_name,
        description=config.site_description or "",
        author=config.site_author or "",
        copyright=config.copyright or "",
        repo_url=_safe_address(config.repo_url),
        language=config.language,
        generator=f"runpress {__version__}",
        csp=CSP,
        styles=bundle.styles,
        early_scripts=bundle.early_scripts,
        scripts=bundle.scripts,
        later=bundle.later,
    )
    return SiteParts(config, theme, view, _chart_scripts(config, assets) if has_charts else {}, texts)


def _chart_scripts(config: Config, assets: Assets) -> dict[str, str]:
    return {
        "vega": assets.asset("vega", ".js", vega.script(config.cache_dir)),
        "templates": assets.asset("templates", ".js", curve.templates(config.cache_dir)),
        "fonts": assets.asset("fonts", ".js", fonts.script(config.cache_dir)),
    }


def _safe_address(address: str | None) -> str:
    return address if address and address.startswith(("https://", "http://")) else ""


class Press:
    """Prints pages of a site; what they need besides goes to `assets`, which may be another for each."""

    def __init__(self, parts: SiteParts, assets: Assets) -> None:
        self.parts = parts
        self.config = parts.config
        self.chart_scripts = parts.chart_scripts
        self.assets = assets

    @cached_property
    def templates(self) -> Environment:
        return environment(self.parts.theme, self.parts.texts)

    @cached_property
    def zone(self) -> tzinfo:
        return zone_of(self.config.timezone)

    def page(self, template: str, page: Page) -> bytes:
        """The text of a page."""
        with blaming_templates(self.config.theme.custom_dir):
            text = self.templates.get_template(template).render(site=self.parts.view, page=page)
        return text.encode("utf-8", "replace")

    def data(self, stem: str, data: Mapping[str, Any]) -> str:
        """Path of the script with a page's data, and with the site's time zone where it is not UTC."""
        name = self.config.timezone
        zone = {} if self.zone is timezone.utc else {"zone": {"id": name, "names": zone_names(name)}}
        return self.assets.asset(stem, ".js", page_script(self.parts.texts.throughout({**data, **zone})))

    def plotly(self) -> str:
        """Path of the page that draws Plotly figures; empty where Plotly is not installed."""
        return "" if self._plotly is None else self.assets.asset("plotly", ".html", self._plotly)

    @cached_property
    def _plotly(self) -> bytes | None:
        return plotly_frame()
