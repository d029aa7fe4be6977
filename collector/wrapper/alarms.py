"""Judges the alert rules beside the command: follows what its ranks log, records and tells what it finds."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from threading import Event, Thread
from typing import Any

from collector.rules.alarms import alert_record, alert_text, one_line, plain_number, unjudged_text
from collector.rules.facts import RunFacts
from collector.rules.following import Following
from collector.rules.judge import Firing, Judge
from collector.wrapper.notices import Notices
from collector.wrapper.plan import Plan
from collector.wrapper.recording import Recording
from collector.wrapper.saying import say

LOOK_SECONDS = 1.0
STOP_SECONDS = 0.1
"""So long the command's end waits for the last rows to be judged; the rest is judged behind it."""
LATE_SECONDS = 10.0


class Alarms:
    """One thread that looks once a second."""

    def __init__(self, plan: Plan, recording: Recording, is_first: bool) -> None:
        self._plan = plan
        self._recording = recording
        self._is_first = is_first
        self._begun = recording.begun
        own = {"name": plan.name, "group": plan.group, "job_type": plan.job_type, "tags": plan.tags}
        facts = RunFacts(recording.folder_now, {**own, "attempt": plan.attempt, "state": "running"})
        self._judge = Judge(plan.rules, facts, self._begun.wall)
        self._following = Following(self._judge, self._is_ours)
        self._notices = Notices(plan, recording)
        self._sample: Mapping[str, float] = {}
        self._stop = Event()
        self._thread = Thread(target=self._look_on, name="collect-alarms", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Judge the last rows."""
        self._stop.set()
        self._thread.join(STOP_SECONDS)

    def finish(self) -> None:
        """Wait for rows, commands and posts that are under way, when nobody waits for us any more."""
        if self._thread.ident is not None:
            self._thread.join(LATE_SECONDS)
        self._notices.finish()

    def _is_ours(self, header: Mapping[str, Any]) -> bool:
        """Whether a file is written below this wrapper: ranks of others have wrappers of their own."""
        plan = self._plan
        # A launcher that starts its ranks again makes the next attempts below the same wrapper.
        if int(header.get("attempt", 1)) < plan.attempt:
            return False
        if plan.world == 1 or header.get("rank") == plan.rank:
            return True
        return str(header.get("wrapper")) == plan.env.get("COLLECT_WRAPPED")

    def _look_on(self) -> None:
        try:
            if not self._is_first:
                # A recorder before us has told what is true by now.
                list(self._found())
                self._judge.silence_now()
            while not self._stop.wait(LOOK_SECONDS):
                self._tell(self._found())
            self._tell(self._found())
            self._say_what_was_not_judged()
        except Exception as error:  # boundary: rules that cannot be judged must not end the recording
            self._recording.note(f"Alert rules ended early: {type(error).__name__}: {error}", "warning")

    def _found(self) -> Iterable[Firing]:
        yield from self._following.read_on(self._recording.folder_now())
        wall = self._begun.wall + time.monotonic() - self._begun.monotonic
        sample = self._recording.last_sample
        if sample is not self._sample:
            self._sample = sample
            yield from self._judge.add_sample(wall, sample)
        yield from self._judge.pass_time(wall)

    def _tell(self, firings: Iterable[Firing]) -> None:
        for firing in firings:
            has_ranks = self._judge.ranks > 1
            record = alert_record(firing, has_ranks=has_ranks)
            # Dated to the row, not to when it was looked at.
            record["t"] = max(0.0, round(firing.wall - self._begun.wall, 6))
            self._recording.records.write(record)
            text = alert_text(firing, has_ranks=has_ranks)
            said = f"{firing.rule.name}: {text}" if text else firing.rule.name
            say(one_line(f"alert at step {plain_number(firing.step)}: {said}"))
            self._notices.send(firing, text)

    def _say_what_was_not_judged(self) -> None:
        for rule, missing in self._judge.unjudged():
            text = unjudged_text(rule, missing, self._judge.known_names())
            self._recording.note(text, "warning")
