"""A shell records a run by short commands: one segment, every record on disk when its command returns."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from collector.shell.begin import FISH, SH, Begun, assignments
from collector.wrapper.plan import Plan
from tests.collector.shell.shells import START, Shell, wait_until
from tests.sites import build_site

SHELLS = [name for name in ("sh", "bash", "dash", "zsh", "ksh") if shutil.which(name)]

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


@pytest.mark.parametrize("name", SHELLS)
def test_from_start_to_finish(shell: Shell, name: str) -> None:
    """Rows, settings and the end are recorded in one segment, and the site shows them."""
    script = START + (
        "collect config lr=0.1 opt=adam\n"
        "collect log loss=0.5 note='two words'\ncollect log loss=nan\ncollect log --step 10 loss=0.25\n"
        "collect finish\n"
    )
    done = shell.run(script, name)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert shell.rows() == [(0, {"loss": 0.5}), (1, {"loss": None}), (10, {"loss": 0.25})]
    assert shell.records("config")[0]["v"] == {"lr": 0.1, "opt": "adam"}
    assert shell.end()["state"] == "finished"
    (folder,) = shell.root.glob("demo/*")
    assert len(list(folder.glob("*.metrics.jsonl"))) == 1
    assert shell.records("provenance")[0]["fields"]["argv"][0].endswith(name)


def test_site_has_the_run(shell: Shell) -> None:
    """A run of a shell is a run like others."""
    shell.run(
        START.replace("--project", "--name hand --project") + "collect log loss=0.125\ncollect finish\n"
    )
    (page,) = build_site(shell.folder).glob("demo/runs/hand*.html")
    assert "0.125" in page.read_text()
    assert "finished" in page.read_text()


def test_record_is_there_when_the_command_returns(shell: Shell) -> None:
    """kill -9 of everything right behind `collect log` loses nothing."""
    script = START + "for i in 1 2 3; do collect log loss=$i; done; kill -9 $COLLECT_WRAPPED $$"
    assert shell.run(script).returncode == -signal.SIGKILL
    assert [row["loss"] for _, row in shell.rows()] == [1, 2, 3]
    shutil.rmtree(next(shell.sockets.iterdir()))


@pytest.mark.parametrize("spool", ["never", "always"])
def test_killed_writer_is_replaced(shell: Shell, spool: str) -> None:
    """The next command goes on with the run, also when several find out at once; no step is used twice."""
    script = (
        f"export COLLECT_SPOOL={spool}\n"
        + START
        + (
            "collect log loss=1; kill -9 $COLLECT_WRAPPED\n"
            "for i in 2 3 4 5; do collect log loss=$i & done; wait\ncollect finish\n"
        )
    )
    done = shell.run(script)
    assert done.stderr == ""
    wait_until(lambda: len(shell.rows()) == 5 and shell.records("end"))
    assert sorted(step for step, _ in shell.rows()) == [0, 1, 2, 3, 4]
    assert sorted(row["loss"] for _, row in shell.rows()) == [1, 2, 3, 4, 5]
    assert len({record["attempt"] for record in shell.records("head")}) == 1
    assert shell.end()["state"] == "finished"
    assert any("was killed" in note["text"] for note in shell.records("note"))


@pytest.mark.parametrize(
    ("code", "state", "exit_code", "number"),
    [(0, "finished", 0, None), (3, "failed", 3, None), (130, "stopped", None, 2), (139, "failed", None, 11)],
)
def test_exit_code_of_the_shell(
    shell: Shell, code: int, state: str, exit_code: int | None, number: int | None
) -> None:
    """`trap` and `$?` tell how it ended; above 128 it was a signal."""
    shell.run(f"trap 'collect finish --exit-code $?' EXIT\n{START}collect log a=1\nexit {code}")
    end = shell.end()
    assert (end["state"], end["exit"], end["signal"]) == (state, exit_code, number)


@needs_proc
@pytest.mark.parametrize("how", ["exit 5", "kill -9 $$"])
@pytest.mark.parametrize("start", [START, START.replace("$(", "$(cd . && ").replace(')"', ' | cat)"')])
def test_shell_that_ends_without_finish(shell: Shell, how: str, start: str) -> None:
    """The writing process notices, also where a subshell had started it, and says what it knows."""
    shell.run(f"{start}collect log loss=1\n{how}", "bash")
    assert shell.end()["state"] == "failed"
    assert shell.end()["cause"] == "the shell ended without `collect finish`"


@needs_proc
def test_what_the_shell_has_left_running_may_log(shell: Shell) -> None:
    """After the shell (a lost connection, a closed terminal) its background jobs still record."""
    shell.run(START + "nohup sh -c 'sleep 2; collect log loss=2; collect finish' >/dev/null 2>&1 &")
    assert shell.end()["state"] == "finished"
    assert [row["loss"] for _, row in shell.rows()] == [2]
    assert any("goes on" in note["text"] for note in shell.records("note"))


def test_stop_of_everything_is_told(shell: Shell) -> None:
    """A scheduler that stops every process, however soon, leaves a stopped run, not a failed one."""
    with shell.start(START + "kill -TERM $COLLECT_WRAPPED; exec sleep 30") as process:
        try:
            wait_until(lambda: list(shell.root.glob("*/*")) and shell.records("end"))
        finally:
            process.terminate()
    wait_until(lambda: "without" in str(shell.end()["cause"]))
    assert shell.end()["state"] == "stopped"
    assert "SIGTERM" in shell.end()["cause"]


def test_python_joins_the_run(shell: Shell) -> None:
    """A script with the Python API records into the run of its shell, and into its own after the end."""
    (shell.folder / "t.py").write_text(
        "import collector\nwith collector.init() as run:\n    run.log({'py': 1}, step=7)\nprint(run.id)\n"
    )
    script = "echo $COLLECT_RUN_ID; {python} t.py; collect finish; {python} t.py"
    done = shell.run(START + script.format(python=shutil.which("python3")))
    shell_id, joined, own = done.stdout.split()
    assert shell_id == joined
    assert own != shell_id


def test_lines_of_standard_input(shell: Shell) -> None:
    """`collect log -` takes a row a line: a long loop needs one process."""
    done = shell.run(START + "seq 50 | sed 's/.*/--step & loss=&/' | collect log -; collect finish")
    assert done.stderr == ""
    assert shell.rows() == [(i, {"loss": i}) for i in range(1, 51)]


def test_rubbish_among_lines_stops_nothing(shell: Shell) -> None:
    """An open quote, bytes that are no text: each is told, and the lines after it are logged."""
    lines = r"a=1\nit\047s bad\n\377\376\na=x\0y\nb=it\047s\na=2\n"
    done = shell.run(START + f"printf '{lines}' | collect log -; echo $?; collect finish")
    assert done.stdout == "2\n"
    assert "Traceback" not in done.stderr
    assert [row for row in shell.rows() if row[1]] == [(0, {"a": 1}), (3, {"a": 2})]


def test_misuse_is_told(shell: Shell) -> None:
    """What cannot be meant exits 2, says what to do, and records nothing."""
    script = START + "collect log loss; echo $?; collect log; echo $?; collect finish --exit-code x; echo $?"
    done = shell.run(script)
    assert done.stdout.split() == ["2", "2", "2"]
    assert "'loss' is not key=value" in done.stderr
    assert shell.end()["state"] == "failed"


def test_without_a_run(shell: Shell) -> None:
    """Without a start there is misuse; after the end a command says so, and does not stop the script."""
    done = shell.run(
        "collect log a=1; echo $?\n" + START + "collect finish; set -e; collect log a=1; echo on"
    )
    assert done.stdout.split() == ["2", "on"]
    assert 'eval "$(collect start)"' in done.stderr
    assert "has ended" in done.stderr


def test_nowhere_to_write(shell: Shell) -> None:
    """Where no run can begin there is one line, and the script goes on without."""
    shell.root.write_text("a file")
    done = shell.run("set -e\n" + START + "collect log a=1; collect finish; echo on")
    assert done.stdout == "on\n"
    (line,) = done.stderr.splitlines()
    assert "unrecorded" in line
    shutil.rmtree(shell.sockets)
    shell.sockets.mkdir()


def test_second_start_in_one_shell_is_refused(shell: Shell) -> None:
    """A shell has one run at a time; a script that it starts may have its own."""
    inner = "sh -c 'eval \"$(collect start)\"; collect finish'"
    done = shell.run(f"{START}collect start >/dev/null; echo $?; {inner}; collect finish")
    assert done.stdout == "2\n"
    assert "End it first" in done.stderr
    assert len(list(shell.root.glob("demo/*"))) == 2


def test_socket_is_private(shell: Shell) -> None:
    """Nobody else can write into the run."""
    done = shell.run(START + "stat -c %a $(dirname $COLLECT_SOCKET); collect finish")
    assert done.stdout == "700\n"


def test_start_holds_nothing_of_the_shell(shell: Shell) -> None:
    """Whoever waits for the end of the script's output or of its other files is not kept waiting."""
    ours, theirs = os.pipe()
    script = START + "exec 9>&-; sleep 0.2"
    process = subprocess.Popen(
        ["sh", "-c", script], cwd=shell.folder, env=shell.env, pass_fds=[theirs], stdout=subprocess.PIPE
    )
    os.close(theirs)
    with open(ours, "rb") as pipe:
        assert pipe.read() == b""
    assert process.communicate(timeout=10)[0] == b""


def test_full_disk_does_not_stop_the_script(shell: Shell) -> None:
    """What the disk refuses is told by one line a command, and exits 0: the training goes on."""
    script = (
        "set -e; ulimit -f 8\n"
        + START
        + "i=0; while [ $i -lt 12 ]; do i=$((i+1)); collect log t=$(printf %01000d 7)x; done; echo on"
    )
    done = shell.run(script, "bash")
    assert done.stdout == "on\n"
    assert "the disk refuses the record" in done.stderr


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")
def test_fish(shell: Shell) -> None:
    """fish has a language of its own; what has to be quoted in it arrives."""
    shell.env |= {"COLLECT_NOTES": "it's a \\ and a $HOME\nand more"}
    done = shell.run(
        'collect start --project demo --no-code --name "it\'s \\\\ \\$x" --shell fish | source\n'
        "collect log loss=0.5; collect finish",
        "fish",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert shell.rows() == [(0, {"loss": 0.5})]
    assert shell.end()["state"] == "finished"
    assert shell.records("run")[0]["name"] == "it's \\ $x"


@pytest.mark.parametrize(
    ("dialect", "line"),
    [(SH, "export COLLECT_X='it'\"'\"'s \\ $x'"), (FISH, "set -gx COLLECT_X 'it\\'s \\\\ $x'")],
)
def test_values_are_quoted(dialect: str, line: str) -> None:
    """A value is what it was, in either language."""
    plan = Plan(("sh",), {"COLLECT_X": "it's \\ $x"}, "/r", "p", "r", None)
    assert assignments(Begun(plan, "", 0), {}, dialect) == f"{line}\n"


def test_unknown_shell_is_misuse(shell: Shell) -> None:
    """csh has no quoting that could be relied on."""
    done = shell.run("collect start --shell csh")
    assert done.returncode == 2
    assert "There are sh and fish" in done.stderr


def test_start_for_nobody_is_misuse(shell: Shell) -> None:
    """A run whose owner does not exist would end at once."""
    done = shell.run("collect start --pid 4194305")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no such process" in done.stderr
