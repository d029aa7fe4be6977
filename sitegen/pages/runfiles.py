"""Everything a site has of a run: its page and the page's data, chunks, media and console text."""

from __future__ import annotations

from dataclasses import replace

from sitegen.charts.packs import run_packs
from sitegen.derive.facts import WholeRun
from sitegen.pages.detail import Detail, holding
from sitegen.pages.liveness import live_data, live_files
from sitegen.pages.media import Gallery, media_panels
from sitegen.pages.mediaviews import MediaPanel
from sitegen.pages.places import Place
from sitegen.pages.press import Files, Press
from sitegen.pages.run import gather_run, run_data, run_page
from sitegen.pages.shelf import Shelf


def run_files(run: WholeRun, before: WholeRun | None, place: Place, press: Press) -> Files:
    """Path and content of a run's files but those behind its zoom; `before` is the run before it."""
    packs = run_packs(run)
    for name, content in packs.files.items():
        yield f"data/{place.folder}/{name}", content
    shelf = Shelf(f"data/{place.folder}/media", run.media_files)
    parts = replace(gather_run(run, before, place, press, packs), media=_panels(run, shelf, press))
    yield from shelf.files(set())
    plain = run_data(run, place, parts, press) | live_data(f"{place.page}.html", [run])
    detail = Detail.of_one(run, place.tiles, place.withheld)
    data = press.data("run", detail.added_to(plain, [run], place.folder))
    view = holding(run_page(run, place, parts, press, data), detail.told([run]))
    page = press.page("run.html", view)
    yield f"{place.page}.html", page
    yield from live_files(f"{place.page}.html", [run], data, press, page)
    if parts.console:
        yield f"{place.page}.console.txt", parts.console.text.encode("utf-8", "replace")


def _panels(run: WholeRun, shelf: Shelf, press: Press) -> tuple[MediaPanel, ...]:
    plotly = press.plotly() if any(media.kind == "plotly" for media in run.media) else ""
    return media_panels(run, Gallery(shelf, press.config.cache_dir, plotly, press.parts.texts))
