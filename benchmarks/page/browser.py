"""A headless Chromium to measure in, and what its main thread did meanwhile."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from tests.browser.chromium import ARGUMENTS, find_chromium  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Page

TASKS = ("RunTask", "ThreadControllerImpl::RunTask")


class Longest(NamedTuple):
    """The longest task of a page's main thread: milliseconds of its own work, and on the clock."""

    cpu: float
    wall: float


@contextmanager
def browser_page(width: int = 1280, height: int = 900) -> Iterator[Page]:
    """A page in a browser of its own."""
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    if chromium is None:
        sys.exit("no Chromium on this machine; install it or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[*ARGUMENTS, "--enable-precise-memory-info", "--js-flags=--expose-gc"],
        )
        yield browser.new_page(viewport={"width": width, "height": height})
        browser.close()


def traced(page: Page, act: Callable[[], Any]) -> tuple[Any, Longest]:
    """What an act gave, and the longest task it made: painting and garbage included, other processes not."""
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=["toplevel", "devtools.timeline", "blink"])
    try:
        found = act()
    finally:
        trace = json.loads(browser.stop_tracing())
    return found, longest(trace["traceEvents"])


def longest(events: list[dict[str, Any]]) -> Longest:
    """Of the tasks of the page's main thread: the one with the most work, and the one that took longest."""
    mains = {(one["pid"], one["tid"]) for one in events
             if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"}  # fmt: skip
    tasks = [one for one in events
             if one["ph"] == "X" and one["name"] in TASKS and (one["pid"], one["tid"]) in mains]  # fmt: skip
    return Longest(
        max((one.get("tdur", 0) for one in tasks), default=0) / 1000,
        max((one["dur"] for one in tasks), default=0) / 1000,
    )


def load_average() -> str:
    """What else the machine does, for the head of a table."""
    import os

    return f"load average {os.getloadavg()[0]:.1f}"
