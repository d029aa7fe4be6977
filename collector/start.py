"""Begin a run: what `init` does, once, before training.

Arguments of `init` outrank the environment, the environment outranks defaults; only an id (and a project that
was chosen on the command line) of the wrapper outranks everything, because its console and exit status belong
to that run.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Mapping
from typing import Any

from collector import current, earlier
from collector.environment import Settings, check_redaction, read_settings
from collector.files import Place
from collector.identity import Identity, choose_identity, chosen_project, is_auto
from collector.notebook import is_notebook
from collector.ranks import Rank, host_name, read_group, read_rank
from collector.run_config import as_config
from collector.runlog.errors import CollectorError
from collector.runlog.paths import safe_name
from collector.runlog.spool import choose_base, spooled_folders
from collector.runlog.values import clean_text
from collector.training_run import Names, Options, Run
from collector.wishes import (
    Wishes,
    chosen_config,
    fields_of,
    is_synced,
    rank_by_label,
    remarks,
    with_settings,
)

MODES = ("online", "offline", "disabled", "shared", "dryrun", "run")
"""Values of `mode` and COLLECT_MODE; nothing is online here, so only "disabled" makes a difference."""

REDACTION_LISTS = (
    ("redact_patterns", "COLLECT_REDACT_PATTERNS", "\n"),
    ("redact_names", "COLLECT_REDACT_NAMES", ","),
)
"""Fields of Settings, and the variables that they are put into."""

SYNCS = ("second", "each")
"""When what was written has to be on the disk: within a second, or before `log` returns."""

REINIT = ("default", "return_previous", "finish_previous", "create_new")


_joined: set[str] = set()
"""Ids of wrappers' runs that this process has joined: its next run is one of its own."""


def start_run(
    wishes: Wishes, ignored: Mapping[str, Any] | None = None, env: Mapping[str, str] = os.environ
) -> Run:
    """The run that was asked for, or the current one where one is under way."""
    wishes = with_settings(wishes)
    _choose_redaction(fields_of(wishes.settings))
    previous = _deal_with_previous(wishes.reinit)
    if previous is not None:
        if wishes.config is not None:
            previous.config.update(_read_config(wishes), allow_val_change=True)
        return previous
    settings = _settings_for_this_run(env)
    rank = _rank_of(wishes, settings, env)
    wishes = wishes._replace(resume=wishes.resume or settings.resume, mode=wishes.mode or settings.mode)
    _check_choice("mode", wishes.mode, MODES)
    config = _read_config(wishes)
    identity = choose_identity(wishes, settings, rank)
    run = _make_run(wishes, settings, rank, identity)
    run.config.preset(config)
    forked = _fork(run, wishes)
    run._begin()
    run._outer = current.run
    current.set_run(run)
    if forked is not None:
        run._files.record(forked)
    if settings.is_wrapped:
        _joined.add(identity.paths.run_id)
    if not run.disabled:
        _remark(run, rank, ignored or {})
        if is_synced(ignored or {}, wishes.settings):
            from collector.tensorboard_mirror import mirror  # for whoever asks for it

            mirror(run)
        _gather_provenance(run, wishes, settings, rank)
    elif settings.mode_variable and wishes.mode == settings.mode:
        run._say(f"nothing is recorded: {settings.mode_variable} says so; COLLECT_MODE=online outranks it")
    return run


def _make_run(wishes: Wishes, settings: Settings, rank: Rank, identity: Identity) -> Run:
    is_disabled = wishes.mode == "disabled"
    attempt = 1 if is_disabled else identity.attempt
    paths = identity.paths
    is_resumed = bool(wishes.resume or wishes.resume_from) and wishes.resume != "never" and attempt > 1
    places = [paths.folder, *spooled_folders(paths.folder)] if is_resumed else []
    before = earlier.joined(earlier.read_earlier(place) for place in places)
    rewound = earlier.read_point(wishes.resume_from, "resume_from").step if wishes.resume_from else None
    first_step = max((earlier.next_step(place, rank.rank) for place in places), default=0)
    options = Options(
        strict=wishes.strict,
        is_disabled=is_disabled,
        is_wrapped=settings.is_wrapped,
        samples_system=rank.local_rank == 0 and not fields_of(wishes.settings).get("x_disable_stats"),
        is_resumed=is_resumed,
        first_step=first_step if rewound is None else rewound + 1,
        is_quiet=settings.is_quiet or bool(fields_of(wishes.settings).get("silent")),
        is_offline=wishes.mode in ("offline", "dryrun"),
        entity=str(wishes.entity or settings.entity or ""),
        is_remembered=is_auto(wishes.resume) and rank.job is None and not settings.is_wrapped,
    )
    names = _choose_names(wishes, settings, rank, identity.name, before.names)
    host = None if "host" in settings.hidden else host_name()
    spool = None if is_disabled else choose_base(paths.folder)
    sync = str(fields_of(wishes.settings).get("sync") or settings.sync)
    _check_choice("sync", sync, SYNCS)
    where = Place(paths, names.project, rank.rank, rank.world, attempt, host, rewound=rewound)
    place = where._replace(spool=spool, syncs_each=sync == "each", wrapper=settings.wrapper)
    run = Run(place, names, options)
    run.config.preset(before.config)
    run.summary.preset(before.summary)
    if options.is_remembered and not is_disabled:
        earlier.remember_id(paths)
    return run


def _fork(run: Run, wishes: Wishes) -> dict[str, Any] | None:
    """Give a new run the history of the one it forks; the record that tells of it."""
    if wishes.fork_from is None or run.disabled or run.attempt > 1:
        return None
    point = earlier.read_point(wishes.fork_from, "fork_from")
    paths = run._place.paths
    source = earlier.find_forked(paths.root, point)
    earlier.copy_history(source, point, paths, run._place.header())
    run._step = point.step + 1
    return {"k": "fork", "run": point.run_id, "step": point.step}


def _choose_redaction(said: Mapping[str, Any]) -> None:
    """Put what the Settings say into the environment: children that log keep the same secrets."""
    if "redact" in said:
        os.environ["COLLECT_REDACT"] = {True: "on", False: "off"}.get(said["redact"], str(said["redact"]))
    for field, variable, joint in REDACTION_LISTS:
        if field in said:
            given = [said[field]] if isinstance(said[field], str) else said[field]
            os.environ[variable] = joint.join(map(str, given))
    check_redaction(os.environ)


def _rank_of(wishes: Wishes, settings: Settings, env: Mapping[str, str]) -> Rank:
    rank = read_group(read_rank(env), env)
    if wishes.id or settings.is_id_fixed or (settings.run_id and not settings.is_wrapped):
        rank = rank._replace(hosts=None)  # the hosts share an id after all
    label = rank_by_label(wishes.settings)
    if rank.world > 1 or label is None:
        return rank
    return rank._replace(rank=label, world=label + 1, local_rank=label)


def _read_config(wishes: Wishes) -> dict[str, Any]:
    try:
        return chosen_config(as_config(wishes.config), wishes)
    except TypeError as error:
        raise CollectorError(f"init(config=...): {error}.", "Give a dict, Namespace or dataclass.") from error


def _deal_with_previous(reinit: bool | str | None) -> Run | None:
    choice = {None: "default", True: "finish_previous", False: "return_previous"}.get(reinit, reinit)  # type: ignore[arg-type]
    _check_choice("reinit", choice, REINIT)
    if choice == "default" and is_notebook():
        choice = "finish_previous"  # the cell that begins a run was run again
    previous = current.run
    if previous is None or choice == "create_new" or previous._owner != os.getpid():
        return None
    if choice == "finish_previous":
        previous.finish()
        return None
    if choice == "default":
        previous._say("init() was called again while this run is under way; it goes on as this run")
    return previous


def _settings_for_this_run(env: Mapping[str, str]) -> Settings:
    settings = read_settings(env)
    if settings.is_wrapped and settings.run_id is not None and safe_name(settings.run_id) in _joined:
        # A script that makes several runs in a row: the first one is the wrapper's, the others are their own.
        return settings._replace(run_id=None, attempt=None, name=None, is_wrapped=False, wrapper=None)
    return settings


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value is not None and value not in choices:
        raise CollectorError(f"{name}={value!r} is not known.", f"Choose from {', '.join(choices)}.")


def _choose_names(
    wishes: Wishes, settings: Settings, rank: Rank, name: str, before: Mapping[str, Any]
) -> Names:
    """What the run is called: as asked for, else as before, else by its id."""
    tags = [wishes.tags] if isinstance(wishes.tags, str) else wishes.tags
    asked_name = wishes.name or settings.name
    return Names(
        project=clean_text(chosen_project(wishes, settings)),
        name=clean_text(str(asked_name or before.get("name") or name)),
        group=_text(wishes.group or settings.group or before.get("group") or rank.hosts),
        job_type=_text(wishes.job_type or settings.job_type or before.get("job_type")),
        tags=tuple(clean_text(str(tag)) for tag in tags)
        if tags is not None
        else settings.tags or _tags(before),
        notes=_text(wishes.notes or settings.notes or before.get("notes")),
    )


def _tags(before: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(map(str, before.get("tags") or ()))


def _text(value: object) -> str | None:
    return None if value is None else clean_text(str(value))


def _remark(run: Run, rank: Rank, ignored: Mapping[str, Any]) -> None:
    for level, text in remarks(ignored):
        run._files.record({"k": "note", "level": level, "text": text})
    if rank.hosts and rank.leads:
        run._say(
            f"the hosts of {rank.hosts} share no id, so each is a run of its own in the group {run.group}; "
            "set COLLECT_RUN_ID to one value on all of them to make one run"
        )


def _gather_provenance(run: Run, wishes: Wishes, settings: Settings, rank: Rank) -> None:
    """In a thread of its own: git, pip and drivers may take seconds or hang."""
    said = fields_of(wishes.settings)
    is_barred = wishes.save_code is False or said.get("disable_git") or said.get("disable_code")
    saves_code = settings.saves_code and not is_barred

    def write(section: str, fields: Mapping[str, Any]) -> None:
        run._files.record({"k": "provenance", "section": section, "fields": dict(fields)})

    def gather() -> None:
        try:
            from collector import provenance
            from collector.provenance.request import Request

            request = Request.of_this_process()._replace(save_code=saves_code)
            sections = ("python", "packages") if settings.is_wrapped else provenance.SECTIONS
            provenance.gather(write, run._files.save, sections=sections, request=request)
        except Exception as error:  # named boundary: whatever a machine is like, training goes on
            run._files.record_note(f"provenance is incomplete ({type(error).__name__}: {error})")

    if rank.leads:
        thread = threading.Thread(target=gather, name="collector-provenance", daemon=True)
        with contextlib.suppress(RuntimeError):  # no more threads allowed
            thread.start()
            run._gatherers.append(thread)
