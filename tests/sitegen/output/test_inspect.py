"""`sitegen verify` and `sitegen check` find what is wrong with a site, and nothing in one that is right."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.cli.main import main
from sitegen.output.manifest import MANIFEST, FileEntry, Manifest
from sitegen.output.verify import _entry
from tests.recorded import EPOCH, RecordedRun, record_demo
from tests.sites import build_site, chunks_of


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, with a run of every kind and one whose points are behind its zoom, built twice."""
    root = tmp_path_factory.mktemp("site")
    record_demo(root / "runlogs")
    build_site(root)
    with RecordedRun(root / "runlogs", "demo", "late-ant-6ffffff", start=EPOCH + 999) as run:
        run.record("run", project="demo", name="late", notes="See [there](https://example.com/x).")
        run.log(0, {"train/loss": 1.0})
    return build_site(root)


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(built, tmp_path / "site"))


def first(site: Path, pattern: str) -> Path:
    return sorted(site.glob(pattern))[0]


def accept(site: Path) -> None:
    """Writes the manifest anew, so that only what is in the files is wrong."""
    entries: dict[str, FileEntry] = {}
    for path in Manifest.of(site).files:
        found = _entry(site / path)
        if found:
            entries[path] = found
    (site / MANIFEST).write_bytes(Manifest(entries).contents()[MANIFEST])


def test_a_built_site_is_in_order(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 0, and what there is in a few lines."""
    assert main(["verify", str(built)]) == 0
    assert "all as they were built" in capsys.readouterr().out
    assert main(["check", str(built)]) == 0
    said = capsys.readouterr().out
    assert said.endswith("No problem.\n")
    assert "pages with" in said


def test_verify_tells_missing_and_changed_files(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By name; files of somebody else are no fault."""
    chunk = first(site, "data/*/*.js")
    content = bytearray(chunk.read_bytes())
    content[40] ^= 1
    chunk.write_bytes(content)
    (site / "404.html").unlink()
    (site / "CNAME").write_text("lab.example")
    assert main(["verify", str(site)]) == 1
    said = capsys.readouterr().out
    assert "missing: 404.html\n" in said
    assert f"changed: {chunk.relative_to(site)}\n" in said
    assert "1 others that are not the site's" in said


def tile_of(site: Path) -> Path:
    """One of the files that only an index names."""
    from sitegen.output.links import needed_by, page_data, tiles_in

    for script in site.glob("assets/project.*.js"):
        data = page_data(script.read_bytes())
        for name in needed_by(data) if data else ():
            for tile in tiles_in(name, (site / name).read_bytes()) if name.startswith("data/") else ():
                return site / tile
    raise AssertionError("no run has points behind its zoom")


def drop_chunk(site: Path) -> str:
    data = json.loads(
        first(site, "assets/run.*.js").read_text().removeprefix("site.page(").rstrip().removesuffix(");")
    )
    name = chunks_of(data, data["charts"][0])[0]
    (site / name).unlink()
    return f'"{name}", which is not in the site'


def drop_tile(site: Path) -> str:
    tile = tile_of(site)
    tile.unlink()
    return f'"{tile.relative_to(site)}", which is not in the site'


def drop_page(site: Path) -> str:
    page = first(site, "demo/runs/*.html")
    page.unlink()
    return f'"{page.relative_to(site)}", which is not in the site'


def load_from_outside(site: Path) -> str:
    page = site / "index.html"
    page.write_text(
        page.read_text().replace("</head>", '<script src="https://cdn.example/x.js"></script></head>')
    )
    return 'index.html: it loads "https://cdn.example/x.js" from outside'


def style_from_outside(site: Path) -> str:
    sheet = first(site, "assets/site.*.css")
    sheet.write_text(sheet.read_text() + "\n@import '//fonts.example/a.css';")
    return 'it loads "//fonts.example/a.css" from outside'


def drop_policy(site: Path) -> str:
    page = site / "index.html"
    page.write_text(page.read_text().replace("default-src ", "default-srk "))
    return "index.html: no Content-Security-Policy"


def inline_script(site: Path) -> str:
    page = site / "demo" / "index.html"
    page.write_text(page.read_text().replace("</body>", "<script>alert(1)</script></body>"))
    return "demo/index.html: inline script in <script>"


def inline_handler(site: Path) -> str:
    page = site / "demo" / "index.html"
    page.write_text(page.read_text().replace("<main ", '<main onclick="alert(1)" '))
    return "demo/index.html: inline onclick in <main>"


def wrong_place(site: Path) -> str:
    page = first(site, "demo/runs/*.html")
    page.write_text(page.read_text().replace('href="#overview"', 'href="#nowhere"'))
    return '"#nowhere" leads to a place that is not on that page'


def orphan(site: Path) -> str:
    (site / "data" / "demo" / "0123456789abcdef.js").write_text("site.data();")
    text = json.loads((site / MANIFEST).read_text())
    text["files"]["data/demo/0123456789abcdef.js"] = [12, "0"]
    (site / MANIFEST).write_text(json.dumps(text))
    return "data/demo/0123456789abcdef.js: nothing refers to it"


@pytest.mark.parametrize(
    "damage",
    [
        drop_chunk, drop_tile, drop_page, load_from_outside, style_from_outside, drop_policy, inline_script,
        inline_handler, wrong_place, orphan,
    ],
)  # fmt: skip
def test_every_broken_promise_is_found(
    site: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], str]
) -> None:
    """Also where the manifest agrees with the files."""
    expected = damage(site)
    accept(site)
    assert main(["check", str(site)]) == 1
    assert expected in capsys.readouterr().out


def test_budgets(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A site or page that is too large is a problem, where somebody said how large it may be."""
    assert main(["check", str(built), "--max-mb", "100", "--max-page-kb", "2000"]) == 0
    assert main(["check", str(built), "--max-mb", "0.1", "--max-page-kb", "10"]) == 1
    said = capsys.readouterr().out
    assert "the site: its " in said
    assert "before any chart, over 10,000" in said


@pytest.mark.parametrize("command", ["verify", "check"])
def test_what_is_no_site(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    """Misuse, told with what to do; also for a manifest that is damaged."""
    assert main([command, str(tmp_path)]) == 2
    assert "is no site that sitegen built" in capsys.readouterr().err
    (tmp_path / MANIFEST).write_text("{")
    assert main([command, str(tmp_path)]) == 2
    assert "damaged" in capsys.readouterr().err
