"""The artifacts of a project on disk: contents by digest, manifests by name and version, aliases.

    artifacts/objects/<first two digits>/<sha256>
    artifacts/names/<name>/v0.json, v1.json, ...
    artifacts/names/<name>/aliases/<alias>.json

Objects and versions are created whole or not at all and never changed, so that any number of processes may
log at once without a lock; an alias is a file of its own that is replaced.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from typing import BinaryIO, NamedTuple

from collector.artifacts.manifest import Entry, Manifest, from_json, to_json
from collector.artifacts.names import ArtifactError, check_alias, check_name
from collector.runlog.paths import safe_name

BLOCK_BYTES = 1 << 20
LATEST = "latest"
HASH_DIGITS = 64
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
"""Nothing in the store is a link: one that is there was put by somebody else."""


class Version(NamedTuple):
    """A version of an artifact as it was found."""

    number: int
    manifest: Manifest

    @property
    def name(self) -> str:
        """v0, v1 and so on."""
        return f"v{self.number}"


class Store:
    """The artifacts of one project; `folder` is `runlogs/<project>/artifacts`."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def put(self, source: str) -> Entry:
        """Take the content of a file into the store."""
        drafts = os.path.join(self.folder, "objects")
        os.makedirs(drafts, exist_ok=True)
        draft = os.path.join(drafts, f"draft-{os.getpid()}-{os.urandom(6).hex()}")
        try:
            with open(draft, "xb") as target:
                entry = copy_and_digest(source, target)
                target.flush()
                os.fsync(target.fileno())
            assert entry.sha256 is not None
            path = self._object(entry.sha256)
            if not os.path.exists(path):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                os.chmod(draft, 0o444)
                os.replace(draft, path)
        finally:
            with contextlib.suppress(OSError):
                os.remove(draft)
        return entry

    def fetch(self, entry: Entry, target: str) -> None:
        """Write the content of an entry to a new file, or raise where it is not there or not the same."""
        source = reference_path(entry) if entry.reference else self._object(entry.sha256 or "")
        if source is None:
            raise ArtifactError(
                f"{entry.reference!r} lies elsewhere and can not be downloaded from here.",
                "download(skip_references=True) leaves references out.",
            )
        draft = f"{target}.part-{os.getpid()}-{os.urandom(4).hex()}"
        try:
            with open(draft, "xb") as file:
                found = copy_and_digest(source, file, follow=bool(entry.reference))
            if entry.sha256 is not None and found.sha256 != entry.sha256:
                raise ArtifactError(
                    f"{source} does not have the content it had when it was logged: "
                    f"SHA-256 {found.sha256} instead of {entry.sha256}.",
                    "Log the artifact again.",
                )
            os.replace(draft, target)
        finally:
            with contextlib.suppress(OSError):
                os.remove(draft)

    def object_path(self, entry: Entry) -> str:
        """Where the content of an entry lies."""
        return self._object(entry.sha256 or "")

    def commit(self, manifest: Manifest, aliases: Iterable[str]) -> Version:
        """Make the manifest the next version of its artifact, or find the version that has its content."""
        folder = self._names(manifest.name)
        os.makedirs(folder, exist_ok=True)
        for alias in aliases:
            check_alias(alias)
        version = self._find_or_create(folder, manifest)
        for alias in aliases:
            self.set_alias(manifest.name, alias, version.number)
        return version

    def numbers(self, name: str) -> list[int]:
        """The numbers of the versions there are, rising."""
        try:
            files = os.listdir(self._names(name))
        except OSError:
            return []
        stems = (file[1:-5] for file in files if file.startswith("v") and file.endswith(".json"))
        return sorted(int(stem) for stem in stems if stem.isascii() and stem.isdigit())

    def names(self) -> list[str]:
        """The names of all artifacts."""
        found = []
        with contextlib.suppress(OSError):
            for folder in sorted(os.listdir(os.path.join(self.folder, "names"))):
                for number in self.numbers(folder)[:1]:
                    found.append(self.read(folder, number).manifest.name)
        return found

    def read(self, name: str, number: int) -> Version:
        """A version by its number."""
        path = os.path.join(self._names(name), f"v{number}.json")
        try:
            with open(os.open(path, _READ | _NO_LINK), "rb") as file:
                content = file.read()
        except OSError as error:
            raise ArtifactError(f"{name}:v{number} can not be read ({error.strerror}).") from error
        return Version(number, from_json(content, path))

    def find(self, name: str, alias: str) -> Version:
        """A version by its number (v3) or an alias, or raise and tell what there is."""
        numbers = self.numbers(name)
        if not numbers:
            known = ", ".join(self.names()[:20]) or "none"
            raise ArtifactError(f"there is no artifact {name!r} in {self.folder}.", f"There are: {known}.")
        if alias[:1] == "v" and alias[1:].isdigit() and int(alias[1:]) in numbers:
            return self.read(name, int(alias[1:]))
        number = self.aliases(name).get(alias)
        if number is None:
            if alias == LATEST:
                return self.read(name, numbers[-1])
            known = ", ".join([*self.aliases(name), *(f"v{number}" for number in numbers[-5:])])
            raise ArtifactError(f"{name!r} has no version {alias!r}.", f"There are: {known}.")
        return self.read(name, number)

    def aliases(self, name: str) -> dict[str, int]:
        """The version that each alias points to."""
        import json

        folder = os.path.join(self._names(name), "aliases")
        found: dict[str, int] = {}
        with contextlib.suppress(OSError):
            for file_name in sorted(os.listdir(folder)):
                with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                    with open(os.path.join(folder, file_name), "rb") as file:
                        read = json.loads(file.read())
                    found[str(read["alias"])] = int(read["version"])
        return found

    def set_alias(self, name: str, alias: str, number: int) -> None:
        """Let an alias point to a version."""
        import json

        folder = os.path.join(self._names(name), "aliases")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, f"{safe_name(alias)}.json")
        content = json.dumps({"alias": alias, "version": number}) + "\n"
        _replace(path, content.encode())

    def remove_alias(self, name: str, alias: str) -> None:
        """Let an alias point to nothing."""
        with contextlib.suppress(OSError):
            os.remove(os.path.join(self._names(name), "aliases", f"{safe_name(alias)}.json"))

    def _find_or_create(self, folder: str, manifest: Manifest) -> Version:
        """The version with this content. Its number follows the last one that was compared.

        So of two processes that log the same at once, the slower one finds its number taken, and then finds
        the version of the faster one.
        """
        content, digest, compared = to_json(manifest), manifest.digest, -1
        while True:
            new = [number for number in self.numbers(manifest.name) if number > compared]
            for number in reversed(new):
                with contextlib.suppress(ArtifactError):
                    version = self.read(manifest.name, number)
                    if version.manifest.digest == digest:
                        return version
            compared = max(new, default=compared)
            if _create(os.path.join(folder, f"v{compared + 1}.json"), content):
                return Version(compared + 1, manifest)

    def _names(self, name: str) -> str:
        return os.path.join(self.folder, "names", safe_name(check_name(name)))

    def _object(self, digest: str) -> str:
        if len(digest) != HASH_DIGITS or not set(digest) <= set("0123456789abcdef"):
            raise ArtifactError(f"{digest!r} is no SHA-256.", "The manifest is damaged: log it again.")
        return os.path.join(self.folder, "objects", digest[:2], digest)


def copy_and_digest(source: str, target: BinaryIO | None = None, *, follow: bool = True) -> Entry:
    """Size and SHA-256 of a file's content, which is copied on the way."""
    from hashlib import sha256

    digest, size = sha256(), 0
    if os.path.exists(source) and not os.path.isfile(source):
        raise ArtifactError(f"{source} is no plain file.")
    try:
        descriptor = os.open(source, _READ if follow else _READ | _NO_LINK)
    except OSError as error:
        raise ArtifactError(f"{source} can not be read ({error.strerror}).") from error
    with open(descriptor, "rb", buffering=0) as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            size += len(block)
            if target is not None:
                target.write(block)
    return Entry(size, digest.hexdigest())


def reference_path(entry: Entry) -> str | None:
    """The local file a reference names, None where it lies elsewhere."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(entry.reference or "")
    return unquote(parts.path) if parts.scheme == "file" and parts.netloc in ("", "localhost") else None


def _create(path: str, content: bytes) -> bool:
    """Create a file whole; False where there is one."""
    draft = f"{path}.draft-{os.getpid()}-{os.urandom(4).hex()}"
    _write(draft, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        return _create_plainly(path, content)
    finally:
        os.remove(draft)
    return True


def _create_plainly(path: str, content: bytes) -> bool:
    try:
        with open(path, "xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True


def _replace(path: str, content: bytes) -> None:
    draft = f"{path}.draft-{os.getpid()}-{os.urandom(4).hex()}"
    _write(draft, content)
    os.replace(draft, path)


def _write(path: str, content: bytes) -> None:
    with open(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
