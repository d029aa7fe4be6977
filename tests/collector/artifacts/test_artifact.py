"""Artifacts as scripts use them: build, log, use, download."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import collector
from collector.artifacts.names import ArtifactError
from collector.training_run import Run
from tests.collector.runs import of_kind

Start = Callable[..., Run]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with some files, which is the working folder."""
    folder = tmp_path / "files"
    (folder / "sub").mkdir(parents=True)
    (folder / "model.pt").write_bytes(bytes(range(256)) * 100)
    (folder / "sub/a.txt").write_text("a")
    (folder / "sub/b.txt").write_text("b")
    monkeypatch.chdir(folder)
    return folder


def contents(folder: str | Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()
    }


def test_from_one_run_to_another(start: Start, files: Path) -> None:
    """What one run logs, another one of any project finds by alias and gets as real files."""
    first = start(project="train")
    artifact = collector.Artifact("weights", "model", description="d", metadata={"epochs": 3})
    artifact.add_file("model.pt", name="best/model.pt")
    artifact.add_dir("sub", name="text")
    with artifact.new_file("notes.txt") as file:
        file.write("hello")
    assert artifact.is_draft()
    logged = first.log_artifact(artifact, aliases=["best"])
    assert logged.wait() is artifact
    assert (artifact.version, artifact.aliases, artifact.state) == ("v0", ["best", "latest"], "COMMITTED")
    first.finish()
    second = start(project="eval")
    used = second.use_artifact("team/train/weights:best", type="model")
    folder = used.download()
    assert Path(folder) == files / "artifacts" / "weights-v0"
    assert contents(folder) == {
        "best/model.pt": (files / "model.pt").read_bytes(),
        "text/a.txt": b"a",
        "text/b.txt": b"b",
        "notes.txt": b"hello",
    }
    assert (used.metadata, used.description, used.type) == ({"epochs": 3}, "d", "model")
    assert (used.digest, used.size) == (artifact.digest, 25600 + 1 + 1 + 5)
    second.finish()
    [made] = of_kind(Path(first.dir), "artifact")
    [use] = of_kind(Path(second.dir), "use")
    assert (made["version"], made["files"], made["bytes"], made["aliases"]) == (
        "v0",
        4,
        25607,
        ["best", "latest"],
    )
    assert (use["digest"], use["project"], use["as"]) == (made["digest"], "train", "team/train/weights:best")


def test_same_content_is_the_same_version(start: Start, files: Path) -> None:
    """Logging what is there already makes no version; one byte more makes the next."""
    run = start()
    versions = []
    for content in ("1", "1", "2", "1"):
        Path("model.pt").write_text(content)
        artifact = collector.Artifact("weights", "model")
        artifact.add_file("model.pt")
        versions.append(run.log_artifact(artifact).version)
    assert versions == ["v0", "v0", "v1", "v0"]
    assert run.use_artifact("weights").version == "v0"  # latest is what was logged last


def test_not_found(start: Start, files: Path) -> None:
    """Using what is not there goes on; only whoever needs the files is told, with what there is."""
    run = start()
    run.log_artifact("model.pt", name="weights", type="model")
    missing = run.use_artifact("weights:bets")
    assert missing.state == "MISSING"
    for call in (missing.download, missing.files, missing.file, lambda: missing.get_entry("x")):
        with pytest.raises(ArtifactError, match="There are: latest, v0"):
            call()
    nonsense = run.use_artifact("../../etc:v0")
    with pytest.raises(ArtifactError, match=r"there is no artifact|can not be the name"):
        nonsense.download()


def test_download_repairs_and_refuses(start: Start, files: Path, tmp_path: Path) -> None:
    """A file that was changed is written again; a link in the way is not followed."""
    run = start()
    artifact = run.log_artifact("sub", name="texts", type="dataset")
    target = tmp_path / "out"
    artifact.download(str(target))
    (target / "a.txt").write_text("changed")
    with pytest.raises(ArtifactError, match="not the file that was logged"):
        artifact.verify(str(target))
    artifact.download(str(target))
    artifact.verify(str(target))
    assert contents(target) == {"a.txt": b"a", "b.txt": b"b"}
    deep = collector.Artifact("deep", "dataset")
    deep.add_file("sub/a.txt", "way/a.txt")
    run.log_artifact(deep)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/way").symlink_to(elsewhere)
    with pytest.raises(ArtifactError, match="is a link"):
        deep.download(str(tmp_path / "linked"))
    assert list(elsewhere.iterdir()) == []


def test_single_files(start: Start, files: Path, tmp_path: Path) -> None:
    """One file can be had without the others."""
    run = start()
    artifact = run.log_artifact("sub", name="texts", type="dataset")
    entry = artifact.get_path("a.txt")
    assert Path(entry.download(str(tmp_path / "one"))).read_text() == "a"
    assert contents(tmp_path / "one") == {"a.txt": b"a"}
    assert (entry.size, len(entry.digest or "")) == (1, 64)
    with pytest.raises(ArtifactError, match="has no file 'c'"):
        artifact.get_entry("c")
    with pytest.raises(ArtifactError, match="has 2 files, not one"):
        artifact.file()


def test_references(start: Start, files: Path, tmp_path: Path) -> None:
    """Local files are compared when they are needed; what lies elsewhere is named and not fetched."""
    run = start()
    artifact = collector.Artifact("data", "dataset")
    artifact.add_reference(f"file://{files}/sub", name="here")
    artifact.add_reference("s3://bucket/big.tar")
    run.log_artifact(artifact)
    assert artifact.files() == ["big.tar", "here/a.txt", "here/b.txt"]
    assert artifact.get_entry("big.tar").ref == "s3://bucket/big.tar"
    with pytest.raises(ArtifactError, match=r"'s3://bucket/big\.tar' lies elsewhere"):
        artifact.download(str(tmp_path / "all"))
    artifact.download(str(tmp_path / "local"), skip_references=True)
    entry = artifact.get_entry("here/a.txt")
    assert Path(entry.download(str(tmp_path / "one"))).read_text() == "a"
    (files / "sub/b.txt").write_text("changed")
    with pytest.raises(ArtifactError, match="does not have the content"):
        artifact.get_entry("here/b.txt").download(str(tmp_path / "two"))


def test_misuse_is_told_where_it_happens(start: Start, files: Path) -> None:
    """What can not be meant raises a ValueError at the call, as in wandb, and the draft stays as it was."""
    artifact = collector.Artifact("x", "model")
    for wrong in (
        lambda: artifact.add_file("none.txt"),
        lambda: artifact.add_dir("model.pt"),
        lambda: artifact.add_file("model.pt", "../x"),
        lambda: artifact.add_reference("file:///none"),
        lambda: artifact.new_file("/abs").__enter__(),
        lambda: collector.Artifact("a/b", "model"),
        artifact.download,
    ):
        with pytest.raises(ValueError, match="'"):
            wrong()
    assert artifact.files() == []
    artifact.add_file("model.pt")
    artifact.add_dir("sub", "sub")
    artifact.remove("sub")
    assert artifact.files() == ["model.pt"]
    logged = start().log_artifact(artifact)
    with pytest.raises(ArtifactError, match="does not change"):
        logged.add_file("sub/a.txt")


def test_failing_log_does_not_stop_training(start: Start, files: Path) -> None:
    """A file that is gone when its artifact is logged costs the artifact and a note."""
    run = start()
    artifact = collector.Artifact("x", "model")
    artifact.add_file("model.pt")
    Path("model.pt").unlink()
    assert run.log_artifact(artifact) is artifact
    assert artifact.is_draft()
    assert run.log_artifact("nowhere.bin").wait().state == "MISSING"
    run.finish()
    notes = [record["text"] for record in of_kind(Path(run.dir), "note")]
    assert [note.split(" ")[0].strip("'") for note in notes] == [str(files / "model.pt"), "nowhere.bin"]
    strict = start(strict=True)
    with pytest.raises(ArtifactError):
        strict.log_artifact("nowhere.bin")


def test_models_and_links(start: Start, files: Path) -> None:
    """log_model, use_model, link_model; a linked version has a second name and the same files."""
    run = start()
    model = run.log_model("model.pt", name="net", aliases=["good"])
    assert (model.type, model.name) == ("model", "net")
    assert Path(run.use_model("net:good")).read_bytes() == Path("model.pt").read_bytes()
    linked = run.link_model("model.pt", "model-registry/My Net", name="net", aliases=["production"])
    assert (linked.name, linked.version) == ("My-Net", "v0")
    assert run.use_artifact("My-Net:production").manifest.entries == model.manifest.entries


def test_code(start: Start, files: Path) -> None:
    """log_code takes the source files below a folder."""
    (files / "train.py").write_text("print(1)")
    (files / "__pycache__").mkdir()
    (files / "__pycache__/x.py").write_text("")
    run = start(project="My Project!")
    code = run.log_code()
    assert code is not None
    assert (code.type, code.files()) == ("code", ["train.py"])
    everything = run.log_code(
        ".", name="all", include_fn=lambda path: True, exclude_fn=lambda path: "sub" in path
    )
    assert everything is not None
    assert everything.files() == ["model.pt", "train.py"]


def test_disabled_run_takes_artifacts(start: Start, files: Path, root: Path) -> None:
    """Nothing is written, and scripts go on."""
    run = start(mode="disabled")
    artifact = collector.Artifact("x", "model")
    artifact.add_file("model.pt")
    assert run.log_artifact(artifact) is artifact
    assert run.log_artifact("model.pt").wait().state == "MISSING"
    with pytest.raises(ArtifactError, match="disabled"):
        run.use_artifact("x:latest").download()
    assert not root.exists()
