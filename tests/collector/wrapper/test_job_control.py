"""In a shell with job control: Ctrl-Z stops the command, `fg` goes on, and progress bars move as ever."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collector.wrapper.test_terminal import NEVER, Screen
from tests.collector.wrapper.wrapped import Wrapped

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("bash") is None, reason="drives bash in a Linux terminal"
)

BAR = """
import sys, time
print("begin", flush=True)
for i in range(1, 31):
    sys.stderr.write(f"\\r{i * 100 // 30:3d}%|{'#' * i:<30}| {i}/30 [loss={1 / i:.3f}]")
    sys.stderr.flush()
    time.sleep(0.05)
sys.stderr.write("\\n")
print("end", flush=True)
"""


class Prompt(Screen):
    """An interactive bash."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], env | {"PS1": "prompt> "})
        self.shown = b""
        self.status: int | None = None

    def enter(self, line: str) -> None:
        """Type a line."""
        self.type(line.encode() + b"\n")


@pytest.fixture
def prompt(wrapped: Wrapped) -> Iterator[Prompt]:
    """A shell at its prompt."""
    shell = Prompt(wrapped.folder, wrapped.env)
    shell.read_until(b"prompt> ")
    yield shell
    shell.close()


def line_of(wrapped: Wrapped, *options: str) -> str:
    """The command line that draws a bar."""
    import shlex

    (wrapped.folder / "bar.py").write_text(BAR)
    return shlex.join(wrapped.words(*options, command=[sys.executable, "-S", "bar.py"]))


def test_stop_and_go_on(wrapped: Wrapped, prompt: Prompt) -> None:
    """Ctrl-Z gives the prompt back while the command stands still, and fg lets it come to its end."""
    prompt.enter(line_of(wrapped))
    prompt.read_until(b"20%|")
    prompt.type(b"\x1a")
    prompt.read_until(b"Stopped")
    time.sleep(0.3)
    before = len(wrapped.console())
    time.sleep(0.5)
    assert len(wrapped.console()) == before
    prompt.enter("fg")
    prompt.read_until(b"100%|")
    prompt.read_until(b"end\r\n")
    prompt.enter("echo status=$?; exit")
    prompt.read_until(b"status=0")
    prompt.status = os.waitpid(prompt.pid, 0)[1] if prompt.read_until(NEVER) is None else None
    assert wrapped.end()["state"] == "finished"


def test_bar_moves_and_is_recorded(wrapped: Wrapped, prompt: Prompt) -> None:
    """Every state of a bar is shown when it is drawn, the log has its bytes, and --parse its numbers."""
    prompt.enter(line_of(wrapped, "--parse"))
    prompt.read_until(b" 50%|")
    assert b" 90%|" not in prompt.shown
    prompt.read_until(b"end\r\n")
    prompt.enter("exit")
    prompt.read_until(NEVER)
    prompt.status = os.waitpid(prompt.pid, 0)[1]
    console = wrapped.console()
    assert console.count(b"\r") == 30
    assert console.startswith(b"begin\n")
    assert console.endswith(b"]\nend\n")
    (metrics,) = wrapped.run_folder().glob("w*.metrics.jsonl")
    assert metrics.read_bytes().count(b'"k":"log"') == 30


def test_interrupt_ends_the_job(wrapped: Wrapped, prompt: Prompt) -> None:
    """Ctrl-C in the middle of a bar: the shell sees 130, and the run was stopped."""
    prompt.enter(line_of(wrapped))
    prompt.read_until(b"20%|")
    prompt.type(b"\x03")
    prompt.read_until(b"prompt> ^C" if b"prompt> ^C" in prompt.shown else b"KeyboardInterrupt")
    time.sleep(0.3)
    prompt.enter("echo status=$?; exit")
    prompt.read_until(b"status=130")
    prompt.read_until(NEVER)
    prompt.status = os.waitpid(prompt.pid, 0)[1]
    assert wrapped.end()["state"] == "stopped"
    assert wrapped.end()["signal"] == signal.SIGINT
