"""The site's folder holds what was written, all of it, and nothing of anyone else is touched."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Mapping
from io import FileIO
from pathlib import Path

import pytest

from sitegen.errors import MisuseError, SiteError
from sitegen.output import lock, staging
from sitegen.output.manifest import MANIFEST, MARKER, Manifest
from sitegen.output.recording import RecordingTree
from sitegen.output.staging import Staging
from sitegen.output.tree import Published, Tree

PAGES = {"index.html": b"home", "demo/index.html": b"demo", "demo/runs/a.html": b"run a"}


@pytest.fixture(params=["exchange", "one by one"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way in which a finished site comes into its place."""
    if request.param == "one by one":
        monkeypatch.setattr("sitegen.output.placing.exchange", lambda one, other: False)
    return str(request.param)


def publish(target: Path, files: Mapping[str, bytes], assets: Mapping[str, bytes] | None = None) -> Published:
    """Publishes a site of these files, and assets by stem."""
    with Tree(target) as tree:
        for stem, content in (assets or {}).items():
            tree.asset(stem, ".js", content)
        for path, content in files.items():
            tree.write(path, content)
        return tree.publish()


def content(target: Path) -> dict[str, bytes]:
    """Every file of a folder but the two that say what is ours."""
    files = (path for path in target.rglob("*") if path.is_file())
    found = {path.relative_to(target).as_posix(): path.read_bytes() for path in files}
    return {path: text for path, text in found.items() if path not in (MANIFEST, MARKER)}


def test_a_site_is_what_was_written(tmp_path: Path, way: str) -> None:
    """A first build, a change, and a smaller site each leave just the files of that build."""
    site = tmp_path / "deep" / "site"
    first = publish(site, PAGES)
    assert content(site) == PAGES
    assert (first.files, set(first.written), first.deleted) == (3, set(PAGES), ())
    second = publish(site, {**PAGES, "index.html": b"home 2", "new.html": b"new"})
    assert second.written == ("index.html", "new.html")
    assert content(site) == {**PAGES, "index.html": b"home 2", "new.html": b"new"}
    third = publish(site, {"index.html": b"home 2"})
    assert third.deleted == ("demo/index.html", "demo/runs/a.html", "new.html")
    assert content(site) == {"index.html": b"home 2"}
    assert not (site / "demo").exists()
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_what_is_the_same_is_not_touched(tmp_path: Path, way: str) -> None:
    """A file with the same bytes keeps its time; a build without changes writes nothing at all."""
    site = tmp_path / "site"
    publish(site, PAGES)
    for path in site.rglob("*"):
        os.utime(path, (1000, 1000))
    published = publish(site, PAGES)
    assert (published.written, published.deleted) == ((), ())
    assert {path.stat().st_mtime for path in site.rglob("*")} == {1000}
    publish(site, {**PAGES, "index.html": b"changed"})
    assert (site / "demo/index.html").stat().st_mtime == 1000
    assert (site / "index.html").stat().st_mtime != 1000


def test_a_file_that_someone_changed_is_mended(tmp_path: Path, way: str) -> None:
    """What is compared are the bytes on disk, not what the manifest says of them."""
    site = tmp_path / "site"
    publish(site, PAGES)
    (site / "index.html").write_bytes(b"HOME")
    (site / "demo/index.html").unlink()
    assert publish(site, PAGES).written == ("demo/index.html", "index.html")
    assert content(site) == PAGES


def test_old_assets_stay_for_two_changed_builds(tmp_path: Path, way: str) -> None:
    """A page opened before a build still finds its data after it and after the next."""
    site = tmp_path / "site"
    publish(site, {"index.html": b"1"}, {"data": b"one"})
    (old,) = (site / "assets").iterdir()
    publish(site, {"index.html": b"2"}, {"data": b"two"})
    assert old.read_bytes() == b"one"
    publish(site, {"index.html": b"2"}, {"data": b"two"})
    publish(site, {"index.html": b"3"}, {"data": b"two"})
    assert old.exists()
    publish(site, {"index.html": b"4"}, {"data": b"two"})
    assert not old.exists()
    publish(site, {"index.html": b"5"}, {"data": b"one"})
    assert old.read_bytes() == b"one"


def test_the_manifest_does_not_depend_on_the_past(tmp_path: Path) -> None:
    """After any history the manifest has the bytes that a clean build gives it."""
    publish(tmp_path / "site", {"a.html": b"x"}, {"data": b"old"})
    publish(tmp_path / "site", PAGES, {"data": b"new"})
    publish(tmp_path / "clean", PAGES, {"data": b"new"})
    assert (tmp_path / "site" / MANIFEST).read_bytes() == (tmp_path / "clean" / MANIFEST).read_bytes()


def test_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    """A folder with files that sitegen did not make is left alone."""
    site = tmp_path / "site"
    site.mkdir()
    publish(site, PAGES)
    (site / MARKER).unlink()
    with pytest.raises(MisuseError, match="left alone"):
        publish(site, PAGES)
    (tmp_path / "file").write_text("x")
    with pytest.raises(MisuseError, match="is a file"):
        Tree(tmp_path / "file")


def test_files_of_others_in_our_folder_stay(tmp_path: Path, way: str) -> None:
    """A CNAME or a .git folder beside our pages survives every build."""
    site = tmp_path / "site"
    publish(site, PAGES)
    (site / "CNAME").write_text("example.org")
    (site / ".git").mkdir()
    (site / ".git" / "HEAD").write_text("ref")
    (site / "demo" / "mine.txt").write_text("mine")
    publish(site, {"index.html": b"other"})
    assert content(site) == {
        "index.html": b"other",
        "CNAME": b"example.org",
        ".git/HEAD": b"ref",
        "demo/mine.txt": b"mine",
    }


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    """Nothing outside is written or deleted, whatever links someone put into the site."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.html").write_text("not ours")
    site = tmp_path / "site"
    publish(site, PAGES)
    for name in ("demo/index.html", "demo/runs/a.html"):
        (site / name).unlink()
    (site / "demo" / "runs").rmdir()
    (site / "demo").rmdir()
    (site / "demo").symlink_to(outside, target_is_directory=True)
    publish(site, {"index.html": b"2"})
    assert (outside / "index.html").read_text() == "not ours"
    with pytest.raises(SiteError, match="in the way"):
        publish(site, {**PAGES, "index.html": b"3"})
    assert [path.name for path in outside.iterdir()] == ["index.html"]


@pytest.mark.parametrize("name", [MANIFEST, MARKER])
@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"files": {"../../victim": [1, "a"]}, "retained": {"../victim": 9}}']
)
def test_a_damaged_manifest_deletes_nothing_of_others(tmp_path: Path, name: str, text: str, way: str) -> None:
    """Only paths inside the folder are ever believed to be ours; the site is rebuilt."""
    site = tmp_path / "site"
    publish(site, PAGES)
    (tmp_path / "victim").write_text("alive")
    (site / name).write_text(text)
    publish(site, {"index.html": b"2"})
    assert (tmp_path / "victim").read_text() == "alive"
    assert (site / "index.html").read_bytes() == b"2"


HOSTILE = [
    "../x",
    "/etc/x",
    "a//b",
    "a/./b",
    "a/../b",
    "",
    "a\\b",
    "C:x",
    "nul",
    "a/CON.html",
    "a.",
    "a ",
    "a\0b",
    "a\nb",
    "u\u0308",
    "x" * 181,
]


@pytest.mark.parametrize("path", HOSTILE)
def test_paths_that_not_every_system_has(tmp_path: Path, path: str) -> None:
    """Paths that lead out, or that some file system cannot hold, are refused and quoted."""
    with pytest.raises(SiteError, match="cannot hold"):
        RecordingTree().write(path, b"")
    with pytest.raises(SiteError, match="cannot hold"):
        publish(tmp_path / "site", {path: b""})
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("other", ["a.html", "A.html"])
def test_two_pages_on_one_path(other: str) -> None:
    """The second is refused, also where only case tells them apart."""
    tree = RecordingTree()
    tree.write("a.html", b"one")
    with pytest.raises(SiteError, match="same path"):
        tree.write(other, b"one")


def test_an_asset_may_be_written_twice() -> None:
    """Equal bytes under one hashed name are one file; other bytes get another name."""
    tree = RecordingTree()
    path = tree.asset("app", ".js", b"code")
    assert tree.asset("app", ".js", b"code") == path
    assert tree.asset("app", ".js", b"other") != path
    assert tree.files[path] == b"code"


def test_an_abandoned_build_leaves_the_old_site(tmp_path: Path) -> None:
    """A build that ends before publishing changes nothing and leaves nothing behind."""
    site = tmp_path / "site"
    publish(site, PAGES)
    with Tree(site) as tree:
        tree.write("index.html", b"half")
    assert content(site) == PAGES
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_left_overs_of_a_killed_build_are_removed(tmp_path: Path) -> None:
    """What a killed build staged does not get into the next one."""
    staging = tmp_path / ".site.staging"
    (staging / "tree").mkdir(parents=True)
    (staging / "tree" / "ghost.html").write_text("boo")
    (staging / "lock").write_text("1")
    publish(tmp_path / "site", PAGES)
    assert content(tmp_path / "site") == PAGES
    assert not staging.exists()


def test_two_builds_at_a_time(tmp_path: Path) -> None:
    """The second says who is writing, and the first goes on."""
    pytest.importorskip("fcntl", reason="locks need a POSIX system")
    with Tree(tmp_path / "site") as tree:
        tree.write("index.html", b"first")
        with pytest.raises(SiteError, match=f"process {os.getpid()}"):
            publish(tmp_path / "site", PAGES)
        tree.publish()
    assert content(tmp_path / "site") == {"index.html": b"first"}


def test_a_reader_never_misses_a_file(tmp_path: Path, way: str) -> None:
    """While a site is published again and again, its page and the asset it names are always there, whole."""
    site, failures, done = tmp_path / "site", [], threading.Event()
    publish(site, {"index.html": b"0"}, {"data": b"0" * 5000})

    def read() -> None:
        while not done.is_set():
            try:
                number = (site / "index.html").read_bytes()
                sizes = [len(path.read_bytes()) for path in (site / "assets").glob("data.*")]
            except OSError as error:
                # Between listing the folder and opening a file a build may retire the oldest one.
                failures.append(error if error.filename == str(site / "index.html") else None)
                continue
            failures.extend([size for size in sizes if size != 5000] + ([] if number else ["empty page"]))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(40):
        publish(site, {"index.html": b"%d" % number}, {"data": b"%d" % (number % 10) * 5000})
    done.set()
    reader.join()
    assert [failure for failure in failures if failure is not None] == []


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """The message names the place and what to do."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(SiteError, match="cannot be written"):
        publish(tmp_path / "file" / "site", PAGES)


def test_manifest_of_an_absent_folder(tmp_path: Path) -> None:
    """Nothing is ours where nothing is."""
    assert Manifest.read(tmp_path / "absent").every_path == set()


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file system refuses becomes a message, and the old site stays."""
    publish(tmp_path / "site", PAGES)

    def refuse(place: str, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staging, "_write", refuse)
    with pytest.raises(SiteError, match="No space left on device"):
        publish(tmp_path / "site", {"index.html": b"2"})
    monkeypatch.undo()
    assert content(tmp_path / "site") == PAGES


class FullFile(FileIO):
    """A file on a disk without a byte of room, where files can be made all the same."""

    def write(self, _content: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_without_any_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing stays beside the site, where not even the number of the process can be written."""
    publish(tmp_path / "site", PAGES)
    monkeypatch.setattr(lock, "open", lambda path, _mode, **_: FullFile(path, "a+"), raising=False)
    with pytest.raises(SiteError, match=r"No space left on device at .*\.site\.staging") as told:
        publish(tmp_path / "site", {"index.html": b"2"})
    assert "Make room on that disk" in str(told.value)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert content(tmp_path / "site") == PAGES


def test_a_disk_without_room_for_a_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that could still be made goes again."""

    def refuse(_path: Path, _mode: str, **_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(lock, "open", refuse, raising=False)
    with pytest.raises(SiteError, match="Make room on that disk"):
        publish(tmp_path / "site", PAGES)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_was_just_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its owner is waited for; one that writes no number is not called one."""
    fcntl = pytest.importorskip("fcntl", reason="locks need a POSIX system")
    folder = tmp_path / ".site.staging"
    folder.mkdir()
    with (folder / "lock").open("ab", buffering=0) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        naps: list[float] = []
        monkeypatch.setattr("sitegen.output.lock.time.sleep", naps.append)
        with pytest.raises(SiteError, match=r"another build is writing this site\.\n"):
            publish(tmp_path / "site", PAGES)
        assert 0.1 < sum(naps) < 1
        monkeypatch.setattr("sitegen.output.lock.time.sleep", lambda _: held.write(b"77"))
        with pytest.raises(SiteError, match=r"\(process 77\)"):
            publish(tmp_path / "site", PAGES)


def test_a_page_that_would_miss_something_is_not_published(tmp_path: Path) -> None:
    """A style sheet, script, picture or chunk that nobody made stops the build; the site stays as it was."""
    site = tmp_path / "site"
    publish(site, PAGES)
    for missing in (
        b'<link rel="stylesheet" href="../assets/site.css">',
        b'<script src="../assets/app.js"></script>',
        b'<img alt="" src="../assets/picture.svg">',
    ):
        with pytest.raises(SiteError, match=r'"demo/index\.html" needs "assets/'):
            publish(site, {**PAGES, "demo/index.html": missing})
    with pytest.raises(SiteError, match=r'needs "data/demo/1f\.js"'):
        publish(
            site, PAGES, {"project": b'site.page({"packs":{"folder":"data/demo/","files":[["1f",0,1]]}})'}
        )
    assert content(site) == PAGES


def test_a_page_whose_needs_are_met_is_published(tmp_path: Path) -> None:
    """Its own, those beside it, and addresses that are nobody's files."""
    page = b'<img src="data:image/png;base64,AA=="><script src="app.js"></script><a href="../nowhere.html">'
    publish(tmp_path / "site", {"demo/index.html": page, "demo/app.js": b""})
    assert content(tmp_path / "site").keys() == {"demo/index.html", "demo/app.js"}


def test_a_file_may_be_taken_as_it_is_only_if_it_is(tmp_path: Path) -> None:
    """Of the last build's files those count that still hold their bytes, or that somebody vouches for."""
    site = tmp_path / "site"
    publish(site, PAGES)
    with Tree(site) as tree:
        made = [Staging(site, tmp_path / "aside").put(path, text) for path, text in PAGES.items()]
        assert all(map(tree.holds, made))
        (site / "index.html").write_bytes(b"mine")
        assert [tree.holds(file) for file in made] == [False, True, True]
        tree.trust(is_untouched=True)
        assert all(map(tree.holds, made))
        assert not tree.holds(made[0]._replace(sha256="0" * 64))
