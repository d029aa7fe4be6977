"""Every kind of secret in every place where a run takes texts: none is in the run's folder afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from collector.runlog.reader import read_records
from collector.runlog.records import segment_header
from collector.runlog.writer import KINDS_WITH_TEXTS, SegmentWriter
from tests.collector.runlog.planted import Planted, planted
from tests.collector.runs import clean_environment, run_script

PLANTED = planted()
ON_ONE_LINE = [one for one in PLANTED if "\n" not in one.text]
SHAPED = [one for one in ON_ONE_LINE if one.text == one.secret]

SCRIPT = """
import json, os, sys, time
import collector
texts = json.load(open("planted.json"))
shapes = json.load(open("shapes.json"))
run = collector.init(project="p", name="n " + shapes[0], tags=["t " + shapes[1]], group=shapes[2],
                     notes=" ".join(texts), job_type=shapes[3])
run.config.update({"nested": {"deep": [{"x": text} for text in texts]}, "words": texts,
                   "names": {text: 1 for text in shapes}, "argv": ["--hub-token", "en" * 5]})
run.log({"text": " ".join(texts)[:60000], "loss": 1.0})
for text in texts:
    run.log({"caption": collector.Image([[0, 1], [1, 0]], caption=text)})
run.log({"table": collector.Table(columns=["a", *shapes[:3]], data=[[text, 1, 2, 3] for text in texts])})
run.log({"long": collector.Text("\\n".join(texts), caption=texts[0])})
run.summary["said"] = texts
for text in texts:
    run.alert(text[:60], text, wait_duration=0)
artifact = collector.Artifact("data", "dataset", description=" ".join(texts), metadata={"m": texts})
with artifact.new_file("a.txt") as file:
    file.write("x")
run.log_artifact(artifact).wait()
for text in texts:
    print("plain", text)
    half = len(text) // 2
    print("\\x1b[31m" + text[:half] + "\\x1b[1m" + text[half:] + "\\x1b[0m", file=sys.stderr)
    os.write(1, ("cut " + text[:half]).encode())
    time.sleep(0.01)
    os.write(1, (text[half:] + "\\n").encode())
raise ValueError(" and ".join(texts[-30:]))
"""


def left_over(folder: Path) -> list[tuple[str, str, str]]:
    """Secrets that some file below the folder still has: the rule, the secret's beginning, the file."""
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return [
        (one.rule, one.secret[:12], path.name)
        for one in PLANTED
        for path, content in files.items()
        if one.secret.encode() in content
    ]


def marked(root: Path) -> set[str]:
    """Where something was taken out: kinds of records, and folders with the endings of their files."""
    found = set()
    for path in root.rglob("*"):
        content = path.read_text(errors="replace") if path.is_file() else ""
        if path.name.endswith(("metrics.jsonl", "records.jsonl")):
            for line in read_records(path)[0]:
                if "[redacted:" in json.dumps(line):
                    found.add(f"{line['k']} {line.get('section', '')}".strip())
        elif "[redacted:" in content:
            place = path.relative_to(root).parts
            found.add("artifacts" if "artifacts" in place else f"{path.parent.name} {path.suffix}")
    return found


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose remote and uncommitted changes hold secrets."""
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    token = next(one for one in SHAPED if one.rule == "github-token").secret
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "settings.py").write_text("password = None\n")
    (tmp_path / "planted.json").write_text(json.dumps([one.text for one in PLANTED]))
    (tmp_path / "shapes.json").write_text(json.dumps([one.text for one in SHAPED]))
    (tmp_path / ".gitignore").write_text("*.json\nrunlogs\n")
    for words in (
        ("init", "-q"),
        ("add", "."),
        (*identity, "commit", "-qm", "first"),
        ("remote", "add", "origin", f"https://me:{token}@github.com/acme/model.git"),
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    (tmp_path / "settings.py").write_text("".join(f"{one.text}\n" for one in PLANTED))
    return tmp_path


def test_no_planted_secret_reaches_the_disk(repository: Path) -> None:
    """Arguments, environment, remote, patch, configuration, notes, media, artifacts, console, traceback."""
    arguments: list[str] = []
    env = clean_environment(repository / "runlogs")
    for number, one in enumerate(ON_ONE_LINE):
        env[f"PLACE_{number}"] = one.text
        arguments += [
            "--hub-token",
            one.secret,
            f"--db.password={one.secret}",
            f"api_key={one.secret}",
            one.text,
        ]
    names = ",".join(name for name in env if name.startswith("PLACE_"))
    words = ["--env", names, "--notes", PLANTED[5].text, "--", sys.executable, "train.py", *arguments]
    done = subprocess.run(
        [sys.executable, "-m", "collector.cli.main", *words],
        cwd=repository,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "ValueError" in done.stderr
    assert done.returncode == 1
    assert left_over(repository / "runlogs") == []
    places = "console .log,files .patch,media .json,media .txt,run,config,summary,log,media,alert,end"
    assert marked(repository / "runlogs") >= {*places.split(","), "provenance command", "artifacts"}
    records = wrapper_records(repository / "runlogs")
    assert any(line["k"] == "note" and "taken out of the console" in line["text"] for line in records)
    [git] = [line["fields"] for line in records if line.get("section") == "git"]
    assert git["remote"] == "https://github.com/acme/model.git"


def wrapper_records(root: Path) -> list[Any]:
    """What the wrapper wrote."""
    [file] = root.glob("*/*/w0-*.records.jsonl")
    return list(read_records(file)[0])


def test_a_redacted_patch_can_be_applied(repository: Path) -> None:
    """It has as many lines as before, keys of several lines included."""
    from collector.runlog import redact

    patch = subprocess.run(["git", "diff"], cwd=repository, check=True, capture_output=True).stdout
    subprocess.run(["git", "checkout", "-q", "settings.py"], cwd=repository, check=True)
    subprocess.run(["git", "apply", "-"], cwd=repository, input=redact.patch(patch), check=True)
    changed = (repository / "settings.py").read_text()
    assert changed.count("\n") == sum(one.text.count("\n") + 1 for one in PLANTED)
    assert [one for one in PLANTED if one.secret in changed] == []


def test_the_same_secret_has_the_same_mark_in_command_and_configuration(tmp_path: Path) -> None:
    """The wrapper and the command share the key of the digits, and neither writes it."""
    (tmp_path / "train.py").write_text(
        "import collector, os\ncollector.init(config={'hub_token': 'abc'})\n"
        "print('COLLECT_REDACT_KEY=' + os.environ['COLLECT_REDACT_KEY'])\n"
    )
    words = [
        sys.executable,
        "-m",
        "collector.cli.main",
        "--",
        sys.executable,
        "train.py",
        "--hub-token",
        "abc",
    ]
    root = tmp_path / "runlogs"
    subprocess.run(
        words, cwd=tmp_path, env=clean_environment(root), check=True, capture_output=True, timeout=60
    )
    argv = next(line["fields"]["argv"] for line in wrapper_records(root) if line.get("section") == "command")
    [file] = root.glob("*/*/r0-*.records.jsonl")
    config = next(line for line in read_records(file)[0] if line["k"] == "config")
    assert argv[-1] == config["v"]["hub_token"]
    [console] = root.glob("*/*/console/*.log")
    assert "COLLECT_REDACT_KEY=[redacted:key-name:" in console.read_text()


def test_own_rules_and_the_switch(tmp_path: Path) -> None:
    """Settings add patterns and names, leave out rules and switch all of it off; children inherit them."""
    source = """
    import subprocess
    settings = collector.Settings(redact=%r, redact_patterns=[r"acme-[0-9]{4}"], redact_names=["codeword"])
    collector.init(settings=settings, config={"codeword": "sesame", "password": "hunter2", "i": "acme-1234"})
    child = "import collector.runlog.redact as r; print(r.text('acme-1234'))"
    print(subprocess.run([sys.executable, "-c", child], capture_output=True, text=True).stdout)
    """
    for redact, left in ((True, ""), ("-password-name", "hunter2"), (False, "sesame hunter2 acme-1234")):
        root = tmp_path / str(redact) / "runlogs"
        root.mkdir(parents=True)
        done = run_script(root, source % (redact,))
        content = "".join(path.read_text() for path in root.rglob("*.jsonl"))
        found = [word for word in ("sesame", "hunter2", "acme-1234") if word in content]
        assert " ".join(found) == left, done.stderr
        assert ("acme-1234" in done.stdout) is (redact is False)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("COLLECT_REDACT_PATTERNS", "acme-[0-9", "is no regular expression"),
        ("COLLECT_REDACT_PATTERNS", "a*", "also matches nothing"),
        ("COLLECT_REDACT", "-pasword-name", "did you mean -password-name?"),
        ("COLLECT_REDACT", "of", "neither off nor"),
    ],
)
def test_rules_that_cannot_be_understood_stop_the_start(
    tmp_path: Path, variable: str, value: str, said: str
) -> None:
    """Nothing runs with less protection than was asked for: 125 from `collect`, an error from init()."""
    words = [sys.executable, "-m", "collector.cli.main", "--", "echo", "ran"]
    env = clean_environment(tmp_path / "runlogs", **{variable: value})
    done = subprocess.run(
        words, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (125, "")
    assert said in done.stderr
    done = run_script(tmp_path / "runlogs", "collector.init()", **{variable: value})
    assert done.returncode == 1
    assert said in done.stderr


def test_planted_kinds_are_more_than_sixty() -> None:
    """What is planted stands for as many kinds as are claimed."""
    assert len({one.rule for one in PLANTED}) >= 70
    assert all(isinstance(one, Planted) for one in PLANTED)


@pytest.mark.parametrize("kind", sorted(KINDS_WITH_TEXTS))
def test_every_kind_of_record_with_texts_is_looked_at(tmp_path: Path, kind: str) -> None:
    """Whoever writes it and however deep the text lies."""
    header = segment_header("p", "r", "rank", 0, 1, 1, None)
    writer = SegmentWriter(str(tmp_path / "r0.records.jsonl"), header)
    writer.write({"k": kind, "text": "password=hunter22", "fields": {"a": ["https://u:hunter22@h", 1, None]}})
    writer.close(1)
    content = (tmp_path / "r0.records.jsonl").read_text()
    assert "hunter22" not in content
    assert content.count("[redacted:") == 2
