"""The state of the code, asked of real repositories."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from collector.provenance import git
from collector.provenance.git import git_facts, read_status, run_limited, without_userinfo
from collector.provenance.request import Request

IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")


class Repository:
    """A repository with one commit, and what git_facts says about it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.saved: dict[str, bytes] = {}
        self.git("init", "-q", "-b", "trunk")
        (folder / "train.py").write_text("lr = 0.1\n")
        self.git("add", ".")
        self.git(*IDENTITY, "commit", "-q", "-m", "first")

    def git(self, *words: str) -> str:
        return subprocess.run(
            ["git", *words], cwd=self.folder, check=True, capture_output=True, text=True
        ).stdout.strip()

    def save(self, name: str, content: bytes) -> str | None:
        self.saved[name] = content
        return None

    def facts(self, cwd: Path | None = None, **changes: Any) -> dict[str, Any]:
        request = Request(("python", "train.py"), 1, os.environ, str(cwd or self.folder))
        return git_facts(request._replace(**changes), self.save)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository in a folder of its own."""
    folder = tmp_path / "repo"
    folder.mkdir()
    return Repository(folder)


def test_clean_repository(repository: Repository) -> None:
    """Commit and branch are known, nothing is dirty and nothing is saved."""
    facts = repository.facts()
    assert facts["commit"] == repository.git("rev-parse", "HEAD")
    assert (facts["branch"], facts["dirty"], facts["untracked"]) == ("trunk", False, [])
    assert repository.saved == {}


def test_changes_become_a_patch_that_applies(repository: Repository) -> None:
    """Staged and unstaged changes are in the patch, and a clean checkout takes it."""
    (repository.folder / "train.py").write_text("lr = 0.2\n")
    (repository.folder / "new.py").write_text("staged\n")
    repository.git("add", "new.py")
    facts = repository.facts()
    assert (facts["dirty"], facts["patch"]) == (True, "diff.patch")
    patch = repository.saved["diff.patch"]
    assert b"-lr = 0.1\n+lr = 0.2\n" in patch
    repository.git("reset", "-q", "--hard")
    subprocess.run(["git", "apply"], cwd=repository.folder, input=patch, check=True)
    assert (repository.folder / "new.py").read_text() == "staged\n"


def test_untracked_names_are_listed(repository: Repository) -> None:
    """Untracked files are named, their content is not saved, and they make nothing dirty."""
    (repository.folder / "käse und brot.txt").write_text("secret")
    facts = repository.facts()
    assert (facts["untracked"], facts["untracked_count"]) == (["käse und brot.txt"], 1)
    assert facts["dirty"] is False
    assert repository.saved == {}


def test_no_code(repository: Repository) -> None:
    """With --no-code the run is known to be dirty, but no patch is kept."""
    (repository.folder / "train.py").write_text("lr = 0.2\n")
    facts = repository.facts(save_code=False)
    assert facts["dirty"] is True
    assert "patch" not in facts
    assert repository.saved == {}


def test_token_in_remote_is_not_recorded(repository: Repository) -> None:
    """Name and token before the host do not get into the log."""
    repository.git("remote", "add", "origin", "https://me:ghp_abc123@github.com/me/repo.git")
    assert repository.facts()["remote"] == "https://github.com/me/repo.git"
    assert without_userinfo("git@github.com:me/repo.git") == "git@github.com:me/repo.git"
    assert without_userinfo("ssh://git@host:22/a@b.git") == "ssh://host:22/a@b.git"


def test_large_patch_is_cut_at_a_line(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """A patch over the limit is cut after a whole line and marked."""
    monkeypatch.setattr(git, "PATCH_BYTES", 1000)
    (repository.folder / "train.py").write_text("".join(f"lr = {n}\n" for n in range(1000)))
    facts = repository.facts()
    assert facts["patch_cut"] is True
    patch = repository.saved["diff.patch"]
    assert 900 < len(patch) <= 1000
    assert patch.endswith(b"\n")


def test_repository_without_commit(tmp_path: Path) -> None:
    """Before the first commit there is a branch and no commit."""
    subprocess.run(["git", "init", "-q", "-b", "trunk"], cwd=tmp_path, check=True)
    facts = git_facts(Request(("x",), 1, os.environ, str(tmp_path)), lambda name, content: None)
    assert facts["branch"] == "trunk"
    assert "commit" not in facts


def test_code_elsewhere(repository: Repository, tmp_path: Path) -> None:
    """A script given by its path is looked up where it is, when we are in no repository."""
    facts = repository.facts(cwd=tmp_path, command=("python", str(repository.folder / "train.py")))
    assert facts["root"] == str(repository.folder.resolve())


def test_no_repository(tmp_path: Path) -> None:
    """Outside of a repository there is nothing to tell."""
    assert git_facts(Request(("x",), 1, os.environ, str(tmp_path)), lambda name, content: None) == {}


def test_reading_changes_nothing(repository: Repository) -> None:
    """The index is not rewritten, so that a commit made at the same time meets no lock."""
    index = repository.folder / ".git" / "index"
    os.utime(repository.folder / "train.py", (1, 1))
    before = index.read_bytes()
    repository.facts()
    assert index.read_bytes() == before


def test_program_of_the_repository_is_not_run(repository: Repository) -> None:
    """Settings of a repository that name programs are not followed."""
    mark = repository.folder / "ran"
    repository.git("config", "core.fsmonitor", f"touch {mark}; false")
    repository.git("config", "diff.external", f"touch {mark}; false")
    (repository.folder / "train.py").write_text("lr = 0.2\n")
    assert repository.facts()["dirty"] is True
    assert not mark.exists()


def test_status_with_renames() -> None:
    """The old name of a renamed file is no changed file of its own."""
    text = b"R  new.py\0old.py\0 M a b.py\0?? notes/\0"
    assert read_status(text) == (["new.py", "a b.py"], ["notes/"])


def test_slow_program_is_given_up() -> None:
    """A program that hangs costs its time limit and no more."""
    begin = time.monotonic()
    assert run_limited(["sleep", "20"], dict(os.environ), 0.2, 100) is None
    assert time.monotonic() - begin < 5


def test_endless_output_is_cut() -> None:
    """A program that never stops printing is stopped at the size limit."""
    text = run_limited(["yes"], dict(os.environ), 5, 1000)
    assert text is not None
    assert len(text) == 1000
