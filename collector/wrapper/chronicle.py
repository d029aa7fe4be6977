"""All that is recorded of one command: its names, samples, signals, output and end.

Nothing here is needed to start a command, and all of it is imported after that.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from collector.environment import RUNS_FOLDER
from collector.wrapper import terminal
from collector.wrapper.ending import Circumstances, describe_end, foresee_end, reason_of
from collector.wrapper.oom import OomKills, prefer_as_victim
from collector.wrapper.plan import Plan
from collector.wrapper.recording import Moment, Recording
from collector.wrapper.saying import say
from collector.wrapper.signals import STOPPING, TERMINAL, name_of
from collector.wrapper.spawn import NOT_FOUND, CannotRunError
from collector.wrapper.streams import Streams
from collector.wrapper.watch import Watch

if TYPE_CHECKING:
    from collector.wrapper.alarms import Alarms
    from collector.wrapper.consolelog import ConsoleLog

DISK_SECONDS = 0.5
"""How long the end of the console may take to reach the disk."""

CONSOLE_SECONDS = 5.0
"""The same, after the command's status has been passed on."""


class Chronicle:
    """The record of a command that runs; raises OSError when it cannot be begun."""

    def __init__(
        self, plan: Plan, begun: Moment, streams: Streams, kills: OomKills, *, is_first: bool = True
    ) -> None:
        self.plan = plan
        self.signals: list[int] = []
        self._reason = ""
        self._is_first = is_first
        """Whether nobody has recorded this command before us."""
        self._recording = Recording(plan, begun, write_names=is_first)
        self._console = console = streams.console
        self._printed = streams.printed
        self._streams = streams
        self._kills = kills
        self._watch: Watch | None = None
        self._alarms: Alarms | None = None
        if console is not None:
            self._recording.begin_console(console)
        if self._printed is not None:
            self._printed.begin(self._recording.open_metrics)

    def watch(self, guard: int, command: int) -> None:
        """Begin to sample the command, and to find out where it comes from."""
        self._watch = Watch(self.plan, self._recording, guard, command, self._streams)
        self._watch.start()
        if self.plan.rules:
            from collector.wrapper.alarms import Alarms

            self._alarms = Alarms(self.plan, self._recording, self._is_first)
            self._alarms.start()
        if self._is_first:
            prefer_as_victim(command)
            self._watch.gather()

    def note_signal(self, number: int, source: str) -> None:
        """Record a signal that reached the wrapper, and the end it may mean."""
        self.signals.append(number)
        sender = "another process" + (f" ({source})" if source else "")
        if source == TERMINAL:
            sender = "the terminal"
        self._recording.note(f"{name_of(number)} from {sender}.")
        if number in STOPPING:
            self._reason = reason_of(number, self.plan.scheduler, time.time())
            self._recording.records.write(foresee_end(number, self._reason))
            self._recording.records.sync()

    def note_lost_guard(self, command: int) -> None:
        """Record that the process the user started is gone, and go on."""
        self._recording.note("The wrapper was killed; the command went on, and so did recording.", "warning")
        self.follow(command)

    def follow(self, command: int) -> None:
        """Sample from the command on, for our own parent is gone."""
        if self._watch is not None:
            self._watch.follow(command)

    def note_succession(self, signals: Sequence[int]) -> None:
        """Record that we go on for a recorder that was killed, and the signals that it saw."""
        self.signals.extend(signals)
        self._recording.note("The recorder was killed; another went on in its place.", "warning")

    def note_unseen_end(self) -> None:
        """Record that nobody is left who could learn how the command ends."""
        self._recording.note("Recorder and wrapper were killed: the command's end was not seen.", "warning")

    def note_orphans(self) -> None:
        """Record that the command has left processes behind."""
        self._recording.note("Processes outlive the command and hold its output.", "warning")

    def stop_watching(self) -> None:
        """Take a last sample."""
        if self._watch is not None:
            self._watch.stop()

    def write_end(self, status: int) -> None:
        """Record how the command ended."""
        console = b""
        self._recording.go_on_if_deleted()
        self._finish_parsing()
        if self._alarms is not None:
            self._alarms.stop()  # now that the last printed metrics are in the log
        if self._console is not None:
            self._console.flush(DISK_SECONDS)
            console = self._console.recall()
            self._tell_lost_output(self._console)
        seen = Circumstances(
            signals=tuple(self.signals),
            group_oom_kills=self._kills.in_group(),
            machine_oom_kills=self._kills.on_machine(),
            last_rss_bytes=self._watch.last_rss if self._watch is not None else None,
            console=console,
            reason=self._reason,
        )
        self._recording.records.write(describe_end(status, seen))
        self._say_what_is_missing()
        self._recording.catch_up()  # where we are process 1, everything ends with us
        if self.plan.verbose or terminal.is_terminal(2):
            say(where_to_look(self._recording.place(), self.plan.root))

    def _tell_lost_output(self, console: ConsoleLog) -> None:
        """Nobody else does: as far as the command knows, its output went well."""
        kept = (
            "the run log has all of the output"
            if not (console.skipped or console.gone)
            else "the run log has a part of it"
        )
        place = os.path.join(self._recording.place(), "console")
        for loss in self._streams.losses():
            say(f"{loss}; {kept}: {place}.")
            self._recording.note(f"{loss}; {kept}.", "warning")

    def _finish_parsing(self) -> None:
        if self._printed is None:
            return
        self._printed.finish(DISK_SECONDS)
        if shortfall := self._printed.shortfall():
            self._recording.note(shortfall, "warning")

    def _tell_secrets(self, counts: Counter[str]) -> None:
        if counts:
            found = ", ".join(f"{count} × {rule}" for rule, count in sorted(counts.items()))
            self._recording.note(f"Secrets taken out of the console: {found}.")

    def _say_what_is_missing(self) -> None:
        """One line where the log is gone or incomplete, which nobody could learn from the log itself."""
        recording, root = self._recording, self.plan.root
        if recording.records.is_displaced():
            say(f"the run log in {root} was deleted while the command ran.")
            return
        missing = []
        if count := recording.waiting + recording.dropped:
            why = recording.trouble or "they were given up"
            missing.append(f"{count} {'record' if count == 1 else 'records'} ({why})")
        if self._console is not None and self._console.skipped:
            missing.append(f"{self._console.skipped} bytes of output")
        if missing:
            say(f"the run log in {root} lacks {' and '.join(missing)}.")

    def write_failed_start(self, error: CannotRunError) -> None:
        """Record that the command could not be started."""
        cause = "command not found" if error.status == NOT_FOUND else error.reason
        end = {"k": "end", "state": "failed", "exit": error.status, "signal": None, "cause": cause}
        self._recording.records.write(end)
        self._watch = Watch(self.plan, self._recording, os.getppid(), None)
        self._watch.gather()
        self._watch.stop()

    def close(self) -> None:
        """Finish all files, when nobody waits for us any more: this waits for disk and provenance."""
        if self._console is not None:
            # Nobody waits for us any more: the end of a flood is looked at for secrets and written in peace.
            self._console.close(CONSOLE_SECONDS)
            self._tell_secrets(self._console.secrets())
        if self._watch is not None:
            self._watch.finish()
        if self._alarms is not None:
            self._alarms.stop()
            self._alarms.finish()
        self._recording.close()


def where_to_look(folder: str, root: str) -> str:
    """Where the run log is, and the command that makes a site of it and its neighbours."""
    import shlex

    root, folder = _from_here(root), _from_here(folder)
    source = "" if root == RUNS_FOLDER else f"{shlex.quote(root)} "
    return f"run log in {folder}; a site of all runs: sitegen build {source}--open"


def _from_here(path: str) -> str:
    try:
        return os.path.relpath(path)
    except OSError:  # the current folder was deleted
        return path
