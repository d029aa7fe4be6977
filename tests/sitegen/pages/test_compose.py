"""Tests of whole sites: every page well-formed, safe and complete."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sitegen.config import Config
from sitegen.derive.facts import ConsoleChunk, SiteFacts, WholeRun
from tests.sitegen.pages.conftest import Files
from tests.sitegen.pages.fixture_site import (
    PATCH,
    TRACEBACK,
    demo_runs,
    demo_site,
    full_series,
    make_project,
    make_run,
    make_site,
    summary_of,
)
from tests.sitegen.pages.html_check import read_page
from tests.sites import chunks_of

HOSTILE = (
    "<script>window.pwn=1</script>",
    "'\"><img src=x onerror=window.pwn=1>",
    "</script><svg onload=window.pwn=1>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}",
    "a\u202egnp.exe\x00\x1b[31m\u2028\ud800",
    "&lt;b&gt; ../../../etc/passwd",
    "   ",
    "x" * 5000,
    "💥 مرحبا 名字",
)


def hostile_run(number: int, text: str) -> WholeRun:
    """A run that says the same hostile thing in every field."""
    run = make_run(number)
    series = [full_series(text, name, [0.0, 1.0], [1.0, 2.0]) for name in sorted({text, f"val/{text}"})]
    return replace(
        run,
        id=text,
        name=text,
        group=text,
        job_type=text,
        tags=(text,),
        notes=text,
        state="failed",
        cause=text,
        traceback=f"{TRACEBACK}{text}",
        config={text: text, f"{text}.a": [text], "deep": {text: text}},
        summary={one.metric: summary_of(one) for one in series},
        user_summary={text: text, f"{text}2": 1.0},
        texts={text: text},
        provenance={
            section: {text: text, "versions": {text: text}, "command": [text], "commit": text, "host": text}
            for section in (
                "command",
                "git",
                "python",
                "packages",
                "cpu",
                "gpu",
                "machine",
                "scheduler",
                text,
            )
        },
        patch=PATCH.replace("train.py", text).replace("cosine", text),
        console=(ConsoleChunk(0, 1, f"{text}\n"),),
        series=tuple(series),
        system=tuple(full_series(text, name, [0.0, 1.0], [1.0, 2.0]) for name in (text, "cpu/percent")),
    )


@pytest.fixture(scope="module")
def demo(composed: Callable[..., Files]) -> Files:
    return composed(demo_site(), site_description="Every run kept.", repo_url="https://example.org/r")


@pytest.fixture(scope="module")
def hostile(composed: Callable[..., Files]) -> Files:
    runs = [hostile_run(number, text) for number, text in enumerate(HOSTILE)]
    project = make_project(runs, name=HOSTILE[1], slug="../../x", title=HOSTILE[0])
    return composed(
        make_site(project, warnings=HOSTILE), site_name=HOSTILE[0], copyright=HOSTILE[1], language="en"
    )


def html_of(files: Files) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if path.endswith(".html")}


def page_data(files: Files, kind: str) -> list[dict[str, Any]]:
    """What the page-data scripts of a kind hand over."""
    texts = [
        content.decode("utf-8", "surrogatepass")
        for path, content in files.items()
        if path.startswith(f"assets/{kind}.")
    ]
    assert all(text.startswith("site.page(") and text.endswith(");\n") for text in texts)
    return [json.loads(text[len("site.page(") : -3]) for text in texts]


def test_every_page_is_well_formed_and_has_no_inline_code(demo: Files, hostile: Files) -> None:
    """Also with hostile text in every field: the policy allows no style, no handler, no inline script."""
    told = {
        path: read_page(content).problems
        for files in (demo, hostile)
        for path, content in html_of(files).items()
        if read_page(content).problems
    }
    assert told == {}


def test_every_link_of_every_page_leads_to_a_file_of_the_site(demo: Files, hostile: Files) -> None:
    """Relative links only, so that the site works anywhere; nothing from outside but the repository."""
    for files in (demo, hostile):
        for path, content in html_of(files).items():
            for link in read_page(content).links:
                if link.startswith("#") or link == "https://example.org/r":
                    continue
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link))
                assert target in files, f"{path} links to {link}"


def test_every_page_carries_the_policy_and_asks_not_to_be_indexed(demo: Files) -> None:
    """Private by default."""
    for path, content in html_of(demo).items():
        assert b"default-src &#39;none&#39;; script-src &#39;self&#39;" in content, path
        assert b'<meta name="robots" content="noindex, nofollow">' in content, path
        assert b'<meta name="referrer" content="no-referrer">' in content, path


def test_no_path_comes_from_a_users_text(hostile: Files) -> None:
    """A run called ../../etc/passwd is a file with a portable name inside the project's folder."""
    for path in hostile:
        assert posixpath.normpath(path) == path
        assert not path.startswith((".", "/"))
        assert len(path) < 180
        assert path.isascii()


def test_page_data_cannot_end_its_script(hostile: Files) -> None:
    """No angle bracket, no line separator, no NaN; and it parses back to the run's own name."""
    raw = b"".join(
        content for path, content in hostile.items() if path.startswith(("assets/project.", "assets/run."))
    )
    for bad in (b"<", b">", "\u2028".encode(), b"NaN,", b"Infinity,"):
        assert bad not in raw
    (data,) = page_data(hostile, "project")
    assert HOSTILE[1] in [run["name"] for run in data["runs"]]


def test_hostile_names_can_be_read_on_the_page(hostile: Files) -> None:
    """They are shown as they are, controls as marks."""
    page = next(content for path, content in hostile.items() if re.fullmatch(r"[^/]+/index.html", path))
    text = "".join(read_page(page).text)
    assert "<script>window.pwn=1</script>" in text
    assert "a⟦RLO⟧gnp.exe␀␛[31m" in text
    assert "{{ 7*7 }}" in text


def test_a_site_without_runs_teaches_how_to_start(composed: Callable[..., Files]) -> None:
    """The first page says which two commands to type."""
    files = composed(SiteFacts(()))
    text = files["index.html"].decode()
    assert "collect -- python train.py" in text
    assert "sitegen build --open" in text
    assert set(html_of(files)) == {"index.html", "404.html", "patterns.html"}


def test_a_run_without_anything_still_has_a_page(composed: Callable[..., Files]) -> None:
    """A command that printed nothing and logged nothing."""
    bare = make_run(0, series=[], system=(), console=(), config={}, provenance={}, patch=None, duration=None)
    files = composed(make_site(make_project([bare])))
    page = files[f"digits/runs/{bare.id}.html"].decode()
    assert "The run logged no number." in page
    assert 'id="console"' not in page
    assert "No run of this project has logged a number yet" in files["digits/index.html"].decode()


def test_a_crash_is_told_first(demo: Files) -> None:
    """State with its cause, the exception, what was lost: before results."""
    page = next(
        content.decode() for path, content in demo.items() if "warm-pike" in path and path.endswith(".html")
    )
    order = [
        page.index(text)
        for text in (
            "exit code 1",
            "ValueError: matmul",
            "is torn.",
            "3 records could not be written",
            ">Result<",
        )
    ]
    assert order == sorted(order)


def test_nan_is_named_with_its_step(demo: Files) -> None:
    """A diverged run says since when, beside its best value; its last value is none."""
    page = next(
        content.decode() for path, content in demo.items() if "late-moss" in path and path.endswith(".html")
    )
    run = demo_runs()[7]
    page = demo[f"digits/runs/{run.id}.html"].decode()
    assert "then NaN from step 230" in page
    assert "37 NaN from step 230" in page
    numbers = page[page.index('id="metrics"') :]
    assert numbers[numbers.index("train/loss") :].partition('class="num">')[2].startswith("NaN<")


def test_a_run_tells_what_changed_since_the_one_before(demo: Files) -> None:
    """Settings, command, uncommitted changes and packages; what is the same in a sentence."""
    page = read_page(demo[f"digits/runs/{demo_runs()[4].id}.html"])
    text = " ".join("".join(page.text).split())
    assert "Changed since slow-elm" in text
    assert "lr0.3 → 0.003 seed0 → 1" in text.replace("seed0 →", " seed0 →").replace("  ", " ")
    assert "uncommitted changes+4 −1 in 2 files → none" in text
    assert "numpy2.4.5 → 2.4.6" in text
    assert "The same: 4 other settings, the commit, the machine." in text


def test_an_open_run_says_when_it_was_heard_and_leaves_the_rest_to_the_page(demo: Files) -> None:
    """Running, stalled and lost depend on now, and no file contains the build's clock."""
    run = demo_runs()[11]
    page = demo[f"digits/runs/{run.id}.html"].decode()
    assert f'data-heard="{run.last_heard}" data-beat="10"' in page
    assert "last heard from <time" in page
    (data,) = page_data(demo, "project")
    entry = next(one for one in data["runs"] if one["id"] == run.id)
    assert (entry["state"], entry["heard"], entry["beat"]) == ("open", run.last_heard, 10)


def test_columns_of_the_page_data_line_up_with_its_runs(demo: Files) -> None:
    """One value per run in every column; the best is that of the whole column."""
    (data,) = page_data(demo, "project")
    columns = {column["key"]: column for column in data["columns"]}
    assert list(columns)[:5] == ["state", "cfg.lr", "cfg.seed", "val/acc.max", "spark"]
    assert all(len(column["values"]) == 12 for column in columns.values() if "values" in column)
    best = columns["val/acc.max"]
    assert best["best"] == max(best["values"])
    assert data["drawn"] == [run["id"] for run in data["runs"]]


def test_chunks_named_in_page_data_are_files_of_the_site(demo: Files) -> None:
    """Every chart finds its data."""
    for kind in ("project", "run"):
        for data in page_data(demo, kind):
            assert data["vega"] in demo
            assert data["templates"] in demo
            for chart in data["charts"]:
                assert chart["chunks"]
                assert set(chunks_of(data, chart)) <= set(demo)


def test_devices_of_a_kind_share_a_chart(demo: Files) -> None:
    """Eight GPUs are eight lines, not eight charts."""
    data = page_data(demo, "run")[0]
    (chart,) = [one for one in data["charts"] if one["title"] == "GPU utilization"]
    assert chart["metrics"] == ["gpu0/utilization_percent", "gpu1/utilization_percent"]
    assert chart["unit"] == "%"


def test_the_same_facts_give_the_same_bytes(composed: Callable[..., Files], demo: Files) -> None:
    """No clock, no order of a set, no memory address."""
    again = composed(demo_site(), site_description="Every run kept.", repo_url="https://example.org/r")
    assert again == demo


def test_the_whole_console_stands_beside_its_page(demo: Files) -> None:
    """As text, with the progress bar as it ended."""
    text = demo[f"digits/runs/{demo_runs()[0].id}.console.txt"].decode()
    assert "100%|██████████| 100/100\n" in text
    assert "\x1b" not in text


def test_a_bad_address_is_no_link(composed: Callable[..., Files]) -> None:
    """Only http and https lead out of the site."""
    files = composed(SiteFacts(()), repo_url="javascript:alert(1)")
    assert b"javascript:" not in files["index.html"]


def test_404_is_linked_from_the_sites_address(composed: Callable[..., Files]) -> None:
    """A server shows it at any depth."""
    files = composed(SiteFacts(()), site_url="https://lab.example/runs")
    assert b'href="/runs/index.html"' in files["404.html"]
    assert Config().site_url is None
