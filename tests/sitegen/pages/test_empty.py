"""Tests of what stands where there is nothing: what it is, and what fills it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sitegen.derive.facts import SiteFacts
from tests.sitegen.pages.conftest import Files
from tests.sitegen.pages.fixture_site import make_project, make_run, make_site

BARE = replace(make_run(0), series=(), summary={}, config={}, console=(), patch=None, system=(), media=())


@pytest.fixture(scope="module")
def empty(composed: Callable[..., Files]) -> dict[str, Files]:
    """Sites by what they lack."""
    return {
        "runs": composed(SiteFacts(())),
        "runs of a project": composed(make_site(make_project([]))),
        "metrics": composed(make_site(make_project([BARE]))),
        "a second run": composed(make_site(make_project([make_run(1)]))),
        "nothing": composed(make_site(make_project([make_run(1), make_run(2)]))),
    }


@pytest.mark.parametrize(
    ("lacks", "page", "taught"),
    [
        ("runs", "index.html", "collect -- python train.py"),
        ("runs of a project", "digits/index.html", "<code>collect ls</code>"),
        ("metrics", "digits/index.html", "run.log({"),
        ("metrics", f"digits/runs/{BARE.id}.html", "collector.Image(array)"),
        ("metrics", f"digits/runs/{BARE.id}.html", "run.log_artifact("),
        ("metrics", f"digits/runs/{BARE.id}.html", "The run logged no number. <code>run.log("),
        ("a second run", "digits/index.html", "collect -- python train.py --lr 0.01"),
    ],
)
def test_what_is_missing_says_how_it_comes(
    empty: dict[str, Files], lacks: str, page: str, taught: str
) -> None:
    """A command or a call, where the thing would stand; and not where it stands."""
    assert taught in empty[lacks][page].decode()
    others = empty["nothing"].get(page, b"").decode()
    assert taught not in others


def test_a_kind_that_was_recorded_is_not_taught(empty: dict[str, Files]) -> None:
    """A run with curves and a console is told only of what it lacks."""
    text = empty["nothing"][f"digits/runs/{make_run(1).id}.html"].decode()
    unused = text.partition('class="more unused"')[2].partition("</details>")[0]
    assert "log_artifact" in unused
    assert "run.log({" not in unused.replace("run.log({&#34;sample", "").replace('run.log({"sample', "")
