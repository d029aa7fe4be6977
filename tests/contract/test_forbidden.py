"""Things that are in no file of ours, whatever the reason of the day."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.contract.imports import ROOT, imports_of, package_files

CODE = package_files("collector", "sitegen", "examples", "benchmarks")
THEMES = [
    path
    for suffix in ("js", "css", "j2", "html", "yml", "svg")
    for path in (ROOT / "themes").rglob(f"*.{suffix}")
    if "node_modules" not in path.parts
]

LOADERS_THAT_RUN_CODE = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve"}

RUNS_TEXT = re.compile(r"(?<![\w.])(eval|exec)\(|yaml\.load\(|torch\.load\(|shell\s*=\s*True|os\.system\(")

RUNS_OWN_TEXT = {'exec("raise KeyboardInterrupt")'}
"""Lines that run a text of ours and nothing else: this one sets a flag of Python that has no other handle."""

SAFE_FILTERS: set[str] = set()
"""Templates that may use `|safe`: the audited ones, each printing markup that our own code made."""

URL = re.compile(r"""(?:https?:)?//[\w.-]+\.[a-z]{2,}""", re.IGNORECASE)

NAMESPACES = ("http://www.w3.org/",)
"""Names that look like addresses and are never fetched."""

UNKNOWN_ON_FILE = re.compile(
    r"\bfetch\(|\bXMLHttpRequest\b|\bimport\(|\bimportScripts\(|new Function\(|\beval\("
)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_no_loader_that_runs_code(path: Path) -> None:
    """Reading a file never runs what is in it, and text is never run."""
    source = path.read_text(encoding="utf-8")
    imported = {found.module.split(".")[0] for found in imports_of(source)}
    assert not imported & LOADERS_THAT_RUN_CODE
    found_lines = [line.strip() for line in source.splitlines() if RUNS_TEXT.search(line)]
    assert [line for line in found_lines if line not in RUNS_OWN_TEXT] == []


@pytest.mark.parametrize("path", THEMES, ids=_name)
def test_theme_reaches_nothing_outside(path: Path) -> None:
    """A theme names no address: a built site works without any network."""
    text = path.read_text(encoding="utf-8")
    found = [url.group() for url in URL.finditer(text) if not text[url.start() :].startswith(NAMESPACES)]
    assert found == []


@pytest.mark.parametrize("path", [one for one in THEMES if one.suffix == ".js"], ids=_name)
def test_script_works_from_disk(path: Path) -> None:
    """Scripts use nothing that a page opened from disk may not do, and make no code from text."""
    assert UNKNOWN_ON_FILE.findall(_without_comments(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", [one for one in THEMES if one.suffix in {".html", ".j2"}], ids=_name)
def test_template_keeps_escaping_on(path: Path) -> None:
    """No template prints text as markup, carries an inline style, or an inline script."""
    text = path.read_text(encoding="utf-8")
    assert "|safe" not in text.replace(" ", "") or _name(path) in SAFE_FILTERS
    assert "autoescape false" not in text
    assert re.findall(r"\sstyle\s*=|<style|\son\w+\s*=\s*[\"']|<script(?![^>]*\ssrc=)", text) == []


def test_scripts_and_templates_are_looked_at() -> None:
    """The themes folder was found: an empty list of files would prove nothing."""
    assert {path.suffix for path in THEMES} >= {".js", ".css", ".yml"}


def test_no_third_party_script_is_committed() -> None:
    """What the site needs of others comes out of a Python package at build time."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    assert [
        name for name in listed.stdout.splitlines() if re.search(r"\.min\.|vendor/|node_modules/", name)
    ] == []


def _without_comments(script: str) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//.*$", "", script, flags=re.DOTALL | re.MULTILINE)
