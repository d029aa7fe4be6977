"""Who builds again and again does for one more point what that point needs, however many runs there are."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sitegen.build import Build, BuildReport, builds
from sitegen.charts.factcache import FactCache
from sitegen.config import Config
from sitegen.discover import SETTLED_NS, News
from sitegen.errors import SiteError
from sitegen.output import staging
from sitegen.output.tree import Tree
from sitegen.work.causes import Causes
from tests.sitegen.logs import EPOCH, ProcessLog, config_of

RUNS = 12


class Site:
    """A site of some runs in two projects, and the log of one of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config: Config = config_of(folder / "logs")
        for project in ("one", "two"):
            for number in range(RUNS):
                log = ProcessLog(
                    folder / "logs", f"run-{number:02d}", project=project, start=EPOCH + 100 * number
                )
                log.log(0, {"loss": 1.0})
                if number == RUNS // 2 and project == "one":
                    self.log = log
                else:
                    log.end(exit=0)

    def append(self) -> News:
        """One more point; what a watch would be told."""
        self.log.log(1, {"loss": 0.5})
        time.sleep(1.5 * SETTLED_NS / 1e9)
        return News({self.log.metrics_path}, set())


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def build(site: Site) -> Iterator[Build]:
    """Builds of one process, of which two are done."""
    with builds(jobs=1) as build:
        build(site.config)
        build(site.config, site.append())
        yield build


def counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, found: Counter[str]) -> None:
    """Counts the calls of a function from now on."""
    original: Callable[..., Any] = getattr(owner, name)

    def call(*values: Any, **named: Any) -> Any:
        found[name] += 1
        return original(*values, **named)

    monkeypatch.setattr(owner, name, call)


def test_one_more_point_costs_what_it_needs(
    site: Site, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One run is read; causes are found for its page alone; no file of others is looked at, or linked."""
    build(site.config, site.append())  # the second copy of the site is there from now on
    found: Counter[str] = Counter()
    for owner, name in (
        (FactCache, "load_brief"), (Causes, "run"), (Tree, "holds"), (staging, "has_hash"), (os, "link"),
    ):  # fmt: skip
        counted(monkeypatch, owner, name, found)
    report = build(site.config, site.append())
    assert found["load_brief"] == 1
    # Its own page, and those of its neighbours, which say what differs between the two.
    assert found["run"] == 3
    assert (found["holds"], found["has_hash"]) == (0, 0)
    written = len(report.published.written) + 2
    assert found["link"] == 2 * written  # into the copy that comes in, and into the one that goes out
    assert 4 * written < report.published.files


def test_nothing_is_trusted_without_news(site: Site, build: Build) -> None:
    """A build that was told nothing compares the site's files, and finds what was written into one."""
    page = site.config.site_dir / "two" / "index.html"
    text = page.read_bytes()
    page.write_bytes(text[::-1])
    build(site.config, site.append())
    assert page.read_bytes() == text[::-1]  # not told, and not looked for
    assert "two/index.html" in build(site.config).published.written
    assert page.read_bytes() == text


def test_a_build_that_fails_leaves_nothing_half_known(
    site: Site, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any of its steps: the next one makes what a clean build makes."""
    for owner, name in ((Causes, "project"), (Tree, "publish"), (Tree, "_put_in_place")):
        with monkeypatch.context() as patch:

            def fail(*_: Any, **__: Any) -> None:
                raise OSError(28, "No space left on device")

            patch.setattr(owner, name, fail)
            with pytest.raises((OSError, SiteError), match="No space"):
                build(site.config, site.append())
        build(site.config, site.append())
        assert same_as_clean(site, build(site.config, News()))


def same_as_clean(site: Site, report: BuildReport) -> bool:
    from sitegen.build import build as build_alone
    from tests.sitegen.build.test_schedules import manifest

    clean = replace(site.config, site_dir=site.folder / "clean" / "site", cache_dir=site.folder / "clean")
    shutil.rmtree(site.folder / "clean", ignore_errors=True)
    build_alone(clean, jobs=1)
    return report.runs == 2 * RUNS and manifest(site.config.site_dir) == manifest(clean.site_dir)
