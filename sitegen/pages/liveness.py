"""Pages of runs that have no end yet renew themselves: a small script beside each says what is current.

Its name stays, unlike those of all other scripts: an open page loads it again and again. When no run of the
page is without an end it is gone, and the page loads itself once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sitegen.derive.facts import RunFacts
from sitegen.pages.pagedata import call_script
from sitegen.pages.press import Files, Press

SUFFIX = ".live.js"


def live_data(page: str, runs: Sequence[RunFacts]) -> dict[str, Any]:
    """What a page's data say of it; nothing where no run is without an end."""
    return {"live": _place(page)} if _is_live(runs) else {}


def live_files(
    page: str, runs: Sequence[RunFacts], data: str, press: Press, text: bytes | None = None
) -> Files:
    """The script beside a page: which data are current, and which text of the page's main part."""
    if not _is_live(runs):
        return
    view = press.parts.view
    state = {"data": data, "app": " ".join([*view.styles, *view.early_scripts, *view.scripts])}
    if text is not None:
        state["body"] = press.assets.asset("body", ".js", call_script("site.body", _main(text)))
    yield _place(page), call_script("site.fresh", state)


def _is_live(runs: Sequence[RunFacts]) -> bool:
    return any(run.state == "open" for run in runs)


def _place(page: str) -> str:
    return page.removesuffix(".html") + SUFFIX


def _main(text: bytes) -> str:
    """What stands in the page's main element, which every theme's page has."""
    _, opening, rest = text.decode("utf-8", "replace").partition("<main")
    return f"{opening}{rest.partition('</main>')[0]}</main>" if opening else ""
