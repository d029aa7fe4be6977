"""Contrast of what axe-core does not see: the colours of the theme, and what is drawn on a canvas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.charts.colors import PALETTE
from tests.browser.page_sites import first_run, write_site
from tests.browser.visit import Visit
from tests.sitegen.pages.fixture_site import demo_runs, make_project, make_site

pytestmark = pytest.mark.browser

TEXT, GRAPHIC = 4.5, 3.0
"""WCAG AA: text, and what has to be seen to understand a picture."""

GROUNDS = ("paper", "surface", "raised", "soft", "hover")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "dim", "accent", "ok", "bad", "run") for ground in GROUNDS),
    *((ink, f"tint-{ink}", TEXT) for ink in ("ok", "bad", "run", "accent")),
    ("ink", "tint-bad", TEXT), ("ink", "tint-accent", TEXT), ("on-accent", "accent", TEXT),
    *((f"ansi-{number}", "surface", TEXT) for number in range(16)),
]  # fmt: skip
"""What is written on what."""

LUMINANCE = """(colour) => {
  const parts = site.tokens.probe(colour).slice(1).match(/../g).map((two) => parseInt(two, 16) / 255);
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const [red, green, blue] = parts.map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}"""

STRIP = """([place, ground]) => {
  const luminance = LUMINANCE, canvas = document.querySelector(".panel .plot canvas");
  const { width, height } = canvas, wide = document.createElement("canvas");
  Object.assign(wide, { width, height });
  const context = wide.getContext("2d");
  context.fillStyle = site.tokens.probe(`var(--${ground})`);
  context.fillRect(0, 0, width, height);
  context.drawImage(canvas, 0, 0);
  const { frame } = site.panels.all.find((one) => one.state === "live"), ratio = width / frame.outer.width;
  const below = [frame.left, frame.top + frame.height + 4, frame.width, 20];
  const box = place === "x" ? below : [0, frame.top, frame.left - 4, frame.height];
  const { data } = context.getImageData(...box.map((one) => Math.round(one * ratio)));
  const base = luminance(`var(--${ground})`);
  let best = 1;
  const seen = new Set();
  for (let at = 0; at < data.length; at += 4) {
    // Beyond the edge of the canvas there is nothing.
    if (data[at + 3] === 255) seen.add(`rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`);
  }
  for (const colour of seen) {
    const above = luminance(colour);
    best = Math.max(best, (Math.max(above, base) + 0.05) / (Math.min(above, base) + 0.05));
  }
  return best;
}""".replace("LUMINANCE", LUMINANCE)
"""The strongest contrast of anything in the strip of an axis' labels against the panel's ground."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = make_site(make_project(demo_runs()))
    return write_site(facts, tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("cache"))


def contrast(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_the_theme_can_be_read(visit: Callable[..., Visit], site: Path, scheme: str) -> None:
    """Every colour of text on every ground it stands on, as the browser mixes them."""
    page = visit(first_run(site, "warm-pike"), color_scheme=scheme).page
    names = {name for ink, ground, _ in PAIRS for name in (ink, ground)}
    light = {name: page.evaluate(f"({LUMINANCE})('var(--{name})')") for name in names}
    weak = [
        f"{ink} on {ground}: {contrast(light[ink], light[ground]):.2f} of {least}"
        for ink, ground, least in PAIRS
        if contrast(light[ink], light[ground]) < least
    ]
    assert weak == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_runs_can_be_seen(visit: Callable[..., Visit], site: Path, scheme: str) -> None:
    """Lines stand out from the ground of their chart in both modes."""
    page = visit(site / "index.html", color_scheme=scheme).page
    ground = page.evaluate(f"({LUMINANCE})('var(--surface)')")
    light = {colour: page.evaluate(f"({LUMINANCE})('{colour}')") for colour in PALETTE}
    told = {colour: round(contrast(one, ground), 2) for colour, one in light.items()}
    weak = [f"{colour}: {found}" for colour, found in told.items() if found < GRAPHIC]
    assert weak == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("axis", ["x", "y"])
def test_labels_of_axes_can_be_read(visit: Callable[..., Visit], site: Path, scheme: str, axis: str) -> None:
    """What Vega wrote on the canvas, read from its pixels."""
    page = visit(site / "digits" / "index.html", color_scheme=scheme, device_scale_factor=3).page
    page.wait_for_function("site.panels.all.some((one) => one.state === 'live' && one.frame)")
    page.wait_for_timeout(500)
    assert page.evaluate(STRIP, [axis, "surface"]) >= TEXT
