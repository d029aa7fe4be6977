"""Goes on for a keeper that was killed: the output flows, samples and end are recorded.

The command is the guard's child by now, so the guard tells how it ended.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NoReturn

from collector.wrapper.channels import Channels
from collector.wrapper.keeper import Keeper
from collector.wrapper.messages import Report, read_orders
from collector.wrapper.plan import Plan


def succeed(
    plan: Plan,
    channels: Channels,
    orders: int,
    report: Report,
    mask: set[int],
    command: int,
    signals: Sequence[int],
) -> NoReturn:
    """Follow a running command to its end; only for a forked child, for it never returns."""
    Successor(plan, channels, orders, report, mask).follow(command, signals)
    os._exit(0)


class Successor(Keeper):
    """One command from somewhere in the middle to its end."""

    is_first = False

    def follow(self, command: int, signals: Sequence[int]) -> None:
        """Relay first, then record, until the end is told."""
        self.command = command
        self._count_kills()
        self._relay()
        self.chronicle = self._begin_chronicle()
        if self.chronicle is not None:
            self.chronicle.note_succession(signals)
            self.chronicle.watch(self.guard, command)
        status = self._learn_end()
        if status is not None:
            self._finish(status)
        else:
            self._outlast_guard()

    def _learn_end(self) -> int | None:
        for order in read_orders(self.orders):
            if order.word == "ended":
                return order.number
            if self.chronicle is not None:
                self.chronicle.note_signal(order.number, order.source)
        return None

    def _outlast_guard(self) -> None:
        chronicle = self.chronicle
        if chronicle is not None:
            chronicle.note_unseen_end()
            chronicle.follow(self.command)
        self._outlive()
        if chronicle is not None:
            chronicle.stop_watching()
            chronicle.close()
