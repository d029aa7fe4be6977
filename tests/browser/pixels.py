"""What is really drawn on a page's charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def series_counts(page: Page) -> dict[str, int]:
    """How many curves each live chart draws, by metric."""
    found: dict[str, int] = page.evaluate(
        "Object.fromEntries(site.panels.all.filter((panel) => panel.state === 'live')"
        ".map((panel) => [panel.spec.metric, panel.visible.length]))"
    )
    return found


def coloured_pixels(page: Page, metric: str) -> int:
    """How many pixels of the chart's canvas are neither transparent nor grey."""
    count: int = page.evaluate(
        """(metric) => {
          const panel = site.panels.all.find((one) => one.spec.metric === metric);
          const canvas = panel.layer;
          const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          let coloured = 0;
          for (let i = 0; i < pixels.length; i += 4) {
            const [r, g, b, a] = pixels.subarray(i, i + 4);
            if (a > 40 && Math.max(r, g, b) - Math.min(r, g, b) > 25) coloured += 1;
          }
          return coloured;
        }""",
        metric,
    )
    return count
