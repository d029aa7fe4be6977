"""Whole small sites, compared with what was accepted: `pytest tests/golden --accept` rewrites them.

Pages and page data are kept as text, with hashes and the tool's version scrubbed; style sheets, scripts
and chart data appear by name only, since tests of their own say what they hold.
"""

from __future__ import annotations

import difflib
import math
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from collector.version import __version__
from tests.recorded import RecordedRun
from tests.sites import build_site

ACCEPTED = Path(__file__).parent
LIMIT_BYTES = 40_000


def first_site(root: Path) -> None:
    """One project, one run of three steps."""
    with RecordedRun(root, "first", "calm-fox-aaaaaa") as run:
        run.record("run", project="first", name="calm fox", group="tries", tags=["first"], notes="A *note*.")
        run.record("config", v={"lr": 0.1, "model": {"layers": 2}})
        run.record("provenance", section="python", fields={"version": "3.11.7"})
        for step in range(3):
            run.log(step, {"train/loss": 1 / (step + 1), "val/acc": 0.5 + step / 10})
        run.record("alert", title="Slow input", text="The loader waits.", level="WARN", step=2)
        run.record("note", level="info", text="'x' means nothing here.")
        files = {"files": 2, "bytes": 25_600, "aliases": ["latest"]}
        run.record("artifact", name="net", type="model", version="v0", digest="ab12" * 16, **files)
        run.end()


def hard_site(root: Path) -> None:
    """Names that need escaping, values that are not finite, a torn line, a failed run, an open run."""
    with RecordedRun(root, 'a <b> & "c"', "sad-elk-bbbbbb") as run:
        run.record("run", name="<script>alert(1)</script>", tags=["x & y"], group=None)
        for step, loss in enumerate((1.0, 2.0, math.inf, math.nan)):
            run.log(step, {"loss & <i>": loss})
        run.end("failed", 1, "exit code 1")
    with RecordedRun(root, 'a <b> & "c"', "new-bee-cccccc", start=1_767_270_000.0) as run:
        run.record("run", name="open", group=None)
        run.log(0, {"loss & <i>": 0.5})
    [metrics] = Path(run.paths.folder).glob("*.metrics.jsonl")
    with metrics.open("ab") as torn:
        torn.write(b'{"k":"log","t":2.0,"n":1,"step":1,"m":{"los')


def no_runs(root: Path) -> None:
    """A folder of run logs in which nothing is yet."""
    root.mkdir(parents=True)


CASES: dict[str, Callable[[Path], None]] = {"first": first_site, "hard": hard_site, "empty": no_runs}


def scrubbed_site(site: Path) -> dict[str, str]:
    """What is compared: text by scrubbed name, and the list of all names."""
    names = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    pages: dict[str, list[str]] = {}
    kept: dict[str, str] = {"FILES": "\n".join(sorted(scrub(name) for name in names)) + "\n"}
    for name in names:
        is_page_data = name.endswith(".js") and b"site.page(" in (site / name).read_bytes()[:200]
        if name.endswith(".html") or is_page_data:
            pages.setdefault(scrub(name), []).append(scrub((site / name).read_text(encoding="utf-8")))
    # Without their hashes the data of two runs have one name: they stand in one file then, sorted.
    kept |= {name: "".join(sorted(texts)) for name, texts in pages.items()}
    return {name: text for name, text in kept.items() if name != "patterns.html"}


def scrub(text: str) -> str:
    """The text without content hashes and the version of the tool."""
    text = re.sub(r"([./-])[0-9a-z]{8,64}(\.(?:js|css|svg|html|woff2|png))\b", r"\1HASH\2", text)
    return text.replace(__version__, "VERSION")


@pytest.mark.parametrize("case", CASES)
def test_site_is_as_accepted(case: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The built site equals the accepted one, but for hashes and the version."""
    CASES[case](tmp_path / "runlogs")
    built = scrubbed_site(build_site(tmp_path))
    folder = ACCEPTED / case
    if request.config.getoption("--accept"):
        write_accepted(folder, built)
    accepted = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert sorted(accepted) == sorted(built)
    for name, text in built.items():
        assert text == accepted[name], "\n".join(
            difflib.unified_diff(
                accepted[name].splitlines(), text.splitlines(), f"accepted/{name}", "built", n=1
            )
        )


def write_accepted(folder: Path, built: dict[str, str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in built.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_accepted_site_is_small_enough_to_be_read(case: str) -> None:
    """A golden site is reviewed by people: at most 40 kB of text."""
    assert sum(path.stat().st_size for path in (ACCEPTED / case).rglob("*") if path.is_file()) <= LIMIT_BYTES


@pytest.mark.parametrize("case", ["hard"])
def test_names_are_escaped(case: str, tmp_path: Path) -> None:
    """No name of a user becomes markup on any page."""
    CASES[case](tmp_path / "runlogs")
    pages = scrubbed_site(build_site(tmp_path))
    for text in (text for name, text in pages.items() if name.endswith(".html")):
        assert "<script>alert" not in text
        assert "loss & <i>" not in text
