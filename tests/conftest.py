"""Fixtures for every room's tests, and the closing list of what was skipped."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.browser.chromium import find_chromium
from tests.recorded import RecordedRun, record_demo
from tests.sites import build_site

pytest_plugins = ["tests.browser.fixtures"]

# A machine with other work makes any example take long: times belong into benchmarks/.
hypothesis.settings.register_profile(
    "no times", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("no times")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the golden sites with what is built now")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a machine with Chromium has to run the browser tests: skipping them there is a failure."""
    if os.environ.get("CI") and find_chromium() and _skipped_browser_tests(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says what was skipped and why, of the tests and of the lint steps before them."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    lines = [f"{count} test{'s' if count > 1 else ''}: {reason}" for reason, count in sorted(reasons.items())]
    lint = Path(os.environ["SKIPPED"]).read_text().splitlines() if "SKIPPED" in os.environ else []
    terminalreporter.section("skipped and why", sep="-")
    for line in [*lint, *lines] or ["nothing"]:
        terminalreporter.line(line)
    _tell_reruns(terminalreporter)
    if os.environ.get("CI") and find_chromium() and _skipped_browser_tests(config):
        terminalreporter.line(
            "Browser tests were skipped although Chromium is here: this fails in CI.", red=True
        )


def _tell_reruns(terminalreporter: pytest.TerminalReporter) -> None:
    """The failures of tests that were tried once more: without them nobody could look into the cause."""
    reruns = terminalreporter.stats.get("rerun", [])
    if reruns:
        terminalreporter.section("failed at first", sep="-")
    for report in reruns:
        terminalreporter.line(report.nodeid, yellow=True)
        terminalreporter.line(str(report.longrepr))


def _skipped_browser_tests(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    return [report.nodeid for report in skipped if "browser" in report.keywords]


def _reason(report: pytest.TestReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., RecordedRun]:
    """`make_run(project, run_id, **options)` begins a run in `tmp_path / "runlogs"`; a context manager."""

    def begin(project: str = "demo", run_id: str = "calm-fox-aaaaaa", **options: Any) -> RecordedRun:
        return RecordedRun(tmp_path / "runlogs", project, run_id, **options)

    return begin


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of recorded runs of every kind, built once per session: `tests.recorded.record_demo`."""
    folder = tmp_path_factory.mktemp("demo")
    record_demo(folder / "runlogs")
    return build_site(folder)
