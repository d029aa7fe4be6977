"""Short commands that end in unusual ways: not a byte more or less than from the bare command."""

from __future__ import annotations

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.collector.wrapper.wrapped import Wrapped

ENDINGS = {
    "exec of another program": (
        "print('before', flush=True); os.write(2, b'err')\n"
        "os.execv('/bin/sh', ['sh', '-c', 'echo after; echo more >&2; exit 4'])"
    ),
    "exec of the same program": (
        "print('one', flush=True)\n"
        "os.execv(sys.executable, [sys.executable, '-S', '-c', 'print(2); raise SystemExit(5)'])"
    ),
    "exit without clean-up": "print('a' * 5000, flush=True); os.write(2, b'x' * 100); os._exit(3)",
    "fork": (
        "print('parent', flush=True)\nif os.fork() == 0:\n    os.write(1, b'child' * 200); os._exit(0)\n"
        "os.wait(); print('end')"
    ),
    "child that prints after the end": (
        "print('parent', flush=True)\nif os.fork() == 0:\n"
        "    time.sleep(0.05); os.write(1, b'late' * 100); os._exit(0)"
    ),
    "large last write": (
        "rest = b'y' * 3_000_000\nwhile rest:\n    rest = rest[os.write(1, rest):]\nos._exit(0)"
    ),
}
TIMES = 8
"""How often each runs, four at a time."""


@pytest.mark.parametrize("ending", ENDINGS)
def test_output_is_that_of_the_bare_command(wrapped: Wrapped, ending: str) -> None:
    """Both streams, the status and the log are the same, every time."""
    command = wrapped.script("import os, sys, time\n" + ENDINGS[ending])
    bare = subprocess.run(command, capture_output=True, check=False, env=wrapped.env)

    def compare(folder: Path) -> None:
        done = wrapped.run("--console=pipe", "--dir", str(folder), command=command)
        assert (done.stdout, done.stderr) == (bare.stdout, bare.stderr)
        assert done.returncode == bare.returncode
        [log] = folder.glob("*/*/console/*.log")
        # A flood is looked at for secrets and written while nobody waits for us any more.
        until = time.monotonic() + 20
        while log.stat().st_size < len(bare.stdout) + len(bare.stderr) and time.monotonic() < until:
            time.sleep(0.02)
        assert log.stat().st_size == len(bare.stdout) + len(bare.stderr)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(compare, [wrapped.folder / str(number) for number in range(TIMES)]))
