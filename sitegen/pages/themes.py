"""Themes: where they stand, how one extends another, and how their files become a site's assets."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from sitegen.config import Config, PaletteOptions
from sitegen.config.themefile import ThemeFile, load_theme_file
from sitegen.errors import MisuseError
from sitegen.pages.blame import check_utf8
from sitegen.pages.pagedata import call_script
from sitegen.texts import Texts, texts_of

PAGE_KINDS = ("home", "project", "runs", "run", "patterns", "missing")
_COMMENT_LINES = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/)[\s\S])*\*/)[ \t]*\n", re.MULTILINE)
_CASTS = re.compile(r"(?<=[\s(\[,=:?{!.])/\*\* @(?:type|param)\b[^\n]*?\*/ ?")
_SAID = re.compile(r"\bsite\.t\(\s*\"([a-z0-9_.]+)\"")
_TAKE_WORDS = (
    "(words=>{const s=globalThis.site||(globalThis.site={});s.words=Object.assign(s.words||{},words)})"
)


class Assets(Protocol):
    """Where files go whose names carry a hash of their content."""

    def asset(self, stem: str, suffix: str, content: bytes) -> str: ...


@dataclass(frozen=True)
class Theme:
    """A theme with everything it extends."""

    name: str
    folders: tuple[Path, ...]
    """Where its files are looked up; the first that has one wins."""
    own_folders: Mapping[str, Path]
    """Folder by theme name, for templates that extend the one they replace: `default/base.html`."""
    styles: tuple[str, ...]
    early_scripts: tuple[str, ...]
    scripts: tuple[str, ...]
    page_scripts: Mapping[str, tuple[str, ...]]
    """By kind of page, what it needs besides."""
    later_scripts: tuple[str, ...]
    tokens: Mapping[str, str]

    def find(self, path: str) -> Path:
        """The file of this name in the first folder that has it."""
        for folder in self.folders:
            if (folder / path).is_file():
                return folder / path
        raise MisuseError(f'theme "{self.name}": no file {path}', hint=f"Looked in {_listed(self.folders)}.")


@dataclass(frozen=True)
class Bundle:
    """A site's own style sheets and scripts, by their paths from the root."""

    styles: tuple[str, ...]
    early_scripts: tuple[str, ...]
    scripts: Mapping[str, tuple[str, ...]]
    """By kind of page, in the order in which they run."""
    later: str
    """The scripts that are loaded when they are first needed; empty without any."""


def theme_dir(name: str) -> Path:
    """The folder of a theme that comes with runpress: in the wheel in sitegen, in a checkout beside it."""
    package = Path(__file__).resolve().parent.parent
    for root in (package / "themes", package.parent / "themes"):
        if (root / name / "theme.yml").is_file():
            return root / name
    known = sorted(
        found.parent.name
        for root in (package / "themes", package.parent / "themes")
        for found in root.glob("*/theme.yml")
    )
    raise MisuseError(f'theme "{name}" does not exist', hint=f"There are: {', '.join(known)}.")


def load_theme(config: Config) -> Theme:
    """The configured theme, with what it extends, the custom folder and the palette."""
    folders: list[Path] = []
    own: dict[str, Path] = {}
    files: list[ThemeFile] = []
    name: str | None = config.theme.name
    while name is not None:
        if name in own:
            raise MisuseError(f'theme "{name}" extends itself')
        own[name] = theme_dir(name)
        folders.append(own[name])
        files.insert(0, load_theme_file(own[name] / "theme.yml"))
        name = files[0].extends
    if config.theme.custom_dir is not None:
        folders.insert(0, config.theme.custom_dir)
        for folder in (config.theme.custom_dir, config.theme.custom_dir / "templates"):
            if folder.is_dir():
                os.listdir(folder)  # Jinja2 would pass over one that cannot be read, and take ours  # noqa: PTH208
    tokens = {name: value for file in files for name, value in file.tokens.items()}
    tokens |= palette_tokens(config.theme.palette)
    tokens["chart-height"] = f"{config.charts.height}px"
    return Theme(
        name=config.theme.name,
        folders=tuple(folders),
        own_folders=own,
        styles=tuple(path for file in files for path in file.styles),
        early_scripts=tuple(path for file in files for path in file.early_scripts),
        scripts=tuple(path for file in files for path in file.scripts),
        page_scripts={
            "project": tuple(path for file in files for path in file.project_scripts),
            "run": tuple(path for file in files for path in file.run_scripts),
        },
        later_scripts=tuple(path for file in files for path in file.later_scripts),
        tokens=tokens,
    )


def palette_tokens(palette: PaletteOptions) -> dict[str, str]:
    """The configured colours as tokens; a plain colour is the light one, the dark one is mixed from it."""
    tokens = {}
    for name, dark in (("paper", "{}, #101214 88%"), ("ink", "{}, #f0f1f3 88%"), ("accent", "{}, #fff 45%")):
        colour = getattr(palette, name)
        if colour:
            is_pair = "light-dark(" in colour
            tokens[name] = (
                colour if is_pair else f"light-dark({colour}, color-mix(in oklab, {dark.format(colour)}))"
            )
    return tokens


def bundle_assets(theme: Theme, config: Config, assets: Assets, texts: Texts) -> Bundle:
    """Style sheets and scripts joined under hashed names, then the user's own, each by itself.

    Each script begins with the sentences that it says and that the one for every page has not brought.
    """
    sheet = lean(_joined(theme, theme.styles)) + token_sheet(theme.tokens)
    styles = [assets.asset("site", ".css", sheet.encode())]
    styles += [assets.asset(_stem(path), ".css", path.read_bytes()) for path in config.extra_css]
    early = (
        [assets.asset("early", ".js", _joined(theme, theme.early_scripts).encode())]
        if theme.early_scripts
        else []
    )
    extra = [assets.asset(_stem(path), ".js", path.read_bytes()) for path in config.extra_javascript]
    printer = _Scripts(theme, assets, texts)
    app, later = printer.script("app", theme.scripts), printer.script("later", theme.later_scripts)
    own = {kind: printer.script(f"app-{kind}", paths) for kind, paths in theme.page_scripts.items()}
    own["patterns"] = [path for paths in own.values() for path in paths]
    scripts = {kind: (*app, *own.get(kind, []), *extra) for kind in PAGE_KINDS}
    return Bundle(tuple(styles), tuple(early), scripts, "".join(later))


@dataclass(frozen=True)
class _Scripts:
    """Joins a theme's scripts, with the sentences that they say."""

    theme: Theme
    assets: Assets
    texts: Texts

    @cached_property
    def everywhere(self) -> frozenset[str]:
        """Keys of the sentences that the script of every page brings."""
        return frozenset(self.texts.only(said_keys(_joined(self.theme, self.theme.scripts))))

    def script(self, stem: str, paths: Sequence[str]) -> list[str]:
        if not paths:
            return []
        before = () if paths == self.theme.scripts else self.everywhere
        script = with_words(lean(_joined(self.theme, paths)), self.texts, before)
        return [self.assets.asset(stem, ".js", script.encode())]


def with_words(script: str, texts: Texts | None = None, before: Collection[str] = ()) -> str:
    """A script that begins with the sentences that it says, those left out that others brought before it."""
    texts = texts or texts_of("en", {})
    words = {key: pattern for key, pattern in texts.only(said_keys(script)).items() if key not in before}
    return call_script(_TAKE_WORDS, words).decode() + script if words else script


def said_keys(script: str) -> Iterator[str]:
    """Keys of the sentences that a script says; `site.t("state." + word)` stands for all that begin so."""
    return iter(_SAID.findall(script))


def lean(text: str) -> str:
    """A script or a style sheet without lines that are all comment, and without types: a quarter less."""
    return _CASTS.sub("", _COMMENT_LINES.sub("", text))


def token_sheet(tokens: Mapping[str, str]) -> str:
    """The rule that sets tokens, in the layer of tokens."""
    lines = "".join(f"    --{name}: {value};\n" for name, value in tokens.items())
    return f"@layer tokens {{\n  :root {{\n{lines}  }}\n}}\n" if lines else ""


def static_files(theme: Theme) -> Iterator[tuple[str, bytes]]:
    """Files under static/, those of the first folder that has them."""
    seen: set[str] = set()
    for folder in theme.folders:
        root = folder / "static"
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            name = path.relative_to(folder).as_posix()
            if path.is_file() and name not in seen:
                seen.add(name)
                yield name, path.read_bytes()


def _joined(theme: Theme, paths: Sequence[str]) -> str:
    return "\n".join(_text(theme.find(path)) for path in paths)


def _text(place: Path) -> str:
    try:
        return place.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        check_utf8(place, place.read_bytes())  # which says where
        raise


def _stem(path: Path) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", path.stem).strip("-").lower()[:40] or "extra"


def _listed(folders: Sequence[Path]) -> str:
    return ", ".join(str(folder) for folder in folders)
