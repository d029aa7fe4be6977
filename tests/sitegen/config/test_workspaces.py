"""Workspace files: where they are found, what they can say, and what a reader is told when one is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.config import Workspace
from sitegen.config.load import fingerprint, load_settings
from sitegen.config.reference import workspaces_page
from sitegen.errors import MisuseError

ROOT = Path(__file__).resolve().parents[3]


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def found(folder: Path) -> tuple[Workspace, ...]:
    settings = load_settings(None, folder=folder)
    assert settings.warnings == ()
    return settings.config.workspaces


def complaint(folder: Path) -> list[str]:
    with pytest.raises(MisuseError) as caught:
        load_settings(None, folder=folder)
    return [line.removeprefix(f"{folder}/") for line in str(caught.value).splitlines()]


def test_the_project_is_said_by_the_file_or_by_its_folder(tmp_path: Path) -> None:
    """`workspaces/*.yml` names it, `workspaces/<project>/*.yml` need not; other files are nobody's."""
    put(tmp_path, "workspaces/paper.yml", "project: digits")
    put(tmp_path, "workspaces/vision/big.yaml", "title: Big ones")
    put(tmp_path, "workspaces/vision/notes.txt", "not YAML: [")
    put(tmp_path, "workspaces/.old.yml", "[")
    assert [(one.project, one.name, one.title) for one in found(tmp_path)] == [
        ("digits", "paper", "paper"),
        ("vision", "big", "Big ones"),
    ]


def test_the_folder_can_be_another(tmp_path: Path) -> None:
    """`workspaces_dir` is relative to the settings file."""
    put(tmp_path, "mkdocs-style.yml", "workspaces_dir: views")
    put(tmp_path, "views/paper.yml", "project: digits")
    assert [one.name for one in found(tmp_path)] == ["paper"]


def test_a_text_stands_for_a_chart_or_a_section(tmp_path: Path) -> None:
    """Short forms and long ones mean the same."""
    put(tmp_path, "workspaces/a.yml", "project: p\nsections: [val, {title: T, charts: loss}]")
    val, listed = found(tmp_path)[0].options.sections
    assert (val.title, val.charts) == ("val", ())
    assert [panel.metric for panel in listed.charts] == ["loss"]


def test_the_default_is_the_first_page(tmp_path: Path) -> None:
    """Without one it is the first file by name."""
    put(tmp_path, "workspaces/a.yml", "project: p")
    put(tmp_path, "workspaces/b.yml", "project: p\ndefault: true")
    config = load_settings(None, folder=tmp_path).config
    assert [one.name for one in config.workspaces_of("p")] == ["b", "a"]


def test_every_problem_is_told_with_file_and_line(tmp_path: Path) -> None:
    """Unknown keys with the nearest name, wrong values, missing things, torn YAML; all at once."""
    put(
        tmp_path,
        "workspaces/a.yml",
        "project: p\nsmoothng: 1\nsections:\n  - title: T\n  - title: T\n    chart: x",
    )
    put(tmp_path, "workspaces/b.yml", "title: B\ny: cubic\ndrawn: newest\nsmoothing: 7")
    put(tmp_path, "workspaces/c.yml", "filter: [")
    lines = complaint(tmp_path)
    assert 'workspaces/a.yml:2 warning: unknown option "smoothng". Did you mean "smoothing"?' in lines
    assert 'workspaces/a.yml:5 sections.1.title: "T" stands twice' in lines
    assert (
        'workspaces/a.yml:6 warning: unknown option "chart" under sections.1. Did you mean "charts"?' in lines
    )
    assert any(line.startswith("workspaces/b.yml:1 project: is missing") for line in lines)
    assert 'workspaces/b.yml:2 y: "cubic" is none of "linear", "log", "symlog".' in lines
    assert any(line.startswith('workspaces/b.yml:3 drawn: "newest" is none of') for line in lines)
    assert "workspaces/b.yml:4 smoothing: must be between 0.0 and 0.99, not 7.0" in lines
    assert any("workspaces/c.yml" in line for line in lines)
    assert lines[-1] == "6 errors, 2 warnings; nothing was built."


def test_ends_of_axes_are_checked_with_their_lines(tmp_path: Path) -> None:
    """A chart, at least one end, the lower below the upper, each chart once; numbers that are numbers."""
    put(
        tmp_path,
        "workspaces/a.yml",
        "project: p\nranges:\n  - {chart: loss, low: 2, high: 1}\n  - {chart: loss, low: 0}\n"
        "  - {chart: acc}\n  - {low: 1}\n  - {chart: b, high: .inf}\n  - {chart: c, low: x}\n",
    )
    assert complaint(tmp_path)[:-1] == [
        "workspaces/a.yml:3 ranges.0: low (2) must be below high (1)",
        'workspaces/a.yml:4 ranges.1.chart: "loss" stands twice',
        "workspaces/a.yml:5 ranges.2: needs low, high or both",
        "workspaces/a.yml:6 ranges.3: needs a chart: the name of its metric",
        "workspaces/a.yml:7 ranges.4: low and high must be finite",
        'workspaces/a.yml:8 ranges.5.low: must be a number, not "x"',
        "workspaces/a.yml:8 ranges.5: needs low, high or both",
    ]


def test_two_files_cannot_be_the_same_page(tmp_path: Path) -> None:
    """Two defaults, two files of one name."""
    put(tmp_path, "workspaces/a.yml", "project: p\ndefault: true")
    put(tmp_path, "workspaces/p/A.yml", "default: true")
    lines = complaint(tmp_path)
    assert len(lines) == 3
    assert 'is the first page of "p" already' in "".join(lines)
    assert "with the same name already" in "".join(lines)


def test_a_changed_workspace_is_a_changed_setting(tmp_path: Path) -> None:
    """So that a build without other changes does not pass it over."""
    put(tmp_path, "workspaces/a.yml", "project: p")
    before = fingerprint(load_settings(None, folder=tmp_path).config)
    assert fingerprint(load_settings(None, folder=tmp_path).config) == before
    put(tmp_path, "workspaces/a.yml", "project: p\ny: log")
    assert fingerprint(load_settings(None, folder=tmp_path).config) != before


def test_the_reference_page_is_current() -> None:
    """docs/reference/workspaces.md is what the option classes say."""
    written = (ROOT / "docs/reference/workspaces.md").read_text(encoding="utf-8")
    assert written == workspaces_page(), (
        "python -m sitegen.config.reference workspaces > docs/reference/workspaces.md"
    )
