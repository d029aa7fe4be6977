"""A real kill for want of memory, in a cgroup of the test's own, is told as one."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collector.wrapper.wrapped import Wrapped, wait_until

LIMIT_BYTES = 150_000_000
GROUPS = (
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
    (Path("/sys/fs/cgroup"), "memory.max"),
)
"""Where groups are made, and the file that holds their limit: version 1, version 2."""

EATER = "import time\nkept = []\nwhile True:\n    kept.append(bytearray(10_000_000)); time.sleep(0.03)"


@pytest.fixture
def small_group() -> Iterator[Path]:
    """A cgroup of little memory; a test without the right to make one is skipped."""
    group = next((made for place, limit in GROUPS if (made := _make_group(place, limit))), None)
    if group is None:
        pytest.skip("may not make a cgroup with a memory limit")
    yield group
    wait_until(lambda: _is_removed(group))


def _make_group(place: Path, limit: str) -> Path | None:
    group = place / f"collect-test-{os.getpid()}"
    try:
        group.mkdir()
    except OSError:
        return None
    try:
        (group / limit).write_text(str(LIMIT_BYTES))
    except OSError:
        group.rmdir()
        return None
    return group


def _is_removed(group: Path) -> bool:
    """The recorder closes its files after we have seen the end, and is in the group as long."""
    try:
        group.rmdir()
    except OSError:
        return False
    return True


def test_kernel_takes_the_command_and_we_say_so(wrapped: Wrapped, small_group: Path) -> None:
    """The command goes first, the recorder lives to tell of it, and the status is that of the kill."""
    words = wrapped.words(command=wrapped.script(EATER))
    enter = f'echo $$ > {small_group}/cgroup.procs; exec "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", enter, "sh", *words],
        cwd=wrapped.folder,
        env=wrapped.env,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    end = wrapped.end()
    assert (end["state"], end["signal"]) == ("failed", signal.SIGKILL)
    assert end["cause"] == "out of memory: the kernel killed a process of this job"
