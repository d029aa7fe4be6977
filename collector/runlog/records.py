"""Every kind of record and its fields, as data: the schema and the reference page are made from this.

Kinds and optional fields may be added without a new format number; a changed meaning is a new format.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from collector.version import __version__

FORMAT = 1
TOOL = f"runpress {__version__}"
BEAT_SECONDS = 10

STATES = ("finished", "failed", "stopped")
"""The states an `end` record can name; without one a run is open, and its age says the rest."""

METRICS, RECORDS, CONSOLE, EDITS = "metrics", "records", "console", "edits"


class Field(NamedTuple):
    """One member of a record."""

    name: str
    type: str
    """'int', 'number', 'text', 'texts', 'object', 'objects', 'list' (of numbers), 'numbers', 'exact',
    'strings', 'bool', or one of those followed by '?' where null is allowed."""
    help: str
    required: bool = True


class Kind(NamedTuple):
    """One kind of record."""

    name: str
    files: tuple[str, ...]
    """In which files it stands."""
    help: str
    fields: tuple[Field, ...]


KINDS = (
    Kind(
        "head",
        (METRICS, RECORDS, CONSOLE, EDITS),
        "First line of every file: who wrote it, and what its times count from.",
        (
            Field("format", "int", "Version of this format: 1."),
            Field("tool", "text", "Program and version that wrote the file."),
            Field("project", "text", "Project of the run when the file was begun."),
            Field("run", "text", "Id of the run, equal to the name of its folder."),
            Field(
                "role",
                "text",
                '"rank" for a training process, "wrapper" for `collect`, "editor" for `collect edit`.',
            ),
            Field("rank", "int", "Rank of the process in its job, from 0."),
            Field("world", "int", "Number of ranks of the job."),
            Field("attempt", "int", "Which start of the run this is, from 1."),
            Field("started", "number", "Wall time from which `t` counts, in seconds since 1970."),
            Field("beat", "number", "Promised seconds between two `beat` records."),
            Field("host", "text?", "Name of the machine, null where it is to be hidden."),
            Field("pid", "int", "Process id of the writer."),
            Field("after", "text", "Name of the process start this file continues.", required=False),
            Field(
                "rewound",
                "number",
                "Last step of earlier attempts that counts, where the run was rewound.",
                required=False,
            ),
            Field(
                "forked",
                "int",
                "Process id of the parent, where a child logged that was forked, or spawned with the run.",
                required=False,
            ),
        ),
    ),
    Kind(
        "keys",
        (METRICS,),
        "Names used from here on. It stands before the first line with them; repeats are harmless.",
        (Field("keys", "texts", "The new names."),),
    ),
    Kind(
        "log",
        (METRICS,),
        "One call of `log`.",
        (
            Field(
                "n",
                "int",
                "Names declared so far; a reader that knows fewer has lost a `keys` line.",
            ),
            Field("step", "number", "The step; it may repeat, go back or be fractional."),
            Field("m", "numbers", "Value by name; null for None, and for what stands in `x`."),
            Field("x", "exact", "What is no plain number: see `Exact values`.", required=False),
            Field("s", "strings", "Text by name; such a name does not stand in `m`.", required=False),
            Field("cut", "object", "Length in characters of texts that were cut, by name.", required=False),
        ),
    ),
    Kind(
        "run",
        (RECORDS,),
        "What the run is called. Fields may come in several records; the latest of each counts.",
        (
            Field("project", "text", "Project the run belongs to.", required=False),
            Field("name", "text", "Name for people.", required=False),
            Field("group", "text?", "Label that ties several runs.", required=False),
            Field("job_type", "text?", "What the run does: train, eval.", required=False),
            Field("tags", "texts", "Free labels.", required=False),
            Field("notes", "text?", "Free text.", required=False),
        ),
    ),
    Kind(
        "config",
        (RECORDS,),
        "A part of the configuration, merged deeply into what came before; the later value wins.",
        (
            Field("v", "object", "The values, nested as the user wrote them."),
            Field("x", "exact", "What is no plain number, by dotted path.", required=False),
        ),
    ),
    Kind(
        "summary",
        (RECORDS,),
        "What the user set as summary, merged as `config` is; it outranks computed values.",
        (
            Field("v", "object", "The values."),
            Field("x", "exact", "What is no plain number, by dotted path.", required=False),
        ),
    ),
    Kind(
        "define",
        (RECORDS,),
        "How a metric is to be shown; the latest for a name counts.",
        (
            Field("metric", "text", "A name, or a pattern that ends in `*`."),
            Field("step_metric", "text?", "The metric that is its x axis.", required=False),
            Field(
                "step_sync",
                "bool",
                "Whether rows without it take its latest value.",
                required=False,
            ),
            Field(
                "summary",
                "texts",
                "What to show: min, max, mean, first, last, none.",
                required=False,
            ),
            Field("goal", "text?", '"minimize" or "maximize".', required=False),
            Field("hidden", "bool", "Whether it gets no chart unasked.", required=False),
        ),
    ),
    Kind(
        "fork",
        (RECORDS,),
        "The run that this one was forked from; its rows up to the step were copied, at negative times.",
        (
            Field("run", "text", "Id of the run."),
            Field("step", "number", "Last step that both have in common."),
        ),
    ),
    Kind(
        "alert",
        (RECORDS,),
        "Something the user wanted to be told, by `alert` or by a rule.",
        (
            Field("title", "text", "A few words."),
            Field("text", "text", "The message."),
            Field("level", "text", '"INFO", "WARN" or "ERROR".'),
            Field("step", "number", "The step at which it was sent."),
            Field("rule", "text", "The expression that gave it, where it was a rule.", required=False),
            Field("rank", "int", "The rank on whose rows the rule was true.", required=False),
        ),
    ),
    Kind(
        "artifact",
        (RECORDS,),
        "A version of an artifact that this run logged.",
        (
            Field("name", "text", "Name of the artifact."),
            Field("type", "text", "What it is: dataset, model."),
            Field("version", "text", '"v0", "v1", and so on.'),
            Field("digest", "text", "SHA-256 of the list of its files, in hexadecimal."),
            Field("files", "int", "How many files it has."),
            Field("bytes", "int", "Their size together."),
            Field("aliases", "texts", "Names that point to this version from now on."),
        ),
    ),
    Kind(
        "use",
        (RECORDS,),
        "A version of an artifact that this run used.",
        (
            Field("name", "text", "Name of the artifact."),
            Field("type", "text", "What it is."),
            Field("version", "text", "The version that was found."),
            Field("digest", "text", "SHA-256 of the list of its files."),
            Field(
                "project", "text", "Where it was found, when not in the run's own project.", required=False
            ),
            Field("as", "text", "What was asked for: `name:alias`.", required=False),
        ),
    ),
    Kind(
        "provenance",
        (RECORDS,),
        "Where the run comes from. A later record of the same section updates its fields.",
        (
            Field("section", "text", "command, git, python, packages, cpu, gpu, system, scheduler, ..."),
            Field("fields", "object", "Facts by name."),
        ),
    ),
    Kind(
        "file",
        (RECORDS,),
        "A file that was put into the run's `files` folder.",
        (
            Field("name", "text", "Its path below `files`."),
            Field("bytes", "int", "Its size."),
            Field("sha256", "text", "Digest of its content, in hexadecimal."),
        ),
    ),
    Kind(
        "media",
        (RECORDS,),
        "Media under one name of one call of `log`; their files are complete when this is written.",
        (
            Field("step", "number", "The step of the call."),
            Field("name", "text", "The name they were logged under."),
            Field("kind", "text", "image, audio, video, figure, table and so on: see media.md."),
            Field("first", "int", "Number of the first item: 0, or more where a call took several records."),
            Field("items", "objects", "One object each: `sha256`, `ext`, `bytes`, and what media.md lists."),
        ),
    ),
    Kind(
        "hist",
        (RECORDS,),
        "How many values lay where in one call of `log`.",
        (
            Field("step", "number", "The step of the call."),
            Field("name", "text", "The name it was logged under."),
            Field("bins", "list", "Edges in rising order: one more than there are counts."),
            Field("counts", "list", "Values in each bin; the upper edge of the last bin is inside."),
            Field("nan", "int", "How many values were NaN."),
            Field("inf", "int", "How many values were infinite, of either sign."),
        ),
    ),
    Kind(
        "sys",
        (RECORDS,),
        "One sample of the machine; the names are in system-metrics.md.",
        (Field("m", "numbers", "Value by name."),),
    ),
    Kind(
        "beat",
        (RECORDS,),
        "A sign of life, every `beat` seconds of the header.",
        (
            Field("step", "number?", "The step that the next `log` without one will have.", required=False),
            Field("bytes", "int", "Size of the metrics file; a shorter one has lost lines.", required=False),
            Field("dropped", "int", "Records given up so far.", required=False),
            Field("quiet", "number", "Seconds since the wrapper's command last printed.", required=False),
        ),
    ),
    Kind(
        "drop",
        (RECORDS,),
        "Records that were given up since the last such line.",
        (
            Field("count", "int", "How many."),
            Field("why", "text", "What refused them."),
        ),
    ),
    Kind(
        "note",
        (RECORDS,),
        "Something the collector wants to say about this run.",
        (
            Field("level", "text", '"info" or "warning".'),
            Field("text", "text", "One or two sentences."),
        ),
    ),
    Kind(
        "end",
        (RECORDS,),
        "How the process, or the command that the wrapper ran, ended.",
        (
            Field("state", "text", '"finished", "failed" or "stopped".'),
            Field("exit", "int?", "Exit code, null where it is not known or a signal ended it."),
            Field("signal", "int?", "Signal that ended it."),
            Field("cause", "text?", "The reason in a few words."),
            Field("traceback", "text?", "Python's traceback, secrets taken out.", required=False),
        ),
    ),
    Kind(
        "out",
        (CONSOLE,),
        "One piece of console output, as it was relayed.",
        (
            Field("s", "int", "1 standard output, 2 standard error."),
            Field("o", "int", "Byte offset in the console file."),
            Field("n", "int", "Bytes."),
            Field("f", "text", 'Which file when it is not the head: "tail-1".', required=False),
        ),
    ),
    Kind(
        "skip",
        (CONSOLE,),
        "Console output that was not kept.",
        (Field("n", "int", "Bytes."),),
    ),
    Kind(
        "edit",
        (EDITS,),
        "A correction of the run made afterwards; it outranks what the run recorded, before it or later.",
        (
            Field("run", "object", "Corrected name, group, job_type, notes; null removes.", required=False),
            Field("add", "texts", "Tags that were added.", required=False),
            Field("remove", "texts", "Tags that were removed.", required=False),
            Field("hidden", "bool", "Whether the run is left out of lists and sites.", required=False),
            Field("config", "object", "Corrected values by dotted name.", required=False),
            Field("x", "exact", "Those of them that are no plain number, by dotted name.", required=False),
            Field("unset", "texts", "Dotted names that are taken out, with all below them.", required=False),
            Field(
                "metrics",
                "strings",
                "New name by old name; a name that is in use takes both metrics together.",
                required=False,
            ),
            Field("joins", "texts", "Ids of runs of this project that go on with this one.", required=False),
        ),
    ),
    Kind(
        "undo",
        (EDITS,),
        "Takes a correction back, or the taking back of one.",
        (Field("edit", "text", "Name of the correction's file without `.edits.jsonl`."),),
    ),
)

ENVELOPE = (
    Field("k", "text", "Kind of the record; always the first member."),
    Field(
        "t",
        "number",
        "Seconds since `started` of the file, to 1 µs, by a clock that never goes back; negative in rows "
        "that were copied from a forked run.",
    ),
    Field("c", "text", "CRC32 of the bytes before its comma, eight hex digits; always the last member."),
)
"""What every record has besides its own fields."""


def header_record(header: dict[str, Any], started: float, pid: int) -> dict[str, Any]:
    """The first record of a file, from what its writer knows of run and rank."""
    first = {"k": "head", "t": 0.0, "format": FORMAT, "tool": TOOL}
    return first | header | {"started": round(started, 6), "pid": pid}


def segment_header(
    project: str,
    run: str,
    role: str = "rank",
    rank: int = 0,
    world: int = 1,
    attempt: int = 1,
    host: str | None = None,
) -> dict[str, Any]:
    """What a writer has to know for the header of its files."""
    return {
        "project": project,
        "run": run,
        "role": role,
        "rank": rank,
        "world": world,
        "attempt": attempt,
        "beat": BEAT_SECONDS,
        "host": host,
    }
