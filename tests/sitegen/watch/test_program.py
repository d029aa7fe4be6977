"""A watch under which runpress is replaced says so and ends: it could only build what nobody wrote."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sitegen.watch.program import Program, ProgramChangedError
from tests.recorded import RecordedRun
from tests.sites import ROOT

COMMAND = "import sys; from sitegen.cli.main import main; sys.exit(main())"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small program of two files."""
    folder = tmp_path / "package"
    (folder / "room").mkdir(parents=True)
    (folder / "one.py").write_text("one = 1\n")
    (folder / "room" / "two.py").write_text("two = 2\n")
    return folder


def test_the_same_content_is_no_change(package: Path) -> None:
    """Installed anew as it was, touched, or with byte code beside it."""
    program = Program(package)
    content = (package / "one.py").read_bytes()
    (package / "one.py").unlink()
    (package / "one.py").write_bytes(content)
    os.utime(package / "room" / "two.py", (1, 1))
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "one.pyc").write_bytes(b"code")
    program.check()
    program.check()


@pytest.mark.parametrize("change", ["edited", "gone", "new", "all gone"])
def test_another_content_is_a_change(package: Path, change: str) -> None:
    """Of any file, in any folder; the file is named."""
    program = Program(package)
    place = package / "room" / ("three.py" if change == "new" else "two.py")
    if change == "gone":
        place.unlink()
    elif change == "all gone":
        shutil.rmtree(package)
        place = package / "one.py"
    else:
        place.write_text("two = 3\n")
    with pytest.raises(ProgramChangedError, match="upgraded or installed anew") as caught:
        program.check()
    assert f'"{place}"' in str(caught.value)


@pytest.mark.parametrize("options", [["watch"], ["watch", "--json"], ["serve", "--port", "0"]])
def test_the_command_ends_and_says_why(tmp_path: Path, options: list[str]) -> None:
    """Once, with status 1, at the first change after the upgrade; the site stays."""
    for room in ("sitegen", "collector", "themes"):
        shutil.copytree(ROOT / room, tmp_path / "code" / room, ignore=shutil.ignore_patterns("__pycache__"))
    with RecordedRun(tmp_path / "runlogs", "demo", "one-fox-aaaaaa") as run:
        run.log(0, {"loss": 1.0})
    with (tmp_path / "out").open("w") as out, (tmp_path / "err").open("w") as err:
        watch = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *options],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path / "code"), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=out,
            stderr=err,
        )
    try:
        while "\n" not in (tmp_path / "out").read_text():
            assert watch.poll() is None, (tmp_path / "err").read_text()
            time.sleep(0.05)
        site = (tmp_path / "site" / "index.html").read_bytes()
        with (tmp_path / "code" / "sitegen" / "pages" / "home.py").open("a") as code:
            code.write("\nraise KeyError('new code')\n")
        with RecordedRun(tmp_path / "runlogs", "demo", "two-fox-bbbbbb", start=1_767_270_000.0) as run:
            run.log(0, {"loss": 1.0})
        assert watch.wait(300) == 1
    finally:
        watch.kill()
        watch.wait()
    out_lines, err_text = (tmp_path / "out").read_text().splitlines(), (tmp_path / "err").read_text()
    said = json.loads(out_lines[1])["error"] if "--json" in options else err_text
    assert said.count("runpress was upgraded or installed anew while it ran") == 1
    assert "Start the command again" in said
    assert "KeyError" not in err_text
    assert "Traceback" not in err_text
    assert (tmp_path / "site" / "index.html").read_bytes() == site
