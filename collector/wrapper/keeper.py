"""The process that runs and records the command, as a child of the process the user started.

It is a process of its own so that the command survives the death of the other one, and its end is recorded
all the same; should this one die, the other still learns the command's exit status (guard.py).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from threading import Thread
from typing import TYPE_CHECKING, NoReturn

from collector.system import cgroups
from collector.system.processes import read_bytes
from collector.wrapper import terminal
from collector.wrapper.ending import Circumstances, describe_end, foresee_end
from collector.wrapper.messages import Report, read_orders
from collector.wrapper.plan import AUTO, OFF, PTY, Plan
from collector.wrapper.recording import Recording
from collector.wrapper.relay import Relay, open_pipe
from collector.wrapper.signals import STOPPING, name_of
from collector.wrapper.spawn import NOT_FOUND, CannotRunError, replace_by, spawn

if TYPE_CHECKING:
    from collector.wrapper.watch import Watch

ORPHAN_SECONDS = 2.0
"""How long we wait for processes that outlive the command and hold its output."""
DISK_SECONDS = 0.5
"""How long the end of the console may take to reach the disk."""


def keep(plan: Plan, orders: int, report: Report, mask: set[int]) -> NoReturn:
    """Run the command to its end and record it; only for a forked child, for it never returns."""
    try:
        recording = Recording(plan)
    except OSError as error:
        _run_bare(plan, error, report, mask)
    try:
        Keeper(plan, recording, orders, report, mask).run()
    except CannotRunError as error:
        say(str(error))
        cause = "command not found" if error.status == NOT_FOUND else error.reason
        recording.records.write(
            {"k": "end", "state": "failed", "exit": error.status, "signal": None, "cause": cause}
        )
        recording.close()
        report.ended(error.status << 8)
    os._exit(0)


def _run_bare(plan: Plan, error: OSError, report: Report, mask: set[int]) -> NoReturn:
    where = error.filename or plan.root
    say(f"cannot write {where}: {error.strerror}. The command runs unrecorded; --dir chooses another folder.")
    report.became_command(os.getpid())
    try:
        replace_by(plan.command, plan.env, mask)
    except CannotRunError as problem:
        say(str(problem))
        os._exit(problem.status)
    os._exit(NOT_FOUND)


def say(text: str) -> None:
    """One line for the user, never on standard output and never an error of its own."""
    try:
        os.write(2, f"collect: {text}\n".encode(errors="replace"))
    except OSError:
        pass


class Streams:
    """The command's output on its way through us."""

    def __init__(self, plan: Plan, recording: Recording) -> None:
        self.relays: list[Relay] = []
        self.stdout: int | None = None
        self.stderr: int | None = None
        self.window: int | None = None
        """Our end of the pseudo-terminal, whose size follows our terminal's."""
        self.model: int | None = None
        if plan.console != OFF:
            self._open(plan, recording)

    def _open(self, plan: Plan, recording: Recording) -> None:
        console = recording.open_console()
        wants_terminal = [
            plan.console == PTY or (plan.console == AUTO and terminal.is_terminal(descriptor))
            for descriptor in (1, 2)
        ]
        if any(wants_terminal):
            self.model = next((number for number in (1, 2) if terminal.is_terminal(number)), None)
            self.window, theirs = terminal.open_terminal(self.model)
            self.stdout = theirs if wants_terminal[0] else None
            self.stderr = theirs if wants_terminal[1] else None
            stream = 1 if wants_terminal[0] else 2
            self.relays.append(Relay(self.window, stream, lambda piece: console.put(stream, piece)))
        if self.stdout is None:
            ours, self.stdout = open_pipe()
            self.relays.append(Relay(ours, 1, lambda piece: console.put(1, piece)))
        if self.stderr is None:
            ours, self.stderr = open_pipe()
            self.relays.append(Relay(ours, 2, lambda piece: console.put(2, piece)))

    def start(self) -> None:
        """Close the command's ends, which are its alone now, and begin to copy."""
        for descriptor in {self.stdout, self.stderr}:
            if descriptor is not None:
                os.close(descriptor)
        for relay in self.relays:
            relay.start()

    def follow_size(self, command: int) -> None:
        """Copy our terminal's size and tell the command, now that it can see the new one."""
        if self.window is not None and self.model is not None:
            terminal.set_size(self.window, terminal.size_of(self.model))
            _send(command, signal.SIGWINCH)

    def wait(self, seconds: float) -> bool:
        """Wait for the end of all output; false when someone still holds it."""
        end = time.monotonic() + seconds
        for relay in self.relays:
            relay.join(max(0.0, end - time.monotonic()))
        return not any(relay.is_alive() for relay in self.relays)


class Keeper:
    """One command from start to end."""

    def __init__(self, plan: Plan, recording: Recording, orders: int, report: Report, mask: set[int]) -> None:
        self.plan = plan
        self.recording = recording
        self.orders = orders
        self.report = report
        self.mask = mask
        self.signals: list[int] = []
        self.guard = os.getppid()
        self.command = 0
        self.watch: Watch | None = None

    def run(self) -> None:
        """Start the command, wait for it, tell how it ended."""
        settings = terminal.remember_settings(0)
        streams = Streams(self.plan, self.recording)
        kills = OomKills()
        self.command = spawn(
            self.plan.command, self.plan.env, mask=self.mask, stdout=streams.stdout, stderr=streams.stderr
        )
        self.report.started(self.command)
        streams.start()
        signal.signal(signal.SIGWINCH, lambda number, frame: streams.follow_size(self.command))
        self._start_threads()
        status = os.waitpid(self.command, 0)[1]
        self.report.ended(status)
        if os.WIFSIGNALED(status):
            terminal.restore_settings(0, settings)
        self._finish(status, streams, kills)

    def _start_threads(self) -> None:
        from collector.wrapper.watch import Watch

        prefer_as_oom_victim(self.command)
        Thread(target=self._follow_orders, name="collect-orders", daemon=True).start()
        self.watch = Watch(self.plan, self.recording, self.guard, self.command)
        self.watch.start()

    def _follow_orders(self) -> None:
        for number, from_terminal in read_orders(self.orders):
            self._note_signal(number, "the terminal" if from_terminal else "someone")
        # The process the user started is gone, and with it whoever passed signals on.
        self.recording.note(
            "The wrapper was killed; the command went on and was recorded to its end.", "warning"
        )
        if self.watch is not None:
            self.watch.follow(self.command)

    def _note_signal(self, number: int, sender: str) -> None:
        self.signals.append(number)
        self.recording.note(f"{name_of(number)} from {sender}.")
        if number in STOPPING:
            self.recording.records.write(foresee_end(number))
            self.recording.records.sync()

    def _finish(self, status: int, streams: Streams, kills: OomKills) -> None:
        if self.watch is not None:
            self.watch.stop()
        is_over = streams.wait(ORPHAN_SECONDS)
        if not is_over:
            self.recording.note("Processes outlive the command and hold its output.", "warning")
            say("the command has ended; processes that it started still hold its output and go on.")
        console = self.recording.console
        if console is not None and is_over:
            console.close(DISK_SECONDS)
        seen = Circumstances(
            signals=tuple(self.signals),
            group_oom_kills=kills.in_group(),
            machine_oom_kills=kills.on_machine(),
            last_rss_bytes=self.watch.last_rss if self.watch is not None else None,
            console=console.recall() if console is not None else b"",
        )
        self.recording.records.write(describe_end(status, seen))
        self._say_where()
        if is_over:
            self.recording.close()
            return
        self.recording.records.close(0.2)
        self.report.done()
        self._outlive(streams)

    def _say_where(self) -> None:
        if self.plan.verbose or terminal.is_terminal(2):
            folder = self.recording.folder_now()
            say(f"run log in {os.path.relpath(folder)}; a site of all runs: sitegen build --open")

    def _outlive(self, streams: Streams) -> None:
        """Relay for the command's orphans, as long as they live; whoever wants us gone may kill us now."""
        signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)
        for relay in streams.relays:
            relay.join()
        if self.recording.console is not None:
            self.recording.console.close(DISK_SECONDS)
        self.recording.close()


class OomKills:
    """How many processes the kernel kills for want of memory from now on."""

    def __init__(self) -> None:
        self._group = cgroups.find_cgroup()
        self._group_before = cgroups.oom_kills(self._group)
        self._machine_before = _machine_oom_kills()

    def in_group(self) -> int | None:
        """Kills in our cgroup; None where it does not say."""
        return _growth(self._group_before, cgroups.oom_kills(self._group))

    def on_machine(self) -> int | None:
        """Kills on the whole machine."""
        return _growth(self._machine_before, _machine_oom_kills())


def _growth(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before


def _machine_oom_kills() -> int | None:
    for line in (read_bytes("/proc/vmstat") or b"").splitlines():
        if line.startswith(b"oom_kill "):
            return int(line.split()[1])
    return None


def prefer_as_oom_victim(pid: int) -> None:
    """Make the kernel take the command rather than us, by one percent of the memory."""
    path = f"/proc/{pid}/oom_score_adj"
    try:
        with open(path, "r+") as file:
            score = int(file.read())
            file.seek(0)
            file.write(str(min(1000, score + 10)))
    except (OSError, ValueError):
        pass


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        pass


if sys.platform == "win32":
    raise ImportError("The wrapper needs POSIX process groups and signals; call collector.init() instead.")
