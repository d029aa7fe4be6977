"""Photograph the demo's site for the README: run `make demo` first, then this.

    .venv/bin/python docs/images/take.py

Writes project.png and run.png beside itself.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WIDTH, HEIGHT = 1440, 900


def main() -> int:
    from playwright.sync_api import sync_playwright

    site = ROOT / "site"
    if not (site / "index.html").exists():
        print("There is no site yet: run `make demo` first.", file=sys.stderr)
        return 1
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        photograph(page, site / "digits" / "index.html", HERE / "project.png")
        photograph(page, good_run(site), HERE / "run.png")
        browser.close()
    return 0


def photograph(page: Page, file: Path, picture: Path) -> None:
    """Opens the page, waits until its visible charts are drawn, and takes its picture."""
    page.goto(file.as_uri(), wait_until="load")
    page.wait_for_selector("figure.panel canvas", timeout=20_000)
    page.wait_for_timeout(1_500)
    page.screenshot(path=picture)
    print(f"{picture.name}: {picture.stat().st_size // 1000} kB")


def good_run(site: Path) -> Path:
    """The page of a run that went well."""
    return next((site / "digits" / "runs").glob("lr-0.03-seed-1-*.html"))


if __name__ == "__main__":
    raise SystemExit(main())
