"""Whoever waits for `collect` sees exactly what the bare command would have shown."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
from pathlib import Path

import pytest

from collector.runlog.paths import is_portable
from tests.collector.wrapper.wrapped import PYTHON, Wrapped

SIGNALS = [
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGABRT,
    signal.SIGKILL,
    signal.SIGUSR1,
    signal.SIGSEGV,
    signal.SIGUSR2,
    signal.SIGPIPE,
    signal.SIGALRM,
    signal.SIGTERM,
    signal.SIGXCPU,
]
MODES = ["pipe", "off", "pty"]


def dies_of(number: int) -> list[str]:
    """A shell that kills itself, without a core file."""
    return ["/bin/sh", "-c", f"ulimit -c 0; kill -{number} $$; sleep 5"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_exit_code_is_the_commands_own(wrapped: Wrapped, mode: str, code: int) -> None:
    """An exit code passes through unchanged and is recorded."""
    done = wrapped.run("--console", mode, command=["/bin/sh", "-c", f"exit {code}"])
    assert done.returncode == code
    assert (wrapped.end()["exit"], wrapped.end()["signal"]) == (code, None)
    assert wrapped.end()["state"] == ("failed" if code else "finished")


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_death_by_signal_is_shared(wrapped: Wrapped, number: signal.Signals) -> None:
    """A command that a signal ends takes the wrapper with it, by the same signal."""
    done = wrapped.run(command=dies_of(number))
    assert done.returncode == -number
    assert (wrapped.end()["exit"], wrapped.end()["signal"]) == (None, number)
    assert number.name in wrapped.end()["cause"]


@pytest.mark.parametrize("mode", ["off", "pty"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV], ids=lambda one: one.name)
def test_death_by_signal_in_other_modes(wrapped: Wrapped, mode: str, number: signal.Signals) -> None:
    """The same holds however the output is taken."""
    assert wrapped.run("--console", mode, command=dies_of(number)).returncode == -number


def test_shell_sees_what_it_always_saw(wrapped: Wrapped) -> None:
    """A shell reports 128 + the signal, for a command under `collect` as for a bare one."""
    words = " ".join(f"'{word}'" for word in wrapped.words(command=["/bin/sh", "-c", "kill -9 $$"]))
    done = subprocess.run(
        ["/bin/sh", "-c", f"{words}; exit $?"], cwd=wrapped.folder, env=wrapped.env, check=False
    )
    assert done.returncode == 137


@pytest.mark.parametrize("mode", MODES)
def test_command_not_found(wrapped: Wrapped, mode: str) -> None:
    """A missing command exits 127 with one line that names it, and the run says so."""
    done = wrapped.run("--console", mode, command=["no-such-program", "--lr", "1"])
    assert done.returncode == 127
    assert done.stderr == b"collect: cannot run no-such-program: command not found\n"
    assert wrapped.end()["cause"] == "command not found"


def test_command_not_executable(wrapped: Wrapped) -> None:
    """A file without permission to run exits 126, as a shell does."""
    file = wrapped.folder / "train.txt"
    file.write_text("text")
    done = wrapped.run(command=[str(file)])
    assert done.returncode == 126
    assert b"permission denied" in done.stderr


def test_script_without_first_line_runs(wrapped: Wrapped) -> None:
    """A script without `#!` runs under sh, as it does in a shell."""
    file = wrapped.folder / "train"
    file.write_text('echo "lr $1"\nexit 3\n')
    file.chmod(0o755)
    done = wrapped.run(command=[str(file), "0.1"])
    assert (done.stdout, done.returncode) == (b"lr 0.1\n", 3)


def test_missing_interpreter_is_told(wrapped: Wrapped) -> None:
    """When the file is there and its interpreter is not, the message says which is missing."""
    file = wrapped.folder / "train"
    file.write_text("#!/no/such/python\n")
    file.chmod(0o755)
    done = wrapped.run(command=[str(file)])
    assert done.returncode == 127
    assert b"interpreter" in done.stderr


@pytest.mark.parametrize("code", [0, 7])
def test_unwritable_folder_lets_the_command_run(wrapped: Wrapped, code: int) -> None:
    """Where nothing can be recorded there is one line about it, and the command runs as if bare."""
    blocked = wrapped.folder / "file"
    blocked.write_text("")
    done = wrapped.run(
        "--dir", str(blocked / "runlogs"), command=["/bin/sh", "-c", f"echo hello; exit {code}"]
    )
    assert (done.returncode, done.stdout) == (code, b"hello\n")
    (line,) = done.stderr.splitlines()
    assert b"unrecorded" in line
    assert str(blocked).encode() in line


def test_unwritable_folder_and_signal(wrapped: Wrapped) -> None:
    """Without a recording, death by a signal is shared all the same."""
    blocked = wrapped.folder / "file"
    blocked.write_text("")
    assert wrapped.run("--dir", str(blocked / "runlogs"), command=dies_of(15)).returncode == -15
    missing = wrapped.run("--dir", str(blocked / "runlogs"), command=["no-such-program"])
    assert missing.returncode == 127


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_command_inherits_no_ignored_signals(wrapped: Wrapped) -> None:
    """The command starts with the same signal settings as without us."""
    show = ["/bin/sh", "-c", "grep -E '^Sig(Blk|Ign)' /proc/self/status"]
    bare = subprocess.run(show, capture_output=True, check=True, env=wrapped.env).stdout
    assert signal_sets(wrapped.run(command=show).stdout) == signal_sets(bare)


def signal_sets(status: bytes) -> list[int]:
    """Blocked and ignored signals, without 32 and 33, which belong to the C library."""
    return [int(line.split()[1], 16) & ~(3 << 31) for line in status.splitlines()]


def test_end_of_the_waiting_process_is_no_news(wrapped: Wrapped) -> None:
    """It leaves before the recording one has closed its files; only its death before the end is told."""
    for _ in range(3):
        assert wrapped.run(command=wrapped.script("print('a')")).returncode == 0
    logs = [path.read_text() for path in wrapped.runlogs.glob("*/*/w*.records.jsonl")]
    assert len(logs) == 3
    assert not [log for log in logs if "wrapper was killed" in log]


def in_deleted_folder(wrapped: Wrapped, *options: str) -> subprocess.CompletedProcess[bytes]:
    """A command run from a folder that is gone."""
    here = wrapped.folder / "gone"
    here.mkdir()
    words = wrapped.words(*options, command=wrapped.script("print('hello'); raise SystemExit(7)"))
    script = 'rmdir "$PWD"; exec "$@"'
    return subprocess.run(
        ["/bin/sh", "-c", script, "sh", *words], cwd=here, env=wrapped.env, capture_output=True, timeout=30
    )


@pytest.mark.parametrize("spool", ["auto", "always"])
def test_deleted_current_folder_lets_the_command_run(wrapped: Wrapped, spool: str) -> None:
    """Where the current folder is gone, and with it the place of the logs, the command runs unrecorded."""
    wrapped.env["COLLECT_SPOOL"] = spool
    done = in_deleted_folder(wrapped)
    assert (done.returncode, done.stdout) == (7, b"hello\n")
    (line,) = done.stderr.splitlines()
    assert b"current folder was deleted" in line
    assert b"unrecorded; --dir" in line


def test_deleted_current_folder_and_a_place_for_logs(wrapped: Wrapped) -> None:
    """With an absolute --dir a command in a folder that is gone is recorded like any other."""
    done = in_deleted_folder(wrapped, "--verbose", "--dir", str(wrapped.runlogs))
    assert (done.returncode, done.stdout) == (7, b"hello\n")
    (line,) = done.stderr.splitlines()
    assert str(wrapped.run_folder()).encode() in line
    assert wrapped.end()["exit"] == 7
    assert wrapped.console() == b"hello\n"
    assert not wrapped.records("note")


def test_no_descriptor_is_left(wrapped: Wrapped) -> None:
    """Where there is none for our pipes, the command runs as if bare, and one line says why."""

    def few_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8))

    done = wrapped.run(command=["/bin/sh", "-c", "echo hello; exit 7"], preexec_fn=few_files)
    assert (done.returncode, done.stdout) == (7, b"hello\n")
    (line,) = done.stderr.splitlines()
    assert b"cannot begin to record: Too many open files. The command runs unrecorded." in line
    missing = wrapped.run(command=["no-such-program"], preexec_fn=few_files)
    assert missing.returncode == 127


def test_plan_that_can_not_be_made(wrapped: Wrapped) -> None:
    """Whatever the disk refuses while we look for an earlier start, the command runs."""
    script = (
        "import os, sys\nfrom collector.cli import main\nfrom collector.wrapper import planning\n"
        "def refuse(*given): raise PermissionError(13, 'Permission denied', 'runlogs/p/x')\n"
        "planning.identify = refuse\nsys.exit(main.main(['--', 'sh', '-c', 'echo hello; exit 7']))"
    )
    done = subprocess.run([PYTHON, "-c", script], cwd=wrapped.folder, env=wrapped.env, capture_output=True)
    assert (done.returncode, done.stdout) == (7, b"hello\n")
    assert b"runlogs/p/x: Permission denied. The command runs unrecorded." in done.stderr


def test_longest_notes(wrapped: Wrapped) -> None:
    """Notes as long as an argument may be are recorded, and the command starts."""
    notes = "n" * 131_000
    done = wrapped.run("--notes", notes, command=["echo", "hello"])
    assert (done.returncode, done.stdout, done.stderr) == (0, b"hello\n", b"")
    assert wrapped.records("run")[0]["notes"] == notes


LONG = "x" * 300, "\u00e9\u65e5\u672c" * 100, "../" * 100 + "etc", "con", "a\nb\x1b[31m"
"""Names that no folder can have."""


@pytest.mark.parametrize("name", LONG, ids=["long", "letters", "path", "device", "control"])
def test_names_that_no_folder_can_have(wrapped: Wrapped, name: str) -> None:
    """Folders get short safe names that differ with the name; the record and the lists have the name."""
    options = {"project": name, "name": name, "group": name, "job-type": name, "id": name}
    given = [word for option, text in options.items() for word in (f"--{option}", text)]
    done = wrapped.run(*given, command=["echo", "hello"])
    assert (done.returncode, done.stdout, done.stderr) == (0, b"hello\n", b"")
    folder = wrapped.run_folder()
    assert folder.parent.parent == wrapped.runlogs
    assert is_portable(folder.name)
    assert is_portable(folder.parent.name)
    (names,) = wrapped.records("run")
    assert [names[field] for field in ("project", "name", "group", "job_type")] == [name] * 4
    listed = json.loads(
        subprocess.check_output(
            [PYTHON, "-m", "collector.cli.main", "ls", name, "--json"], cwd=wrapped.folder, env=wrapped.env
        )
    )
    assert [(run["project"], run["name"]) for run in listed] == [(name, name)]
    again = wrapped.run(*given, command=["true"])
    assert again.returncode == 0
    assert {record["attempt"] for record in wrapped.records("head")} == {1, 2}


def test_job_id_longer_than_a_file_name(wrapped: Wrapped) -> None:
    """A requeued job finds its run, however long its id is."""
    env = {"SLURM_JOB_ID": "9" * 300, "SLURM_PROCID": "0", "SLURM_STEP_ID": "0"}
    for restarts in "01":
        done = wrapped.run(command=["true"], env=env | {"SLURM_RESTART_COUNT": restarts})
        assert done.returncode == 0
    assert is_portable(wrapped.run_folder().name)
    assert {record["attempt"] for record in wrapped.records("head")} == {1, 2}
