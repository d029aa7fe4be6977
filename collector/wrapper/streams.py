"""The command's output on its way through us, and a copy of it on its way to the log."""

from __future__ import annotations

import time
from collections.abc import Callable

from collector.wrapper.channels import Channels
from collector.wrapper.consolelog import ConsoleLog
from collector.wrapper.relay import Relay


class Streams:
    """A relay for each channel; nothing where the command keeps our own descriptors."""

    def __init__(self, channels: Channels, when_unread: Callable[[int], None]) -> None:
        self.console = ConsoleLog() if channels.sources else None
        self.relays = [
            Relay(source.descriptor, source.target, self.console, when_unread)
            for source in channels.sources
            if self.console is not None
        ]

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
