"""Each call to the disk fails once, and fails from then on: training goes on, and what is lost is told.

Every N-th call of a small training is made to fail, for N = 1, 2, 3, ... until it passes without a fault.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collector.training_run import Run
from tests.collector.faults.cases import ROWS
from tests.collector.faults.faulty import EVERY_KIND, Answer, Cases, build_shim, case_process
from tests.collector.faults.trying import Faults
from tests.collector.runs import of_kind, read_run, run_folders

Start = Callable[..., Run]

ERRORS = ("ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EIO", "ESTALE", "EMFILE", "a part")
"""What the kernel says; "a part" is a write that takes only half of what it was given."""

EVERY_ERROR = os.environ.get("COLLECTOR_FAULTS") == "all"
"""Each call with each error, some minutes; without it the errors take turns over the calls."""


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    folder = tmp_path_factory.mktemp("faults")
    with case_process(build_shim(folder), folder) as process:
        yield process


def number_of(error: str) -> int:
    return 0 if error == "a part" else int(getattr(errno, error))


def check_promises(folder: Path, logs: Path, answer: Answer, where: str) -> int:
    """Training ended well, said little, and every row is there or counted as lost and told; how many are."""
    said = (folder / "stderr").read_text().splitlines()
    assert answer.status == 0, f"{where}: {answer}, {said}"
    dropped = json.loads((folder / "outcome.json").read_text())["dropped"]
    found = run_folders(logs) if logs.exists() else []
    rows = [row["m"]["row"] for place in found for row in of_kind(place, "log") if "row" in row["m"]]
    assert sorted(rows) == sorted(set(rows)), f"{where}: rows are doubled"
    assert ROWS - len(rows) <= dropped, f"{where}: {ROWS - len(rows)} rows are missing, {dropped} are told"
    bad = [line for place in found for line in read_run(place)[1]]
    assert {line.kind for line in bad} <= {"torn"}, f"{where}: {bad}"
    closing = [line for line in said if "missing in" in line]
    assert len(closing) == (1 if dropped else 0), f"{where}: {dropped} given up, {said}"
    assert len(said) - len(closing) <= 1, f"{where}: {said}"
    assert all(line.startswith("collector: run n-") for line in said), f"{where}: {said}"
    return len(rows)


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("turn", range(len(ERRORS) if EVERY_ERROR else 1))
def test_every_call_fails_in_turn(cases: Cases, tmp_path: Path, turn: int, for_good: bool) -> None:
    """Whichever call fails with whatever error, training ends well and every loss is told."""
    for nth in itertools.count(1):
        error = ERRORS[(nth + turn) % len(ERRORS)]
        where = f"call {nth}, {error}{' from then on' if for_good else ''}"
        folder = tmp_path / str(nth)
        case = {"nth": nth, "error": number_of(error), "for_good": int(for_good), "kinds": EVERY_KIND}
        answer = cases.run(folder, **case)
        found = check_promises(folder, cases.logs(folder), answer, where)
        assert for_good or found == ROWS, where
        if not answer.failed:
            break
    assert nth > 30


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder on a good disk."""
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module")
def spooled(tmp_path_factory: pytest.TempPathFactory, spool: Path) -> Iterator[Cases]:
    """Cases on a mount that may stall."""
    folder = tmp_path_factory.mktemp("mount")
    wishes = {"COLLECT_SPOOL": "always", "COLLECT_SPOOL_DIR": str(spool), "XDG_STATE_HOME": "/nonexistent"}
    with case_process(build_shim(folder), folder, **wishes) as process:
        yield process


@pytest.mark.parametrize("nth", range(1, 140, 1 if EVERY_ERROR else 9))
def test_mount_that_fails_once_costs_nothing(spooled: Cases, spool: Path, tmp_path: Path, nth: int) -> None:
    """Whichever call fails on the mount, the carrier's or ours, everything arrives, and little is said."""
    for error in ERRORS if EVERY_ERROR else [ERRORS[nth // 9 % len(ERRORS)]]:
        folder = tmp_path / f"{nth}-{error}"
        case = {"nth": nth, "error": number_of(error), "for_good": 0, "kinds": EVERY_KIND}
        answer = spooled.run(folder, **case)
        deadline = time.monotonic() + 60
        while list(spool.glob("*/*/destination")):
            assert time.monotonic() < deadline, (nth, error)
            time.sleep(0.02)
        found = check_promises(folder, spooled.logs(folder), answer, f"call {nth}, {error}")
        assert found == ROWS, (nth, error)


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("error", ERRORS[:-1])
def test_every_call_of_ours_fails_in_turn(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str], error: str, for_good: bool
) -> None:
    """The same for every error without a compiler: each call of the functions that the collector uses."""
    for nth in itertools.count(1):
        root = tmp_path / str(nth)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("collector.runlog.writer.CLOSE_SECONDS", 0.0)
            faults = Faults(str(root), nth, number_of(error), for_good=for_good)
            faults.install(patch)
            run = start(dir=root, reinit="create_new")
            for i in range(ROWS):
                run.log({"row": i})
            run._files.tick()
            run._files.check_displaced()
            run.finish()
        said = capsys.readouterr().err.splitlines()
        rows = [row["m"]["row"] for place in run_folders(root) for row in of_kind(place, "log")]
        assert ROWS - len(rows) <= run.dropped, (nth, said)
        assert len(rows) == len(set(rows)), (nth, said)
        assert for_good or len(rows) == ROWS, (nth, said)
        assert len([line for line in said if "missing in" not in line]) <= 1, (nth, said)
        if not faults.failed:
            break
    assert nth > 10
