"""The media of a run's page: what stands there without scripts, the files beside it, hostile content."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from sitegen.charts.logged import CHARTS, chart_picture, chart_spec, user_spec
from sitegen.derive.facts import MediaEntry, MediaFacts, WholeRun
from sitegen.pages import frames
from sitegen.pages.logged_table import PAGE_ROWS
from tests.sitegen.pages.conftest import Files
from tests.sitegen.pages.fixture_site import make_project, make_run, make_site
from tests.sitegen.pages.html_check import read_page

HOSTILE = "</script><script>window.pwn=1</script>\u202e\x00"


class Folder:
    """A run's media folder being filled."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: dict[str, Path] = {}

    def item(self, content: bytes, ext: str, **more: Any) -> dict[str, Any]:
        digest = sha256(content).hexdigest()
        self.files[f"{digest}.{ext}"] = self.path / f"{digest}.{ext}"
        self.files[f"{digest}.{ext}"].write_bytes(content)
        return {"sha256": digest, "ext": ext, "bytes": len(content), **more}

    def run(self, **media: list[list[dict[str, Any]]]) -> WholeRun:
        """A run with these media: the name's first part is the kind, the lists are steps and their items."""
        facts = tuple(
            MediaFacts(
                name, name.partition("_")[0], 0,
                tuple(MediaEntry(float(step), float(step), tuple(items)) for step, items in enumerate(steps)),
            )
            for name, steps in media.items()
        )  # fmt: skip
        return replace(make_run(0), media=facts, media_files=self.files)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def site_of(composed: Callable[..., Files]) -> Callable[[WholeRun], tuple[Files, str, str]]:
    """The files of a site with one run, the text of its page, and where the page is."""

    def make(run: WholeRun) -> tuple[Files, str, str]:
        files = composed(make_site(make_project([run], "lab", "lab")))
        (path,) = [path for path in files if "/runs/" in path and path.endswith(".html")]
        return files, files[path].decode(), path

    return make


def scripts(files: Files) -> list[dict[str, Any]]:
    """What the scripts of media hand to the page."""
    found = []
    for path, content in files.items():
        if path.startswith("data/lab/media/") and path.endswith(".js"):
            key, data = json.loads(
                "[" + content.decode().removeprefix("site.media(").removesuffix(");\n") + "]"
            )
            assert path == f"data/lab/media/{key}.js"
            found.append(data)
    return found


def test_picture_is_in_the_page_and_in_the_site(folder: Folder, site_of: Callable[..., Any]) -> None:
    """The latest step without scripts; every step's file, and all steps in the script."""
    old = folder.item(b"\x89PNGold", "png", width=4, height=3)
    new = folder.item(b"\x89PNGnew", "png", width=4, height=3, caption="a <b>cat</b>")
    files, page, _ = site_of(folder.run(image=[[old], [new]]))
    for one in (old, new):
        assert files[f"data/lab/media/{one['sha256']}.png"].startswith(b"\x89PNG")
    assert f"{new['sha256']}.png" in page
    assert f"{old['sha256']}.png" not in page
    assert "a &lt;b&gt;cat&lt;/b&gt;" in page
    (script,) = scripts(files)
    assert [entry["items"][0]["src"] for entry in script["entries"]] == [
        f"data/lab/media/{one['sha256']}.png" for one in (old, new)
    ]


def test_missing_and_cut_files_are_told(folder: Folder, site_of: Callable[..., Any]) -> None:
    """The page says so, and names no file that is not there."""
    gone, short = folder.item(b"gone", "png"), folder.item(b"short", "png")
    folder.files[f"{gone['sha256']}.png"].unlink()
    folder.files[f"{short['sha256']}.png"].write_bytes(b"sh")
    files, page, _ = site_of(folder.run(image_gone=[[gone]], image_short=[[short]]))
    assert page.count("is not in the run&#39;s media folder") == 2
    assert not [path for path in files if path.startswith("data/lab/media/") and path.endswith(".png")]


def test_html_stands_in_a_frame_that_reaches_nothing(folder: Folder, site_of: Callable[..., Any]) -> None:
    """The frame has no rights of the site, and the file begins with a policy that fetches nothing."""
    item = folder.item(b"<script>parent.pwn=1</script><img src='http://x.invalid/'>", "html")
    files, page, _ = site_of(folder.run(html=[[item]]))
    assert '<iframe sandbox="allow-scripts" ' in page
    (content,) = [
        files[path] for path in files if path.startswith("data/lab/media/") and path.endswith(".html")
    ]
    policy, _, rest = content.partition(b"\n")
    assert b"default-src 'none'" in policy
    assert rest.startswith(b"<script>parent")


def test_tables_begin_in_the_page_and_go_on_in_the_script(
    folder: Folder, site_of: Callable[..., Any]
) -> None:
    """Ten rows, the number of all, pictures in cells."""
    picture = folder.item(b"\x89PNGcell", "png", media="image")
    rows = [[i, "t", picture if i == 0 else None, {"number": "NaN"}] for i in range(25)]
    content = json.dumps({"columns": ["n", "<i>", "p", "x"], "rows": rows}).encode()
    files, page, _ = site_of(folder.run(table=[[folder.item(content, "json")]]))
    assert page.count("<tr>") >= 11
    assert "10 of 25 rows" in page
    assert "&lt;i&gt;" in page
    (script,) = scripts(files)
    assert script["entries"][0]["rows"][0] == [
        0, "t", {"src": f"data/lab/media/{picture['sha256']}.png", "alt": "image"}, "NaN",
    ]  # fmt: skip
    assert len(script["entries"][0]["rows"]) == 25


def test_growing_table_is_one_table(folder: Folder, site_of: Callable[..., Any]) -> None:
    """The rows of all its parts, in order."""
    parts = [
        [folder.item(json.dumps({"columns": ["n"], "rows": [[i], [i + 0.5]]}).encode(), "json", part=True)]
        for i in range(3)
    ]
    files, page, _ = site_of(folder.run(table=parts))
    (script,) = scripts(files)
    (entry,) = script["entries"]
    assert entry["rows"] == [[0], [0.5], [1], [1.5], [2], [2.5]]
    assert "6 of 6 rows" in page


def test_very_long_tables_are_cut_and_say_so(folder: Folder, site_of: Callable[..., Any]) -> None:
    """The page's script gets the first rows, and the number of all."""
    rows = [[1]] * (PAGE_ROWS + 5)
    files, _, _ = site_of(
        folder.run(table=[[folder.item(json.dumps({"columns": ["n"], "rows": rows}).encode(), "json")]])
    )
    (script,) = scripts(files)
    assert (len(script["entries"][0]["rows"]), script["entries"][0]["total"]) == (PAGE_ROWS, PAGE_ROWS + 5)


def test_histogram_is_a_shape_without_scripts(folder: Folder, site_of: Callable[..., Any]) -> None:
    """Its highest bar reaches the top, and values that were not finite are told."""
    item = {"bins": [0, 1, 2], "counts": [2, 4], "nan": 3, "inf": 0}
    _, page, _ = site_of(folder.run(histogram=[[item]]))
    assert 'd="M0 96L0.0 49.0H160.0L160.0 2.0H320.0V96Z"' in page
    assert "6 values, 3 NaN" in page


def test_hostile_texts_stay_texts(folder: Folder, site_of: Callable[..., Any]) -> None:
    """In names, captions, cells, classes and labels, in the page and in scripts."""
    item = folder.item(
        b"\x89PNG", "png", caption=HOSTILE,
        boxes={HOSTILE: {"boxes": [{"at": [0, 0, 1, 1], "caption": HOSTILE, "scores": {HOSTILE: 1}}]}},
    )  # fmt: skip
    table = folder.item(json.dumps({"columns": [HOSTILE], "rows": [[HOSTILE]]}).encode(), "json")
    run = folder.run(image=[[item]], table=[[table]], text=[[folder.item(HOSTILE.encode(), "txt")]])
    run = replace(run, media=tuple(replace(one, name=f"{one.name}{HOSTILE}") for one in run.media))
    files, page, _ = site_of(run)
    assert "window.pwn=1</script>" not in page
    assert read_page(page.encode()).problems == []
    for path, content in files.items():
        if path.startswith("data/") and path.endswith(".js"):
            assert b"</script" not in content
            assert "\u202e".encode() not in content


@pytest.mark.parametrize(
    "content", [b"", b"not json", b"[]", b'{"columns": 3}', b'{"chart": "roc"}', b"\xff"]
)
@pytest.mark.parametrize("kind", ["table", "chart", "vega", "plotly", "text"])
def test_damaged_content_costs_only_its_panel(
    folder: Folder, site_of: Callable[..., Any], kind: str, content: bytes
) -> None:
    """The page is there, whatever a file holds."""
    _, page, _ = site_of(folder.run(**{kind: [[folder.item(content, "json")]]}))
    assert 'id="media"' in page


@pytest.mark.parametrize("chart", CHARTS)
def test_every_chart_is_drawn(chart: str, page_cache: Path) -> None:
    """Its own kind of picture, with axes named by the user's columns."""
    rows = (
        [["a", "a", 0.5], ["a", "b", 0.25]]
        if chart in ("confusion", "bar")
        else [[0, 0.5, "p"], [1, 0.25, "q"]]
    )
    fields = (
        {"y": "one", "x": "two", "value": "three"}
        if chart == "confusion"
        else {"x": "one", "y": "two", "color": "three"}
    )
    if chart == "bar":
        fields = {"y": "one", "x": "three"}
    spec = chart_spec({"chart": chart, "columns": ["one", "two", "three"], "rows": rows, "fields": fields})
    assert spec is not None
    drawn = chart_picture(spec, page_cache)
    assert drawn is not None
    assert b"<svg" in drawn
    assert b">one<" in drawn or b">two<" in drawn


def test_users_specification_reads_nothing_from_outside(page_cache: Path) -> None:
    """Data at an address is not fetched while the site is built."""
    spec = user_spec(b'{"$schema": "https://x", "data": {"url": "http://127.0.0.1:9/x.csv"}, "mark": "bar"}')
    assert spec is not None
    assert "$schema" not in spec
    drawn = chart_picture(spec, page_cache)
    assert drawn is None or b"127.0.0.1" not in drawn


def test_plotly_is_drawn_by_a_page_of_its_own(
    folder: Folder, site_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With Plotly's script inside, for a sandboxed frame loads none from disk; else a word says why."""
    script = tmp_path / "plotly.min.js"
    script.write_text("window.Plotly = {}; // </script>")
    run = folder.run(plotly=[[folder.item(b'{"data": []}', "json")]])
    monkeypatch.setattr(frames, "plotly_script", lambda: script)
    files, page, _ = site_of(run)
    (content,) = [content for path, content in files.items() if path.startswith("assets/plotly.")]
    assert content.count(b"</script>") == 2
    assert scripts(files)[0]["plotly"] in files
    monkeypatch.setattr(frames, "plotly_script", lambda: None)
    _, page, _ = site_of(run)
    assert "install the Python package plotly" in page
