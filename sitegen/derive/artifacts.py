"""Versions of artifacts that a run logged and used, from its records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sitegen.derive.facts import ArtifactVersion
from sitegen.derive.state import merged_records
from sitegen.ingest.tables import Segment


def artifacts_of(segments: Sequence[Segment], kind: str) -> tuple[ArtifactVersion, ...]:
    """Each version once, in the order of its first record; the latest record of it counts."""
    found: dict[tuple[str, ...], ArtifactVersion] = {}
    for record in merged_records(segments, kind):
        version = _version(record)
        if version is not None:
            key = (version.project, version.name, version.version)
            before = found.get(key)
            found[key] = version if before is None else _joined(before, version)
    return tuple(found.values())


def _joined(before: ArtifactVersion, after: ArtifactVersion) -> ArtifactVersion:
    """The later record, with the aliases of both: content that was there already only adds aliases."""
    aliases = tuple(dict.fromkeys((*before.aliases, *after.aliases)))
    return ArtifactVersion(**{**vars(after), "aliases": aliases})


def _version(record: Mapping[str, Any]) -> ArtifactVersion | None:
    name = _text(record.get("name"))
    if not name:
        return None
    aliases = record.get("aliases")
    asked = _text(record.get("as")).rpartition(":")[2]
    version = _text(record.get("version"))
    listed = [_text(alias) for alias in aliases] if isinstance(aliases, list) else [asked]
    return ArtifactVersion(
        project=_text(record.get("project")),
        name=name,
        type=_text(record.get("type")),
        version=version,
        digest=_text(record.get("digest")),
        files=_count(record.get("files")),
        bytes=_count(record.get("bytes")),
        aliases=tuple(dict.fromkeys(alias for alias in listed if alias and alias != version)),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
