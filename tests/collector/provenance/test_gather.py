"""Provenance as a whole: every section, hidden facts, time limits, and never an error."""

from __future__ import annotations

import getpass
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import collector.provenance as provenance
from collector.provenance import SECTIONS, gather
from collector.provenance.command import command_facts
from collector.provenance.machine import container, scheduler_facts, system_facts
from collector.provenance.python import find_interpreter, installed_packages, package_facts, python_facts
from collector.provenance.request import Request
from collector.ranks import host_name


def request(folder: Path, *command: str, **changes: Any) -> Request:
    """A request for a command in a folder."""
    return Request(command or ("python", "train.py"), 7, {"PATH": os.defpath}, str(folder))._replace(
        **changes
    )


def no_file(name: str, content: bytes) -> None:
    """Saves nothing."""


def test_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A training process can tell everything about itself."""
    monkeypatch.chdir(tmp_path)
    written: dict[str, dict[str, Any]] = {}
    saved: dict[str, bytes] = {}
    gather(written.__setitem__, lambda name, content: saved.update({name: content}))
    assert written["command"]["cwd"] == str(tmp_path)
    assert written["command"]["host"] == host_name()
    assert written["python"]["version"] == ".".join(map(str, sys.version_info[:3]))
    assert b"pytest==" in saved["requirements.txt"]
    assert written["packages"]["count"] == len(saved["requirements.txt"].splitlines())
    assert written["cpu"]["logical"] == os.cpu_count()
    assert written["system"]["memory_bytes"] > 1 << 28
    assert set(written) <= set(SECTIONS)


def test_some_sections_only() -> None:
    """Under the wrapper a training process adds what only it knows."""
    written: dict[str, dict[str, Any]] = {}
    gather(written.__setitem__, no_file, sections=("python", "packages"))
    assert set(written) == {"python", "packages"}


def test_late_section_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A section that hangs is told as late, and the next ones come all the same."""
    genuine = provenance.gather_section

    def slow(section: str, *rest: Any) -> dict[str, Any]:
        if section == "git":
            time.sleep(1.5)
        return genuine(section, *rest)

    monkeypatch.setattr(provenance, "gather_section", slow)
    written: dict[str, dict[str, Any]] = {}
    gather(written.__setitem__, no_file, sections=("git", "cpu"), seconds=0.5)
    assert written["git"] == {"problem": "not known within 0.5 s"}
    assert written["cpu"]["logical"] == os.cpu_count()


def test_sections_are_gathered_where_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the end of a script Python 3.12 starts none any more, and short scripts gather just then."""

    class Refused(provenance.Thread):
        def start(self) -> None:
            raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(provenance, "Thread", Refused)
    found: dict[str, Any] = {}
    gather(found.__setitem__, lambda name, content: None, sections=("command", "system"))
    assert found["command"]["pid"] == os.getpid()
    assert found["system"]["os"]


def test_failing_section_and_failing_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a fault of ours nor of the writer raises."""

    def broken(*arguments: Any) -> dict[str, Any]:
        raise RuntimeError("oh")

    monkeypatch.setattr(provenance, "gather_section", broken)
    written: dict[str, dict[str, Any]] = {}
    gather(written.__setitem__, no_file, sections=("git",))
    assert written == {"git": {"problem": "RuntimeError: oh"}}
    gather(broken, no_file, sections=("git", "cpu"))


def test_secrets_of_the_command_line(tmp_path: Path) -> None:
    """A password among the arguments is not recorded."""
    facts = command_facts(request(tmp_path, "python", "t.py", "--api-key", "s3cr3t-value", "--lr", "1"))
    assert "s3cr3t-value" not in " ".join(facts["argv"])
    assert facts["argv"][-2:] == ["--lr", "1"]


def test_environment_is_no_dump(tmp_path: Path) -> None:
    """Only variables known to shape training are recorded, and those the user named."""
    env = {"CUDA_VISIBLE_DEVICES": "0,1", "MY_FLAG": "on", "HOME": "/home/ada", "AWS_SECRET_ACCESS_KEY": "x"}
    assert command_facts(request(tmp_path, env=env))["env"] == {"CUDA_VISIBLE_DEVICES": "0,1"}
    named = command_facts(request(tmp_path, env=env, env_names=("MY_FLAG",)))["env"]
    assert named == {"CUDA_VISIBLE_DEVICES": "0,1", "MY_FLAG": "on"}


def test_hidden_user_and_host(tmp_path: Path) -> None:
    """What is to be hidden is absent, also where it is part of a path."""
    home = str(tmp_path)
    asked = request(
        tmp_path / "digits",
        "python",
        f"{home}/digits/train.py",
        env={"HOME": home, "PATH": ""},
        hidden=frozenset({"user", "host"}),
    )
    facts = command_facts(asked)
    assert facts["cwd"] == "~/digits"
    assert facts["argv"] == ["python", "~/digits/train.py"]
    assert "user" not in facts
    assert "host" not in facts
    assert command_facts(request(tmp_path))["user"] == getpass.getuser()


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, {}),
        (
            {"SLURM_JOB_ID": "42", "SLURM_JOB_PARTITION": "gpu", "SLURM_RESTART_COUNT": "1"},
            {"kind": "slurm", "job_id": "42", "partition": "gpu", "restart_count": "1"},
        ),
        ({"PBS_JOBID": "9.head", "PBS_QUEUE": "long"}, {"kind": "pbs", "job_id": "9.head", "queue": "long"}),
        ({"LSB_JOBID": "5"}, {"kind": "lsf", "job_id": "5"}),
        (
            {"SGE_TASK_ID": "undefined", "JOB_ID": "3"},
            {"kind": "grid engine", "job_id": "3", "task_id": "undefined"},
        ),
        ({"KUBERNETES_SERVICE_HOST": "1", "HOSTNAME": "train-0"}, {"kind": "kubernetes", "pod": "train-0"}),
    ],
)
def test_scheduler(env: dict[str, str], expected: dict[str, str], tmp_path: Path) -> None:
    """Each scheduler is known by its variables."""
    assert scheduler_facts(env, str(tmp_path)) == expected


def test_container_and_distribution(tmp_path: Path) -> None:
    """Signs of a container and the name of the system are files."""
    assert container({}, str(tmp_path)) is None
    (tmp_path / ".dockerenv").write_text("")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text('NAME="x"\nPRETTY_NAME="Some Linux 3"\n')
    facts = system_facts({}, str(tmp_path))
    assert (facts["container"], facts["distribution"]) == ("docker", "Some Linux 3")
    assert container({"APPTAINER_NAME": "a.sif"}, str(tmp_path)) == "apptainer"


def make_environment(folder: Path) -> Path:
    """A virtual environment as far as its files say, with two packages."""
    packages = folder / "lib/python3.9/site-packages"
    for name in ("numpy-1.26.4.dist-info", "my_tool-0.1.dist-info", "old-2.0-py3.9.egg-info", "numpy"):
        (packages / name).mkdir(parents=True)
    (folder / "bin").mkdir()
    python = folder / "bin/python"
    python.write_bytes(b"\x7fELF")
    python.chmod(0o755)
    (folder / "pyvenv.cfg").write_text("home = /usr\nversion = 3.9.18\n")
    return python


def test_another_interpreter_is_read_from_its_files(tmp_path: Path) -> None:
    """The command's own Python is described, and not the one that `collect` is installed in."""
    python = make_environment(tmp_path / "venv")
    saved: dict[str, bytes] = {}
    asked = request(tmp_path, str(python), "train.py")
    assert python_facts(asked)["version"] == "3.9.18"
    facts = package_facts(asked, lambda name, content: saved.update({name: content}))
    assert saved["requirements.txt"] == b"my-tool==0.1\nnumpy==1.26.4\nold==2.0\n"
    assert (facts["count"], facts["versions"]["numpy"]) == (3, "1.26.4")


def test_launcher_names_its_interpreter(tmp_path: Path) -> None:
    """torchrun and its like are scripts whose first line says which Python runs them."""
    python = make_environment(tmp_path / "venv")
    launcher = tmp_path / "venv/bin/torchrun"
    launcher.write_text(f"#!{python}\nimport torch\n")
    launcher.chmod(0o755)
    found = find_interpreter(request(tmp_path, "torchrun", "t.py", env={"PATH": str(launcher.parent)}))
    assert found is not None
    assert found.executable == str(python)


@pytest.mark.parametrize("command", ["/bin/sh", "no-such-program"])
def test_commands_that_are_not_python(command: str, tmp_path: Path) -> None:
    """A command that is not Python has no Python section."""
    assert python_facts(request(tmp_path, command)) == {}
    assert package_facts(request(tmp_path, command), no_file) == {}


def test_first_folder_wins(tmp_path: Path) -> None:
    """Of two versions of a package the one that is imported is recorded."""
    for folder, version in (("a", "2"), ("b", "1")):
        (tmp_path / folder / f"pkg-{version}.dist-info").mkdir(parents=True)
    assert installed_packages([str(tmp_path / "a"), str(tmp_path / "b"), "/absent"]) == [("pkg", "2")]
