"""The command's output on its way through us, and a copy of it on its way to the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from collector.wrapper.channels import Channels
from collector.wrapper.consolelog import ConsoleLog
from collector.wrapper.plan import Plan
from collector.wrapper.relay import Relay
from collector.wrapper.silence import Silence

if TYPE_CHECKING:
    from collector.wrapper.printed import PrintedMetrics


class Streams:
    """A relay for each channel; nothing where the command keeps our own descriptors."""

    def __init__(
        self, plan: Plan, channels: Channels, when_unread: Callable[[int], None], *, is_first: bool = True
    ) -> None:
        self.console: ConsoleLog | None = None
        self.silence: Silence | None = None
        """Notices a command that has fallen silent."""
        self.printed: PrintedMetrics | None = None
        """Searches the output for metrics, where that was asked for."""
        self.relays: list[Relay] = []
        if channels.sources:
            self.console = ConsoleLog()
            self.silence = Silence()
            takers = [self.console.put, self.silence.hear]
            if plan.parses:
                self.printed = _search(plan, is_first)
                takers.append(self.printed.put)
            self.relays = [Relay(one.descriptor, one.target, takers, when_unread) for one in channels.sources]

    def start(self) -> None:
        """Begin to copy."""
        for relay in self.relays:
            relay.start()

    def wait(self, seconds: float | None) -> bool:
        """Wait for the end of all output; false when someone still holds it after so long."""
        end = None if seconds is None else time.monotonic() + seconds
        for relay in self.relays:
            relay.join(None if end is None else max(0.0, end - time.monotonic()))
        return not any(relay.is_alive() for relay in self.relays)

    def losses(self) -> list[str]:
        """What did not arrive where our own output goes, a line for each stream."""
        names = {1: "standard output", 2: "standard error"}
        return [
            f"{relay.lost_bytes} bytes could not be written to {names[relay.target]} ({relay.trouble})"
            for relay in self.relays
            if relay.lost_bytes
        ]


def _search(plan: Plan, is_first: bool) -> PrintedMetrics:
    # 15 ms of imports and patterns, which commands without --parse do not wait for.
    from collector.parsing.patterns import compile_patterns
    from collector.wrapper.printed import PrintedMetrics

    before: list[str] = []
    if not is_first:
        from collector.wrapper.predecessor import kept_output

        before = kept_output(plan)
    return PrintedMetrics(compile_patterns(plan.patterns), before)
