"""A command whose output is closed, full or read by nobody, as in pipes and jobs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.recorded import RecordedRun
from tests.sites import ROOT

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has /dev/full")
COMMAND = "import sys; from sitegen.cli.main import main; sys.exit(main())"
FULL = "standard output cannot be written: No space left on device.\n"

Sitegen = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(params=["", "1"], ids=["buffered", "unbuffered"])
def sitegen(request: pytest.FixtureRequest, tmp_path: Path) -> Sitegen:
    """Runs a shell's line with `sitegen` in it, beside a run; what it said on standard error is text."""
    with RecordedRun(tmp_path / "runlogs", "demo", "one-fox-aaaaaa") as run:
        run.log(0, {"loss": 1.0})
        run.end()
    (tmp_path / "sitegen").write_text(f"#!{sys.executable}\n{COMMAND}\n")
    (tmp_path / "sitegen").chmod(0o755)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": request.param}

    def shell(line: str) -> subprocess.CompletedProcess[str]:
        line = line.replace("sitegen", "./sitegen")
        return subprocess.run(
            ["bash", "-c", line],
            cwd=tmp_path,
            env=env,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return shell


def test_closed_streams_lead_nowhere(sitegen: Sitegen, tmp_path: Path) -> None:
    """The work is done as with /dev/null, also by the other processes of a build, and is no failure."""
    done = sitegen("sitegen build --jobs 2 >&- 2>&- <&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "site" / "index.html").is_file()
    for command in ("build", "check", "verify", "export", "--help", "new"):
        done = sitegen(f"sitegen {command} >&-")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), command
        done = sitegen(f"rm -f mkdocs-style.yml; sitegen {command} 2>&-")
        assert (done.returncode, done.stderr) == (0, ""), command
        assert done.stdout, command
    assert sitegen("sitegen nonsense 2>&-").returncode == 2


def test_a_full_output_is_told(sitegen: Sitegen, tmp_path: Path) -> None:
    """One line and status 1, though the work is done; a full standard error costs what it would have said."""
    for command in ("build", "build --json", "check", "verify", "export", "new", "--help", "--version"):
        done = sitegen(f"sitegen {command} > /dev/full")
        assert (done.returncode, done.stderr) == (1, FULL), command
    assert (tmp_path / "site" / "index.html").is_file()
    assert sitegen("sitegen nonsense 2> /dev/full").returncode == 2
    assert sitegen("sitegen build absent 2> /dev/full").returncode == 2


def test_a_reader_that_went_away_is_no_error(sitegen: Sitegen) -> None:
    """As `head` does: nothing is said of it."""
    for command in ("build", "verify", "--help"):
        done = sitegen(f"(sleep 0.3; sitegen {command}) | true")
        assert done.stderr == "", command


@pytest.mark.parametrize("option", ["", "--json"])
def test_a_watch_ends_with_its_reader(sitegen: Sitegen, tmp_path: Path, option: str) -> None:
    """With the next line that nobody reads; what it kept beside the site is gone."""
    change = "for one in 1 2 3 4 5 6 7 8 9; do sleep 1; echo site_name: $one > mkdocs-style.yml; done"
    started = time.monotonic()
    done = sitegen(f"({change}) & sitegen watch {option} | head -c 1 > /dev/null; kill %1")
    assert time.monotonic() - started < 60
    assert done.stderr == ""
    assert (tmp_path / "site" / "index.html").is_file()
    assert not (tmp_path / ".site.staging").exists()
