"""The store: contents by digest, versions that are never changed, aliases that move."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from collector.artifacts import store as storing
from collector.artifacts.manifest import Entry, Manifest, from_json, to_json
from collector.artifacts.names import ArtifactError
from collector.artifacts.store import Store
from tests.collector.runs import ROOT

Put = Callable[..., Manifest]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(str(tmp_path / "artifacts"))


@pytest.fixture
def manifest(store: Store, tmp_path: Path) -> Put:
    """`manifest(a="text", ...)` is a manifest of such files, whose contents are in the store."""

    def make(name: str = "model", **files: str) -> Manifest:
        entries = {}
        for file, content in files.items():
            (tmp_path / file).write_text(content)
            entries[f"{file}.txt"] = store.put(str(tmp_path / file))
        return Manifest(name, "model", entries)

    return make


def test_equal_content_is_stored_once(store: Store, manifest: Put) -> None:
    """An object is its content's digest, and can not be written to."""
    made = manifest(a="same", b="same")
    assert made.entries["a.txt"] == made.entries["b.txt"] == Entry(4, sha256(b"same").hexdigest())
    objects = [path for path in Path(store.folder, "objects").rglob("*") if path.is_file()]
    assert [path.read_text() for path in objects] == ["same"]
    assert objects[0].stat().st_mode & 0o222 == 0


def test_versions_and_aliases(store: Store, manifest: Put) -> None:
    """Equal content is the same version, other content the next one; an alias moves."""
    first, second = manifest(a="1"), manifest(a="2")
    assert store.commit(first, ["latest", "best"]).name == "v0"
    assert store.commit(second, ["latest"]).name == "v1"
    assert store.commit(first, []).name == "v0"
    assert store.numbers("model") == [0, 1]
    assert store.aliases("model") == {"best": 0, "latest": 1}
    assert [store.find("model", alias).number for alias in ("best", "latest", "v0", "v1")] == [0, 1, 0, 1]
    store.remove_alias("model", "best")
    with pytest.raises(ArtifactError, match=r"'best'. There are: latest, v0, v1"):
        store.find("model", "best")
    with pytest.raises(ArtifactError, match=r"no artifact 'modle' .* There are: model"):
        store.find("modle", "latest")


def test_names_that_differ_in_case(store: Store, manifest: Put) -> None:
    """`Model` and `model` are two artifacts, also where the file system does not see the difference."""
    store.commit(manifest(a="1"), [])
    store.commit(manifest("Model", a="2"), [])
    folders = [path.name for path in Path(store.folder, "names").iterdir()]
    assert len({folder.lower() for folder in folders}) == 2
    assert sorted(store.names()) == ["Model", "model"]


def test_manifest_comes_back(manifest: Put) -> None:
    """What is written is what is read, metadata of any kind included."""
    made = manifest(a="1")._replace(description="d", metadata={"lr": 0.1, "path": Path("/x")}, made_by="run")
    read = from_json(to_json(made), "v0.json")
    assert read._replace(metadata=None) == made._replace(metadata=None)
    assert read.metadata == {"lr": 0.1, "path": "/x"}


@pytest.mark.parametrize(
    "change",
    [
        lambda read: read["files"].update({"../../etc/passwd": {"bytes": 1, "sha256": "0" * 64}}),
        lambda read: read["files"]["a.txt"].update(sha256="0" * 64),
        lambda read: read["files"].clear(),
        lambda read: read.pop("digest"),
        lambda read: read.update(files=[]),
        lambda read: read.update(name="../x"),
    ],
    ids=["path", "content", "no files", "no digest", "list", "name"],
)
def test_changed_manifest_is_refused(
    store: Store, manifest: Put, change: Callable[[dict[str, object]], object]
) -> None:
    """A manifest that somebody edited, or that leads elsewhere, is not used."""
    store.commit(manifest(a="1"), [])
    path = Path(store.folder, "names/model/v0.json")
    read = json.loads(path.read_text())
    change(read)
    path.write_text(json.dumps(read))
    with pytest.raises(ArtifactError, match=r"v0\.json"):
        store.find("model", "v0")


def test_changed_object_is_noticed(store: Store, manifest: Put, tmp_path: Path) -> None:
    """An object whose content is not that of its name does not become a file; neither does a link."""
    entry = manifest(a="right").entries["a.txt"]
    path = Path(store.object_path(entry))
    path.chmod(0o644)
    path.write_text("wrong")
    with pytest.raises(ArtifactError, match="does not have the content"):
        store.fetch(entry, str(tmp_path / "out"))
    path.unlink()
    path.symlink_to(tmp_path / "a")
    with pytest.raises(ArtifactError, match="can not be read"):
        store.fetch(entry, str(tmp_path / "out"))
    path.unlink()
    with pytest.raises(ArtifactError, match="can not be read"):
        store.fetch(entry, str(tmp_path / "out"))
    assert not list(tmp_path.glob("out*"))


def test_file_system_without_links(store: Store, manifest: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are no hard links, a version is created plainly, and still only once."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(storing.os, "link", refuse)
    assert [store.commit(manifest(a=text), []).number for text in ("1", "2", "1")] == [0, 1, 0]


def test_special_files_are_refused(store: Store, tmp_path: Path) -> None:
    """A named pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ArtifactError, match="no plain file"):
        store.put(str(tmp_path / "pipe"))


def test_processes_that_log_at_once(store: Store, tmp_path: Path) -> None:
    """Versions of racing processes have no gap and no double; equal content stays one version."""
    script = """
import sys
from collector.artifacts.manifest import Manifest
from collector.artifacts.store import Store
store, who = Store(sys.argv[1]), sys.argv[2]
for i in range(20):
    for text in (f"{who} {i}", f"all {i}"):
        path = f"{sys.argv[3]}/{who}"
        open(path, "w").write(text)
        store.commit(Manifest("model", "t", {"a": store.put(path)}), ["latest", f"by-{who}"])
"""
    command = [sys.executable, "-c", script, store.folder]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    racers = [subprocess.Popen([*command, str(who), str(tmp_path)], env=env) for who in range(4)]
    assert [process.wait(120) for process in racers] == [0] * 4
    numbers = store.numbers("model")
    assert numbers == list(range(4 * 20 + 20))
    assert len({store.read("model", number).manifest.digest for number in numbers}) == len(numbers)
    assert set(store.aliases("model")) == {"latest", "by-0", "by-1", "by-2", "by-3"}
    assert not list(Path(store.folder).rglob("*draft*"))


def test_killed_writers_leave_no_wrong_object(store: Store, tmp_path: Path) -> None:
    """Processes killed while they log leave objects and versions that are whole, or none."""
    script = """
import sys
from collector.artifacts.manifest import Manifest
from collector.artifacts.store import Store
store, i = Store(sys.argv[1]), 0
print("ready", flush=True)
while True:
    open(sys.argv[2], "wb").write(i.to_bytes(4, "big") * 50_000)
    store.commit(Manifest("model", "t", {"a": store.put(sys.argv[2])}), ["latest"])
    i += 1
"""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    for i in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", script, store.folder, str(tmp_path / str(i))],
            env=env,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05 + i / 100)
        process.kill()
        process.wait()
        process.stdout.close()
    whole = [path for path in Path(store.folder, "objects").rglob("*") if len(path.name) == 64]
    assert all(sha256(path.read_bytes()).hexdigest() == path.name for path in whole)
    assert whole
    for number in store.numbers("model"):
        version = store.read("model", number)
        store.fetch(version.manifest.entries["a"], str(tmp_path / f"out-{number}"))
