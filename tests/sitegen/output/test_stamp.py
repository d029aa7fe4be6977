"""Whether anything changed: themes that users edit, and sites with things of others in them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sitegen.build import BuildReport, build
from sitegen.config import Config
from tests.sitegen.build.test_whole_builds import record, settle
from tests.sitegen.logs import config_of


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """One run, and a theme of a user's own."""
    record(tmp_path / "runlogs", 0)
    settle(tmp_path / "runlogs")
    theme = tmp_path / "theme"
    (theme / "static").mkdir(parents=True)
    (theme / "static" / "note.txt").write_text("one")
    config = config_of(tmp_path / "runlogs")
    return replace(config, theme=replace(config.theme, custom_dir=theme))


def again(config: Config) -> BuildReport:
    return build(config, jobs=1)


def link_beside(theme: Path) -> None:
    (theme / ".#home.html").symlink_to("somebody@host.1:2")


def link_to_itself(theme: Path) -> None:
    (theme / "round").symlink_to("round")


def link_above(theme: Path) -> None:
    (theme / "static" / "up").symlink_to("..")


def link_to_the_logs(theme: Path) -> None:
    (theme / "all").symlink_to(theme.parent)


LINKS = [link_beside, link_to_itself, link_above, link_to_the_logs]


@pytest.mark.parametrize("link", LINKS)
def test_links_of_a_theme_that_lead_nowhere_or_back_are_no_trouble(
    config: Config, link: Callable[[Path], None]
) -> None:
    """Editors make such links for files with changes that are not saved."""
    assert config.theme.custom_dir is not None
    link(config.theme.custom_dir)
    again(config)
    assert again(config).is_unchanged


@pytest.mark.parametrize("link", LINKS[:3])
def test_links_of_others_in_a_site_are_no_trouble(config: Config, link: Callable[[Path], None]) -> None:
    """They are not followed, and do not make a build fail or the next one think that all has changed."""
    again(config)
    (config.site_dir / "static").mkdir(exist_ok=True)
    link(config.site_dir)
    record(config.site_dir.parent / "runlogs", 1)
    settle(config.site_dir.parent / "runlogs")
    assert again(config).runs == 2
    assert again(config).is_unchanged


def test_what_a_link_in_a_site_leads_to_is_not_looked_at(config: Config, tmp_path: Path) -> None:
    """It is no part of the site, and may be as large as a disk."""
    again(config)
    other = tmp_path / "other"
    other.mkdir()
    (config.site_dir / "big").symlink_to(other)
    again(config)
    assert again(config).is_unchanged
    (other / "more").write_text("more")
    assert again(config).is_unchanged


@pytest.mark.parametrize("is_linked", [False, True])
def test_an_edit_of_a_theme_that_looks_the_same_is_seen(
    config: Config, is_linked: bool, tmp_path: Path
) -> None:
    """As many bytes, at the same place, and with the time of before: archives and copies make such."""
    assert config.theme.custom_dir is not None
    static = config.theme.custom_dir / "static"
    if is_linked:
        static.rename(tmp_path / "elsewhere")
        static.symlink_to(tmp_path / "elsewhere")
    again(config)
    note = static / "note.txt"
    before = note.stat()
    note.write_text("two")
    os.utime(note, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not again(config).is_unchanged
    assert (config.site_dir / "static" / "note.txt").read_text() == "two"
