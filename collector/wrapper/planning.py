"""Options, environment and what is on disk already, made into a plan."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from collector.environment import (
    RUNS_FOLDER,
    SET_FOR_ONE_RUN,
    Settings,
    check_redaction,
    default_project,
    is_true,
    read_settings,
)
from collector.names import new_run_id
from collector.ranks import Rank, read_rank
from collector.runlog.errors import CollectorError
from collector.runlog.paths import RECORDS_SUFFIX, RunPaths, find_run, safe_name
from collector.runlog.spool import choose_base
from collector.wrapper.jobs import Job, find_run_of_job, job_of, latest_attempt
from collector.wrapper.plan import AUTO, CONSOLE_MODES, OFF, Plan, Scheduler

SCHEDULERS = {
    "SLURM_JOB_ID": "Slurm",
    "KUBERNETES_SERVICE_HOST": "Kubernetes",
    "PBS_JOBID": "PBS",
    "LSB_JOBID": "LSF",
}
"""Variables that tell of a scheduler."""

LONGEST_SET = 32_000
"""Letters of a text that the command gets in its environment; Linux takes 131,071 bytes with the name."""

REDACTION_KEY = "COLLECT_REDACT_KEY"


class Identity(NamedTuple):
    """Which run this is, and which start of it."""

    run_id: str
    name: str | None
    """None where an id was given alone: an earlier start may have named the run."""
    project: str
    attempt: int


def make_plan(options: Mapping[str, Any], command: Sequence[str], env: Mapping[str, str], cwd: str) -> Plan:
    """Decide everything about the run; raises CollectorError for what cannot be meant."""
    if "COLLECT_WRAPPED" in env:
        env = {name: value for name, value in env.items() if name not in SET_FOR_ONE_RUN}
    check_redaction(env)
    settings = read_settings(env)
    place = read_rank(env)
    job = job_of(place, env, command)
    root = os.path.join(cwd, options.get("dir") or settings.root or RUNS_FOLDER)
    identity = identify(options, settings, place, job, root, cwd)
    plan = Plan(
        command=tuple(command),
        env={},
        root=root,
        project=identity.project,
        run_id=identity.run_id,
        name=identity.name,
        attempt=identity.attempt,
        rank=place.rank,
        world=place.world,
        group=options.get("group") or settings.group or place.hosts,
        job_type=options.get("job_type") or settings.job_type,
        tags=words(options.get("tags")) or settings.tags,
        notes=options.get("notes") or settings.notes,
        console=console_mode(options.get("console") or env.get("COLLECT_CONSOLE") or AUTO),
        sample_system=not options.get("no_system") and place.local_rank == 0,
        save_code=not options.get("no_code"),
        forward=not options.get("no_forward"),
        verbose=bool(options.get("verbose")),
        hidden=settings.hidden,
        **chosen_parsing(options, env),
        scheduler=scheduler_of(env),
        **chosen_rules(options, env),
        # In a folder that was deleted `root` is no place: that is told where it is to be made.
        spool=choose_base(RunPaths(root, identity.project, identity.run_id).folder, env)
        if os.path.isabs(root)
        else None,
        env_names=words(options.get("env")) or words([env.get("COLLECT_ENV", "")]),
    )
    joining = {
        # wandb's variable is outranked by what a script says, as it is without us.
        "COLLECT_PROJECT_SET": "1" if options.get("project") or env.get("COLLECT_PROJECT") else None,
        "COLLECT_RUN_ID_SET": "1" if options.get("id") or settings.run_id else None,
        "COLLECT_RESTARTS": str(place.restarts) if place.restarts else None,
    }
    return plan._replace(env=command_env(plan, env, joining | {REDACTION_KEY: redaction_key(env)}))


def identify(
    options: Mapping[str, Any], settings: Settings, place: Rank, job: Job | None, root: str, cwd: str
) -> Identity:
    """The run's id and name, its project, and the number of this start."""
    asked_name = options.get("name") or settings.name
    run_id = options.get("id") or settings.run_id
    project = options.get("project") or settings.project
    name: str | None = asked_name
    attempt = 1
    if run_id:
        folder = find_run(root, run_id)
        project = project or (project_of(folder, default_project(cwd)) if folder is not None else None)
        attempt = 1 + latest_attempt(
            RunPaths(root, project or default_project(cwd), run_id), folder, place.rank
        )
    elif job is not None:
        run_id, name, attempt = find_run_of_job(
            job, root, project or default_project(cwd), asked_name, place.rank
        )
    else:
        # An id of chance names nothing that is there, and the mount is not asked: it may stall.
        run_id, name = new_run_id(asked_name)
    return Identity(run_id, name, project or default_project(cwd), attempt)


def project_of(folder: str, default: str) -> str:
    """The project of a run that is there, as its logs spell it: a folder's name may be a slug of that."""
    from collector.runlog.reader import read_header

    place = os.path.basename(os.path.dirname(folder))
    try:
        logs = sorted(name for name in os.listdir(folder) if name.endswith(RECORDS_SUFFIX))
    except OSError:
        logs = []
    heads = [read_header(os.path.join(folder, name)) or {} for name in logs]
    named = [head["project"] for head in heads if isinstance(head.get("project"), str)]
    # Without a header of that project another start, of this moment, has only made the folder.
    return next((name for name in (*named, default) if safe_name(name) == place), place)


def words(given: Sequence[str] | None) -> tuple[str, ...]:
    """Words given with commas or by repeating an option, each once."""
    found = [word.strip() for text in given or () for word in text.split(",")]
    return tuple(dict.fromkeys(word for word in found if word))


def redaction_key(env: Mapping[str, str]) -> str:
    """The key by which we and the command mark a secret alike; it is in memory only."""
    key = env.get(REDACTION_KEY) or os.urandom(16).hex()
    os.environ[REDACTION_KEY] = key
    return key


def console_mode(mode: str) -> str:
    """How the command's output is taken."""
    if mode not in CONSOLE_MODES:
        raise CollectorError(f"--console={mode} is not known.", f"Choose one of {', '.join(CONSOLE_MODES)}.")
    return mode


def scheduler_of(env: Mapping[str, str]) -> Scheduler | None:
    """The scheduler that started us, None on a machine of one's own."""
    name = next((name for variable, name in SCHEDULERS.items() if env.get(variable)), None)
    ends_at = env.get("SLURM_JOB_END_TIME", "")
    return None if name is None else Scheduler(name, float(ends_at) if ends_at.isdigit() else None)


def chosen_parsing(options: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, Any]:
    """Whether printed metrics are logged, and by which patterns of the user's; a pattern asks for it."""
    patterns = tuple(options.get("pattern") or ())
    if patterns:
        from collector.parsing.patterns import compile_patterns

        compile_patterns(patterns)
    if options.get("console") == OFF and (options.get("parse") or patterns):
        raise CollectorError("--parse needs the output.", "Leave --console=off out: it leaves output alone.")
    is_asked = options.get("parse") or patterns or is_true(env.get("COLLECT_PARSE"))
    return {"parses": bool(is_asked), "patterns": patterns}


def chosen_rules(options: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, Any]:
    """The alert rules of options and file, and who is to be told."""
    texts, path = options.get("alert") or (), options.get("alerts") or env.get("COLLECT_ALERTS")
    command = options.get("on_alert") or env.get("COLLECT_ON_ALERT") or ""
    if not texts and not path:
        return {}
    from collector.rules.rule import parse_rule
    from collector.rules.rulefile import RuleFile, check_webhook, read_rule_file

    file = read_rule_file(path) if path else RuleFile()
    return {
        "rules": (*(parse_rule(text) for text in texts), *file.rules),
        "on_alert": command or file.on_alert,
        "webhook": check_webhook(env.get("COLLECT_ALERT_WEBHOOK") or file.webhook),
    }


def command_env(plan: Plan, env: Mapping[str, str], joining: Mapping[str, str | None]) -> dict[str, str]:
    """The command's environment: ours, and what joins its own records to this run."""
    added = {
        **joining,
        "COLLECT_DIR": plan.root,
        "COLLECT_PROJECT": plan.project,
        "COLLECT_RUN_ID": plan.run_id,
        "COLLECT_ATTEMPT": str(plan.attempt),
        "COLLECT_WRAPPED": str(os.getpid()),
        "COLLECT_NAME": plan.name,
        "COLLECT_GROUP": plan.group,
        "COLLECT_JOB_TYPE": plan.job_type,
        "COLLECT_TAGS": ",".join(plan.tags),
        "COLLECT_NOTES": plan.notes,
    }
    # The system would refuse to start the command with a longer one; the run log has it all the same.
    return {**env, **{name: value for name, value in added.items() if value and len(value) < LONGEST_SET}}
