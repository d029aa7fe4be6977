"""Curve templates are Vega that a strict page can run, and come from the cache without their makers."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sitegen.charts import bundle, cached, curve
from sitegen.charts.notices import notices


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    curve.templates(folder)
    return folder


@pytest.fixture
def parsed(cache: Path) -> dict[str, Any]:
    text = curve.templates(cache).decode()
    assert text.startswith("site.templates(")
    found: dict[str, Any] = json.loads(text.removeprefix("site.templates(").removesuffix(");\n"))
    return found


def test_there_is_a_template_for_every_y_scale(parsed: dict[str, Any]) -> None:
    """A template's scale type is fixed, so each type has one."""
    kinds = {
        name: next(scale["type"] for scale in template["scales"] if scale["name"] == "y")
        for name, template in parsed.items()
        if name != "palette"
    }
    assert kinds == {"linear": "linear", "log": "log", "symlog": "symlog"}


@pytest.mark.parametrize("name", curve.SCALES)
def test_domains_and_colours_are_parameters(parsed: dict[str, Any], name: str) -> None:
    """Zoom and theme change signals and compile nothing."""
    template = parsed[name]
    assert {signal["name"] for signal in template["signals"]} >= set(curve.PARAMETERS)
    domains = {scale["name"]: scale["domain"] for scale in template["scales"]}
    assert domains == {
        "x": [{"signal": "x0"}, {"signal": "x1"}],
        "y": [{"signal": "y0"}, {"signal": "y1"}],
    }
    assert template["background"] is None
    assert template["autosize"] in ("none", {"type": "none"})


@pytest.mark.parametrize("name", curve.SCALES)
def test_the_y_axis_has_a_fixed_extent(parsed: dict[str, Any], name: str) -> None:
    """Labels cannot move the plot from under the canvas layer."""
    extents = [
        (axis["minExtent"], axis["maxExtent"]) for axis in parsed[name]["axes"] if axis["orient"] == "left"
    ]
    assert extents
    assert all(least == most for least, most in extents)


def test_templates_hold_no_address(cache: Path) -> None:
    """No page of a site names a place outside it."""
    assert b"http" not in curve.templates(cache)


def test_a_filled_cache_needs_neither_altair_nor_vl_convert(cache: Path) -> None:
    """A build whose charts are known does not pay for the engine."""
    bundle.script(cache)
    code = (
        "import sys; from pathlib import Path;"
        "from sitegen.charts import bundle, curve, pictures, packs;"
        f"folder = Path({str(cache)!r}); curve.templates(folder); bundle.script(folder);"
        "print([name for name in ('altair', 'vl_convert') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_bundle_is_closed_and_names_no_address(cache: Path) -> None:
    """Vega's script adds nothing to the page but site.vegaEmbed, and points nowhere outside."""
    text = bundle.script(cache).decode()
    head, opening, rest = text.split("\n", 2)
    assert head.startswith("/*")
    assert opening == "(function () {"
    assert rest.rstrip().endswith("})();")
    addresses = set(bundle.EXTERNAL_URL.findall(text))
    assert addresses == set()


def test_a_fresh_site_takes_the_bundle_its_user_already_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine is started once per user and version, not once per checkout."""
    first = bundle.script(tmp_path / "one", tmp_path / "user")
    monkeypatch.setattr(bundle, "make", lambda: b"made anew")
    assert bundle.script(tmp_path / "two", tmp_path / "user") == first
    assert bundle.script(tmp_path / "three", tmp_path / "other user") == b"made anew"


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    """A read-only place makes the same bytes without keeping them."""
    (tmp_path / "file").write_text("in the way")
    assert cached.remember(tmp_path / "file" / "folder", "name", lambda: b"made") == b"made"


def test_the_licences_travel_with_the_bundle() -> None:
    """Every work in the bundle is named with its notice, and each licence's text is there."""
    text = notices()
    for part in ("Interactive Data Lab", "Mike Bostock", "Joachim Wester", "d3-array", "Vega-Lite"):
        assert part in text
    for words in (
        "Redistributions in binary form must reproduce",
        "provided that the above copyright notice and this permission notice appear in all copies",
        "The above copyright notice and this permission notice shall be included",
    ):
        assert words in " ".join(text.split())
