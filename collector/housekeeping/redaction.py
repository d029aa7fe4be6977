"""Secrets in logs that exist already: found by the rules of recording, left out of copies that replace them.

It is the one place where a log is rewritten, because a secret must not stay. A rewritten line is sealed anew
and never shorter than it was, so that heartbeats that know the size of a file, and indexes that know places
in it, stay true.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from collector.catalog.damage import log_files
from collector.catalog.ends import intact_record
from collector.runlog import redact
from collector.runlog.lines import LINE_LIMIT, seal
from collector.runlog.redact_policy import policy_of
from collector.runlog.secret_search import find_hits

FILE_LIMIT = 64 << 20
"""Larger kept files are told and not searched."""

TEXT_MEDIA = (".json", ".html", ".txt", ".md", ".csv", ".svg", ".xml")
"""Media that may hold texts; their names are digests, so they are searched and not rewritten."""

_QUIET = (b'{"k":"sys"', b'{"k":"beat"', b'{"k":"keys"', b'{"k":"out"', b'{"k":"skip"', b'{"k":"hist"')
_ROW, _TEXTS = b'{"k":"log"', b'"s":{'
_MARK = re.compile(r"\[redacted:([\w-]+)")


class Found(NamedTuple):
    """Secrets of one rule in one line."""

    file: str
    """Name inside the run's folder."""
    line: int
    rule: str
    times: int
    can_go: bool = True
    """False where the file can not be rewritten."""


class Rewritten(NamedTuple):
    """A file without its secrets, not in its place yet."""

    file: str
    draft: str


def search(folder: str) -> Iterator[Found]:
    """Every place of a run's files in which a rule finds a secret."""
    for name in _logs(folder):
        for number, old, new in _lines(os.path.join(folder, name)):
            if new != old:
                yield from _found(name, number, old, new)
    for name in _plain_files(folder):
        content = _content(os.path.join(folder, name))
        for hit in find_hits(content, policy_of()) if content else ():
            line = content.count(b"\n", 0, hit.start) + 1
            yield Found(name, line, hit.rule, 1, can_go=not name.startswith("media/"))


def rewrite(folder: str, names: set[str], suffix: str) -> list[Rewritten]:
    """Write copies without secrets beside the files that have some."""
    done, digests = [], {}
    for name in sorted(names):
        if name.startswith(("console/", "files/")) and not name.endswith(".jsonl"):
            content = _content(os.path.join(folder, name))
            clean = redact.patch(content) if name.startswith("files/") else same_length(content)
            done.append(_write(folder, name, suffix, [clean]))
            digests[name.removeprefix("files/")] = clean
    changed = {name: _file_members(content) for name, content in digests.items()}
    sealed = [
        name for name in _logs(folder) if name in names or (changed and name.endswith(".records.jsonl"))
    ]
    for name in sealed:
        lines = (new for _, _, new in _lines(os.path.join(folder, name), changed))
        done.append(_write(folder, name, suffix, lines))
    return done


def put_in_place(folder: str, rewritten: list[Rewritten], trash: str | None) -> None:
    """Let the copies take the names of the originals, which go to the trash or nowhere."""
    for one in rewritten:
        place = os.path.join(folder, one.file)
        if trash is not None:
            kept = os.path.join(trash, one.file)
            os.makedirs(os.path.dirname(kept), exist_ok=True)
            try:
                os.link(place, kept)
            except OSError:  # another file system, or one without hard links
                shutil.copy2(place, kept)
        os.replace(one.draft, place)


def same_length(content: bytes) -> bytes:
    """Output without secrets, each replaced by as many bytes: the index of the console knows places in it."""
    parts, position = [], 0
    for hit in find_hits(content, policy_of()):
        lines = content[hit.start : hit.end].split(b"\n")
        shown = (redact.mark(hit.rule, line).encode()[: len(line)].ljust(len(line), b"*") for line in lines)
        parts += [content[position : hit.start], b"\n".join(shown)]
        position = hit.end
    return b"".join([*parts, content[position:]])


def _lines(path: str, changed: dict[str, dict[str, Any]] | None = None) -> Iterator[tuple[int, bytes, bytes]]:
    """(line number, line as it is, line without secrets) of a log, newlines included."""
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            body, newline = (line[:-1], b"\n") if line.endswith(b"\n") else (line, b"")
            yield number, line, _clean_line(body, changed or {}) + newline


def _clean_line(line: bytes, changed: dict[str, dict[str, Any]]) -> bytes:
    if line.startswith(_QUIET) or (line.startswith(_ROW) and _TEXTS not in line):
        return line
    record = intact_record(line)
    if record is None:
        # Damaged, and so it stays; but what can be read in it can be read by others.
        return redact.text(line.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    clean = _clean_record(record)
    if clean.get("k") == "file" and clean.get("name") in changed:
        clean |= changed[str(clean["name"])]
    return line if clean == record else _sealed(clean, len(line))


def _sealed(record: dict[str, Any], length: int) -> bytes:
    """The line of a record, filled up with blanks before its seal to at least so many bytes."""
    import orjson

    record = {name: value for name, value in record.items() if name != "c"}
    body = orjson.dumps(record)
    line = seal(body)[:-1]
    if len(line) < length:
        line = seal(body[:-1] + b" " * (length - len(line)) + b"}")[:-1]
    if len(line) >= LINE_LIMIT:  # marks longer than their secrets: the record says what became of it
        left = {name: record[name] for name in ("k", "t") if name in record}
        note = {"level": "warning", "text": "A record was too long without its secrets, and was taken out."}
        line = seal(orjson.dumps(left | {"k": "note"} | note))[:-1]
    return line


def _clean_record(record: dict[str, Any]) -> dict[str, Any]:
    """The record without secrets: settings by their names too, words of a command by those before them."""
    clean = dict(record)
    for member in ("v", "config"):
        if isinstance(clean.get(member), dict):
            clean[member] = redact.tree(clean[member])
    fields = clean.get("fields")
    if record["k"] == "provenance" and isinstance(fields, dict):
        argv = fields.get("argv")
        shown = redact.tree(fields)
        if isinstance(argv, list) and all(isinstance(word, str) for word in argv):
            shown["argv"] = redact.command(argv)
        clean["fields"] = shown
    return redact.record(clean)


def _found(name: str, number: int, old: bytes, new: bytes) -> Iterator[Found]:
    marks = Counter(_MARK.findall(new.decode(errors="replace")))
    marks -= Counter(_MARK.findall(old.decode(errors="replace")))
    for rule, count in sorted(marks.items()):
        yield Found(name, number, rule, count)


def _logs(folder: str) -> list[str]:
    """The logs that are files: a pipe or a device that lies among them has no end."""
    return [name for name in log_files(folder) if os.path.isfile(os.path.join(folder, name))]


def _plain_files(folder: str) -> Iterator[str]:
    """Console output, kept files and media that may hold texts, by name inside the run's folder."""
    for place in ("console", "files", "media"):
        for parent, _, names in os.walk(os.path.join(folder, place)):
            for name in sorted(names):
                path = os.path.relpath(os.path.join(parent, name), folder).replace(os.sep, "/")
                is_text = place != "media" or name.endswith(TEXT_MEDIA)
                if is_text and not name.endswith(".jsonl") and _is_plain(os.path.join(folder, path)):
                    yield path


def _is_plain(path: str) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)


def _content(path: str) -> bytes:
    """The content of a file of text, nothing of any other."""
    with open(path, "rb") as file:
        content = file.read(FILE_LIMIT + 1)
    is_console = os.path.basename(os.path.dirname(path)) == "console"
    return content if len(content) <= FILE_LIMIT and (is_console or b"\0" not in content) else b""


def _file_members(content: bytes) -> dict[str, Any]:
    from hashlib import sha256

    return {"bytes": len(content), "sha256": sha256(content).hexdigest()}


def _write(folder: str, name: str, suffix: str, pieces: Any) -> Rewritten:
    place = os.path.join(folder, name)
    draft = f"{place}{suffix}"
    if os.path.lexists(draft):  # of a call that was killed
        os.unlink(draft)
    with open(draft, "xb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(place, draft)
    return Rewritten(name, draft)
