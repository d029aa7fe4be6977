"""The preview in a browser: pages work under their strict policy and follow the builds."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.test_renew import POINTS, READY, wait_soon
from tests.browser.visit import Visit
from tests.recorded import RecordedRun
from tests.sites import ROOT

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]
COMMAND = "import sys; from sitegen.cli.main import main; sys.exit(main())"


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RecordedRun]:
    """A run that is going on."""
    with RecordedRun(tmp_path / "runlogs", "demo", "new-fox-bbbbbb", start=time.time() - 60) as made:
        made.log_all("loss", (10.0 / (1 + step) for step in range(50)))
        yield made


@pytest.fixture
def address(run: RecordedRun, tmp_path: Path) -> Iterator[str]:
    """Where `sitegen serve` shows the site; it is ended as a person would end it."""
    said = tmp_path / "said"
    with said.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "serve", "--port", "0"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=output,
        )
    try:
        end = time.monotonic() + 60
        while not (found := re.search(r"Open (http://127\.0\.0\.1:\d+/)", said.read_text())):
            assert time.monotonic() < end, said.read_text()
            time.sleep(0.1)
        yield found[1]
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0


def test_a_live_page_is_renewed_in_place(visit: Open, run: RecordedRun, address: str) -> None:
    """New points come without a reload, and no policy is broken."""
    seen = visit(f"{address}demo/runs/new-fox-bbbbbb.html")
    wait_soon(seen.page, READY)
    seen.page.evaluate("window.marker = 1")
    for step in range(50, 60):
        run.log(step, {"loss": 0.5})
    wait_soon(seen.page, f"{POINTS} === 60")
    assert seen.page.evaluate("window.marker") == 1
    assert seen.complaints() == []


def test_other_pages_are_loaded_anew(visit: Open, address: str, tmp_path: Path) -> None:
    """The first page shows the site's new name soon after the settings were saved."""
    seen = visit(address)
    (tmp_path / "mkdocs-style.yml").write_text("site_name: Renamed")
    wait_soon(seen.page, "document.title.includes('Renamed')")
    assert seen.complaints() == []
