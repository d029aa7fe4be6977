"""The process that runs and records the command, as a child of the process the user started.

It is a process of its own so that the command survives the death of the other one, and its end is recorded
all the same; should this one die, the other still learns the command's exit status (guard.py).
"""

from __future__ import annotations

import errno
import os
import signal
import time
from threading import Thread
from typing import TYPE_CHECKING, NoReturn

from collector.runlog.paths import RunPaths
from collector.wrapper import terminal
from collector.wrapper.channels import Channels
from collector.wrapper.messages import Report, read_orders
from collector.wrapper.plan import Plan
from collector.wrapper.saying import say, say_unrecorded
from collector.wrapper.spawn import CannotRunError, replace_by, spawn
from collector.wrapper.streams import Streams

if TYPE_CHECKING:
    from collector.wrapper.chronicle import Chronicle

ORPHAN_SECONDS = 2.0
"""How long we wait for processes that outlive the command and hold its output."""


def keep(plan: Plan, channels: Channels, orders: int, report: Report, mask: set[int]) -> NoReturn:
    """Run the command to its end and record it; only for a forked child, for it never returns."""
    try:
        if not plan.spool:
            make_writable_folder(plan)
    except OSError as error:
        say_unrecorded(error, plan.root)
        _become_command(plan, report, mask)
    Keeper(plan, channels, orders, report, mask).run()
    os._exit(0)


def make_writable_folder(plan: Plan) -> None:
    """Make the run's folder; an OSError says why nothing can be recorded there."""
    folder = RunPaths(plan.root, plan.project, plan.run_id).folder
    os.makedirs(folder, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)


def _become_command(plan: Plan, report: Report, mask: set[int]) -> NoReturn:
    report.became_command(os.getpid())
    try:
        replace_by(plan.command, plan.env, mask)
    except CannotRunError as problem:
        say(str(problem))
        os._exit(problem.status)


class Keeper:
    """One command from start to end."""

    is_first = True
    """Whether nobody has recorded this command before us."""

    def __init__(self, plan: Plan, channels: Channels, orders: int, report: Report, mask: set[int]) -> None:
        self.plan = plan
        self.channels = channels
        self.orders = orders
        self.report = report
        self.mask = mask
        self.guard = os.getppid()
        self.command = 0
        self.begun = (time.monotonic(), time.time())
        self.streams = Streams(plan, channels, report.unread, is_first=self.is_first)
        self.chronicle: Chronicle | None = None
        self.is_over = False
        """Whether the other process may leave: from here on its end is no news."""

    def run(self) -> None:
        """Start the command, wait for it, tell how it ended."""
        settings = terminal.remember_settings(0)
        try:
            self._start_command()
        except CannotRunError as error:
            self._fail_to_start(error)
            return
        self._start_recording()
        status = os.waitpid(self.command, 0)[1]
        self.report.ended(status)
        if os.WIFSIGNALED(status):
            terminal.restore_settings(0, settings)
        self._finish(status)

    def _start_command(self) -> None:
        # Counted before there is a command: one that eats fast is killed before the rest is loaded.
        self._count_kills()
        channels = self.channels
        self.command = spawn(
            self.plan.command, self.plan.env, mask=self.mask, stdout=channels.stdout, stderr=channels.stderr
        )
        self.report.started(self.command)
        channels.close_theirs()
        self._relay()

    def _count_kills(self) -> None:
        from collector.wrapper.oom import OomKills

        self.kills = OomKills()

    def _relay(self) -> None:
        self.streams.start()
        signal.signal(signal.SIGWINCH, lambda number, frame: self.channels.follow_size(self.command))

    def _fail_to_start(self, error: CannotRunError) -> None:
        say(str(error))
        chronicle = self._begin_chronicle()
        if chronicle is not None:
            chronicle.write_failed_start(error)
        self.report.ended(error.status << 8)
        release_standard_descriptors()
        self._take_leave()
        if chronicle is not None:
            chronicle.close()

    def _begin_chronicle(self) -> Chronicle | None:
        # 30 ms of imports, while the command is on its way already.
        from collector.wrapper.chronicle import Chronicle
        from collector.wrapper.recording import Moment

        try:
            return Chronicle(self.plan, Moment(*self.begun), self.streams, self.kills, is_first=self.is_first)
        except OSError as error:
            if self.streams.console is not None:
                self.streams.console.discard()
            say_unrecorded(error, self.plan.root)
            return None

    def _start_recording(self) -> None:
        self.chronicle = self._begin_chronicle()
        if self.chronicle is not None:
            self.chronicle.watch(self.guard, self.command)
        Thread(target=self._follow_orders, name="collect-orders", daemon=True).start()

    def _follow_orders(self) -> None:
        for order in read_orders(self.orders):
            if self.chronicle is not None and order.word == "signal":
                self.chronicle.note_signal(order.number, order.source)
        if self.chronicle is not None and not self.is_over:
            self.chronicle.note_lost_guard(self.command)

    def _finish(self, status: int) -> None:
        chronicle = self.chronicle
        if chronicle is not None:
            chronicle.stop_watching()
        is_over = self.streams.wait(ORPHAN_SECONDS)
        if not is_over:
            say("the command has ended; processes that it started hold its output and go on.")
            if chronicle is not None:
                chronicle.note_orphans()
        if chronicle is not None:
            chronicle.write_end(status)
        else:
            for loss in self.streams.losses():
                say(f"{loss}, and nothing was recorded: it is gone.")
        if is_over:
            release_standard_descriptors()
        self._take_leave()
        if not is_over:
            self._outlive()
        if chronicle is not None:
            chronicle.close()

    def _take_leave(self) -> None:
        """Let the other process end: all is in the kernel now, and ours waits for disk and provenance."""
        self.is_over = True
        self.report.done()

    def _outlive(self) -> None:
        """Relay for those the command has left behind; whoever wants us gone may kill us now."""
        signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)
        self.streams.wait(None)


def release_standard_descriptors() -> None:
    """Let those who wait for the end of our output see it."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
