"""An artifact as a script sees it: files are added to a draft, which a run logs as a version."""

from __future__ import annotations

import contextlib
import os
import weakref
from collections.abc import Callable, Iterator
from shutil import rmtree
from tempfile import mkdtemp
from typing import IO, Any, NamedTuple

from collector.artifacts.manifest import Entry, Manifest
from collector.artifacts.names import ArtifactError, Paths, check_name, check_path
from collector.artifacts.store import Store, Version, copy_and_digest


class Logged(NamedTuple):
    """Where a version of an artifact is."""

    store: Store
    version: Version
    project: str


class Artifact:
    """A named set of files. Add files and `run.log_artifact` it, or get one from `run.use_artifact`.

    What can not be meant (a file that is not there, a name that leads out of a folder) raises an
    `ArtifactError`, which is a ValueError, where it is asked for.
    """

    def __init__(
        self,
        name: str,
        type: str,  # noqa: A002  wandb's name
        description: str | None = None,
        metadata: dict[str, Any] | None = None,
        **ignored: Any,
    ) -> None:
        self.name = check_name(str(name))
        self.type = str(type)
        self.description = description
        self.metadata: dict[str, Any] = dict(metadata or {})
        self._sources: dict[str, str] = {}
        """The file that holds the content, by its path in the artifact."""
        self._references: dict[str, Entry] = {}
        self._paths = Paths()
        self._scratch = ""
        """Folder of the files that `new_file` made, until this goes."""
        self._logged: Logged | None = None
        self._missing: ArtifactError | None = None

    @classmethod
    def of_version(cls, logged: Logged) -> Artifact:
        """The artifact that a version in a store is."""
        manifest = logged.version.manifest
        artifact = cls(manifest.name, manifest.type, manifest.description, dict(manifest.metadata or {}))
        artifact._logged = logged
        return artifact

    @classmethod
    def not_found(cls, name: str, kind: str, why: ArtifactError) -> Artifact:
        """Stands for an artifact there is not: whoever needs its files gets the reason."""
        artifact = cls.__new__(cls)
        artifact.__init__("missing", kind or "unknown")  # type: ignore[misc]
        artifact.name = name
        artifact._missing = why
        return artifact

    def add_file(self, local_path: str | os.PathLike[str], name: str | None = None, **ignored: Any) -> Entry:
        """Add a file; its content is taken when the artifact is logged."""
        source = os.fspath(local_path)
        if not os.path.isfile(source):
            raise ArtifactError(f"{source!r} is no file.", "add_dir adds a folder.")
        path = self._take_path(name or os.path.basename(source))
        self._sources[path] = os.path.abspath(source)
        return Entry(os.path.getsize(source), None)

    def add_dir(self, local_path: str | os.PathLike[str], name: str | None = None, **ignored: Any) -> None:
        """Add every file below a folder, under its path there."""
        root = os.fspath(local_path)
        if not os.path.isdir(root):
            raise ArtifactError(f"{root!r} is no folder.", "add_file adds a single file.")
        for folder, subfolders, files in os.walk(root):
            subfolders.sort()
            for file in sorted(files):
                source = os.path.join(folder, file)
                path = os.path.relpath(source, root).replace(os.sep, "/")
                if os.path.isfile(source):  # no sockets and dead links
                    self.add_file(source, f"{name.rstrip('/')}/{path}" if name else path)

    def add_reference(
        self, uri: str | os.PathLike[str], name: str | None = None, checksum: bool = True, **ignored: Any
    ) -> list[Entry]:
        """Add what lies elsewhere; of local files the digest is kept unless `checksum` is false."""
        address = os.fspath(uri)
        if "://" not in address:
            address = "file://" + os.path.abspath(address)
        entries = list(_referred(address, name))
        for path, reference, local in entries:
            entry = Entry(None, None, reference)
            if local is not None and checksum:
                entry = copy_and_digest(local)._replace(reference=reference)
            self._references[self._take_path(path)] = entry
        return [self._references[path] for path, _, _ in entries]

    @contextlib.contextmanager
    def new_file(self, name: str, mode: str = "w", encoding: str | None = None) -> Iterator[IO[Any]]:
        """A file to write, which is part of the artifact when it is closed."""
        check_path(name)
        if not self._scratch:
            self._scratch = mkdtemp(prefix="collector-artifact-")
            weakref.finalize(self, rmtree, self._scratch, ignore_errors=True)
        source = os.path.join(self._scratch, str(len(os.listdir(self._scratch))))
        with open(source, mode.replace("w", "x"), encoding=encoding) as file:
            yield file
        self.add_file(source, name)

    def add(self, value: Any, name: str, **ignored: Any) -> Entry:
        """Add an object that can write itself to a file, or be written as JSON."""
        import json

        if isinstance(value, (str, os.PathLike)) and os.path.isfile(value):
            return self.add_file(value, name)
        path = name if os.path.splitext(name)[1] else f"{name}.json"
        with self.new_file(path) as file:
            json.dump(_plain(value), file, default=repr)
        return Entry(os.path.getsize(self._sources[path]), None)

    def remove(self, item: str | os.PathLike[str]) -> None:
        """Take a file, or all files of a folder, out of the draft."""
        prefix = os.fspath(item).rstrip("/")
        for entries in (self._sources, self._references):
            for path in list(entries):
                if path == prefix or path.startswith(prefix + "/"):
                    del entries[path]
        self._paths = Paths()
        for path in (*self._sources, *self._references):
            self._paths.take(path)

    def log_to(self, store: Store, project: str, made_by: str, aliases: list[str], now: float) -> Version:
        """Take all files into the store and make this a version; what a run's `log_artifact` does."""
        if self._logged is None:
            entries = {path: store.put(source) for path, source in self._sources.items()}
            manifest = Manifest(
                name=self.name,
                type=self.type,
                entries=entries | self._references,
                description=self.description,
                metadata=self.metadata,
                made_by=made_by,
                created=round(now, 3),
            )
        else:
            # Logged before, perhaps in another project: the contents are in that store.
            manifest = self._logged.version.manifest
            if self._logged.store.folder != store.folder:
                for entry in manifest.entries.values():
                    if entry.reference is None:
                        store.put(self._logged.store.object_path(entry))
        version = store.commit(manifest, aliases)
        self._logged = Logged(store, version, project)
        return version

    @property
    def manifest(self) -> Manifest:
        """The files of the version, or of the draft as far as it goes."""
        if self._logged is not None:
            return self._logged.version.manifest
        self._check_found()
        entries = {path: copy_and_digest(source) for path, source in self._sources.items()}
        return Manifest(self.name, self.type, entries | self._references, self.description, self.metadata)

    @property
    def version(self) -> str:
        """v0, v1 and so on; empty for a draft."""
        return self._logged.version.name if self._logged is not None else ""

    @property
    def aliases(self) -> list[str]:
        """What points to this version."""
        if self._logged is None:
            return []
        store, version, _ = self._logged
        return [alias for alias, number in store.aliases(self.name).items() if number == version.number]

    @property
    def digest(self) -> str:
        """SHA-256 of names and contents."""
        return self.manifest.digest

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return self.manifest.size

    @property
    def qualified_name(self) -> str:
        """project/name:version."""
        project = self._logged.project if self._logged is not None else ""
        return f"{project}/{self.name}:{self.version}" if project else self.name

    @property
    def state(self) -> str:
        """'COMMITTED', 'PENDING' for a draft, 'MISSING' for what was not found."""
        return "MISSING" if self._missing else "PENDING" if self._logged is None else "COMMITTED"

    def is_draft(self) -> bool:
        """Whether it was not logged yet."""
        return self._logged is None

    def wait(self, timeout: float | None = None) -> Artifact:
        """Return at once: what was logged is complete."""
        return self

    def files(self) -> list[str]:
        """The paths of all files, in order."""
        return sorted(self.manifest.entries)

    def download(self, root: str | os.PathLike[str] | None = None, skip_references: bool = False) -> str:
        """Write all files below a folder, each compared with its digest; the folder.

        It is `artifacts/<name>-<version>` below COLLECT_ARTIFACT_DIR or the working folder unless given.
        """
        from collector.artifacts.download import download

        return download(self._found(), None if root is None else os.fspath(root), skip_references)

    def file(self, root: str | None = None) -> str:
        """Download the only file; its path."""
        entries = self.manifest.entries
        if len(entries) != 1:
            raise ArtifactError(f"{self.name!r} has {len(entries)} files, not one.", "Use download().")
        return os.path.join(self.download(root), *next(iter(entries)).split("/"))

    def get_entry(self, name: str) -> ArtifactFile:
        """A single file of the artifact."""
        if name not in self.manifest.entries:
            raise ArtifactError(f"{self.name!r} has no file {name!r}.", "files() lists them.")
        return ArtifactFile(self, name)

    get_path = get_entry

    def verify(self, root: str | None = None) -> None:
        """Compare downloaded files with their digests; raises where one differs or is missing."""
        from collector.artifacts.download import folder_for

        folder = root or folder_for(self._found())
        for path, entry in self.manifest.entries.items():
            found = copy_and_digest(os.path.join(folder, *path.split("/")))
            if entry.sha256 is not None and found.sha256 != entry.sha256:
                raise ArtifactError(f"{path!r} in {folder} is not the file that was logged.")

    def __repr__(self) -> str:
        return f"<Artifact {self.qualified_name} of type {self.type}, {self.state.lower()}>"

    def _take_path(self, path: str) -> str:
        if self._logged is not None:
            raise ArtifactError(
                f"{self.qualified_name} was logged and does not change.", "Make a new Artifact."
            )
        self._check_found()
        self._paths.take(path)
        return path

    def _check_found(self) -> None:
        if self._missing is not None:
            raise self._missing

    def _found(self) -> Logged:
        self._check_found()
        if self._logged is None:
            raise ArtifactError(f"{self.name!r} was not logged yet.", "Call run.log_artifact first.")
        return self._logged


class ArtifactFile:
    """A single file of a logged artifact."""

    def __init__(self, artifact: Artifact, path: str) -> None:
        self._artifact = artifact
        self.path = path

    @property
    def size(self) -> int | None:
        """Bytes."""
        return self._artifact.manifest.entries[self.path].size

    @property
    def digest(self) -> str | None:
        """SHA-256 of the content."""
        return self._artifact.manifest.entries[self.path].sha256

    @property
    def ref(self) -> str | None:
        """Where the content lies, if it is not in the store."""
        return self._artifact.manifest.entries[self.path].reference

    def download(self, root: str | None = None, **ignored: Any) -> str:
        """Write the file below a folder; its path."""
        from collector.artifacts.download import download_file

        return download_file(self._artifact._found(), self.path, root)


def _referred(address: str, name: str | None) -> Iterator[tuple[str, str, str | None]]:
    """Path in the artifact, address and local file of everything that an address names."""
    from urllib.parse import quote, unquote, urlsplit

    parts = urlsplit(address)
    if parts.scheme != "file":
        yield name or parts.path.rstrip("/").rpartition("/")[2] or parts.netloc, address, None
        return
    local = unquote(parts.path)
    if not os.path.exists(local):
        raise ArtifactError(f"{address!r} names no file.", "Check the path.")
    if not os.path.isdir(local):
        yield name or os.path.basename(local), address, local
        return
    for folder, subfolders, files in os.walk(local):
        subfolders.sort()
        for file in sorted(files):
            source = os.path.join(folder, file)
            path = os.path.relpath(source, local).replace(os.sep, "/")
            yield f"{name}/{path}" if name else path, "file://" + quote(source), source


def _plain(value: Any) -> Any:
    for method in ("to_dict", "as_dict", "tolist"):
        make: Callable[[], Any] | None = getattr(value, method, None)
        if callable(make):
            return make()
    return value
