"""Rules beside a command: recorded, said in one line, and passed on where that was asked for."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from collector.rules.judge import Firing
from collector.rules.rule import parse_rule
from collector.runlog.reader import read_records
from collector.wrapper import notices
from collector.wrapper.plan import Plan
from collector.wrapper.recording import Moment, Recording
from tests.collector.wrapper.wrapped import PYTHON, Wrapped, children_of, keeper_of, wait_until
from tests.sites import build_site

SCRIPT = """
import collector, math, time
run = collector.init(config={"lr": 0.1})
for step in range(30):
    run.log({"val/loss": 1.0 if step < 20 else 5.0, "train/loss": math.nan if step == 25 else 0.5})
"""


def train(script: str = SCRIPT) -> list[str]:
    return [PYTHON, "-c", script]


def alerts(wrapped: Wrapped, count: int = 1) -> list[tuple[Any, ...]]:
    """The alerts, once there are so many: the last may be written behind the command's end."""
    wait_until(lambda: len(wrapped.records("alert")) >= count)
    return [(one["title"], one["step"], one["level"], one.get("rank")) for one in wrapped.records("alert")]


def notes(wrapped: Wrapped) -> list[str]:
    return [one["text"] for one in wrapped.records("note") if one["level"] == "warning"]


class Listener(HTTPServer):
    """Takes posts on the loopback interface."""

    got: list[dict[str, Any]]
    status = 200
    wait = 0.0


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        time.sleep(self.server.wait)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *ignored: Any) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener(("127.0.0.1", 0), Handler)
    server.got = []
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_rules_are_judged_recorded_and_said(wrapped: Wrapped) -> None:
    """Each trigger is one record and one line on standard error; the exit status is the command's."""
    done = wrapped.run(
        "--alert", "diverged: val/loss > 3 * min(val/loss)", "--alert", "isnan(train/loss)", command=train()
    )
    assert done.returncode == 0
    assert alerts(wrapped, 2) == [("diverged", 20, "WARN", 0), ("isnan(train/loss)", 25, "WARN", 0)]
    said = [line for line in done.stderr.decode().splitlines() if "alert" in line]
    assert said == [
        "collect: alert at step 20: diverged: val/loss > 3 * min(val/loss); val/loss = 5, min(val/loss) = 1",
        "collect: alert at step 25: isnan(train/loss): train/loss = nan",
    ]


def test_the_site_shows_them(wrapped: Wrapped) -> None:
    """The run's page has the alert, the run table and the first page its count."""
    wrapped.run("--project", "digits", "--name", "fox", "--alert", "diverged: val/loss > 3", command=train())
    assert alerts(wrapped)
    site = build_site(wrapped.folder)
    (page,) = site.glob("*/runs/fox*.html")
    assert "diverged" in page.read_text()
    assert 'data-key="alerts"' in (site / "digits" / "index.html").read_text()
    assert "1 with alerts" in (site / "index.html").read_text()


def test_settings_time_and_machine(wrapped: Wrapped) -> None:
    """Rules may ask for settings, silence and the machine; one about nothing that is logged is told."""
    script = SCRIPT + "time.sleep(1.6)"
    rules = [
        "cfg.lr > 0.05",
        "stalled(500ms)",
        "system.memory/tree_rss_bytes > 1000",
        "val/los > 1",
        "loss/2 > 1",
    ]
    wrapped.run(*(word for rule in rules for word in ("--alert", rule)), command=train(script))
    assert {title for title, *_ in alerts(wrapped, 3)} == set(rules[:3])
    assert any("val/los > 1" in text and 'Did you mean "val/loss"' in text for text in notes(wrapped))
    assert any("loss/2 > 1" in text for text in notes(wrapped))


def test_printed_metrics_are_judged_too(wrapped: Wrapped) -> None:
    """What --parse finds is a row like any other."""
    command = wrapped.script("for i in range(9): print(f'step {i}: loss {9 if i > 5 else 1}', flush=True)")
    wrapped.run("--parse", "--alert", "loss > 3", command=command)
    assert [(title, step) for title, step, *_ in alerts(wrapped)] == [("loss > 3", 6)]


def test_only_one_wrapper_judges_a_rank(wrapped: Wrapped) -> None:
    """Ranks that each have a wrapper are judged once, each by its own."""
    base = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29511", "TORCHELASTIC_RUN_ID": "j"}
    script = "import collector, os\nrun = collector.init()\nrun.log({'loss': 5.0 + int(os.environ['RANK'])})"
    plain, started = wrapped.env, []
    for rank in ("0", "1"):
        wrapped.env = plain | base | {"RANK": rank, "LOCAL_RANK": rank}
        started.append(wrapped.start("--id", "job-one", "--alert", "loss > 3", command=train(script)))
    for process in started:
        process.communicate(timeout=30)
    assert sorted(rank for *_, rank in alerts(wrapped, 2)) == [0, 1]


def test_ranks_that_a_wrapper_started_are_judged_by_it(wrapped: Wrapped) -> None:
    """One wrapper per node around a launcher: ranks that do not share its number are its own all the same."""
    script = "import collector\nrun = collector.init()\nrun.log({'loss': 5.0})"
    wrapped.env |= {"WORLD_SIZE": "2", "RANK": "0", "LOCAL_RANK": "0"}
    command = ["env", "RANK=5", "WORLD_SIZE=8", "LOCAL_RANK=1", *train(script)]
    wrapped.run("--id", "job-two", "--alert", "loss > 3", command=command)
    assert [rank for *_, rank in alerts(wrapped)] == [5]


def test_ranks_that_a_launcher_starts_again_are_judged_on(wrapped: Wrapped) -> None:
    """A later attempt below the same wrapper is judged; an earlier one, of another start, is not."""
    script = "import collector, sys\nrun = collector.init()\nrun.log({'loss': float(sys.argv[1])})"
    wrapped.run("--id", "job", command=[*train(script), "9"])
    both = 'env COLLECT_ATTEMPT=3 "$0" -c "$1" 8'
    wrapped.run("--id", "job", "--alert", "loss > 3", command=["/bin/sh", "-c", both, PYTHON, script])
    wait_until(lambda: wrapped.records("alert"))
    assert [one["text"] for one in wrapped.records("alert")] == ["loss = 8"]


def test_a_run_that_moves_is_followed(wrapped: Wrapped) -> None:
    """The script names another project, so the folder moves, and its rows are judged there."""
    script = SCRIPT.replace("init(", 'init(project="elsewhere", ') + "time.sleep(1.2)"
    wrapped.run("--alert", "val/loss > 3", command=train(script))
    assert wrapped.run_folder().parent.name == "elsewhere"
    assert [(title, step) for title, step, *_ in alerts(wrapped)] == [("val/loss > 3", 20)]


def test_text_of_a_setting_cannot_act_on_the_terminal(wrapped: Wrapped) -> None:
    """What an alert shows of a setting is one line without control characters."""
    script = (
        "import collector\nrun = collector.init(config={'mode': 'a\\x1b[2J\\nb'})\nrun.log({'loss': 1.0})"
    )
    done = wrapped.run("--alert", 'cfg.mode ~ "a" and loss > 0', command=train(script))
    said = [line for line in done.stderr.splitlines() if b"alert" in line]
    assert len(said) == 1
    assert b"\x1b" not in said[0]
    assert b"cfg.mode = a [2J b" in said[0]


def test_a_flood_at_the_end_holds_up_nothing(wrapped: Wrapped) -> None:
    """Rows that are not judged by the command's end are judged behind it."""
    script = """
import collector
run = collector.init()
for step in range(60_000):
    run.log({"loss": 9.0 if step == 59_990 else 1.0})
"""
    wrapped.run("--alert", "loss > 3", command=train(script))
    assert [(title, step) for title, step, *_ in alerts(wrapped)] == [("loss > 3", 59_990)]


def test_a_command_is_told(wrapped: Wrapped, tmp_path: Path) -> None:
    """The command of the alert finds run, rule, value and step in its environment."""
    told = tmp_path / "told"
    command = f'env | grep ^COLLECT_ALERT_ | sort > "{told}.new"; mv "{told}.new" "{told}"'
    wrapped.run("--alert", "diverged: val/loss > 3", "--on-alert", command, "--name", "fox", command=train())
    wait_until(told.exists)
    found = dict(line.split("=", 1) for line in told.read_text().splitlines())
    wanted = {
        "RULE": "diverged",
        "WHEN": "val/loss > 3",
        "VALUE": "5",
        "STEP": "20",
        "RANK": "0",
        "LEVEL": "WARN",
    }
    assert {name: found[f"COLLECT_ALERT_{name}"] for name in wanted} == wanted
    assert (found["COLLECT_ALERT_NAME"], found["COLLECT_ALERT_RUN"]) == ("fox", wrapped.run_folder().name)


def test_a_command_may_end_the_run(wrapped: Wrapped) -> None:
    """`kill $COLLECT_WRAPPED` stops a training that is lost, and the run says so."""
    done = wrapped.run(
        "--alert",
        "val/loss > 3",
        "--on-alert",
        "kill $COLLECT_WRAPPED",
        command=train(SCRIPT + "time.sleep(25)"),
    )
    assert done.returncode == -signal.SIGTERM
    assert wrapped.end()["state"] == "stopped"


def test_a_command_that_fails_or_hangs_harms_nothing(wrapped: Wrapped) -> None:
    """Its exit status is noted; the training ends at once, whatever the command still does."""
    script = SCRIPT + "time.sleep(1.5)"
    wrapped.run("--alert", "val/loss > 3", "--on-alert", "exit 3", command=train(script))
    wait_until(lambda: notes(wrapped))
    assert notes(wrapped) == ["An alert was not passed on: the command ended with 3."]


def test_nobody_waits_for_a_slow_command(wrapped: Wrapped, tmp_path: Path) -> None:
    """The wrapper ends with the command, and what is under way is finished behind it."""
    told = tmp_path / "told"
    began = time.monotonic()
    done = wrapped.run("--alert", "val/loss > 3", "--on-alert", f'sleep 3; echo > "{told}"', command=train())
    assert (done.returncode, time.monotonic() - began < 3.0, told.exists()) == (0, True, False)
    wait_until(told.exists)


def test_a_webhook_is_posted_to(wrapped: Wrapped, listener: Listener, tmp_path: Path) -> None:
    """One JSON document per alert, with a line that chat programs show."""
    rules = tmp_path / "rules.yml"
    rules.write_text(
        "alerts:\n  - {name: diverged, when: val/loss > 3, level: error}\n"
        f"webhook: http://127.0.0.1:{listener.server_port}/hook/secret\n"
    )
    wrapped.run("--alerts", str(rules), "--project", "digits", "--name", "fox", command=train())
    wait_until(lambda: listener.got)
    (got,) = listener.got
    assert (
        got["text"] == got["content"] == "[ERROR] digits/fox: diverged at step 20: val/loss > 3; val/loss = 5"
    )
    wanted = {"rule": "diverged", "when": "val/loss > 3", "level": "ERROR", "step": 20, "rank": 0, "value": 5}
    assert {name: got[name] for name in wanted} == wanted
    assert "secret" not in "".join(file.read_text() for file in wrapped.run_folder().glob("*.jsonl"))


@pytest.mark.parametrize(
    ("address", "words"), [("", "the webhook answered 500"), ("http://127.0.0.1:9", "cannot be reached")]
)
def test_a_webhook_that_fails_is_noted(
    wrapped: Wrapped, listener: Listener, address: str, words: str
) -> None:
    """An error of the other side is one note, without the address."""
    listener.status = 500
    address = address or f"http://127.0.0.1:{listener.server_port}/hook/secret"
    done = wrapped.run(
        "--alert",
        "val/loss > 3",
        command=train(SCRIPT + "time.sleep(1.5)"),
        env={"COLLECT_ALERT_WEBHOOK": address},
    )
    assert done.returncode == 0
    wait_until(lambda: notes(wrapped))
    assert [words in text and "127" not in text for text in notes(wrapped)] == [True]


def test_an_answer_that_drips_holds_up_no_other_alert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A webhook that sends a byte now and then is given up after its time, and the next alert is posted."""
    monkeypatch.setattr(notices, "POST_SECONDS", 0.5)
    over = Event()

    def drip(server: socket.socket, got: list[bytes]) -> None:
        while not over.is_set():
            try:
                connection, _ = server.accept()
            except OSError:  # nobody came for a while, or the end
                continue
            got.append(connection.recv(4096))
            Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not over.wait(0.1):
                connection.sendall(b"X-A: b\r\n")

    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        dripping = Thread(target=drip, args=(server, got), daemon=True)
        dripping.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/hook"
        plan = Plan(("true",), dict(os.environ), str(tmp_path), "p", "r", None, webhook=address)
        recording = Recording(plan, Moment.now())
        passing = notices.Notices(plan, recording)
        for _ in range(2):
            passing.send(Firing(parse_rule("loss > 3"), 0, 1.0, 0.0, "loss = 4", 4.0), "loss = 4")
        wait_until(lambda: len(got) == 2, 30)
        passing.finish()
        over.set()
        dripping.join()
        recording.close()
    lines, _ = read_records(recording.records.path)
    told = [line["text"] for line in lines if line["k"] == "note"]
    assert told == ["An alert was not passed on: the webhook took more than 0.5 s to answer."] * 2


def test_the_next_recorder_tells_nothing_twice(wrapped: Wrapped) -> None:
    """After kill -9 of the recording process its successor goes on judging, and what was told stays told."""
    script = """
import collector, time
run = collector.init()
run.log({"loss": 9.0})
time.sleep(4)
run.log({"loss": 9.0, "other": 1.0})
time.sleep(1.5)
"""
    process = wrapped.start("--alert", "loss > 3", "--alert", "other > 0", command=train(script))
    wait_until(lambda: wrapped.runlogs.exists() and list(wrapped.runlogs.glob("*/*/w0-*.records.jsonl")))
    wait_until(lambda: alerts(wrapped))
    (command,) = (child for child in children_of(keeper_of(process)))
    os.kill(keeper_of(process, command), signal.SIGKILL)
    process.communicate(timeout=30)
    assert [(title, step) for title, step, *_ in alerts(wrapped, 2)] == [("loss > 3", 0), ("other > 0", 1)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--alert", "loss >"], b"Expected a name, a number or a text at the end."),
        (["--alerts", "none.yml"], b"none.yml"),
    ],
)
def test_rules_that_cannot_be_meant_are_misuse(wrapped: Wrapped, options: list[str], words: bytes) -> None:
    """The command does not run, and the exit status is that of misuse."""
    done = wrapped.run(*options, command=["touch", "ran"])
    assert (done.returncode, (wrapped.folder / "ran").exists()) == (125, False)
    assert words in done.stderr
