"""Who was told what changed looks at that alone, and finds the same runs."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from sitegen.config import Config
from sitegen.discover import Logs, News, Source, discover
from sitegen.discover import folders as module
from tests.sitegen.logs import config_of

NAMES = ("a", "b", "c")
LOG = "x.metrics.jsonl"


class Folders:
    """A folder of logs that changes at random, and all that is told of it."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.chance = random.Random(seed)
        self.paths: set[Path] = set()
        self.listings: set[Path] = set()
        root.mkdir()

    def change(self) -> None:
        """One thing happens, and is told as a file system tells it."""
        self.chance.choice((self.write, self.write, self.write, self.remove, self.move, self.extra))()

    def news(self) -> News:
        """What was told since the last time."""
        found = News(frozenset(self.paths), frozenset(self.listings))
        self.paths, self.listings = set(), set()
        return found

    def write(self) -> None:
        place = self._some() / self.chance.choice((LOG, "x.records.jsonl", "note.txt"))
        self._make(place.parent)
        self._tell(place, is_listed=not place.exists())
        with place.open("a") as file:
            file.write("x")

    def extra(self) -> None:
        place = self._some() / self.chance.choice(("console", "media", "other")) / "file"
        self._make(place.parent)
        self._tell(place, is_listed=not place.exists())
        place.write_text("x")

    def remove(self) -> None:
        place = self._any()
        if place is not None:
            self._tell(place, is_listed=True)
            shutil.rmtree(place) if place.is_dir() else place.unlink()

    def move(self) -> None:
        place = self._any()
        target = place and place.with_name(self.chance.choice(NAMES))
        if place and target and place.is_dir() and not target.exists():
            self._tell(place, is_listed=True)
            self._tell(target, is_listed=True)
            place.rename(target)

    def _some(self) -> Path:
        depth = self.chance.choice((1, 2, 2, 2))
        return self.root.joinpath(*(self.chance.choice(NAMES) for _ in range(depth)))

    def _any(self) -> Path | None:
        every = sorted(self.root.rglob("*"))
        return self.chance.choice(every) if every else None

    def _make(self, folder: Path) -> None:
        for parent in reversed([folder, *folder.parents]):
            if not parent.exists():
                self._tell(parent, is_listed=True)
                parent.mkdir()

    def _tell(self, path: Path, *, is_listed: bool) -> None:
        self.paths.add(path)
        if is_listed:
            self.listings.add(path.parent)


def plain(sources: list[Source]) -> list[tuple[object, ...]]:
    """All about the sources but whether their files are settled, which time alone decides."""
    return [(one.project, one.run, one.files, one.parts) for one in sources]


@pytest.mark.parametrize("seed", range(20))
def test_news_are_all_that_is_looked_at(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After any change the same runs with the same files are found as by a look at everything."""
    monkeypatch.setattr(module, "SETTLED_NS", -(10**12))  # else what is new is looked at without news
    folders, logs = Folders(tmp_path / "logs", seed), Logs()
    config = config_of(tmp_path / "logs")
    logs.look(config)
    for _ in range(40):
        for _ in range(folders.chance.randint(0, 3)):
            folders.change()
        assert plain(logs.look(config, folders.news())) == plain(discover(config))


def settled(logs: Logs, config: Config) -> list[Source]:
    for path in config.runs_dir[0].rglob("*"):
        os.utime(path, (1000, 1000))
    found = logs.look(config)
    while not all(source.is_settled for source in found):
        found = logs.look(config)
    return found


def test_what_did_not_change_is_the_same_object_and_is_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three runs one grew; only its folder is listed, and the others' sources are those of before."""
    root, logs = tmp_path / "logs", Logs()
    for name in NAMES:
        (root / "p" / name).mkdir(parents=True)
        (root / "p" / name / LOG).write_text("x")
    config = config_of(root)
    before = settled(logs, config)
    looked: list[str] = []
    entries = module.entries_in
    monkeypatch.setattr("sitegen.discover.logs.entries_in", lambda path: looked.append(path) or entries(path))
    (root / "p" / "b" / LOG).write_text("more")
    after = logs.look(config, News({root / "p" / "b" / LOG}))
    assert looked == [str(root / "p" / "b")]
    assert [one is other for one, other in zip(before, after, strict=True)] == [True, False, True]
    assert after[1].files[0].size_bytes == 4


def test_a_run_behind_a_link_is_looked_at_always(tmp_path: Path) -> None:
    """The system tells nothing of what is written there."""
    root, logs = tmp_path / "logs", Logs()
    for name in ("folder", "file"):
        (tmp_path / name).mkdir()
        (tmp_path / name / LOG).write_text("x")
    (root / "p" / "two").mkdir(parents=True)
    (root / "p" / "one").symlink_to(tmp_path / "folder")
    (root / "p" / "two" / LOG).symlink_to(tmp_path / "file" / LOG)
    config = config_of(root)
    settled(logs, config)
    for name in ("folder", "file"):
        (tmp_path / name / LOG).write_text("more")
    assert [one.files[0].size_bytes for one in logs.look(config, News())] == [4, 4]


def test_files_that_may_still_change_unnoticed_are_looked_at_again(tmp_path: Path) -> None:
    """Within a tick of the clock a file can change and keep its time."""
    root, logs = tmp_path / "logs", Logs()
    (root / "p" / "run").mkdir(parents=True)
    (root / "p" / "run" / LOG).write_text("x")
    config = config_of(root)
    assert not logs.look(config)[0].is_settled
    (root / "p" / "run" / LOG).write_text("yy")
    assert logs.look(config, News())[0].files[0].size_bytes == 2
    assert settled(logs, config)[0].is_settled


def test_other_settings_are_obeyed_without_news(tmp_path: Path) -> None:
    """Patterns choose among what is known; another folder of logs is looked at."""
    logs = Logs()
    for name in ("one", "two"):
        (tmp_path / name / "p" / "run").mkdir(parents=True)
        (tmp_path / name / "p" / "run" / LOG).write_text("x")
    one = config_of(tmp_path / "one")
    assert len(logs.look(one)) == 1
    assert logs.look(config_of(tmp_path / "one", exclude=("p",)), News()) == []
    both = config_of(tmp_path / "one", runs_dir=(tmp_path / "one", tmp_path / "two"))
    (tmp_path / "two" / "p" / "other").mkdir()
    (tmp_path / "two" / "p" / "other" / LOG).write_text("x")
    assert [source.run for source in logs.look(both, News())] == ["other", "run"]


def test_a_project_that_takes_another_s_name_is_looked_at_whole(tmp_path: Path) -> None:
    """Its runs may be called like those that went, and nothing is told of them one by one."""
    root, logs = tmp_path / "logs", Logs()
    for project, text in (("old", "x"), ("new", "longer")):
        (root / project / "run").mkdir(parents=True)
        (root / project / "run" / LOG).write_text(text)
    config = config_of(root)
    settled(logs, config)
    shutil.rmtree(root / "old")
    (root / "new").rename(root / "old")
    (source,) = logs.look(config, News({root / "old", root / "new"}, {root}))
    assert source.files[0].size_bytes == 6
