"""Whoever reads a site while it is published, and whoever kills the build, finds a whole site.

RUNPRESS_PUBLISHES=300 and RUNPRESS_KILLS=100 try longer.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sitegen.output.manifest import KEPT_BUILDS, MANIFEST
from tests.sitegen.output import publisher

PUBLISHES = int(os.environ.get("RUNPRESS_PUBLISHES", "25"))
KILLS = int(os.environ.get("RUNPRESS_KILLS", "8"))
ROOT = Path(__file__).resolve().parents[3]
WAYS = ("anew", "remembering")
"""Each version by a build that knows nothing, or by one that remembers the last."""


class Reader:
    """Reads pages and what they name, as fast as it can, and counts what it finds."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.found: Counter[str] = Counter()
        self._stop = threading.Event()

    def run(self) -> None:
        """Until it is stopped."""
        chance = random.Random(1)
        while not self._stop.is_set():
            self._read(f"page{chance.randrange(publisher.PAGES)}.html")

    def stop(self) -> None:
        self._stop.set()

    def _read(self, page: str) -> None:
        try:
            version, path, digest = (self.site / page).read_text().split()
        except FileNotFoundError:
            self.found["missing page"] += 1
            return
        except ValueError:
            self.found["short page"] += 1
            return
        try:
            content = (self.site / path).read_bytes()
        except FileNotFoundError:
            # A reader that slept through more builds than data are kept for has to load the page again.
            now = int((self.site / page).read_text().split()[0])
            self.found["missing data" if now <= int(version) + KEPT_BUILDS else "slept"] += 1
            return
        is_whole = hashlib.sha256(content).hexdigest() == digest
        self.found["whole" if is_whole else "short data"] += 1


@contextmanager
def reading(site: Path) -> Iterator[Reader]:
    """A reader at work."""
    reader = Reader(site)
    thread = threading.Thread(target=reader.run)
    thread.start()
    try:
        yield reader
    finally:
        reader.stop()
        thread.join()


def start(site: Path, first: int, count: int, way: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "tests.sitegen.output.publisher", str(site), str(first), str(count)]
    return subprocess.Popen(
        [*program, *([way] if way == "remembering" else [])],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def is_whole(site: Path) -> bool:
    """Whether every file of the manifest is there with its size and hash."""
    files = json.loads((site / MANIFEST).read_bytes())["files"]
    return all(
        [len(content), hashlib.sha256(content).hexdigest()] == entry
        for path, entry in files.items()
        for content in [(site / path).read_bytes()]
    )


@pytest.mark.parametrize("way", WAYS)
def test_a_reader_misses_nothing(tmp_path: Path, way: str) -> None:
    """No page and no data are ever absent or cut while versions follow each other."""
    site = tmp_path / "site"
    publisher.publish(site, 0)
    with reading(site) as reader:
        process = start(site, 1, PUBLISHES, way)
        told, _ = process.communicate(timeout=600)
    assert told.split()[-1] == str(PUBLISHES)
    assert reader.found["whole"] > 0
    assert set(reader.found) <= {"whole", "slept"}, reader.found
    assert is_whole(site)


@pytest.mark.parametrize("way", WAYS)
def test_a_kill_leaves_a_whole_site(tmp_path: Path, way: str) -> None:
    """Killed at any moment, the site is that of before or after, and the next build goes on from there."""
    site, version, chance = tmp_path / "site", 0, random.Random(2)
    publisher.publish(site, version)
    with reading(site) as reader:
        for _ in range(KILLS):
            process = start(site, version + 1, 10_000, way)
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.random() * 0.1)
            process.kill()
            process.communicate()
            assert is_whole(site)
            pages = [
                (site / f"page{number}.html").read_text().split()[0] for number in range(publisher.PAGES)
            ]
            assert len(set(pages)) == 1, "pages of two versions"
            version = int(pages[0])
    assert set(reader.found) <= {"whole", "slept"}, reader.found
    publisher.publish(site, version + 1)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
