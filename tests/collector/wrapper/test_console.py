"""The command's output reaches us unchanged, and the log has it all with times and streams."""

from __future__ import annotations

import os
import re
import resource
import subprocess
from pathlib import Path

import pytest

from collector.catalog.damage import findings_of
from tests.collector.wrapper.wrapped import Wrapped, wait_until

needs_full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


def test_output_is_relayed_and_recorded(wrapped: Wrapped) -> None:
    """Both streams arrive where they belong, and the index tells them apart."""
    done = wrapped.run(command=["/bin/sh", "-c", "echo out; sleep 0.1; echo err >&2; sleep 0.1; echo again"])
    assert (done.stdout, done.stderr) == (b"out\nagain\n", b"err\n")
    assert wrapped.console() == b"out\nerr\nagain\n"
    pieces = [(line["s"], line["o"], line["n"]) for line in wrapped.index()]
    assert pieces == [(1, 0, 4), (2, 4, 4), (1, 8, 6)]
    times = [line["t"] for line in wrapped.index()]
    assert times[0] < times[1] < times[2]


@pytest.mark.parametrize("mode", ["pipe", "pty"])
def test_binary_output_is_unchanged(wrapped: Wrapped, mode: str) -> None:
    """Every byte value passes, line ends and colours included."""
    every = bytes(range(256)) * 40 + b"\x1b[31mred\x1b[0m\r\n50%\r100%\n\xff\xfe"
    text = "import os; os.write(1, bytes(range(256)) * 40 + " + repr(every[256 * 40 :]) + ")"
    done = wrapped.run("--console", mode, command=wrapped.script(text))
    assert done.stdout == every
    assert wrapped.console() == every


def test_standard_input_passes(wrapped: Wrapped) -> None:
    """The command reads our standard input."""
    done = wrapped.run(command=["cat"], stdin=None, input=b"some\0input\n")
    assert done.stdout == b"some\0input\n"


@pytest.mark.parametrize(
    ("mode", "seen"), [("auto", b"False"), ("pipe", b"False"), ("pty", b"True"), ("off", b"False")]
)
def test_terminal_is_seen_where_there_is_one(wrapped: Wrapped, mode: str, seen: bytes) -> None:
    """Without a terminal of ours the command sees none, unless it is asked for."""
    done = wrapped.run(
        "--console", mode, command=wrapped.script("import os; print(os.isatty(1), os.isatty(2))")
    )
    assert done.stdout.split() == [seen, seen]


def test_console_off_records_nothing_of_it(wrapped: Wrapped) -> None:
    """With --console=off the command writes to our own descriptors."""
    done = wrapped.run("--console=off", command=["echo", "hello"])
    assert done.stdout == b"hello\n"
    assert not list(wrapped.run_folder().glob("console/*"))


def skipped_in(wrapped: Wrapped) -> int:
    """Bytes of output that the index says are missing."""
    return sum(line["n"] for line in wrapped.index() if line["k"] == "skip")


def test_flood_with_a_full_log_disk(wrapped: Wrapped) -> None:
    """When the log can take no more, the output still arrives whole and what is missing is counted."""

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    text = "import os\nfor i in range(40): os.write(1, b'x' * 99_999 + b'\\n')\nraise SystemExit(3)"
    done = wrapped.run(command=wrapped.script(text), preexec_fn=small_files)
    assert done.returncode == 3
    assert len(done.stdout) == 4_000_000
    kept = len(wrapped.console())
    assert 0 < kept <= 100_000
    # The end of a flood may be looked at for secrets behind the command's end.
    wait_until(lambda: kept + skipped_in(wrapped) == 4_000_000)
    skipped = skipped_in(wrapped)
    told = re.search(rb"lacks (\d+) bytes of output", done.stderr)
    assert told is not None
    assert 0 < int(told[1]) <= skipped
    (found,), _ = findings_of(str(wrapped.run_folder()))
    assert (found.kind, found.is_loss) == ("skipped", True)
    assert str(skipped) in found.message


@needs_full_device
def test_output_that_was_lost_is_told(wrapped: Wrapped) -> None:
    """Where our own output takes nothing, one line says how much is missing and where all of it is."""
    with open("/dev/full", "wb") as full:
        done = wrapped.run(command=["/bin/sh", "-c", "echo hello; echo err >&2; exit 3"], stdout=full)
    assert done.returncode == 3
    (error, line) = done.stderr.splitlines()
    assert error == b"err"
    assert b"6 bytes could not be written to standard output (No space left on device)" in line
    assert str(wrapped.run_folder() / "console").encode() in line
    assert sorted(wrapped.console().splitlines()) == [b"err", b"hello"]
    (note,) = wrapped.records("note")
    assert note["level"] == "warning"
    assert "6 bytes could not be written to standard output" in note["text"]


@needs_full_device
def test_output_and_log_both_lost(wrapped: Wrapped) -> None:
    """Where neither our output nor the log took what the command printed, the line promises nothing."""

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    with open("/dev/full", "wb") as full:
        text = "import os\nfor i in range(10): os.write(1, b'x' * 9_999 + b'\\n')"
        done = wrapped.run(command=wrapped.script(text), stdout=full, preexec_fn=small_files)
    assert done.returncode == 0
    lost, lacking = done.stderr.splitlines()
    assert b"100000 bytes could not be written to standard output" in lost
    assert b"has a part of it" in lost
    assert b"lacks" in lacking


def test_reader_that_leaves_is_noticed(wrapped: Wrapped) -> None:
    """When whoever reads our output has gone, the command is told by SIGPIPE, as without us."""
    process = wrapped.start(command=["/bin/sh", "-c", "while echo line; do :; done"])
    assert process.stdout is not None
    assert process.stdout.readline() == b"line\n"
    process.stdout.close()
    assert process.wait(10) != 0
    assert process.stderr is not None
    process.stderr.close()


def test_traceback_is_kept(wrapped: Wrapped) -> None:
    """The last traceback on the console becomes part of the end record."""
    done = wrapped.run(command=wrapped.script("def f():\n    raise ValueError('lr is negative')\nf()"))
    assert done.returncode == 1
    assert wrapped.end()["traceback"].splitlines()[0] == "Traceback (most recent call last):"
    assert wrapped.end()["traceback"].splitlines()[-1] == "ValueError: lr is negative"


DELETE = """
until ls {0}/*/*/console/w*.index.jsonl >/dev/null 2>&1; do sleep 0.1; done
{1}
rm -rf {0}
"""
"""Deletes the run logs, once the console is being written and what is given has been done."""


def test_log_that_was_deleted_is_told(wrapped: Wrapped) -> None:
    """A command that deletes its own log is told of in one line, and its end is in a new one."""
    script = DELETE.format(wrapped.runlogs, "") + "exit 3"
    done = wrapped.run("--name", "night", command=["sh", "-c", script])
    assert done.returncode == 3
    (line,) = done.stderr.splitlines()
    assert b"was deleted while the command ran" in line
    assert b"recording goes on in a new one" in line
    assert wrapped.end()["exit"] == 3
    assert [names["name"] for names in wrapped.records("run")] == ["night"]
    (note,) = wrapped.records("note")
    assert (note["level"], "was deleted" in note["text"]) == ("warning", True)


def test_output_goes_on_in_a_new_log(wrapped: Wrapped) -> None:
    """What is printed after a deletion is kept; what was printed before is counted as missing."""
    kept = f"echo before; until grep -q before {wrapped.runlogs}/*/*/console/w*.log; do sleep 0.1; done"
    again = f"until ls {wrapped.runlogs}/*/*/console/w*.index.jsonl >/dev/null 2>&1; do sleep 0.1; done"
    script = DELETE.format(wrapped.runlogs, kept) + again + "; echo after"
    done = wrapped.run("--parse", command=["sh", "-c", script])
    assert (done.returncode, done.stdout) == (0, b"before\nafter\n")
    (line,) = done.stderr.splitlines()
    assert b"and output, which are gone" in line
    assert wrapped.console() == b"after\n"
    assert [(line["k"], line["n"]) for line in wrapped.index()] == [("skip", 7), ("out", 6)]
    found, _ = findings_of(str(wrapped.run_folder()))
    assert [one.kind for one in found] == ["missing file", "skipped"]


def test_console_file_that_was_deleted(wrapped: Wrapped) -> None:
    """A console log deleted to make room is not written on into nothing."""
    console = f"{wrapped.runlogs}/*/*/console"
    script = (
        f"echo before; until grep -q before {console}/w*.log 2>/dev/null; do sleep 0.1; done\n"
        f"rm {console}/w*.log; until ls {console}/w*.log >/dev/null 2>&1; do sleep 0.1; done; echo after"
    )
    done = wrapped.run(command=["sh", "-c", script])
    assert done.returncode == 0
    assert b"was deleted while the command ran" in done.stderr
    assert wrapped.console() == b"after\n"
    assert wrapped.end()["exit"] == 0


def test_log_that_can_not_be_made_anew(wrapped: Wrapped) -> None:
    """Where the folder of run logs is gone and a file has its name, the command ends as it would."""
    script = DELETE.format(wrapped.runlogs, "") + f"touch {wrapped.runlogs}; exit 4"
    done = wrapped.run(command=["sh", "-c", script])
    assert done.returncode == 4
    assert b"was deleted while the command ran" in done.stderr
    assert b"cannot be made anew" in done.stderr


def test_hint_names_the_folder_that_was_chosen(wrapped: Wrapped) -> None:
    """The command that it gives for a site would find the run."""
    beside = wrapped.run("--verbose", "--dir", "my logs", command=["true"]).stderr
    assert beside.rstrip().endswith(b"sitegen build 'my logs' --open")
    assert wrapped.run("--verbose", command=["true"]).stderr.rstrip().endswith(b"sitegen build --open")


def test_slow_reader_slows_only_the_command(wrapped: Wrapped) -> None:
    """A reader that pauses loses nothing."""
    process = wrapped.start(command=["/bin/sh", "-c", "head -c 3000000 /dev/zero"], stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    with process.stdout as stream:
        first = os.read(stream.fileno(), 1000)
        rest = stream.read()
    assert process.wait(10) == 0
    assert len(first) + len(rest) == 3_000_000


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_stay_closed(wrapped: Wrapped, closed: str) -> None:
    """Without a standard stream of ours, nothing of ours takes its place."""
    report = wrapped.folder / "report"
    command = wrapped.words(command=["/bin/sh", "-c", f"echo done > {report}; exit 3"])
    words = " ".join(f"'{word}'" for word in command)
    done = subprocess.run(
        ["/bin/sh", "-c", f"{words} {closed}"], cwd=wrapped.folder, env=wrapped.env, check=False
    )
    assert done.returncode == 3
    assert report.read_text() == "done\n"
    assert wrapped.end()["exit"] == 3


def test_order_is_kept_where_both_streams_are_one_file(wrapped: Wrapped) -> None:
    """As a batch job's log: `> log 2>&1`, where lines and a traceback stand as they were written."""
    text = (
        "import os\nfor i in range(200):\n    os.write(1, b'out %d\\n' % i); os.write(2, b'err %d\\n' % i)\n"
        "raise ValueError('lr')"
    )
    done = wrapped.run(command=wrapped.script(text), stderr=subprocess.STDOUT)
    lines = done.stdout.splitlines()
    assert lines[:400] == [b"%s %d" % (name, i) for i in range(200) for name in (b"out", b"err")]
    assert wrapped.console() == done.stdout
    assert wrapped.end()["traceback"].splitlines()[-1] == "ValueError: lr"


def test_traceback_among_output_of_the_other_stream(wrapped: Wrapped) -> None:
    """What came through two pipes has no order: a line may come in the middle of a traceback."""
    text = (
        "import os, time\nos.write(2, b'Traceback (most recent call last):\\n  File x\\n')\ntime.sleep(0.2)\n"
        "os.write(1, b'step 1\\n')\ntime.sleep(0.2)\nos.write(2, b'    f()\\nValueError: lr\\n')\nos._exit(1)"
    )
    wrapped.run(command=wrapped.script(text))
    assert wrapped.end()["traceback"].splitlines()[1:] == ["  File x", "    f()", "ValueError: lr"]
