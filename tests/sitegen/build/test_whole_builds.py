"""Builds from logs to a site on disk: exact, repeatable, and cheap when nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from collector.runlog.lines import seal
from sitegen.build import build
from sitegen.discover import SETTLED_NS
from sitegen.output.manifest import MANIFEST
from sitegen.work.crew import Processes
from tests.sitegen.logs import EPOCH, ProcessLog, config_of

ROOT = Path(__file__).resolve().parents[3]


def record(root: Path, number: int, project: str = "demo") -> ProcessLog:
    """A run with a little of everything."""
    log = ProcessLog(root, f"run-{number}", project=project, start=EPOCH + 1000 * number)
    log.record("run", name=f"run <{number}>", group="g")
    log.record("config", v={"lr": 0.1 * number})
    for step in range(2500 if number == 1 else 30):
        log.log(step, {"train/loss": 1 / (step + number + 1), "val/acc": float("nan") if step == 7 else 0.5})
    log.record("sys", m={"cpu/percent": 5.0})
    log.end(exit=0)
    return log


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Three runs that look as old as finished runs do."""
    for number in range(3):
        record(tmp_path / "runlogs", number)
    settle(tmp_path / "runlogs")
    return tmp_path / "runlogs"


def settle(root: Path) -> None:
    """Gives every file a time long ago, and the clock time to pass the change of that time."""
    for path in root.rglob("*"):
        os.utime(path, (EPOCH, EPOCH))
    time.sleep(2 * SETTLED_NS / 1e9)


def manifest(site: Path) -> dict[str, list[object]]:
    """Size and hash of every file of a site."""
    files: dict[str, list[object]] = json.loads((site / MANIFEST).read_bytes())["files"]
    return files


def clean_manifest(logs: Path, tmp_path: Path) -> dict[str, list[object]]:
    """The manifest of a build of these logs without any cache or former site."""
    place = tmp_path / "clean"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(logs, place / "runlogs")
    build(config_of(place / "runlogs"))
    return manifest(place / "site")


def test_a_first_build_of_much_starts_its_processes_at_once(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They import what they need while this process does; a build that changes little starts none."""
    started: list[int] = []
    monkeypatch.setattr(Processes, "start", lambda processes: started.append(1))
    monkeypatch.setattr(Processes, "map", lambda processes, work, tasks, seconds: map(work, tasks))
    build(config_of(logs))
    assert not started
    shutil.rmtree(tmp_path / "cache")
    monkeypatch.setattr("sitegen.build.RUN_SECONDS", 1)
    build(config_of(logs))
    assert started == [1]
    with open(next(logs.rglob("*.metrics.jsonl")), "ab") as file:
        file.write(b"rubbish")
    build(config_of(logs))
    assert started == [1]


def test_the_manifest_is_the_site(logs: Path, tmp_path: Path) -> None:
    """Every file is listed with its size, and there is no other."""
    build(config_of(logs))
    site = tmp_path / "site"
    listed = {path: size for path, (size, _) in manifest(site).items()}
    found = {
        path.relative_to(site).as_posix(): path.stat().st_size for path in site.rglob("*") if path.is_file()
    }
    extra = set(found) - set(listed)
    assert {path for path in found if path in listed} == set(listed)
    assert all(found[path] == size for path, size in listed.items())
    assert extra == {MANIFEST, ".runpress-site.json"}


def test_any_sequence_of_changes_gives_the_clean_site(logs: Path, tmp_path: Path) -> None:
    """Appended, late, removed, damaged and renamed runs: each build equals a clean one, byte for byte."""
    config = config_of(logs)
    build(config)
    open_run = ProcessLog(logs, "late", start=EPOCH - 50)

    def append() -> None:
        open_run.log(3, {"train/loss": 0.5, "new/metric": 1.0})

    def tear() -> None:
        path = next((logs / "demo" / "run-0").glob("*.metrics.jsonl"))
        path.write_bytes(path.read_bytes()[:-9])

    changes = [
        append,
        lambda: record(logs, 7, project="other"),
        tear,
        lambda: shutil.rmtree(logs / "demo" / "run-1"),
        lambda: (logs / "other").rename(logs / "renamed"),
    ]
    for change in changes:
        change()
        build(config)
        assert manifest(tmp_path / "site") == clean_manifest(logs, tmp_path)


def test_nothing_changed_is_noticed(logs: Path, tmp_path: Path) -> None:
    """The second build reads nothing; a touched page, setting or log makes the next one look again."""
    config = config_of(logs)
    assert not build(config).is_unchanged
    assert build(config).is_unchanged
    page = tmp_path / "site" / "index.html"
    page.write_bytes(page.read_bytes() + b"<!-- mine -->")
    mended = build(config)
    assert not mended.is_unchanged
    assert mended.published.written == ("index.html",)
    assert build(config).is_unchanged
    assert not build(config_of(logs, site_name="Other")).is_unchanged
    path = next(logs.rglob("*.records.jsonl"))
    with open(path, "ab") as file:
        file.write(seal(b'{"k":"beat","t":1.0,"dropped":0}'))
    settle(logs)
    assert not build(config_of(logs, site_name="Other")).is_unchanged


def test_a_log_that_just_changed_is_not_trusted(logs: Path) -> None:
    """Within a tick of the clock a file may change again with the same times, so it is read again."""
    config = config_of(logs)
    os.utime(next(logs.rglob("*.metrics.jsonl")))
    assert not build(config).is_unchanged
    assert not build(config).is_unchanged
    assert build(config).is_unchanged


def run_command(folder: Path, code: str, **env: str) -> str:
    """What a program prints that runs in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


BUILD = "import sys; from sitegen.cli.main import main; status = main(['build', '-q']); "


def test_an_unchanged_build_imports_nothing_heavy(logs: Path, tmp_path: Path) -> None:
    """Neither Polars nor Altair nor a template is loaded to find out that nothing changed."""
    run_command(tmp_path, BUILD)
    heavy = "('polars', 'altair', 'vl_convert', 'jinja2', 'msgspec', 'rich', 'pygments', 'markdown_it')"
    loaded = run_command(tmp_path, BUILD + f"print([name for name in {heavy} if name in sys.modules])")
    assert loaded == "[]\n"


def test_builds_are_reproducible(logs: Path, tmp_path: Path) -> None:
    """Time zone, hash seed, threads, processes, umask and place change no byte of the site."""
    for number in range(100, 220):  # enough for several processes to be worth their start
        record(logs, number)
    surroundings = [
        {"TZ": "UTC", "PYTHONHASHSEED": "1", "POLARS_MAX_THREADS": "1", "LC_ALL": "C", "JOBS": "1"},
        {
            "TZ": "Asia/Tokyo",
            "PYTHONHASHSEED": "2",
            "POLARS_MAX_THREADS": "4",
            "LC_ALL": "C.UTF-8",
            "JOBS": "3",
        },
    ]
    found = []
    for number, env in enumerate(surroundings):
        place = tmp_path / f"place {number}"
        shutil.copytree(logs, place / "runlogs")
        code = BUILD.replace("'-q'", f"'-q', '-j', '{env.pop('JOBS')}'")
        run_command(place, f"import os; os.umask({7 * number}); " + code + "sys.exit(status)", **env)
        found.append(manifest(place / "site"))
    assert found[0] == found[1]


def test_bad_logs_never_fail_a_build(logs: Path, tmp_path: Path) -> None:
    """A run of garbage, an empty folder and hostile names stand beside good runs."""
    strange = logs / "<b>&.. strange" / "run\nwith 'odd' name"
    strange.mkdir(parents=True)
    (strange / "r0-x.metrics.jsonl").write_bytes(b"\0\xff{" * 1000)
    (strange / "w0-x.records.jsonl").write_bytes(
        seal(b'{"k":"run","t":0,"name":"</script><b>","project":"../../x"}')
    )
    (logs / "empty project").mkdir()
    report = build(config_of(logs))
    assert report.runs == 4
    pages = [path for path in manifest(tmp_path / "site") if "/runs/" in path and path.endswith(".html")]
    assert len(pages) == 4
    assert [path.name for path in tmp_path.iterdir() if "x" in path.name] == []
