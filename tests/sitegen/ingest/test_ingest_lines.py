"""Lines of logs become numbers exactly, and damage costs only what it hit."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from collector.runlog.lines import seal
from sitegen.ingest.tables import WIDE_LIMIT
from tests.sitegen.logs import ProcessLog, facts_of, only_run, points


def test_values_come_through_exactly(tmp_path: Path) -> None:
    """Floats keep every bit; NaN, infinities, booleans and large integers are what was logged."""
    log = ProcessLog(tmp_path / "logs")
    values = {
        "third": 1 / 3,
        "tiny": 5e-324,
        "huge": 1.7976931348623157e308,
        "nan": math.nan,
        "inf": math.inf,
        "minus": -math.inf,
        "yes": True,
        "big": 2**60 + 1,
    }
    log.log(0, values)
    run = only_run(tmp_path / "logs")
    found = {name: points(run, name)[0][1] for name in values}
    assert math.isnan(found.pop("nan"))
    assert found == {name: float(value) for name, value in values.items() if name != "nan"}


def test_absent_is_not_nan(tmp_path: Path) -> None:
    """A metric has a point only where it was logged; None is no point, NaN is one."""
    log = ProcessLog(tmp_path / "logs")
    log.log(0, {"a": 1.0, "b": 1.0})
    log.log(1, {"b": 2.0})
    log.log(2, {"a": None, "b": math.nan})
    run = only_run(tmp_path / "logs")
    assert points(run, "a") == [(0.0, 1.0)]
    assert run.summary["b"].count == 2
    assert run.summary["b"].nan_count == 1


@pytest.mark.parametrize(
    "name", ['quote"d', "back\\slash", "new\nline", "ünï/cødé", "m0", "step", "", "a" * 900]
)
def test_any_name_is_a_metric(tmp_path: Path, name: str) -> None:
    """No name of a metric is special, whatever characters it has."""
    log = ProcessLog(tmp_path / "logs")
    log.log(0, {name: 1.0, "other": 2.0})
    log.log(1, {name: 3.0})
    assert points(only_run(tmp_path / "logs"), name) == [(0.0, 1.0), (1.0, 3.0)]


@pytest.mark.parametrize("count", [WIDE_LIMIT, WIDE_LIMIT + 1, 1000])
def test_many_metrics(tmp_path: Path, count: int) -> None:
    """Runs with more metrics than columns are read as completely as others."""
    log = ProcessLog(tmp_path / "logs")
    log.log(0, {"first": 0.5})
    for step in range(1, 4):
        log.log(step, {f"m/{number}": float(number * step) for number in range(count)})
    run = only_run(tmp_path / "logs")
    assert len(run.summary) == count + 1
    assert points(run, "first") == [(0.0, 0.5)]
    for number in (0, 7, count - 1):
        assert points(run, f"m/{number}") == [(float(s), float(number * s)) for s in range(1, 4)]


def test_text_values(tmp_path: Path) -> None:
    """The last text of a name is kept beside the numbers."""
    log = ProcessLog(tmp_path / "logs")
    log.log(0, {"phase": "warmup", "loss": 1.0})
    log.log(1, {"phase": "main", "loss": 0.5})
    run = only_run(tmp_path / "logs")
    assert run.texts == {"phase": "main"}
    assert list(run.summary) == ["loss"]


def test_damaged_lines_are_counted_and_others_kept(tmp_path: Path) -> None:
    """A flipped bit, a foreign line, a sealed line with a wrong type and a torn tail each cost one line."""
    log = ProcessLog(tmp_path / "logs")
    for step in range(10):
        log.log(step, {"loss": float(step)})
    lines = log.metrics_path.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(b'"step":2', b'"step":7')
    lines[5] = b"hello\n"
    lines[6] = seal(b'{"k":"log","t":1.0,"n":1,"step":"four","m":{"loss":4.0}}')
    lines[-1] = lines[-1][:20]
    log.metrics_path.write_bytes(b"".join(lines))
    run = only_run(tmp_path / "logs")
    assert [step for step, _ in points(run, "loss")] == [0, 1, 5, 6, 7, 8]
    assert {problem.kind: (problem.count, problem.lines) for problem in run.problems} == {
        "corrupt": (1, (5,)),
        "foreign": (2, (6, 7)),
        "torn": (1, (12,)),
    }
    assert all(problem.message and problem.file == log.metrics_path.name for problem in run.problems)


def test_a_line_that_the_disk_cut_off_is_no_torn_tail(tmp_path: Path) -> None:
    """Half a line with others behind it tells of a full disk, half a line at the end of a kill."""
    log = ProcessLog(tmp_path / "logs")
    for step in range(3):
        log.log(step, {"loss": float(step)})
    lines = log.metrics_path.read_bytes().splitlines(keepends=True)
    lines.insert(3, lines[3][:30] + b"\n")
    log.metrics_path.write_bytes(b"".join(lines))
    run = only_run(tmp_path / "logs")
    assert [step for step, _ in points(run, "loss")] == [0, 1, 2]
    assert [(problem.kind, problem.lines) for problem in run.problems] == [("cut off", (4,))]
    assert "the disk took only a part" in run.problems[0].message


def test_a_lost_keys_line_loses_no_value(tmp_path: Path) -> None:
    """Values whose names were declared on a lost line are read all the same, and it is told."""
    log = ProcessLog(tmp_path / "logs")
    log.log(0, {"a": 1.0})
    log.log(1, {"a": 2.0, "b": 3.0})
    lines = log.metrics_path.read_bytes().splitlines(keepends=True)
    assert b'"keys":["b"]' in lines[3]
    log.metrics_path.write_bytes(b"".join([*lines[:3], *lines[4:]]))
    run = only_run(tmp_path / "logs")
    assert points(run, "b") == [(1.0, 3.0)]
    assert [problem.kind for problem in run.problems] == ["missing keys"]


def test_a_lost_header_falls_back(tmp_path: Path) -> None:
    """Without a header the sister file's, or the name of the file, tells when the run began."""
    log = ProcessLog(tmp_path / "logs")
    log.log(0, {"a": 1.0}, seconds=5)
    for path in (log.metrics_path, log.records_path):
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    run = only_run(tmp_path / "logs")
    assert points(run, "a") == [(0.0, 1.0)]
    assert run.started == log.start
    assert {problem.kind for problem in run.problems} == {"missing header"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n\n",
        b"\0" * 5000,
        b"\xff\xfe" * 100,
        b"PK\x03\x04 not a log at all",
        seal(b'{"k":"head","t":0}'),
        seal(b'{"k":"head","t":0,"started":1e300,"rank":-4}'),
        seal(b'{"k":"log"}'),
        seal(b'{"k":"log","t":-1e999,"step":1,"m":{}}'),
        seal(b'{"k":7}'),
        seal(b"[1,2,3]"),
        seal(b'{"k":"keys","t":0,"keys":7}'),
        seal(b'{"k":"end","t":"late","state":[]}'),
        seal(b'{"k":"config","t":1,"v":[],"x":7}') + seal(b'{"k":"run","t":1,"name":7,"tags":"x"}'),
        seal(b'{"k":"sys","t":1,"m":{"cpu":"hot","gpu":null}}') + seal(b'{"k":"sys","t":1e18,"m":7}'),
        seal(b'{"k":"provenance","t":1,"section":["x"],"fields":{}}') + seal(b'{"k":"beat","dropped":-4}'),
        seal(b'{"k":"log","t":1,"step":1,"m":{"a":' + b"[" * 4000 + b"]" * 4000 + b"}}"),
    ],
    ids=lambda content: repr(content[:40]),
)
@pytest.mark.parametrize("suffix", [".metrics.jsonl", ".records.jsonl"])
def test_no_content_fails_a_build(tmp_path: Path, content: bytes, suffix: str) -> None:
    """Whatever a file contains, its run is shown, beside the good runs."""
    ProcessLog(tmp_path / "logs", "good").log(0, {"a": 1.0})
    folder = tmp_path / "logs" / "demo" / "strange"
    folder.mkdir(parents=True)
    (folder / f"r0-20260101T120000Z-aaaaaa{suffix}").write_bytes(content)
    runs = {run.id: run for project in facts_of(tmp_path / "logs").projects for run in project.runs}
    assert sorted(runs) == ["good", "strange"]
    assert runs["strange"].state == "open"
    assert runs["good"].problems == ()


def test_fuzzed_logs_never_fail_nor_change_a_value(tmp_path: Path) -> None:
    """Random damage anywhere: the build goes on, and each value that is shown was logged."""
    chance = random.Random(7)
    log = ProcessLog(tmp_path / "logs")
    for step in range(60):
        log.log(step, {"loss": step / 7, "acc": -step / 3})
    log.record("config", v={"lr": 0.1})
    log.end()
    paths = (log.metrics_path, log.records_path)
    whole = [path.read_bytes() for path in paths]
    for _ in range(150):
        for path, content in zip(paths, whole, strict=True):
            path.write_bytes(_damaged(content, chance))
        run = only_run(tmp_path / "logs")
        for metric, factor in (("loss", 1 / 7), ("acc", -1 / 3)):
            if metric in run.summary:
                assert all(y == pytest.approx(step * factor) for step, y in points(run, metric))


def _damaged(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(content))
    length = chance.choice((1, 1, 10, 200))
    kind = chance.randrange(4)
    if kind == 0:
        return content[:place]
    if kind == 1:
        return content[:place] + chance.randbytes(length) + content[place + length :]
    if kind == 2:
        return content[:place] + content[place + length :]
    return content[:place] + content[place : place + length] + content[place:]
