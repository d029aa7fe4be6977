"""The documentation and the code say the same."""

from __future__ import annotations

import argparse
import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from collector.cli.main import COMMANDS
from sitegen.config import ChartOptions, Config, MetricOptions, PaletteOptions, ProjectOptions, ThemeOptions
from tests.contract.imports import ROOT

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(page for folder in ("docs", "examples", "benchmarks") for page in (ROOT / folder).rglob("*.md")),
    ]
)

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")

OPTIONS = [
    one.name
    for group in (Config, ProjectOptions, MetricOptions, ThemeOptions, PaletteOptions, ChartOptions)
    for one in fields(group)
    if one.metadata.get("option", True)
]

# Assembled from parts, so that this file does not contain what it looks for.
MACHINE_PATH = re.compile(
    r"(?<![\w.:/])/(?:" + "|".join(("ro" + "ot", "wo" + "rk")) + r")/\w|\.\./sha" + "red"
)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _anchors(page: Path) -> set[str]:
    """The anchors that a rendered Markdown page has for its headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link names a file that exists, and an anchor that it has."""
    broken = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        if not file.exists() or (anchor and anchor not in _anchors(file)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=_name)
def test_page_can_be_found(page: Path) -> None:
    """Each page is linked from the start page or from its section's index."""
    if page.name == "index.md" and page.parent.name == "docs":
        return
    indexes = [ROOT / "docs" / "index.md", ROOT / "docs" / "decisions" / "index.md"]
    linked = {
        (index.parent / link.partition("#")[0]).resolve()
        for index in indexes
        for link in LINK.findall(index.read_text(encoding="utf-8"))
    }
    assert page in linked


@pytest.mark.parametrize("command", ["collect", "sitegen"])
def test_every_command_line_option_is_documented(command: str) -> None:
    """docs/reference has each option and subcommand of the command."""
    parser = import_module(
        {"collect": "collector", "sitegen": "sitegen"}[command] + ".cli.main"
    ).make_parser()
    page = (ROOT / "docs" / "reference" / f"{command}.md").read_text(encoding="utf-8")
    words = _words(parser)
    assert words
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "run"])
def test_each_command_of_collect_has_a_section_with_its_options(command: str) -> None:
    """What an option means is told where its command is; what all commands share stands once before them."""
    page = (ROOT / "docs" / "reference" / "collect.md").read_text(encoding="utf-8")
    shared = page.split("## Commands over the logs")[1].split("\n### ")[0]
    section = page.split(f"\n### `collect {command}`\n")[1].split("\n### ")[0]
    words = _words(import_module(COMMANDS[command]).make_parser())
    assert [word for word in words if f"`{word}" not in section and f"`{word}" not in shared] == []


@pytest.mark.parametrize("command", ["build", "watch", "serve", "check", "verify", "export", "new"])
def test_the_synopsis_of_each_command_of_sitegen_is_whole(command: str) -> None:
    """Every option is in it, by its short name where it has one."""
    page = (ROOT / "docs" / "reference" / "sitegen.md").read_text(encoding="utf-8")
    synopsis = page.split(f"    sitegen {command} ")[1].split("\n")[0]
    parser = import_module("sitegen.cli.main").make_parser()
    options = [
        action.option_strings for action in parser._subparsers._group_actions[0].choices[command]._actions
    ]
    missing = [
        names[0] for names in options if names and "--help" not in names and f"[{names[0]}" not in synopsis
    ]
    assert missing == []


def _words(parser: argparse.ArgumentParser) -> list[str]:
    """Every option string and subcommand, those of subcommands included."""
    words: list[str] = []
    for action in parser._actions:
        words.extend(action.option_strings)
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                words += [name, *_words(child)]
    return words


@pytest.mark.parametrize("option", OPTIONS)
def test_every_setting_is_documented(option: str) -> None:
    """docs/reference/configuration.md has an entry for each key of mkdocs-style.yml."""
    assert f"`{option}" in (ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8")


def written_files() -> list[Path]:
    """Everything a reader of the repository sees, but tests, which may use any path."""
    suffixes = {".py", ".md", ".yml", ".toml", ".js", ".css", ".j2", ".html", ".json", ""}
    folders = ("collector", "sitegen", "themes", "docs", "examples", "benchmarks", ".ci")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    return [
        path
        for path in (*found, *ROOT.glob("*.*"), ROOT / "Makefile")
        if path.is_file()
        and path.suffix in suffixes
        and "__pycache__" not in path.parts
        # In a linked worktree .git is a file with a path in it, and no part of the repository.
        and path.name != ".git"
    ]


def test_no_file_names_a_path_of_one_machine() -> None:
    """Nothing in the repository points to a folder that only its authors have."""
    found = {
        _name(path): matches
        for path in written_files()
        if (matches := MACHINE_PATH.findall(path.read_text(encoding="utf-8")))
    }
    assert found == {}
