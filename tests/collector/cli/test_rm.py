"""`collect rm`, `restore` and `prune`: nothing goes that was not told, and what goes can come back."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from collector.artifacts.manifest import Manifest
from collector.artifacts.store import Store
from collector.housekeeping.prune import read_size, size_of
from collector.runlog.errors import MisuseError
from sitegen.discover import discover
from tests.collector.cli.commands import Commands, record
from tests.recorded import EPOCH
from tests.sitegen.logs import config_of


def ids(commands: Commands) -> list[str]:
    return sorted(run["id"] for run in commands.json("ls"))


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_removed_run_is_nowhere_and_comes_back_whole(commands: Commands) -> None:
    """Neither commands nor sites see it; `restore` brings back every byte."""
    folder = record(commands.root, "a-aaaaaa")
    record(commands.root, "b-bbbbbb")
    before = files_below(folder)
    assert "collect restore a-aaaaaa undoes it" in commands.text("rm", "a-a")
    assert ids(commands) == ["b-bbbbbb"]
    assert [source.run for source in discover(config_of(commands.root))] == ["b-bbbbbb"]
    assert "demo/a-aaaaaa" in commands.text("restore")
    commands.text("restore", "a-aaaaaa")
    assert files_below(folder) == before
    assert not (commands.root / ".trash").exists()


def test_several_go_in_one_call_or_none(commands: Commands) -> None:
    """A word that means nothing stops the call before anything was moved."""
    record(commands.root, "a-aaaaaa")
    record(commands.root, "b-bbbbbb")
    assert "there is no run 'nobody'" in commands.refused("rm", "a-aaaaaa", "nobody")
    assert ids(commands) == ["a-aaaaaa", "b-bbbbbb"]
    moved = commands.json("rm", "a-aaaaaa", "b-bbbbbb", "a-aaaaaa")
    assert [one["run"] for one in moved] == ["a-aaaaaa", "b-bbbbbb"]


def test_a_running_run_is_not_removed_by_chance(commands: Commands) -> None:
    """It takes --force."""
    record(commands.root, "a-aaaaaa", start=time.time(), state="")
    assert "--force" in commands.refused("rm", "a-aaaaaa")
    commands.text("rm", "a-aaaaaa", "--force")
    assert ids(commands) == []


def test_the_trash_is_emptied_only_when_that_was_said(commands: Commands) -> None:
    """First it is told; with --yes it goes, and nothing but it, links that lie in it included."""
    folder = record(commands.root, "a-aaaaaa")
    outside = commands.root.parent / "precious"
    outside.mkdir()
    (outside / "data").write_text("mine")
    (folder / "files").symlink_to(outside)
    commands.text("rm", "a-aaaaaa")
    assert "--yes deletes them" in commands.text("rm", "--empty-trash")
    assert len(commands.json("restore")) == 1
    commands.text("rm", "--empty-trash", "--yes")
    assert commands.text("restore") == "the trash is empty\n"
    assert (outside / "data").read_text() == "mine"


def test_a_place_that_is_taken_is_not_overwritten(commands: Commands) -> None:
    """A run that was made again under the same id stays, and the removed one stays in the trash."""
    record(commands.root, "a-aaaaaa")
    commands.text("rm", "a-aaaaaa")
    record(commands.root, "a-aaaaaa", name="another")
    code, _, error = commands.run("restore", "a-aaaaaa")
    assert code == 1
    assert "is there again" in error
    assert len(commands.json("restore")) == 1


def test_a_run_removed_twice_comes_back_as_it_was_last(commands: Commands) -> None:
    """Each removal has a place of its own."""
    for name in ("first", "second"):
        record(commands.root, "a-aaaaaa", name=name)
        commands.text("rm", "a-aaaaaa")
        time.sleep(1.1)  # places are named by the second
    commands.text("restore", "a-aaaaaa")
    assert commands.json("ls")[0]["name"] == "second"


def test_a_run_that_is_a_link_is_moved_as_one(commands: Commands, tmp_path: Path) -> None:
    """What the link leads to is left where it is."""
    real = record(tmp_path / "elsewhere", "a-aaaaaa")
    (commands.root / "demo").mkdir()
    (commands.root / "demo" / "a-aaaaaa").symlink_to(real)
    commands.text("rm", "a-aaaaaa")
    commands.text("rm", "--empty-trash", "--yes")
    assert list(real.glob("*.metrics.jsonl"))


@pytest.mark.parametrize("words", [(), ("--empty-trash", "a-aaaaaa")])
def test_misuse(commands: Commands, words: tuple[str, ...]) -> None:
    """Nothing to remove, or two things at once."""
    record(commands.root, "a-aaaaaa")
    commands.refused("rm", *words)


def test_prune_tells_first_and_takes_the_oldest(commands: Commands) -> None:
    """Without --yes nothing is deleted; with it as many runs as the limit asks for, from the oldest on."""
    for number in range(5):
        record(commands.root, f"r{number}-aaaaaa", start=EPOCH + 100 * number)
    one = size_of(str(commands.root)) // 5
    limit = ("--max-size", str(one * 3 + 50))
    plan = commands.json("prune", *limit)
    assert [Path(doomed["folder"]).name for doomed in plan["doomed"]] == ["r0-aaaaaa", "r1-aaaaaa"]
    assert "would delete 2 things" in commands.text("prune", *limit)
    assert len(ids(commands)) == 5
    assert "deleted 2 things" in commands.text("prune", *limit, "--yes")
    assert ids(commands) == ["r2-aaaaaa", "r3-aaaaaa", "r4-aaaaaa"]
    assert "nothing to delete" in commands.text("prune", *limit)


def test_prune_keeps_what_runs_and_what_was_asked_for(commands: Commands) -> None:
    """Running runs, those lost today, the newest and tagged ones stay, and it says that it is too much."""
    now = time.time()
    record(commands.root, "running-aaaaaa", start=now, state="")
    record(commands.root, "lost-today-aaaaaa", start=now - 5000, state="")
    record(commands.root, "lost-aaaaaa", start=now - 200_000, state="")
    record(commands.root, "tagged-aaaaaa", tags=["paper", "x"])
    record(commands.root, "old-aaaaaa")
    code, out, _ = commands.run("prune", "--max-size", "0", "--keep-tag", "paper", "--yes")
    assert code == 1
    assert "too much" in out
    assert ids(commands) == ["lost-today-aaaaaa", "running-aaaaaa", "tagged-aaaaaa"]
    record(commands.root, "newest-aaaaaa", start=now - 100)
    record(commands.root, "older-aaaaaa", start=now - 90_000)
    commands.run("prune", "--max-size", "0", "--keep", "3", "--yes")
    assert "newest-aaaaaa" in ids(commands)
    assert "older-aaaaaa" not in ids(commands)


def test_prune_takes_waste_before_runs(commands: Commands, tmp_path: Path) -> None:
    """The trash, and old contents of no artifact; those of artifacts stay, and so does a fresh content."""
    record(commands.root, "a-aaaaaa")
    record(commands.root, "b-bbbbbb")
    commands.text("rm", "b-bbbbbb")
    store = Store(str(commands.root / "demo" / "artifacts"))
    paths = {}
    for name in ("used", "orphan", "fresh"):
        (tmp_path / name).write_text(name * 50)
        entry = store.put(str(tmp_path / name))
        paths[name] = Path(store.object_path(entry))
        if name == "used":
            store.commit(Manifest("model", "model", {"m": entry}), [])
    for name in ("used", "orphan"):
        os.utime(paths[name], (EPOCH, EPOCH))
    commands.run("prune", "--max-size", "1", "--keep", "1", "--yes")
    assert {name: path.exists() for name, path in paths.items()} == {
        "used": True,
        "orphan": False,
        "fresh": True,
    }
    assert ids(commands) == ["a-aaaaaa"]
    assert commands.json("restore") == []


def test_prune_keeps_contents_where_a_manifest_is_damaged(commands: Commands, tmp_path: Path) -> None:
    """What can not be read may name any of them."""
    record(commands.root, "a-aaaaaa")
    store = Store(str(commands.root / "demo" / "artifacts"))
    (tmp_path / "m").write_text("m")
    entry = store.put(str(tmp_path / "m"))
    store.commit(Manifest("model", "model", {"m": entry}), [])
    os.utime(store.object_path(entry), (EPOCH, EPOCH))
    next((commands.root / "demo" / "artifacts" / "names").rglob("v0.json")).write_text("{")
    commands.run("prune", "--max-size", "0", "--yes")
    assert Path(store.object_path(entry)).exists()


@pytest.mark.parametrize(
    ("text", "size"),
    [("50GB", 50 * 10**9), ("1.5 TiB", 3 << 39), ("800m", 8 * 10**8), ("7", 7), ("2KB", 2000)],
)
def test_sizes(text: str, size: int) -> None:
    """As people write them."""
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "lots", "-5GB", "5 PB", "GB"])
def test_no_sizes(text: str) -> None:
    """What is none is refused."""
    with pytest.raises(MisuseError):
        read_size(text)


def test_prune_needs_a_limit(commands: Commands) -> None:
    """There is none by itself."""
    assert "--max-size 50GB" in commands.refused("prune")
