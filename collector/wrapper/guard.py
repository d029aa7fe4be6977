"""The process the user started: it passes signals on, waits, and ends exactly as the command did.

It sleeps until a signal comes. The keeper below it runs and records the command; if the keeper is killed, the
command becomes our own child (we are its subreaper) and its exit status is still known.
"""

from __future__ import annotations

import os
import signal
import time
from typing import NoReturn

from collector.wrapper.messages import Outcome, Report, send_signal_order
from collector.wrapper.plan import Plan
from collector.wrapper.saying import say
from collector.wrapper.signals import Arrival, die_of, hold_back, wait_for

OWN_FAILURE = 125
PATIENCE_SECONDS = 3.0
"""How long the keeper may take to record an end that is known: a dead disk must not hold up the job."""
PR_SET_CHILD_SUBREAPER = 36


def run(plan: Plan) -> NoReturn:
    """Run the command as planned and end as it ends."""
    occupy_standard_descriptors()
    watched, mask = hold_back()
    report_read, report_write = os.pipe()
    orders_read, orders_write = os.pipe()
    guard = os.getpid()
    keeper = os.fork()
    if keeper == 0:
        os.close(report_read)
        os.close(orders_write)
        _keep_to_the_end(plan, orders_read, Report(report_write, guard), mask)
    os.close(report_write)
    os.close(orders_read)
    Guard(plan, keeper, Outcome(report_read), orders_write, watched).run()


def _keep_to_the_end(plan: Plan, orders: int, report: Report, mask: set[int]) -> NoReturn:
    from collector.wrapper.keeper import keep  # not needed in the process that waits

    try:
        keep(plan, orders, report, mask)
    except (
        BaseException
    ) as error:  # boundary: a fault of ours must be told, and must not run the guard's code
        if plan.verbose:
            import traceback

            traceback.print_exc()
        say(f"internal error, recording has ended: {type(error).__name__}: {error}")
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
        self, plan: Plan, keeper: int, outcome: Outcome, orders: int, watched: frozenset[int]
    ) -> None:
        self.plan = plan
        self.keeper = keeper
        self.outcome = outcome
        self.orders = orders
        self.watched = watched
        self.signals: list[int] = []
        self.keeper_status: int | None = None
        self.adopted_status: int | None = None
        self.deadline: float | None = None

    def run(self) -> NoReturn:
        """Wait for the end and share it."""
        become_subreaper()
        while (status := self._known_end()) is None:
            left = None if self.deadline is None else self.deadline - time.monotonic()
            arrival = wait_for(self.watched, left)
            self.outcome.update()
            if arrival is not None and arrival.number != signal.SIGCHLD:
                self._pass_on(arrival)
            self._reap()
            self.outcome.update()
        end_as(status)

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
        if outcome.command == self.keeper:
            return self.keeper_status
        if self.adopted_status is not None:
            self._record_orphaned_end(self.adopted_status)
        return self.adopted_status

    def _reap(self) -> None:
        """Take note of our children's ends; orphans of the command become ours and end here too."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                if self.keeper_status is not None and self.adopted_status is None:
                    # The command ended before it could become ours, or cannot: without a subreaper.
                    self.adopted_status = OWN_FAILURE << 8
                return
            if pid == 0:
                return
            if pid == self.keeper:
                self.keeper_status = status
                self.outcome.update()
            elif pid == self.outcome.command:
                self.adopted_status = status

    def _pass_on(self, arrival: Arrival) -> None:
        self.signals.append(arrival.number)
        send_signal_order(self.orders, arrival.number, arrival.from_terminal)
        if arrival.from_terminal or not self.plan.forward:
            return
        command = self._command_soon()
        if command is not None and self.outcome.status is None and self.adopted_status is None:
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

    def _record_orphaned_end(self, status: int) -> None:
        """The keeper was killed: write down what became of the command, in a file of our own."""
        try:
            from collector.runlog.paths import find_run
            from collector.wrapper.ending import Circumstances, describe_end
            from collector.wrapper.recording import Moment, Recording

            where = find_run(self.plan.root, self.plan.run_id)
            project = os.path.basename(os.path.dirname(where)) if where else self.plan.project
            recording = Recording(self.plan._replace(project=project), Moment.now(), write_names=False)
            recording.note("The recorder was killed: output and samples end early.", "warning")
            recording.records.write(describe_end(status, Circumstances(signals=tuple(self.signals))))
            recording.close()
        except Exception as error:  # boundary: the exit status matters more
            say(f"the end of the run could not be recorded: {error}")


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
