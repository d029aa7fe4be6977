"""`collect redact`: what was recorded before a rule knew it goes from every file, and the logs stay whole."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from collector.runlog.paths import RunPaths
from collector.runlog.reader import read_header
from tests.collector.cli.commands import Commands, record
from tests.recorded import RecordedRun
from tests.sitegen.logs import only_run

# Put together here, so that no scanner takes this file for a leak.
TOKEN = "hf" + "_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZ012345"
PASSWORD = "corr" + "ect-horse-battery"


@contextmanager
def unredacted() -> Iterator[None]:
    """The writer takes nothing out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLLECT_REDACT", "off")
        yield


def leaky_run(commands: Commands) -> Path:
    """A run with a secret in each kind of place, as of a time when no rule knew them."""
    with unredacted(), RecordedRun(commands.root, "demo", "a-aaaaaa") as run:
        patch = f"+token = '{TOKEN}'\n".encode()
        run.record("run", project="demo", name="leaky", notes=f"used {TOKEN} today")
        run.record("config", v={"lr": 0.1, "db": {"password": PASSWORD}})
        argv = ["python", "t.py", "--hf-token", TOKEN, "--lr", "0.1"]
        run.record("provenance", section="command", fields={"argv": argv, "host": "h"})
        run.record("file", name="diff.patch", bytes=len(patch), sha256=hashlib.sha256(patch).hexdigest())
        for step in range(5):
            run.log(step, {"loss": 1.0})
        run.record("beat", step=5, bytes=next(run.folder.glob("*.metrics.jsonl")).stat().st_size)
        run.end("failed", 1, f"401 for Bearer {TOKEN}")
    for folder in ("files", "console", "media"):
        (run.folder / folder).mkdir()
    (run.folder / "files" / "diff.patch").write_bytes(patch)
    (run.folder / "files" / "weights.bin").write_bytes(b"\0" + TOKEN.encode())
    (run.folder / "console" / "w0-x.log").write_text(f"hello\nlogin {TOKEN} done\nbye\n")
    return run.folder


def text_below(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".bin"]
    return "".join(path.read_text(errors="replace") for path in files)


def test_a_dry_run_names_each_place_and_no_secret(commands: Commands) -> None:
    """file:line: rule, exit 1, and nothing is changed."""
    folder = leaky_run(commands)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code, out, _ = commands.run("redact", "--dry-run")
    assert code == 1
    assert TOKEN not in out
    assert PASSWORD not in out
    lines = {line.rpartition("/")[2].split(":")[0].split(".", 1)[-1] for line in out.splitlines()[:-1]}
    assert lines == {"records.jsonl", "patch", "log"}
    assert "console/w0-x.log:2: huggingface-token" in out
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_secrets_go_and_the_logs_stay_whole(commands: Commands) -> None:
    """No file has them any more, seals and digests fit, the console keeps its places, the site reads all."""
    folder = leaky_run(commands)
    console = (folder / "console" / "w0-x.log").stat().st_size
    out = commands.text("redact")
    assert "files rewritten" in out
    assert TOKEN not in text_below(folder)
    assert PASSWORD not in text_below(folder)
    assert "[redacted:" in (folder / "files" / "diff.patch").read_text()
    assert (folder / "console" / "w0-x.log").stat().st_size == console
    assert commands.text("verify", "--data").endswith("all whole\n")
    found = commands.json("show", "leaky")
    assert found["config"]["lr"] == 0.1
    assert found["config"]["db.password"].startswith("[redacted:password-name")
    assert found["provenance"]["command"]["argv"][4:] == ["--lr", "0.1"]
    assert len(only_run(commands.root).summary) == 1
    assert commands.text("redact") == "no rule finds a secret\n"


def test_originals_are_in_the_trash_unless_told_otherwise(commands: Commands) -> None:
    """And go with it."""
    folder = leaky_run(commands)
    commands.text("redact")
    assert TOKEN in text_below(commands.root / ".trash")
    assert [one["id"] for one in commands.json("restore")] == ["a-aaaaaa.before-redaction"]
    assert [run["id"] for run in commands.json("ls")] == ["a-aaaaaa"]
    commands.text("rm", "--empty-trash", "--yes")
    assert TOKEN not in text_below(commands.root)
    for path in folder.rglob("*.log"):
        path.write_text(f"again {TOKEN}\n")
    commands.text("redact", "--no-keep")
    assert TOKEN not in text_below(commands.root)


def test_damaged_lines_lose_their_secrets_too(commands: Commands) -> None:
    """They stay damaged, but what can be read in them is gone."""
    folder = leaky_run(commands)
    (records,) = folder.glob("*.records.jsonl")
    content = records.read_bytes()
    at = content.index(b"used ")
    records.write_bytes(
        content[:at] + b"USED " + content[at + 5 :] + b'{"k":"run","notes":"' + TOKEN.encode()
    )
    commands.run("redact", "--no-keep")
    assert TOKEN not in text_below(folder)
    assert read_header(str(records)) is not None
    assert "corrupt" in commands.run("verify")[1]


def test_what_can_not_be_rewritten_is_told(commands: Commands) -> None:
    """A medium is named by its digest: it is reported, exit 1, and left."""
    folder = record(commands.root, "a-aaaaaa")
    (folder / "media").mkdir()
    (folder / "media" / f"{'1' * 64}.txt").write_text(f"caption {TOKEN}\n")
    code, out, _ = commands.run("redact")
    assert code == 1
    assert "its name is its digest" in out
    assert TOKEN in text_below(folder)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs devices")
def test_pipes_and_devices_among_the_logs_are_passed_over(commands: Commands) -> None:
    """What has no end stops no search."""
    folder = leaky_run(commands)
    (folder / "r5-x.records.jsonl").symlink_to("/dev/zero")
    for name in ("r6-x.metrics.jsonl", "files/pipe", "console/w9-x.index.jsonl"):
        os.mkfifo(folder / name)
    commands.text("redact", "a-aaaaaa")
    texts = "".join(file.read_text() for file in folder.glob("r*.jsonl") if file.is_file())
    assert "redacted" in texts
    assert TOKEN not in texts


def test_a_run_that_goes_is_left_alone(commands: Commands) -> None:
    """Its process would go on writing to the old file."""
    with RecordedRun(commands.root, "demo", "a-aaaaaa", start=time.time()) as run:
        with unredacted():
            run.record("run", project="demo", notes=TOKEN)
        assert "still goes" in commands.refused("redact")
        assert commands.run("redact", "--dry-run")[0] == 1


def test_switched_off_rules_are_no_answer(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """With COLLECT_REDACT=off nothing would be found, which is not the same as nothing being there."""
    leaky_run(commands)
    monkeypatch.setenv("COLLECT_REDACT", "off")
    assert "switched off" in commands.refused("redact", "--dry-run")


def test_a_draft_of_a_killed_call_is_no_trouble(commands: Commands) -> None:
    """It is made anew, and is no log meanwhile."""
    folder = leaky_run(commands)
    (metrics,) = folder.glob("*.records.jsonl")
    draft = Path(f"{metrics}.redacted.part")
    draft.write_text("half")
    assert RunPaths(str(commands.root), "demo", "a-aaaaaa").segments() == [metrics.name.split(".")[0]]
    commands.text("redact")
    assert not draft.exists()
