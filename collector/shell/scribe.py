"""The process that writes the run of a shell: one segment, however many commands hand it records.

It answers a command when its record is in the kernel's hands, gives signs of life, samples the machine, and
ends with `collect finish`, or when the shell and all that the shell has started are gone.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from typing import Any

from collector.run_config import tree_records
from collector.runlog.errors import MisuseError
from collector.runlog.metrics import MetricsLog
from collector.shell.begin import OWNER_FILE
from collector.shell.owner import Owner, count_members
from collector.shell.talk import DONE, FAILED, MISUSED, SOCKET_VARIABLE, Reply, decode_words
from collector.shell.words import read_exit_code, read_step, read_words
from collector.wrapper.ending import Circumstances, describe_end, foresee_end
from collector.wrapper.plan import Plan
from collector.wrapper.recording import Moment, Recording
from collector.wrapper.signals import STOPPING, name_of
from collector.wrapper.watch import Watch

TICK_SECONDS = 1.0
"""How often the disk is asked to keep what was written, and the shell is looked for."""
MEMBERS_SECONDS = 5.0
"""How often processes of a shell that has ended are looked for."""
CONFIRM_SECONDS = 1.5
"""After so long without any it is certain that there are none."""
TALK_SECONDS = 5.0
"""A command that takes longer to say its words is given up: others wait behind it."""
TOUCH_SECONDS = 3600.0
"""How often the socket is touched, so that no cleaner of old temporary files takes it."""


class Scribe:
    """One run, from its start to its end; raises OSError when it cannot be begun."""

    def __init__(
        self, plan: Plan, path: str, owner: Owner, *, is_first: bool = True, step: float | int = 0
    ) -> None:
        self.plan = plan
        self.path = path
        self.owner = owner
        self._recording = Recording(plan, Moment.now(), write_names=is_first)
        self._metrics: MetricsLog | None = None
        self._step = step
        self._signals: list[int] = []
        self._is_over = False
        self._is_orphan = False
        self._is_alone = False
        self._look_at = 0.0
        self._touch_at = time.monotonic() + TOUCH_SECONDS
        self._watch = Watch(plan, self._recording, owner.pid, owner.pid)
        self._door = self._open_door()
        # Before anybody is told of this process: the first signal is as welcome as any later one.
        self._bell = self._hear_signals()
        if not is_first:
            self._recording.note("The process that wrote this run was killed; another went on.", "warning")

    def _open_door(self) -> socket.socket:
        door = socket.socket(socket.AF_UNIX)
        door.bind(f"{self.path}.new")
        door.listen(128)
        os.rename(f"{self.path}.new", self.path)
        return door

    def run(self) -> None:
        """Serve until the end."""
        self._watch.start()
        self._watch.gather()
        poll = select.poll()
        poll.register(self._door, select.POLLIN)
        bell, shell = self._bell, _watch_process(self.owner.pid)
        for descriptor in (bell, shell):
            if descriptor >= 0:
                poll.register(descriptor, select.POLLIN)
        while not self._is_over:
            ready = [descriptor for descriptor, _ in poll.poll(TICK_SECONDS * 1000)]
            if bell in ready:
                self._note_signals(os.read(bell, 64))
            if self._door.fileno() in ready:
                self._serve()
            if shell in ready:
                poll.unregister(shell)
                self._look_at = 0.0
            self._tick()
        self._close()

    def _hear_signals(self) -> int:
        ours, theirs = os.pipe()
        os.set_blocking(theirs, False)
        signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
        for number in STOPPING:
            signal.signal(number, lambda arrived, frame: None)
        return ours

    def _note_signals(self, numbers: bytes) -> None:
        for number in numbers:
            self._signals.append(number)
            self._recording.note(f"{name_of(number)} from another process.")
            self._recording.records.write(foresee_end(number))
            self._recording.records.sync()

    def _serve(self) -> None:
        """Do what one command asks for."""
        try:
            connection, _ = self._door.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(TALK_SECONDS)
            try:
                reply = self._answer(decode_words(_receive(connection)))
                connection.sendall(reply.encode())
            except OSError:
                pass  # it has gone meanwhile; what it said is recorded all the same

    def _answer(self, words: list[str]) -> Reply:
        name, *rest = words
        try:
            return {"log": self._log, "config": self._config, "finish": self._finish}[name](rest)
        except MisuseError as error:
            return Reply(MISUSED, error.message, error.hint)
        except Exception as error:  # named boundary: whatever one command says, the others go on
            return Reply(FAILED, f"{name} could not be recorded: {type(error).__name__}: {error}")

    def _log(self, words: list[str]) -> Reply:
        said = read_words("log", words, ["--step"])
        if not said.values:
            raise MisuseError("there is nothing to log.", "For example: collect log loss=0.5 acc=0.9")
        step = read_step(said.options["--step"]) if said.options else self._step
        if self._metrics is None:
            self._metrics = self._recording.open_metrics()
        # As `Run.log` counts: a row without a step moves on, a row with one moves there.
        self._step = max(self._step, step) if said.options else step + 1
        if self._metrics.append(step, said.values):
            return Reply(DONE)
        return self._refused(self._metrics.writer.trouble)

    def _config(self, words: list[str]) -> Reply:
        said = read_words("config", words, [])
        if not said.values:
            raise MisuseError("there is nothing to record.", "For example: collect config lr=0.1 seed=3")
        done = [self._recording.records.write(record) for record in tree_records("config", said.values)]
        return Reply(DONE) if all(done) else self._refused(self._recording.records.trouble)

    def _refused(self, trouble: str) -> Reply:
        return Reply(FAILED, f"the disk refuses the record ({trouble}); it waits in memory.")

    def _finish(self, words: list[str]) -> Reply:
        said = read_words("finish", words, ["--exit-code"])
        if said.values:
            raise MisuseError("finish takes no values.", "Log them before: collect log loss=0.5")
        code = read_exit_code(said.options.get("--exit-code", "0"))
        self._watch.stop()
        self._write_end(describe_end(_status_of(code), Circumstances(tuple(self._signals))))
        os.unlink(self.path)
        return Reply(DONE)

    def _write_end(self, end: dict[str, Any]) -> None:
        self._recording.go_on_if_deleted()
        self._recording.records.write(end)
        self._recording.records.sync()
        if self._metrics is not None:
            self._metrics.writer.sync()
        self._is_over = True

    def _tick(self) -> None:
        """Once a second: the disk, and whether there is anybody left to write for."""
        now = time.monotonic()
        if self._metrics is not None:
            self._metrics.writer.retry()
            self._metrics.writer.sync()
        if now >= self._touch_at:
            self._touch_at = now + TOUCH_SECONDS
            os.utime(self.path)
        if now >= self._look_at and not self._is_over and not self.owner.is_alive():
            self._look_at = now + MEMBERS_SECONDS
            self._look_for_members()

    def _look_for_members(self) -> None:
        """The shell has ended: what it has left running may still log."""
        besides = frozenset([os.getpid(), self.owner.pid])
        members = count_members(f"{SOCKET_VARIABLE}={self.path}", besides)
        if members and not self._is_orphan:
            self._is_orphan = True
            self._recording.note(f"The shell has ended; what it had started goes on ({members} processes).")
        if members:
            self._is_alone = False
        elif self._is_alone:
            self._lose_shell()
        else:
            # A process that was just forked does not show its variables yet: ask again.
            self._is_alone = True
            self._look_at = time.monotonic() + CONFIRM_SECONDS

    def _lose_shell(self) -> None:
        self._watch.stop()
        stop = next((number for number in reversed(self._signals) if number in STOPPING), None)
        cause = "the shell ended without `collect finish`"
        if stop is not None:
            end = foresee_end(stop) | {"cause": f"stopped by {name_of(stop)}; {cause}"}
        else:
            end = {"k": "end", "state": "failed", "exit": None, "signal": None, "cause": cause}
        self._write_end(end)

    def _close(self) -> None:
        self._door.close()
        folder = os.path.dirname(self.path)
        for path, remove in (
            (self.path, os.unlink),
            (f"{folder}/{OWNER_FILE}", os.unlink),
            (folder, os.rmdir),
        ):
            try:
                remove(path)
            except OSError:
                pass  # gone already, or a command is about to find out that the run has ended
        self._watch.finish()
        self._recording.close()


def _receive(connection: socket.socket) -> bytes:
    message = b""
    while piece := connection.recv(1 << 16):
        message += piece
    return message


def _status_of(code: int) -> int:
    """The wait status for an exit code of a shell, which reports death by a signal as 128 + its number."""
    number = code - 128
    return number if 0 < number < signal.NSIG and number in set(signal.Signals) else code << 8


def _watch_process(pid: int) -> int:
    """A descriptor that tells of the end of a process; -1 where the system has none."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return -1
