"""Passes alerts on where the user asked for it: to a command, or to an address.

Both run in a thread of their own, one after the other, each with a time limit; what fails is noted.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Mapping
from math import isfinite
from queue import Empty, Full, Queue
from threading import Thread
from typing import Any

from collector.rules.alarms import plain_number
from collector.rules.judge import Firing
from collector.wrapper.plan import Plan
from collector.wrapper.recording import Recording
from collector.wrapper.signals import IGNORED_BY_PYTHON

COMMAND_SECONDS = 30.0
POST_SECONDS = 10.0
WAITING = 50
"""Alerts that wait to be passed on; more are recorded, but told to nobody."""
POLL_SECONDS = 0.05


class Notices:
    """The alerts that are to be passed on."""

    def __init__(self, plan: Plan, recording: Recording) -> None:
        self._plan = plan
        self._recording = recording
        self._queue: Queue[dict[str, Any]] = Queue(WAITING)
        self._thread: Thread | None = None
        self._is_over = False
        self._command: int | None = None
        """The shell that runs now."""

    def send(self, firing: Firing, text: str) -> None:
        """Pass an alert on, without waiting."""
        if not self._plan.on_alert and not self._plan.webhook:
            return
        try:
            self._queue.put_nowait(self._message(firing, text))
        except Full:
            self._recording.note("More alerts came than could be passed on.", "warning")
        if self._thread is None:
            self._thread = Thread(target=self._pass_on, name="collect-notices", daemon=True)
            self._thread.start()

    def finish(self) -> None:
        """Wait until all is passed on, as long as each may take."""
        self._is_over = True
        if self._thread is not None:
            self._recording.records.sync()
            self._thread.join(COMMAND_SECONDS + POST_SECONDS)
        if self._command is not None:
            _kill_group(self._command)

    def _message(self, firing: Firing, text: str) -> dict[str, Any]:
        plan, rule = self._plan, firing.rule
        return {
            "project": plan.project,
            "run": plan.run_id,
            "name": plan.name or plan.run_id,
            "rule": rule.name,
            "when": rule.text,
            "level": rule.level,
            "step": plain_number(firing.step),
            "rank": firing.rank,
            "value": _json_number(firing.value),
            "time": round(firing.wall, 3),
            "detail": text,
        }

    def _pass_on(self) -> None:
        while True:
            try:
                message = self._queue.get(timeout=POLL_SECONDS if self._is_over else 1.0)
            except Empty:
                if self._is_over:
                    return
                continue
            for act, asked in ((self._run, self._plan.on_alert), (self._post, self._plan.webhook)):
                if not asked:
                    continue
                try:
                    act(asked, message)
                except Exception as error:  # boundary: whoever is not told must not end the recording
                    self._recording.note(f"An alert was not passed on: {_reason(error)}.", "warning")

    def _run(self, command: str, message: Mapping[str, Any]) -> None:
        pid = _start_shell(command, self._plan.env | command_variables(message, self._plan.root))
        self._command = pid
        try:
            code = _exit_code(pid, time.monotonic() + COMMAND_SECONDS)
        finally:
            self._command = None
        if code:
            raise ChildProcessError(f"the command ended with {code}")

    def _post(self, address: str, message: Mapping[str, Any]) -> None:
        failures: list[Exception] = []

        def post() -> None:
            try:
                _send(address, json.dumps(posted(message)).encode())
            except Exception as error:  # boundary: told by whoever waits below
                failures.append(error)

        # The time limit of a socket begins anew with every byte: an answer that drips would hold up the rest.
        thread = Thread(target=post, name="collect-post", daemon=True)
        thread.start()
        thread.join(POST_SECONDS + 1)
        if thread.is_alive():
            raise TimeoutError(f"the webhook took more than {POST_SECONDS:g} s to answer")
        if failures:
            raise failures[0]


def _send(address: str, body: bytes) -> None:
    # 60 ms of imports, and only where there is an address and an alert.
    from urllib.request import Request, urlopen

    headers = {"Content-Type": "application/json", "User-Agent": "runpress"}
    with urlopen(Request(address, body, headers, method="POST"), timeout=POST_SECONDS) as answer:
        answer.read(1024)


def posted(message: Mapping[str, Any]) -> dict[str, Any]:
    """What is posted: the facts, and one line where Slack and Mattermost (text) or Discord (content) look."""
    who = f"{message['project']}/{message['name']}"
    line = f"[{message['level']}] {who}: {message['rule']} at step {message['step']:g}"
    if message["detail"]:
        line += f": {message['detail']}"
    return {"text": line, "content": line[:2000], **message}


def command_variables(message: Mapping[str, Any], root: str) -> dict[str, str]:
    """What the command of an alert finds in its environment."""
    names = ("rule", "when", "level", "step", "rank", "value", "detail")
    told = {f"COLLECT_ALERT_{name.upper()}": message[name] for name in names}
    return {
        **{name: "" if value is None else str(value) for name, value in told.items()},
        "COLLECT_ALERT_RUN": message["run"],
        "COLLECT_ALERT_PROJECT": message["project"],
        "COLLECT_ALERT_NAME": message["name"],
        "COLLECT_ALERT_DIR": root,
    }


def _json_number(value: float | None) -> float | str | None:
    """A number that JSON has, or the word for another one."""
    if value is None or isfinite(value):
        return None if value is None else plain_number(value)
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def _start_shell(command: str, env: Mapping[str, str]) -> int:
    """A shell in a session of its own, with no terminal, no signal blocked and nothing of ours open."""
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    clean = {name: value for name, value in env.items() if "\0" not in value}
    arguments = ["/bin/sh", "-c", command]
    try:
        return _spawn(arguments, clean, nothing, setsid=True)
    except NotImplementedError:
        return _spawn(arguments, clean, nothing, setpgroup=0)


def _spawn(
    arguments: list[str], env: dict[str, str], actions: list[tuple[int, int, str, int, int]], **more: Any
) -> int:
    return os.posix_spawn(
        arguments[0], arguments, env, file_actions=actions, setsigmask=(), setsigdef=IGNORED_BY_PYTHON, **more
    )


def _exit_code(pid: int, deadline: float) -> int:
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(POLL_SECONDS)
    _kill_group(pid)
    os.waitpid(pid, 0)
    raise TimeoutError(f"the command took more than {COMMAND_SECONDS:g} s and was killed")


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except OSError:
        os.kill(pid, signal.SIGKILL)


def _reason(error: Exception) -> str:
    """The reason in a few words; never the address, which often holds a token."""
    code = getattr(error, "code", None)
    if isinstance(code, int):
        return f"the webhook answered {code}"
    reason = getattr(error, "reason", None)
    return f"the webhook cannot be reached ({reason})" if reason is not None else str(error)[:200]
