"""`collect carry` takes what waits in the spool where it belongs, and says what it could not."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("there is no spool on Windows", allow_module_level=True)

from collector.cli.main import main
from collector.runlog.spool import Parcel, choose_base, open_parcel


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A spool of this test."""
    for name, value in {
        "COLLECT_SPOOL": "always",
        "COLLECT_SPOOL_DIR": str(tmp_path / "spool"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("collector.runlog.spool.bases", lambda *_: [str(tmp_path / "spool" / "x")])
    found = choose_base("/anywhere")
    assert found is not None
    return found


def filled(base: str, destination: Path, *, is_over: bool = True) -> Parcel:
    parcel = open_parcel(base, str(destination))
    Path(parcel.run_folder, "r0-x.metrics.jsonl").write_bytes(b"line\n")
    if is_over:
        parcel.release()
    return parcel


def test_empty_spool(base: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to do is no failure."""
    assert main(["carry"]) == 0
    assert capsys.readouterr().out == "nothing waits in the spool of this machine\n"


def test_what_waits_is_carried(base: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Listing changes nothing; carrying takes it all, and leaves what a process still fills."""
    filled(base, tmp_path / "p" / "over")
    alive = filled(base, tmp_path / "p" / "alive", is_over=False)
    assert main(["carry", "--list"]) == 0
    alive_line, over_line = capsys.readouterr().out.splitlines()
    assert over_line.startswith("waiting             5 bytes")
    assert alive_line.startswith("in use ")
    assert main(["carry", "--json"]) == 0
    outcomes = {Path(one["destination"]).name: one for one in json.loads(capsys.readouterr().out)}
    assert {name: one["state"] for name, one in outcomes.items()} == {"over": "carried", "alive": "in use"}
    assert (tmp_path / "p" / "over" / "r0-x.metrics.jsonl").read_bytes() == b"line\n"
    alive.release()


def test_what_can_not_be_carried_stays(base: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The reason and the place are told, and the exit code is 1."""
    (tmp_path / "p").write_text("in the way")
    parcel = filled(base, tmp_path / "p" / "over")
    assert main(["carry"]) == 1
    assert f"it stays in {parcel.folder}" in capsys.readouterr().out
    assert Path(parcel.run_folder, "r0-x.metrics.jsonl").exists()
    (tmp_path / "p").unlink()
    assert main(["carry"]) == 0
