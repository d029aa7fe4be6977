"""The process the user started: it passes signals on, waits, and ends exactly as the command did.

It sleeps until a signal comes. The keeper below it runs and records the command; if the keeper is killed, the
command becomes our own child (we are its subreaper), so its exit status is still known. It can go on writing,
for we hold our ends of its channels too, and a successor of the keeper reads them.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn

from collector.wrapper.channels import Channels
from collector.wrapper.messages import Order, Outcome, Report, send_order
from collector.wrapper.plan import Plan
from collector.wrapper.saying import say
from collector.wrapper.signals import Arrival, die_of, hold_back, wait_for
from collector.wrapper.spawn import CannotRunError, replace_by

OWN_FAILURE = 125
PATIENCE_SECONDS = 3.0
"""How long the keeper may take to record an end that is known: a dead disk must not hold up the job."""
PR_SET_CHILD_SUBREAPER = 36


def run(plan: Plan) -> NoReturn:
    """Run the command as planned and end as it ends."""
    occupy_standard_descriptors()
    watched, mask = hold_back()

    def work(orders: int, report: Report) -> NoReturn:
        from collector.wrapper.keeper import keep  # not needed in the process that waits

        keep(plan, channels, orders, report, mask)

    try:
        channels = Channels(plan.console)
        line = fork_keeper(plan, work)
    except OSError as error:  # no descriptor, process or pseudo-terminal is left for us
        run_unrecorded(plan.command, mask, error)
    channels.close_theirs()
    Guard(plan, channels, line, watched, mask).run()


def run_unrecorded(command: Sequence[str], mask: set[int] | None, error: OSError) -> NoReturn:
    """Become the command: there is no way to record it."""
    where = f"{error.filename}: " if error.filename else ""
    say(f"cannot begin to record: {where}{error.strerror or error}. The command runs unrecorded.")
    try:
        # Without what joins a script to our run: it records itself, where it can.
        replace_by(
            command,
            dict(os.environ),
            set(signal.pthread_sigmask(signal.SIG_BLOCK, ())) if mask is None else mask,
        )
    except CannotRunError as problem:
        say(str(problem))
        os._exit(problem.status)


class Line(NamedTuple):
    """A keeper, and the pipes to and from it."""

    pid: int
    orders: int
    reports: int


def fork_keeper(plan: Plan, work: Callable[[int, Report], NoReturn]) -> Line:
    """Start a process that records."""
    report_read, report_write = os.pipe()
    orders_read, orders_write = os.pipe()
    guard = os.getpid()
    keeper = os.fork()
    if keeper == 0:
        os.close(report_read)
        os.close(orders_write)
        _work_to_the_end(plan, work, orders_read, Report(report_write, guard))
    os.close(report_write)
    os.close(orders_read)
    return Line(keeper, orders_write, report_read)


def _work_to_the_end(
    plan: Plan, work: Callable[[int, Report], NoReturn], orders: int, report: Report
) -> NoReturn:
    try:
        work(orders, report)
    except (
        BaseException
    ) as error:  # boundary: a fault of ours must be told, and must not run the guard's code
        if plan.verbose:
            import traceback

            traceback.print_exc()
        say(f"internal error in the recorder: {type(error).__name__}: {error}")
        os._exit(OWN_FAILURE)


def occupy_standard_descriptors() -> None:
    """Keep our own pipes from becoming streams that were closed; the command finds them closed again."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


class Guard:
    """Waits for the keeper and for signals."""

    def __init__(
        self, plan: Plan, channels: Channels, line: Line, watched: frozenset[int], mask: set[int]
    ) -> None:
        self.plan = plan
        self.channels = channels
        self.line = line
        self.outcome = Outcome(line.reports)
        self.watched = watched
        self.mask = mask
        self.signals: list[int] = []
        self.keeper_status: int | None = None
        self.has_successor = False
        self.deadline: float | None = None

    def run(self) -> NoReturn:
        """Wait for the end and share it."""
        become_subreaper()
        while (status := self._known_end()) is None:
            left = None if self.deadline is None else self.deadline - time.monotonic()
            arrival = wait_for(self.watched, left)
            self._listen()
            if arrival is not None and arrival.number != signal.SIGCHLD:
                self._pass_on(arrival)
            self._reap()
            if self._is_keeper_missed():
                self._replace_keeper()
        end_as(status)

    def _listen(self) -> None:
        self.outcome.update()
        for stream in self.outcome.unread:
            self.channels.close_ours(stream)

    def _known_end(self) -> int | None:
        """The status to end with, once there is nothing more to wait for."""
        outcome = self.outcome
        if outcome.status is not None:
            if self.deadline is None:
                self.deadline = time.monotonic() + PATIENCE_SECONDS
            if outcome.is_done or self.keeper_status is not None or time.monotonic() >= self.deadline:
                return outcome.status
            return None
        if self.keeper_status is None:
            return None
        if outcome.command is None:
            return OWN_FAILURE << 8
        return self.keeper_status if outcome.command == self.line.pid else None

    def _reap(self) -> None:
        """Take note of our children's ends; orphans of the command become ours and end here too."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._listen()
            if pid == self.line.pid:
                self.keeper_status = status
            elif pid == self.outcome.command:
                self._note_end(status)

    def _note_end(self, status: int) -> None:
        """The command was our child when it ended."""
        self.outcome.status = status
        send_order(self.line.orders, Order("ended", status))

    def _is_keeper_missed(self) -> bool:
        command = self.outcome.command
        is_over = self.keeper_status is None or self.outcome.is_done
        return not is_over and command is not None and command != self.line.pid

    def _replace_keeper(self) -> None:
        """Let another process go on: the output must flow, and the end be recorded."""
        command = self.outcome.command
        assert command is not None
        assert self.keeper_status is not None
        self._learn_of_orphan(command)
        if self.has_successor and not os.WIFSIGNALED(self.keeper_status):
            # It failed by itself, and so would the next: the command's writes must not wait for a reader.
            self._give_up()
            return

        def work(orders: int, report: Report) -> NoReturn:
            from collector.wrapper.successor import succeed

            succeed(self.plan, self.channels, orders, report, self.mask, command, self.signals)

        for pipe in (self.line.orders, self.line.reports):
            os.close(pipe)
        try:
            self.line = fork_keeper(self.plan, work)
        except OSError as error:
            say(f"the end of the run cannot be recorded: {error}")
            self._give_up()
            return
        self.has_successor = True
        self.keeper_status = self.deadline = None
        self.outcome = Outcome(self.line.reports, command, self.outcome.status)
        if self.outcome.status is not None:
            send_order(self.line.orders, Order("ended", self.outcome.status))

    def _learn_of_orphan(self, command: int) -> None:
        """See whether the command has become ours; without a subreaper it cannot."""
        if self.outcome.status is not None:
            return
        try:
            pid, status = os.waitpid(command, os.WNOHANG)
        except ChildProcessError:
            self.outcome.status = OWN_FAILURE << 8
            return
        if pid:
            self.outcome.status = status

    def _give_up(self) -> None:
        for source in list(self.channels.sources):
            self.channels.close_ours(source.target)
        self.outcome.is_done = True

    def _pass_on(self, arrival: Arrival) -> None:
        self.signals.append(arrival.number)
        send_order(self.line.orders, Order("signal", arrival.number, arrival.source))
        if arrival.is_for_all or not self.plan.forward:
            return
        command = self._command_soon()
        if command is not None and self.outcome.status is None:
            try:
                os.kill(command, arrival.number)
            except OSError:
                pass  # it has ended meanwhile

    def _command_soon(self) -> int | None:
        """The command's pid; a signal may arrive in the few milliseconds before there is one."""
        end = time.monotonic() + 2
        while self.outcome.command is None and time.monotonic() < end:
            time.sleep(0.002)
            self.outcome.update()
        return self.outcome.command


def become_subreaper() -> None:
    """Ask Linux to make orphans below us our children; elsewhere they go to process 1."""
    try:
        import ctypes  # 5 ms, while the keeper starts the command

        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        pass


def end_as(status: int) -> NoReturn:
    """End this process with the given wait status."""
    if os.WIFSIGNALED(status):
        die_of(os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))
