"""Tests of themes: extension, custom folder, palette, assets, and what documentation promises."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from sitegen.config import Config, PaletteOptions, ThemeOptions
from sitegen.derive.facts import SiteFacts
from sitegen.errors import MisuseError
from sitegen.pages import mediaviews, views
from sitegen.pages.environment import environment
from sitegen.pages.reference import help_texts, refreshed
from sitegen.pages.themes import lean, load_theme, theme_dir
from sitegen.texts import texts_of
from tests.sitegen.pages.conftest import Files

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "reference" / "theme.md"
TEMPLATES = sorted((theme_dir("default") / "templates").glob("*.html"))
PAGES = {
    "home.html": views.HomePage, "project.html": views.ProjectPage, "run.html": views.RunPage,
    "runs.html": views.RunListPage, "patterns.html": views.PatternsPage, "missing.html": views.MissingPage,
    "base.html": views.Page, "_projects.html": views.HomePage, "_start.html": views.HomePage,
    "_table.html": views.ProjectPage, "_alerts.html": views.RunPage, "_overview.html": views.RunPage,
    "_metrics.html": views.RunPage, "_console.html": views.RunPage, "_provenance.html": views.RunPage,
    "_media.html": views.RunPage,
}  # fmt: skip


def sheet_of(files: Files) -> str:
    return next(content.decode() for path, content in files.items() if path.startswith("assets/site."))


def test_a_theme_of_tokens_has_everything_of_the_one_it_extends(composed: Callable[..., Files]) -> None:
    """harbour is five tokens; its pages differ in one style sheet only."""
    plain, harbour = composed(SiteFacts(())), composed(SiteFacts(()), theme=ThemeOptions("harbour"))
    assert "--accent: light-dark(#00697c, #5fc9dc);" in sheet_of(harbour)
    assert sheet_of(harbour).startswith(sheet_of(plain)[:5000])
    assert re.sub(rb"site\.\w+\.css", b"", harbour["index.html"]) == re.sub(
        rb"site\.\w+\.css", b"", plain["index.html"]
    )


@pytest.mark.parametrize("script", ["return/** @type {any} */ x;", 'say("/** @type {x} */ y");'])
def test_types_are_left_out_only_where_nothing_hangs_on_them(script: str) -> None:
    """A theme of one's own may be written differently from ours."""
    assert lean(script) == script


def test_assets_leave_out_what_only_their_writers_read(composed: Callable[..., Files]) -> None:
    """Neither style sheets nor scripts carry comments that fill lines, or types; what they do stays."""
    files = composed(SiteFacts(()))
    sheet = sheet_of(files)
    scripts = "".join(text.decode() for path, text in files.items() if re.match(r"assets/(app|later)", path))
    assert re.findall(r"/\*\*|^\s*/[/*]", sheet + scripts, re.MULTILINE) == []
    assert "@layer components" in sheet
    assert "const page = (site.current);" in scripts


def test_a_custom_folder_replaces_a_block_and_keeps_the_rest(
    tmp_path: Path, composed: Callable[..., Files]
) -> None:
    """A template may extend the one it replaces by the theme's name."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "base.html").write_text(
        '{% extends "default/base.html" %}'
        "{% block foot %}<footer>Internal to {{ site.name }}</footer>{% endblock %}"
    )
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "icon.svg").write_text("<svg/>")
    files = composed(SiteFacts(()), theme=ThemeOptions(custom_dir=tmp_path))
    assert b"<footer>Internal to Lab</footer>" in files["index.html"]
    assert b"No runs yet" in files["index.html"]
    assert files["static/icon.svg"] == b"<svg/>"


def test_palette_and_extra_files_come_after_the_theme(tmp_path: Path, composed: Callable[..., Files]) -> None:
    """A plain colour gets a dark partner; extra files are linked last, under hashed names."""
    (tmp_path / "lab.css").write_text("h1 { letter-spacing: 0 }")
    (tmp_path / "My Lab.js").write_text("// ours")
    files = composed(
        SiteFacts(()),
        theme=ThemeOptions(palette=PaletteOptions(accent="#268bd2", paper="light-dark(#fff, #000)")),
        extra_css=(tmp_path / "lab.css",),
        extra_javascript=(tmp_path / "My Lab.js",),
    )
    assert "--accent: light-dark(#268bd2, color-mix(in oklab, #268bd2, #fff 45%));" in sheet_of(files)
    assert "--paper: light-dark(#fff, #000);" in sheet_of(files)
    page = files["index.html"].decode()
    assert page.index("assets/site.") < page.index("assets/lab.")
    assert page.index("assets/app.") < page.index("assets/my-lab.")


def test_an_unknown_theme_is_told_with_those_there_are() -> None:
    """A misspelt name is the user's mistake, not a traceback."""
    with pytest.raises(MisuseError, match="does not exist") as caught:
        load_theme(Config(theme=ThemeOptions("darkula")))
    assert "default, harbour" in caught.value.hint


def test_every_field_of_every_view_has_a_line_of_help() -> None:
    """The list is a contract with authors of themes."""
    silent = [
        f"{view.__name__}.{name}"
        for view in (*views.VIEWS, *mediaviews.MEDIA_VIEWS)
        for name, text in help_texts(view).items()
        if not text
    ]
    assert silent == []
    assert {view.__name__ for view in views.VIEWS} == {
        name
        for name, value in vars(views).items()
        if isinstance(value, type) and value.__module__ == views.__name__
    }


def test_the_reference_lists_what_the_views_have() -> None:
    """`python -m sitegen.pages.reference docs/reference/theme.md` after a change."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert refreshed(text) == text


def test_every_block_token_and_template_is_documented() -> None:
    """A block that is not in the reference cannot be relied on."""
    text = DOCUMENT.read_text(encoding="utf-8")
    made = Environment()
    for path in TEMPLATES:
        assert f"`{path.name}`" in text, path.name
        for block in made.parse(path.read_text(encoding="utf-8")).find_all(nodes.Block):
            assert f"`{block.name}`" in text, f"{path.name}: {block.name}"
    tokens = re.findall(
        r"^\s+--([a-z0-9-]+):", (theme_dir("default") / "css" / "tokens.css").read_text(), re.M
    )
    assert [name for name in tokens if not name.startswith("ansi-") and f"`{name}`" not in text] == []


@pytest.mark.parametrize("name", PAGES)
def test_templates_print_only_what_the_reference_lists(name: str) -> None:
    """`site.x` and `page.x` are fields of the views."""
    known = {"site": set(help_texts(views.SiteView)), "page": set(help_texts(PAGES[name]))}
    if name == "run.html":
        known["page"] |= set(help_texts(views.RunPage))
    tree = Environment().parse((theme_dir("default") / "templates" / name).read_text(encoding="utf-8"))
    used = [
        (part.node.name, part.attr)
        for part in tree.find_all(nodes.Getattr)
        if isinstance(part.node, nodes.Name) and part.node.name in known
    ]
    assert [f"{where}.{field}" for where, field in used if field not in known[where]] == []


def test_no_template_turns_escaping_off_or_leaves_an_attribute_unquoted() -> None:
    """Markup comes from two audited modules only, as values that say so."""
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", text), path.name
        assert not re.search(r"=\{\{", text), path.name


def test_an_undefined_name_stops_the_build() -> None:
    """A misspelt variable in a custom template is an error, not an empty place."""
    from jinja2 import UndefinedError

    made = environment(load_theme(Config()), texts_of("en", {}))
    with pytest.raises(UndefinedError):
        made.from_string("{{ site.nmae }}").render(site={"name": "x"})
