"""The run of a training process: what `init` gives back.

After `init` nothing here raises into training unless `strict` was asked for, and at most one line goes to
stderr; everything worth knowing is a record that the run's page shows.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from collector import current, ending
from collector.defined_metrics import DefinedMetrics, Definition
from collector.earlier import forget_id
from collector.ending import Ending
from collector.files import Place, RunFiles
from collector.keeper import Keeper
from collector.run_api import RunApi
from collector.run_config import RunConfig, tree_records
from collector.run_summary import RunSummary
from collector.runlog.errors import CollectorError
from collector.runlog.values import clean_text, to_name, to_step

GATHER_SECONDS = 1.0
"""How long the end of a very short run waits for facts that are still being gathered."""

if TYPE_CHECKING:
    from threading import Thread

    from typing_extensions import Self

    from collector.media.medialog import MediaLog


class Names(NamedTuple):
    """What a run is called, and how it is filed."""

    project: str
    name: str
    group: str | None = None
    job_type: str | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None


class Options(NamedTuple):
    """How a run behaves in this process."""

    strict: bool = False
    is_disabled: bool = False
    is_wrapped: bool = False
    samples_system: bool = True
    is_resumed: bool = False
    first_step: float | int = 0
    is_quiet: bool = False
    is_offline: bool = False
    entity: str = ""
    is_remembered: bool = False
    """Whether the next start shall go on with this run unless it finishes."""


class Run(RunApi):
    """A run being recorded; use it as a context manager, or call `finish`."""

    _media: MediaLog | None = None
    """Encodes what is logged beyond numbers and text, from its first use on."""

    def __init__(self, place: Place, names: Names, options: Options) -> None:
        self._place = place
        self._names = names
        self._options = options
        self._strict = options.strict
        self._step: float | int = options.first_step
        self._said = options.is_quiet
        self._owner = os.getpid()
        self._ending: Ending | None = None
        self._is_finished = False
        self._outer: Run | None = None
        self._keeper: Keeper | None = None
        self._gatherers: list[Thread] = []
        """Threads that gather facts, for which the end waits a moment."""
        self._closers: list[Callable[[], None]] = []
        """What has to be done before the files are closed: watches taken off, files copied a last time."""
        self._files = RunFiles(place, self._say, self._introduce)
        self._files.claim = self._claim_media
        self.config = RunConfig(self._write_config, self._complain)
        """What was chosen before training."""
        self._defined = DefinedMetrics()
        self.summary = RunSummary(
            self._write_summary,
            lambda: self._files.delivery.readable_folder(),
            place.rank,
            self._defined.summary_of,
        )
        """One value per metric, computed from the log; what is set here outranks it."""

    @property
    def id(self) -> str:
        """The run's id, which is the name of its folder."""
        return self._place.paths.run_id

    @property
    def name(self) -> str:
        """The run's name for people; set it to rename the run."""
        return self._names.name

    @name.setter
    def name(self, value: str) -> None:
        self._rename(name=clean_text(str(value)))

    @property
    def notes(self) -> str | None:
        """Free text; set it to change it."""
        return self._names.notes

    @notes.setter
    def notes(self, value: str | None) -> None:
        self._names = self._names._replace(notes=None if value is None else clean_text(str(value)))
        self._files.record({"k": "run", "notes": self._names.notes})

    @property
    def tags(self) -> tuple[str, ...]:
        """Free labels; set them to change them."""
        return self._names.tags

    @tags.setter
    def tags(self, value: Iterable[str]) -> None:
        tags = [value] if isinstance(value, str) else value
        self._rename(tags=tuple(clean_text(str(tag)) for tag in tags))

    @property
    def project(self) -> str:
        """The project the run belongs to."""
        return self._names.project

    @property
    def group(self) -> str | None:
        """The label that ties this run to others."""
        return self._names.group

    @property
    def job_type(self) -> str | None:
        """What the run does: train, eval."""
        return self._names.job_type

    @property
    def dir(self) -> str:
        """The run's folder."""
        return self._files.delivery.place_for_user()

    @property
    def rank(self) -> int:
        """The rank of this process in its job."""
        return self._place.rank

    @property
    def attempt(self) -> int:
        """Which start of this run this is, from 1."""
        return self._place.attempt

    @property
    def step(self) -> float | int:
        """The step that the next `log` without one will have."""
        return self._step

    @property
    def resumed(self) -> bool:
        """Whether this continues an earlier attempt."""
        return self._options.is_resumed

    @property
    def disabled(self) -> bool:
        """Whether nothing is recorded, by request."""
        return self._options.is_disabled

    @property
    def dropped(self) -> int:
        """Records given up so far, because the disk refused them or they made no sense."""
        return self._files.dropped

    def log(
        self,
        data: Mapping[str, Any],
        step: float | int | None = None,
        commit: bool | None = None,
        sync: bool | None = None,
    ) -> None:
        """Record a row of values; it is safe from a kill of this process when this returns.

        Without `step` the row gets the current step, and the next one the step after it; `commit=False` stays
        at the step. A given step may go back or repeat; readers put rows of one step together.
        """
        if step is None:
            step = self._step
            if commit is not False:
                self._step = step + 1
        else:
            step = self._move_to(step, commit)
        if self._defined.has_synced:
            data = self._defined.complete(data)
        if not self._files.rows.append(step, data) and self._strict:
            raise CollectorError("log() could not record a row.", self._files.last_trouble)

    def define_metric(
        self,
        name: str,
        step_metric: str | None = None,
        *,
        summary: str | Iterable[str] | None = None,
        goal: str | None = None,
        hidden: bool = False,
        step_sync: bool | None = None,
        **other: Any,
    ) -> Definition:
        """Say how a metric (or all that match `prefix*`) is to be shown: its x axis, summaries, goal."""
        axis = None if step_metric is None else to_name(getattr(step_metric, "name", step_metric))
        words = summary.split(",") if isinstance(summary, str) else summary or ()
        defined = Definition(
            name=to_name(name),
            step_metric=axis,
            step_sync=axis is not None and step_sync is not False,
            summary=tuple(str(word).strip() for word in words),
            goal=None
            if goal is None
            else {"min": "minimize", "max": "maximize"}.get(str(goal)[:3], str(goal)),
            hidden=bool(hidden),
        )
        self._defined.add(defined)
        self._files.record(defined.record())
        return defined

    def finish(self, exit_code: int | None = None, **other: Any) -> None:
        """End the run: finished, or failed with an exit code other than 0."""
        self._finish_as(ending.ending_of_code(exit_code or 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finish_as(ending.ending_of_code(0) if error is None else ending.ending_of_error(error))

    def __repr__(self) -> str:
        state = "finished" if self._is_finished else "disabled" if self.disabled else "open"
        return f"<Run {self._names.name} ({self.id}) of {self._names.project}, {state}>"

    def __reduce__(self) -> tuple[Callable[..., Run], tuple[Any, ...]]:
        paths = self._place.paths
        where = (paths.root, paths.project, paths.run_id, *self._place[1:])
        return join_run, (where, tuple(self._names), tuple(self._options), self._owner)

    def _begin(self) -> None:
        """Open the files and start the thread; an unwritable folder is told, not raised, unless strict."""
        if self.disabled:
            self._files.disable()
            return
        if self._strict:
            self._files.open()
        else:
            self._files.try_open()
        self._start_keeper(samples_system=self._options.samples_system and not self._options.is_wrapped)
        ending.watch(self)

    def _start_keeper(self, *, samples_system: bool, beats: bool = True) -> None:
        self._keeper = Keeper(self._files, lambda: self._step, samples_system=samples_system, beats=beats)
        try:
            self._keeper.start()
        except RuntimeError as error:  # no more threads allowed: the log itself needs none
            self._keeper = None
            self._say(f"no thread for syncing and heartbeats ({error})")

    def _move_to(self, step: Any, commit: bool | None) -> float | int:
        found = step if step.__class__ is int and -(1 << 53) <= step <= 1 << 53 else to_step(step)
        if found is None:
            self._say(f"log(step={step!r}): that is no step; the row is at step {self._step}")
            found = self._step
        if found > self._step:
            self._step = found
        if commit and found == self._step:
            self._step = found + 1
        return found

    def _rename(self, **changes: Any) -> None:
        self._names = self._names._replace(**changes)
        record = {name: list(value) if isinstance(value, tuple) else value for name, value in changes.items()}
        self._files.record({"k": "run", **record})

    def _introduce(self) -> list[dict[str, Any]]:
        names: dict[str, Any] = self._names._asdict()
        given = {field: value for field, value in names.items() if value}
        if "tags" in given:
            given["tags"] = list(given["tags"])
        records = [{"k": "run", **given}]
        if self.config:
            records += tree_records("config", self.config)
        user_values = self.summary.user_values()
        if user_values:
            records += tree_records("summary", user_values)
        return records

    def _write_config(self, changed: dict[str, Any]) -> None:
        self._write_tree("config", changed)

    def _write_summary(self, changed: dict[str, Any]) -> None:
        self._write_tree("summary", changed)

    def _write_tree(self, kind: str, changed: dict[str, Any]) -> None:
        try:
            for record in tree_records(kind, changed):
                self._files.record(record)
        except Exception as error:  # named boundary: a user's value may do anything when looked at
            self._say(f"{kind} {sorted(changed)} could not be recorded ({type(error).__name__}: {error})")

    def _say(self, text: str) -> None:
        """Record a warning; the first one also goes to stderr."""
        self._files.record_note(text)
        if not self._said:
            self._said = True
            try:
                print(f"collector: run {self.id}: {text}", file=sys.stderr)
            except Exception:  # named boundary: stderr may be closed or anything else
                pass

    def _complain(self, text: str) -> None:
        if self._strict:
            raise CollectorError(text)
        self._say(text)

    def _mark_ended(self, how: Ending) -> None:
        """Record how the run ends while the process is still about to; finishing may come later or never."""
        self._ending = how
        self._files.record(how.record())

    def _finish_as(self, how: Ending) -> None:
        if self._is_finished or self._owner != os.getpid():
            return
        self._is_finished = True
        ending.forget(self)
        if current.run is self:
            current.set_run(self._outer_run())
        if self.disabled:
            return
        for thread in self._gatherers:
            thread.join(GATHER_SECONDS)
        for close in self._closers:
            self._guard(close, is_last=True)
        if self._media is not None:
            self._media.close()
        if self._keeper is not None:
            self._keeper.stop()
            self._keeper.beat()
        self._files.check_displaced()
        if self._ending != how:
            self._mark_ended(how)
        dropped = self._files.close()
        if dropped:
            self._said = False
            records = "1 record is" if dropped == 1 else f"{dropped} records are"
            self._say(f"{records} missing in {self._place.paths.folder}: {self._files.last_trouble}")
        waiting = self._files.delivery.finish()
        if waiting is not None:
            self._said = self._options.is_quiet
            self._say(waiting)
        if self._options.is_remembered and how.state == "finished" and waiting is None:
            forget_id(self._place.paths)

    def _outer_run(self) -> Run | None:
        """The run that was under way when this one began, if it still is."""
        outer = self._outer
        while outer is not None and (outer._is_finished or outer._owner != os.getpid()):
            outer = outer._outer
        return outer

    def _guard(self, work: Callable[[], Any], *, is_last: bool = False) -> Any:
        """What the work gives; None where it failed, which is told and not raised unless strict."""
        try:
            return work()
        except Exception as error:  # named boundary: what goes wrong with a side matter never stops training
            if self._strict and not is_last:
                raise
            self._say(f"{error}" if isinstance(error, CollectorError) else f"{type(error).__name__}: {error}")
            return None

    def _claim_media(self, step: float | int, name: str, value: Any) -> bool:
        media = self._media
        if media is None:
            from collector.media.medialog import MediaLog, Outlet  # for whoever logs more than plain numbers

            files = self._files
            outlet = Outlet(files.record, files.clock, lambda: files.paths.media(), self._say)
            # Two threads may come here at once, and there is to be one log.
            media = self.__dict__.setdefault("_media", MediaLog(outlet))
        return media.claim(step, name, value)

    def _after_fork(self) -> None:
        self._keeper = None
        self.__dict__.pop("_media", None)
        self._files.after_fork()
        self._files.on_open = self._keep_child

    def _keep_child(self) -> None:
        self._start_keeper(samples_system=False, beats=False)


def join_run(where: tuple[Any, ...], names: tuple[Any, ...], options: tuple[Any, ...], owner: int) -> Run:
    """The run that was pickled: itself in its own process, in another one a handle with files of its own."""
    from collector.runlog.paths import RunPaths

    root, project, run_id, *rest = where
    if owner == os.getpid() and current.run is not None and current.run.id == run_id:
        return current.run
    run = Run(Place(RunPaths(root, project, run_id), *rest), Names(*names), Options(*options))
    run._owner = owner
    if run.disabled:
        run._files.disable()
    else:
        run._files.belong_to_child_of(owner)
        run._files.on_open = run._keep_child
    if current.run is None:
        current.set_run(run)
    return run
