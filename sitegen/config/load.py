"""Reads mkdocs-style.yml: inheritance, checks, and every problem in one message."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from collector.runlog import yamlfile
from collector.runlog.errors import YamlError
from sitegen.config.check import Checker, ConfigProblem, nearby
from sitegen.config.options import CONFIG_NAME, Config
from sitegen.config.texts import load_texts
from sitegen.config.workspaces import load_workspaces
from sitegen.errors import MisuseError

INHERIT = "INHERIT"
"""Key that names a file whose settings apply where this one says nothing."""

DEEPEST_INHERITANCE = 5


@dataclass(frozen=True)
class Overrides:
    """What the command line says instead of the file."""

    runs_dir: tuple[Path, ...] = ()
    site_dir: Path | None = None
    strict: bool = False


@dataclass(frozen=True)
class Settings:
    """A configuration that can be used, and what is odd about it."""

    config: Config
    warnings: tuple[str, ...]


def load_settings(file: Path | None, overrides: Overrides | None = None, folder: Path = Path()) -> Settings:
    """The settings from `file`, else from mkdocs-style.yml in `folder` if there is one, else the defaults.

    Raises one MisuseError that lists every problem.
    """
    overrides = overrides or Overrides()
    if file is None and os.path.lexists(folder / CONFIG_NAME):
        file = folder / CONFIG_NAME
    if file is not None and file.is_dir():
        raise MisuseError(
            f'the configuration "{file}" is a folder.', hint="Name a file, or remove the folder."
        )
    if file is not None and not file.is_file() and os.path.lexists(file):
        what = "is a link to nothing" if file.is_symlink() and not file.exists() else "is no plain file"
        raise MisuseError(f'the configuration "{file}" {what}.', hint="Put the settings there, or remove it.")
    if file is not None and not file.is_file():
        raise MisuseError(f'the configuration file "{file}" does not exist.{nearby(file)}')
    layers = _layers(file) if file else []
    checker = Checker(file.parent if file else folder)
    values: Any = {}
    for layer in reversed(layers):
        values = _overlaid(values, layer.value)
    config = _placed(checker.options(Config, values, ()), checker.base, file)
    config = _overridden(config, overrides)
    config = replace(
        config,
        workspaces=load_workspaces(config.workspaces_dir, checker.problems),
        texts=load_texts(config.texts_dir, config.language, checker.problems),
    )
    if not config.runs_dir_is_default:
        _check_roots(config, overrides, checker)
    _check_apart(config, overrides, checker)
    return _settled(config, checker.problems, layers)


def _layers(file: Path) -> list[yamlfile.Loaded]:
    """The file, then the one it inherits from, and so on."""
    layers: list[yamlfile.Loaded] = []
    while True:
        try:
            loaded = yamlfile.load(file)
        except YamlError as error:
            raise MisuseError(error.message, hint=error.hint) from None
        layers.append(loaded)
        above = loaded.value.pop(INHERIT, None) if isinstance(loaded.value, dict) else None
        if above is None:
            return layers
        if len(layers) > DEEPEST_INHERITANCE:
            raise MisuseError(f"{file}: INHERIT leads through more than {DEEPEST_INHERITANCE} files.")
        parent = file.parent / str(above)
        if not parent.is_file():
            raise MisuseError(f'{file}: INHERIT: "{parent}" does not exist.{nearby(parent)}')
        file = parent


def _overlaid(below: Any, above: Any) -> Any:
    """Groups of options are merged, anything else is replaced."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return below if above is None else above
    merged = dict(below)
    for key, value in above.items():
        merged[key] = _overlaid(below.get(key), value)
    return merged


def _placed(config: Config, base: Path, file: Path | None) -> Config:
    """Default paths stand beside the file; written ones were put there when they were checked."""
    is_default = config.runs_dir is Config.runs_dir
    return replace(
        config,
        site_dir=base / config.site_dir if config.site_dir is Config.site_dir else config.site_dir,
        cache_dir=base / config.cache_dir if config.cache_dir is Config.cache_dir else config.cache_dir,
        workspaces_dir=base / config.workspaces_dir
        if config.workspaces_dir is Config.workspaces_dir
        else config.workspaces_dir,
        texts_dir=base / config.texts_dir if config.texts_dir is Config.texts_dir else config.texts_dir,
        runs_dir=tuple(base / root for root in config.runs_dir) if is_default else config.runs_dir,
        runs_dir_is_default=is_default,
        file=file,
    )


def _overridden(config: Config, overrides: Overrides) -> Config:
    if overrides.runs_dir:
        config = replace(config, runs_dir=overrides.runs_dir, runs_dir_is_default=False)
    if overrides.site_dir is not None:
        config = replace(config, site_dir=overrides.site_dir)
    return replace(config, strict=config.strict or overrides.strict)


def _check_roots(config: Config, overrides: Overrides, checker: Checker) -> None:
    for number, root in enumerate(config.runs_dir):
        if not root.is_dir():
            is_file = root.is_file()
            said = "is a file; name the folder it is in." if is_file else f"does not exist.{nearby(root)}"
            said = f'runs_dir: {"" if is_file else "folder "}"{root}" {said}'
            problem = ConfigProblem(("runs_dir", number), said, is_in_file=not overrides.runs_dir)
            checker.problems.append(problem)


def _check_apart(config: Config, overrides: Overrides, checker: Checker) -> None:
    """What sitegen writes stays out of the logs, and the cache and the site out of each other."""
    for key, place in (("site_dir", config.site_dir), ("cache_dir", config.cache_dir)):
        if said := _impossible(place):
            in_file = key != "site_dir" or overrides.site_dir is None
            checker.problems.append(ConfigProblem((key,), f"{key}: {said}", is_in_file=in_file))
    site, cache = _real(config.site_dir), _real(config.cache_dir)
    if cache == site or site in cache.parents:
        said = f'cache_dir: "{config.cache_dir}" is in the site. Choose a folder beside it, as .sitegen'
        checker.problems.append(ConfigProblem(("cache_dir",), said))
    elif cache in site.parents:
        said = f'site_dir: "{config.site_dir}" is in the cache. Choose a folder beside it, as site'
        problem = ConfigProblem(("site_dir",), said, is_in_file=overrides.site_dir is None)
        checker.problems.append(problem)
    for root in {_real(root) for root in config.runs_dir}:
        if root == site or root in site.parents:
            said = f'site_dir: "{config.site_dir}" is in the logs. Choose a folder beside them, as site'
            in_file = overrides.site_dir is None
            checker.problems.append(ConfigProblem(("site_dir",), said, is_in_file=in_file))
        if root == cache or root in cache.parents:
            said = f'cache_dir: "{config.cache_dir}" is in the logs. Choose a folder beside them, as .sitegen'
            checker.problems.append(ConfigProblem(("cache_dir",), said))


def _real(place: Path) -> Path:
    """Where a path leads; unlike `Path.resolve`, a link in a circle leads to itself."""
    return Path(os.path.realpath(place))


def _impossible(place: Path) -> str:
    """Why there can be no folder at a path, if the file system knows that already."""
    try:
        os.stat(place)  # noqa: PTH116  Path.exists hides what is wrong
    except OSError as error:
        if error.errno == errno.ELOOP:
            return f'"{place}" is a link that leads in a circle. Remove it, or choose another folder.'
        if error.errno == errno.ENAMETOOLONG:
            return f'"{place}" is too long a name for this file system. Choose a shorter one.'
    return ""


def _settled(
    config: Config, problems: Sequence[ConfigProblem], layers: Sequence[yamlfile.Loaded]
) -> Settings:
    """The settings, or one error that tells all problems in the order of their lines."""
    places = {problem: _place(problem, layers) for problem in problems}
    ordered = sorted(problems, key=lambda problem: places[problem])
    errors = [problem for problem in problems if problem.is_error or config.strict]
    told = [_line(problem, *places[problem]) for problem in ordered]
    if errors:
        counted = [_counted(len(errors), "error")]
        if len(errors) < len(problems):
            counted.append(_counted(len(problems) - len(errors), "warning"))
        raise MisuseError("\n".join([*told, f"{', '.join(counted)}; nothing was built."]))
    return Settings(config, tuple(told))


def _place(problem: ConfigProblem, layers: Sequence[yamlfile.Loaded]) -> tuple[str, int]:
    """File and line of a key; of no file when it does not come from one."""
    if problem.place is not None:
        return problem.place
    for loaded in layers if problem.is_in_file else ():
        is_here = not isinstance(loaded.value, dict) or (problem.path and problem.path[0] in loaded.value)
        if is_here:
            return loaded.path, loaded.line_of(problem.path) or 1
    return "", 0


def _line(problem: ConfigProblem, file: str, line: int) -> str:
    word = "" if problem.is_error else "warning: "
    return f"{file}:{line} {word}{problem.text}" if file else f"{word}{problem.text}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def fingerprint(config: Config) -> str:
    """A text that differs whenever a setting does."""
    return "\n".join(f"{option.name}={getattr(config, option.name)!r}" for option in fields(config))
