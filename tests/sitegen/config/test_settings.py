"""mkdocs-style.yml: what it can say, and what a reader is told when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.config import Config, MetricOptions, ProjectOptions
from sitegen.config.load import Overrides, fingerprint, load_settings
from sitegen.config.reference import page
from sitegen.errors import MisuseError

ROOT = Path(__file__).resolve().parents[3]


def settings(tmp_path: Path, text: str, **overrides: object) -> Config:
    """The configuration that a file with this text gives, without any warning."""
    found = load_settings(write(tmp_path, text), Overrides(**overrides))  # type: ignore[arg-type]
    assert found.warnings == ()
    return found.config


def complaint(tmp_path: Path, text: str, **overrides: object) -> list[str]:
    """The lines of the error that a file with this text gives."""
    with pytest.raises(MisuseError) as caught:
        load_settings(write(tmp_path, text), Overrides(**overrides))  # type: ignore[arg-type]
    assert caught.value.exit_code == 2
    return [line.removeprefix(f"{tmp_path}/") for line in str(caught.value).splitlines()]


def write(tmp_path: Path, text: str, name: str = "mkdocs-style.yml") -> Path:
    place = tmp_path / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return place


def test_no_file_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file every default applies, and nothing is odd."""
    found = load_settings(None, folder=tmp_path)
    assert found.warnings == ()
    assert found.config.runs_dir == (tmp_path / "runlogs",)
    assert found.config.runs_dir_is_default
    monkeypatch.chdir(tmp_path)
    assert load_settings(None, folder=Path()).config.site_dir == Path("site")


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the file is named by a relative path."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "sites").mkdir()
    write(tmp_path / "sites", "runs_dir: ../logs\nsite_dir: made")
    monkeypatch.chdir(tmp_path)
    config = load_settings(Path("sites/mkdocs-style.yml")).config
    assert config.runs_dir == (Path("sites/../logs"),)
    assert (config.site_dir, config.cache_dir) == (Path("sites/made"), Path("sites/.sitegen"))


def test_everything_can_be_set(tmp_path: Path) -> None:
    """Paths start at the file, lists may be single values, groups hold groups."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "more.css").touch()
    config = settings(
        tmp_path,
        """
site_name: Lab
runs_dir: logs
extra_css: more.css
exclude: ["scratch/*"]
strict: true
theme: {name: paper, palette: {ink: "#123", accent: "oklch(60% 0.1 200)"}}
charts: {smoothing: 1e-1, drawn_runs: 7, height: 300.0}
projects:
  digits:
    title: 12
    metrics: {"*/acc": {goal: max}, val/acc: {unit: "%"}}
""",
    )
    assert config.runs_dir == (tmp_path / "logs",)
    assert config.extra_css == (tmp_path / "more.css",)
    assert config.charts.smoothing == 0.1
    assert config.charts.height == 300
    assert config.theme.palette.accent == "oklch(60% 0.1 200)"
    assert config.project("digits").title == "12"
    assert config.project("digits").metric("val/acc") == MetricOptions("max", "%", None)
    assert config.project("other") == ProjectOptions()


def test_theme_may_be_a_name(tmp_path: Path) -> None:
    """`theme: name` means its name."""
    assert settings(tmp_path, "theme: paper").theme.name == "paper"


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """Each with its line, in the order of lines, with near names, and a count at the end."""
    (tmp_path / "runlogs").mkdir()
    lines = complaint(
        tmp_path,
        """site_nam: x
runs_dir: [runlogs, runlog]
charts:
  smoothng: 0.5
  smoothing: 2
strict: maybe
projects:
  a: {metrics: {loss: {goal: down}}}
timezone: Paris
""",
    )
    assert lines == [
        'mkdocs-style.yml:1 warning: unknown option "site_nam". Did you mean "site_name"?',
        f'mkdocs-style.yml:2 runs_dir: folder "{tmp_path}/runlog" does not exist. '
        'Nearby: "runlogs", "mkdocs-style.yml".',
        'mkdocs-style.yml:4 warning: unknown option "smoothng" under charts. Did you mean "smoothing"?',
        "mkdocs-style.yml:5 charts.smoothing: must be between 0.0 and 0.99, not 2.0",
        'mkdocs-style.yml:6 strict: must be true or false, not "maybe"',
        'mkdocs-style.yml:8 projects.a.metrics.loss.goal: "down" is none of "min", "max".',
        'mkdocs-style.yml:9 timezone: "Paris" is not a known time zone, for example "Europe/Paris"',
        "5 errors, 2 warnings; nothing was built.",
    ]


def test_an_unknown_option_is_a_warning(tmp_path: Path) -> None:
    """It is told and the rest applies; with --strict it stops the build."""
    place = write(tmp_path, "site_name: Lab\nsite_nmae: Lab")
    found = load_settings(place)
    assert found.config.site_name == "Lab"
    assert [line.endswith('Did you mean "site_name"?') for line in found.warnings] == [True]
    assert complaint(tmp_path, "site_nmae: Lab", strict=True)[-1] == "1 error; nothing was built."


@pytest.mark.parametrize(
    "text",
    [
        "- a\n- b",
        "just text",
        "a: [",
        "site_name: a\nsite_name: b",
        "runs_dir: {a: 1}",
        "charts: 7",
        "projects: [a]",
        "projects: {a: 5}",
        "charts: {height: 10}",
        "charts: {height: .inf}",
        "charts: {drawn_runs: 1.5}",
        "charts: {smoothing: .nan}",
        "extra_css: nowhere.css",
        "theme: {custom_dir: nowhere}",
        'theme: {palette: {ink: "red; } body {"}}',
        "repo_url: javascript:alert(1)",
        'language: "en\\" onload=x"',
        "site_dir: 7",
        "site_dir: ''",
        "INHERIT: nowhere.yml",
        "INHERIT: mkdocs-style.yml",
    ],
)
def test_wrong_files_are_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    """No file, however wrong, gives anything but a message for its author."""
    assert "mkdocs-style.yml" in complaint(tmp_path, text)[0]


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    """A file with comments only sets nothing, and an option without value keeps its default."""
    assert settings(tmp_path, "# nothing\n").site_name == "Experiments"
    assert settings(tmp_path, "site_name:\ncharts:\n").charts.height == 220


def test_inherited_settings(tmp_path: Path) -> None:
    """Groups are merged over the files, values of the nearer file count, lines name the right file."""
    write(tmp_path, "site_name: Base\ncharts: {height: 100, drawn_runs: 3}\n", "base.yml")
    config = settings(tmp_path, "INHERIT: base.yml\ncharts: {height: 200}")
    assert (config.site_name, config.charts.height, config.charts.drawn_runs) == ("Base", 200, 3)
    write(tmp_path, "site_name: Base\n\nlanguage: '!'\n", "base.yml")
    assert complaint(tmp_path, "INHERIT: base.yml")[0].startswith("base.yml:3 language:")


def test_the_command_line_counts_more(tmp_path: Path) -> None:
    """Folders given to the command replace those of the file, and must exist."""
    (tmp_path / "given").mkdir()
    config = settings(tmp_path, "runs_dir: absent", runs_dir=(tmp_path / "given",), site_dir=tmp_path / "out")
    assert (config.runs_dir, config.site_dir) == ((tmp_path / "given",), tmp_path / "out")
    lines = complaint(tmp_path, "", runs_dir=(tmp_path / "givn",))
    assert lines[0].startswith(f'runs_dir: folder "{tmp_path}/givn" does not exist. Nearby: "given"')


def test_a_named_file_has_to_exist(tmp_path: Path) -> None:
    """`-f` with a wrong name says what there is."""
    write(tmp_path, "", "site.yml")
    with pytest.raises(MisuseError, match=r'Nearby: "site\.yml"'):
        load_settings(tmp_path / "sit.yml")


def test_fingerprint_changes_with_every_setting(tmp_path: Path) -> None:
    """Nothing can be set that a build without changes would overlook."""
    one = settings(tmp_path, "site_name: a")
    assert fingerprint(one) == fingerprint(settings(tmp_path, "site_name: a # again"))
    assert fingerprint(one) != fingerprint(settings(tmp_path, "site_name: a\ncharts: {height: 221}"))


def test_the_reference_page_is_current() -> None:
    """docs/reference/configuration.md is what the option classes say; the page tells how to renew it."""
    assert (ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8") == page()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("site_dir: runlogs/site", 'site_dir: "{0}/runlogs/site" is in the logs.'),
        ("site_dir: runlogs", 'site_dir: "{0}/runlogs" is in the logs.'),
        ("cache_dir: runlogs/.cache", 'cache_dir: "{0}/runlogs/.cache" is in the logs.'),
        ("cache_dir: site/cache", 'cache_dir: "{0}/site/cache" is in the site.'),
        ("cache_dir: site", 'cache_dir: "{0}/site" is in the site.'),
        ("site_dir: .sitegen/site", 'site_dir: "{0}/.sitegen/site" is in the cache.'),
    ],
)
def test_what_is_written_stays_apart(tmp_path: Path, text: str, expected: str) -> None:
    """A site or a cache among the logs would be taken for runs, and a cache in the site be published."""
    first = complaint(tmp_path, text)[0]
    assert first.startswith(f"mkdocs-style.yml:1 {expected.format(tmp_path)} Choose a folder beside")


def test_a_site_below_the_folder_of_a_single_project_is_refused_from_the_command_line(tmp_path: Path) -> None:
    """The message names no line of a file that does not say it."""
    (tmp_path / "runlogs").mkdir()
    lines = complaint(tmp_path, "site_name: x", site_dir=tmp_path / "runlogs" / "toy")
    assert lines[0].startswith("site_dir: ")


def test_a_file_where_a_folder_belongs_and_a_folder_where_a_file_does(tmp_path: Path) -> None:
    """Neither is said not to exist, and neither is passed over in silence."""
    (tmp_path / "log.jsonl").write_text("")
    assert "is a file; name the folder it is in." in complaint(tmp_path, "runs_dir: log.jsonl")[0]
    (tmp_path / "other" / "mkdocs-style.yml").mkdir(parents=True)
    with pytest.raises(MisuseError, match="is a folder"):
        load_settings(None, folder=tmp_path / "other")


def test_places_that_cannot_be_are_told_of(tmp_path: Path) -> None:
    """Links in a circle, names that no file system takes, and the null character that YAML can spell."""
    (tmp_path / "loop").symlink_to("loop")
    assert complaint(tmp_path, "site_dir: loop")[0].endswith(
        'loop" is a link that leads in a circle. Remove it, or choose another folder.'
    )
    assert "is too long a name for this file system" in complaint(tmp_path, f"cache_dir: {'x' * 300}")[0]
    assert complaint(tmp_path, r'site_dir: "a\0b"')[0].startswith(
        "mkdocs-style.yml:1 site_dir: must be a path"
    )
    looping = complaint(tmp_path, "site_name: x", runs_dir=(tmp_path / "loop",))
    assert looping[0].startswith("runs_dir: folder")
    assert "does not exist" in looping[0]


def test_a_link_to_nothing_is_no_missing_configuration(tmp_path: Path) -> None:
    """Who wrote a file and linked to it wrongly would else get a site of defaults."""
    (tmp_path / "mkdocs-style.yml").symlink_to("elsewhere.yml")
    with pytest.raises(MisuseError, match="is a link to nothing"):
        load_settings(None, folder=tmp_path)
