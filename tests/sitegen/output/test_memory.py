"""Who builds a site again and again links and looks at what changed alone, and gets the same site."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from sitegen.output.lock import FolderLock
from sitegen.output.manifest import MANIFEST
from sitegen.output.memory import SiteMemory
from sitegen.output.tree import Published, Tree
from tests.sitegen.output.test_tree import PAGES, content


def publish(target: Path, files: dict[str, bytes], memory: SiteMemory | None) -> Published:
    """Publishes these files, those under assets/ by hashed names."""
    with Tree(target, memory) as tree:
        for path, text in files.items():
            if path.startswith("assets/"):
                tree.asset(path[7:], ".js", text)
            else:
                tree.write(path, text)
        return tree.publish()


def links(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is linked from now on."""
    made: list[str] = []
    link = os.link

    def counted(source: str, place: str) -> None:
        made.append(str(place))
        link(source, place)

    monkeypatch.setattr(os, "link", counted)
    return made


def beside(site: Path) -> list[str]:
    return sorted(path.name for path in site.parent.iterdir())


def test_any_history_gives_the_site_of_who_remembers_nothing(tmp_path: Path) -> None:
    """Files come, change and go at random; the folder, old assets included, is always the same."""
    chance, memory = random.Random(4), SiteMemory()
    names = [*PAGES, "a/b/c.html", "a/b/d.html", "a/e.html", "assets/x", "assets/y", "assets/z"]
    for _ in range(60):
        files = {name: b"%d" % chance.randrange(4) for name in names if chance.random() < 0.7}
        files["index.html"] = b"%d" % chance.randrange(3)
        one = publish(tmp_path / "one" / "site", files, memory)
        other = publish(tmp_path / "other" / "site", files, None)
        assert (one.written, one.deleted) == (other.written, other.deleted)
        assert content(tmp_path / "one" / "site") == content(tmp_path / "other" / "site")
        manifests = [(tmp_path / name / "site" / MANIFEST).read_bytes() for name in ("one", "other")]
        assert manifests[0] == manifests[1]
    memory.close()
    assert beside(tmp_path / "one" / "site") == ["site"]


def test_only_what_changed_is_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One page of three, and the two files that say what is ours; other pages keep their files."""
    site, memory = tmp_path / "site", SiteMemory()
    for number in range(2):
        publish(site, {**PAGES, "index.html": b"%d" % number}, memory)
    inode = (site / "demo/index.html").stat().st_ino
    made = links(monkeypatch)
    publish(site, {**PAGES, "index.html": b"new"}, memory)
    assert {Path(place).name for place in made} == {"index.html", MANIFEST}
    assert not any("demo" in place for place in made)
    assert (site / "demo/index.html").stat().st_ino == inode
    assert content(site) == {**PAGES, "index.html": b"new"}


def test_files_of_others_are_noticed(tmp_path: Path) -> None:
    """One that appeared while we rested stays where it is; so do those after it."""
    site, memory = tmp_path / "site", SiteMemory()
    for number in range(3):
        publish(site, {**PAGES, "index.html": b"%d" % number}, memory)
    (site / "demo" / "mine.txt").write_text("mine")
    for number in range(3, 6):
        publish(site, {**PAGES, "index.html": b"%d" % number}, memory)
        assert content(site) == {**PAGES, "index.html": b"%d" % number, "demo/mine.txt": b"mine"}
    (site / "demo" / "mine.txt").unlink()
    for number in range(6, 9):
        publish(site, {**PAGES, "index.html": b"%d" % number}, memory)
        assert content(site) == {**PAGES, "index.html": b"%d" % number}
    memory.close()
    assert beside(site) == ["site"]


def test_what_others_took_away_comes_back(tmp_path: Path) -> None:
    """A page that somebody deleted or replaced is made anew: the site is no longer as it was left."""
    site, memory = tmp_path / "site", SiteMemory()
    for number in range(3):
        publish(site, {**PAGES, "index.html": b"%d" % number}, memory)
    (site / "demo/index.html").unlink()
    assert publish(site, {**PAGES, "index.html": b"3"}, memory).written == ("demo/index.html", "index.html")
    (site / "new").write_bytes(b"other")
    (site / "new").replace(site / "demo/runs/a.html")
    assert publish(site, {**PAGES, "index.html": b"4"}, memory).written == ("demo/runs/a.html", "index.html")
    assert content(site) == {**PAGES, "index.html": b"4"}


@pytest.mark.parametrize("harm", ["all of it", "a file", "a build of somebody else"])
def test_a_second_copy_that_is_not_whole_is_not_used(tmp_path: Path, harm: str) -> None:
    """Another build removes it, and may be killed in the middle of that."""
    site, memory = tmp_path / "site", SiteMemory()
    for number in range(3):
        publish(site, {**PAGES, "index.html": b"%d" % number}, memory)
    spare = memory.spare
    assert spare is not None
    assert content(spare) == content(site)
    if harm == "all of it":
        shutil.rmtree(spare)
    elif harm == "a file":
        (spare / "demo/runs/a.html").unlink()
    else:
        publish(site, {**PAGES, "index.html": b"theirs"}, None)
        assert beside(site) == ["site"]
    publish(site, {**PAGES, "index.html": b"3"}, memory)
    assert content(site) == {**PAGES, "index.html": b"3"}
    memory.close()
    assert beside(site) == ["site"]


def test_a_swap_that_fails_leaves_the_other_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No links, or no swap, from one moment to the next: the site is published all the same."""
    site, memory = tmp_path / "site", SiteMemory()

    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    for number in range(3):
        publish(site, {**PAGES, "index.html": b"%d" % number}, memory)
    with monkeypatch.context() as patch:
        patch.setattr(os, "link", refuse)
        publish(site, {**PAGES, "index.html": b"3"}, memory)
    assert content(site) == {**PAGES, "index.html": b"3"}
    for number in range(4, 6):
        publish(site, {**PAGES, "index.html": b"%d" % number}, memory)
    with monkeypatch.context() as patch:
        patch.setattr("sitegen.output.placing.exchange", lambda one, other: False)
        publish(site, {**PAGES, "index.html": b"6"}, memory)
    assert content(site) == {**PAGES, "index.html": b"6"}
    memory.close()
    assert beside(site) == ["site"]


def test_a_site_at_another_place_is_another_site(tmp_path: Path) -> None:
    """Of the former one no second copy stays behind."""
    memory = SiteMemory()
    for place in ("one", "other"):
        for number in range(3):
            publish(tmp_path / place / "site", {**PAGES, "index.html": b"%d" % number}, memory)
        assert content(tmp_path / place / "site") == {**PAGES, "index.html": b"2"}
    assert beside(tmp_path / "one" / "site") == ["site"]


def test_who_has_the_place_cleans_it(tmp_path: Path) -> None:
    """A watch that ends while another build prepares the site leaves that build alone."""
    site, memory = tmp_path / "site", SiteMemory()
    for number in range(3):
        publish(site, {**PAGES, "index.html": b"%d" % number}, memory)
    other = FolderLock(tmp_path / ".site.staging")
    other.take()
    (other.folder / "tree").mkdir()
    memory.close()
    assert (other.folder / "tree").is_dir()
    other.release()
    assert beside(site) == ["site"]
