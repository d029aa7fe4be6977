"""What is in a version of an artifact: its files by name, each by the digest of its content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from collector.artifacts.names import ArtifactError, check_name, check_path

FORMAT = 1


class Entry(NamedTuple):
    """One file of an artifact, or a reference to something that lies elsewhere."""

    size: int | None
    """Bytes; None where a reference was not looked at."""
    sha256: str | None
    """Digest of the content; None where a reference was not looked at."""
    reference: str | None = None
    """Where the content lies, if it is not in the store: file:, s3:, https: and so on."""


class Manifest(NamedTuple):
    """One version of an artifact."""

    name: str
    type: str
    entries: dict[str, Entry]
    description: str | None = None
    metadata: Mapping[str, Any] | None = None
    made_by: str | None = None
    """Id of the run that logged it."""
    created: float = 0.0

    @property
    def digest(self) -> str:
        """SHA-256 of names and contents: equal for equal content, whatever else is said about it."""
        import json
        from hashlib import sha256

        content = [[path, *entry] for path, entry in sorted(self.entries.items())]
        return sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all files, references included as far as they are known."""
        return sum(entry.size or 0 for entry in self.entries.values())


def to_json(manifest: Manifest) -> bytes:
    """The file of a manifest."""
    import json

    from collector.runlog import redact
    from collector.runlog.values import to_tree

    content = {
        "format": FORMAT,
        "name": manifest.name,
        "type": manifest.type,
        "digest": manifest.digest,
        "description": redact.tree(manifest.description),
        "metadata": redact.tree(to_tree(dict(manifest.metadata or {}))),
        "made_by": manifest.made_by,
        "created": manifest.created,
        "files": {path: _entry_json(entry) for path, entry in sorted(manifest.entries.items())},
    }
    return (json.dumps(content, indent=1, ensure_ascii=True) + "\n").encode()


def from_json(content: bytes, where: str) -> Manifest:
    """The manifest in a file, if it is whole and says nothing that could lead out of a folder."""
    import json

    try:
        read = json.loads(content)
        entries = {
            check_path(path): Entry(entry.get("bytes"), entry.get("sha256"), entry.get("reference"))
            for path, entry in read["files"].items()
        }
        manifest = Manifest(
            name=check_name(read["name"]),
            type=str(read["type"]),
            entries=entries,
            description=read.get("description"),
            metadata=read.get("metadata") or {},
            made_by=read.get("made_by"),
            created=float(read.get("created", 0.0)),
        )
        digest = read["digest"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ArtifactError(
            f"{where} is no manifest: {error}.", "It is damaged or not written yet."
        ) from error
    if digest != manifest.digest:
        raise ArtifactError(f"{where} was changed: its files do not give its digest.", "Log it again.")
    return manifest


def _entry_json(entry: Entry) -> dict[str, Any]:
    known = {"bytes": entry.size, "sha256": entry.sha256, "reference": entry.reference}
    return {name: value for name, value in known.items() if value is not None}
