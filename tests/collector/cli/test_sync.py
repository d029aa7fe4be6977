"""`collect sync`: every byte arrives, of growing logs and after kills too; nothing there is overwritten."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.artifacts.manifest import Manifest
from collector.artifacts.store import Store
from collector.housekeeping.link import read_destination
from collector.housekeeping.receiver import Receiver, answer
from collector.runlog.errors import MisuseError
from tests.collector.cli.commands import Commands, record
from tests.collector.runs import ROOT
from tests.recorded import RecordedRun


def files_below(folder: Path) -> dict[str, bytes]:
    """Content by name of everything but what is ours alone."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".collect-sync")
    }


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "there"


def test_a_copy_is_the_same_and_a_second_one_does_nothing(
    commands: Commands, there: Path, tmp_path: Path
) -> None:
    """Runs, media, artifacts and corrections arrive; again, nothing is sent."""
    folder = record(commands.root, "a-aaaaaa")
    (folder / "media").mkdir()
    (folder / "media" / f"{'0' * 64}.png").write_bytes(os.urandom(3 << 20))
    (folder / "console").mkdir()
    (folder / "console" / "w0-x.log").write_bytes(b"")
    store = Store(str(commands.root / "demo" / "artifacts"))
    (tmp_path / "m").write_text("model")
    store.commit(Manifest("model", "model", {"m": store.put(str(tmp_path / "m"))}), ["best"])
    commands.text("edit", "a-aaaaaa", "--name", "x")
    first = commands.json("sync", str(there))
    assert files_below(there) == files_below(commands.root)
    assert first["files"] == len(files_below(there))
    second = commands.json("sync", str(there))
    assert (second["files"], second["sent"], second["same"]) == (0, 0, first["files"])
    third = commands.json("sync", str(there), "--compare")
    assert (third["files"], third["sent"], third["same"]) == (0, 0, first["files"])


def test_only_what_is_new_is_sent(commands: Commands, there: Path) -> None:
    """A log that grew costs its new bytes, also where the last copy ended in the middle of a line."""
    with RecordedRun(commands.root, "demo", "a-aaaaaa") as run:
        run.log_all("loss", map(float, range(100)))
        commands.json("sync", str(there))
        copy = next(there.rglob("*.metrics.jsonl"))
        os.truncate(copy, copy.stat().st_size - 11)
        before = len(b"".join(files_below(commands.root).values()))
        run.log(100, {"loss": 1.0})
        grown = len(b"".join(files_below(commands.root).values())) - before
        report = commands.json("sync", str(there))
    assert report["sent"] == grown + 11
    assert files_below(there) == files_below(commands.root)


def test_what_differs_is_told_and_left(commands: Commands, there: Path) -> None:
    """Another beginning, another content of the same length, a longer one: none is touched, exit 1."""
    folder = record(commands.root, "a-aaaaaa")
    (folder / "media").mkdir()
    (folder / "media" / "x.png").write_bytes(b"picture")
    commands.json("sync", str(there))
    metrics = next(there.rglob("*.metrics.jsonl"))
    metrics.write_bytes(b"mine" + metrics.read_bytes()[4:-50])
    (there / "demo" / "a-aaaaaa" / "media" / "x.png").write_bytes(b"another")
    before = files_below(there)
    code, out, _ = commands.run("sync", str(there))
    assert code == 1
    assert out.count("differs: ") == 2
    assert "it begins with another content there" in out
    assert files_below(there) == before


def test_a_destination_that_has_more_is_left(commands: Commands, there: Path) -> None:
    """A log that is a beginning of what is there is no conflict."""
    record(commands.root, "a-aaaaaa")
    commands.json("sync", str(there))
    metrics = next(there.rglob("*.metrics.jsonl"))
    with metrics.open("ab") as file:
        file.write(b"more\n")
    report = commands.json("sync", str(there))
    assert (report["ahead"], report["conflicts"], report["sent"]) == (1, [], 0)
    assert metrics.read_bytes().endswith(b"more\n")


def test_files_that_are_kept_up_to_date_are_replaced_when_newer(commands: Commands, there: Path) -> None:
    """An alias moves; one that was moved there later stays, and is told."""
    record(commands.root, "a-aaaaaa")
    alias = commands.root / "demo" / "artifacts" / "names" / "m" / "aliases" / "best.json"
    alias.parent.mkdir(parents=True)
    alias.write_text("0")
    os.utime(alias, (1000, 1000))
    commands.json("sync", str(there))
    alias.write_text("1")
    os.utime(alias, (2000, 2000))
    commands.json("sync", str(there))
    copy = there / alias.relative_to(commands.root)
    assert copy.read_text() == "1"
    copy.write_text("2")
    os.utime(copy, (3000, 3000))
    assert "replaced there later" in commands.run("sync", str(there))[1]
    assert copy.read_text() == "2"


def test_only_some_and_nothing_yet(commands: Commands, there: Path) -> None:
    """Runs or a project may be named; a dry run sends nothing."""
    record(commands.root, "a-aaaaaa")
    record(commands.root, "b-bbbbbb")
    record(commands.root, "c-cccccc", project="other")
    assert "would copy demo/a-aaaaaa" in commands.text("sync", str(there), "--dry-run")
    assert files_below(there) == {}
    commands.json("sync", str(there), "a-aaaaaa")
    assert {Path(name).parts[:2] for name in files_below(there)} == {("demo", "a-aaaaaa")}
    commands.json("sync", str(there), "--project", "other")
    assert {Path(name).parts[0] for name in files_below(there)} == {"demo", "other"}


def test_what_is_not_ours_stays_here(commands: Commands, there: Path, tmp_path: Path) -> None:
    """Links, pipes, the trash, drafts and names that are no text are passed over."""
    folder = record(commands.root, "a-aaaaaa")
    record(commands.root, "b-bbbbbb")
    commands.text("rm", "b-bbbbbb")
    (tmp_path / "secret").write_text("s")
    (folder / "link.log").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe.log")
    (folder / "draft-1").touch()
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.log")).touch()
    commands.json("sync", str(there))
    assert {Path(name).name.split(".", 1)[-1] for name in files_below(there)} == {
        "metrics.jsonl",
        "records.jsonl",
    }


def test_a_link_in_the_destination_is_not_followed(commands: Commands, there: Path, tmp_path: Path) -> None:
    """A file there that leads elsewhere is a conflict, and what it leads to is left."""
    folder = record(commands.root, "a-aaaaaa")
    name = next(folder.glob("*.metrics.jsonl")).relative_to(commands.root)
    (tmp_path / "precious").write_text("")
    (there / name).parent.mkdir(parents=True)
    (there / name).symlink_to(tmp_path / "precious")
    code, out, _ = commands.run("sync", str(there))
    assert code == 1
    assert "no plain file" in out
    assert (tmp_path / "precious").read_text() == ""


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "a//b", "", ".", "a/\0"])
def test_the_far_end_writes_below_its_folder_only(tmp_path: Path, path: str) -> None:
    """Whatever a sender asks for."""
    receiver = Receiver(str(tmp_path / "below"))
    receiver.begin()
    found = answer(receiver, {"op": "append", "path": path, "at": 0}, b"x")
    assert found["error"] == "refused"
    assert sorted(file.name for file in tmp_path.rglob("*")) == [".collect-sync.lock", "below"]
    assert answer(receiver, {"op": "drop", "path": "a.metrics.jsonl"}, b"") == {"error": "refused"}


def test_the_far_end_is_for_old_pythons_too() -> None:
    """Its source has no syntax that Python 3.7 lacks, and imports nothing but the standard library."""
    import ast

    from collector.housekeeping import receiver

    tree = ast.parse(Path(receiver.__file__).read_text(encoding="utf-8"), feature_version=(3, 7))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        )
    }
    assert imported <= set(sys.stdlib_module_names)


def start_sync(root: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "collector.cli.main", "sync", "--dir", str(root), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_a_killed_copy_is_gone_on_with(commands: Commands, there: Path) -> None:
    """Both ends are killed at 12 random moments; what is there is always a beginning, and in the end
    all of it."""
    for number in range(3):
        folder = record(commands.root, f"r{number}-aaaaaa")
        (folder / "media").mkdir()
        (folder / "media" / "big.bin").write_bytes(os.urandom(20 << 20))
    chance = random.Random(3)
    whole = files_below(commands.root)
    for _ in range(12):
        process = start_sync(commands.root, str(there))
        time.sleep(chance.uniform(0.05, 0.5))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        for name, content in files_below(there).items():
            original = whole[name.removesuffix(".collect-part")]
            assert original.startswith(content)
            assert name.endswith((".collect-part", "jsonl")) or content == original
    commands.json("sync", str(there))
    assert files_below(there) == whole


def test_running_logs_are_followed(commands: Commands, there: Path) -> None:
    """With --follow what is written arrives within moments, until Ctrl-C, which ends it quietly."""
    with RecordedRun(commands.root, "demo", "a-aaaaaa") as run:
        process = start_sync(commands.root, str(there), "--follow", "--every", "0.05")
        for step in range(30):
            run.log(step, {"loss": float(step)})
            time.sleep(0.01)
    deadline = time.monotonic() + 30
    while files_below(there) != files_below(commands.root):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: both ends hear of it
    _, error = process.communicate(timeout=30)
    assert (process.returncode, error) == (0, "")


def test_two_at_once_do_not_mix(commands: Commands, there: Path) -> None:
    """The second one says that the first is at it."""
    record(commands.root, "a-aaaaaa")
    receiver = Receiver(str(there))
    receiver.begin()
    code, _, error = commands.run("sync", str(there))
    assert code == 1
    assert "another collect sync" in error
    os.close(receiver._lock)


@pytest.fixture
def shell(tmp_path: Path) -> str:
    """What looks like ssh and runs the command here, in a shell as sshd does."""
    script = tmp_path / "fake ssh"
    script.write_text(
        '#!/bin/sh\n[ "$1" = "-p" ] && shift 2\n[ "$1" = "me@far" ] || exit 255\nshift\nexec sh -c "$*"\n'
    )
    script.chmod(0o755)
    return f"'{script}' -p 2222"


def test_another_machine_needs_nothing_but_python(commands: Commands, tmp_path: Path, shell: str) -> None:
    """The far end is sent along; a folder with blanks and quotes is no trouble, and ~ is its home."""
    record(commands.root, "a-aaaaaa")
    far = tmp_path / 'it\'s "far" $HOME'
    commands.json("sync", f"me@far:{far}", "--rsh", shell)
    assert files_below(far) == files_below(commands.root)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("you@far:x",), "ended with status 255"),
        (("me@far:x", "--remote-python", "python9"), "--remote-python names another"),
        (("me@far:x", "--remote-python", "echo hello;"), "answered with something else"),
    ],
)
def test_a_line_that_breaks_is_told(
    commands: Commands, shell: str, words: tuple[str, ...], told: str
) -> None:
    """With what to do."""
    record(commands.root, "a-aaaaaa")
    code, _, error = commands.run("sync", *words, "--rsh", shell)
    assert code == 1
    assert told in error


def test_misuse(commands: Commands, tmp_path: Path) -> None:
    """Copies into itself, unknown projects, no time to wait."""
    record(commands.root, "a-aaaaaa")
    assert "lie in each other" in commands.refused("sync", str(commands.root / "deep"))
    assert "no project" in commands.refused("sync", str(tmp_path / "x"), "--project", "nobody")
    assert "no time" in commands.refused("sync", str(tmp_path / "x"), "--every", "0")


@pytest.mark.parametrize(
    ("text", "host", "folder"),
    [
        ("copies", None, "copies"),
        ("./a:b", None, "./a:b"),
        ("/x/a:b", None, "/x/a:b"),
        ("far:x", "far", "x"),
        ("me@far:", "me@far", "runlogs"),
        ("me@[::1]:/x", "me@::1", "/x"),
    ],
)
def test_destinations(text: str, host: str | None, folder: str) -> None:
    """As ssh and rsync read them."""
    found = read_destination(text)
    assert (found.host, found.folder) == (host, folder)


@pytest.mark.parametrize("text", ["", "-oProxyCommand=x:y"])
def test_no_destinations(text: str) -> None:
    """An option is not taken for a host."""
    with pytest.raises(MisuseError):
        read_destination(text)


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[str]:
    """A real server on loopback, and the command that leads to it."""
    server, client = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin"), shutil.which("ssh")
    if not server or not client or os.getuid() != 0:
        pytest.skip("no OpenSSH server here, or not root")
    Path("/run/sshd").mkdir(exist_ok=True)
    for name in ("host", "user"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True
        )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = tmp_path / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {tmp_path}/host\nAuthorizedKeysFile {tmp_path}/user.pub\n"
        "StrictModes no\nUsePAM no\nPermitRootLogin yes\n"
    )
    process = subprocess.Popen([server, "-D", "-f", str(config)], stderr=subprocess.DEVNULL)
    known = f"-o StrictHostKeyChecking=no -o UserKnownHostsFile={tmp_path}/known -o LogLevel=ERROR"
    yield f"ssh -p {port} -i {tmp_path}/user -F none {known}"
    process.terminate()
    process.wait()


def test_a_real_ssh_server(commands: Commands, tmp_path: Path, sshd: str) -> None:
    """Through OpenSSH on this machine: a copy, a continuation, and what was killed in between."""
    folder = record(commands.root, "a-aaaaaa")
    (folder / "media").mkdir()
    (folder / "media" / "big.bin").write_bytes(os.urandom(8 << 20))
    far: Any = tmp_path / "far side"
    for _ in range(100):  # until the server listens
        code, _, error = commands.run("sync", f"root@127.0.0.1:{far}", "--rsh", sshd)
        if code == 0:
            break
        time.sleep(0.1)
    assert (code, error) == (0, "")
    record(commands.root, "b-bbbbbb")
    report = commands.json("sync", f"root@127.0.0.1:{far}", "--rsh", sshd)
    assert (report["files"], report["conflicts"]) == (2, [])
    assert files_below(far) == files_below(commands.root)


def test_what_is_missing_is_told(commands: Commands, tmp_path: Path) -> None:
    """Only DEST is; and where nothing can be written, the line says what was to be, where and why."""
    record(commands.root, "a-aaaaaa")
    assert "required: DEST." in commands.refused("sync")
    (tmp_path / "file").touch()
    code, _, error = commands.run("sync", str(tmp_path / "file" / "copy"))
    assert code == 1
    assert f"collect: {tmp_path / 'file' / 'copy'}" in error
    assert "run again" in error
