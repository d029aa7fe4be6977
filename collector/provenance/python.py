"""Which Python and which packages: asked of ourselves, or read from the files of the command's interpreter.

Package versions come from the names of the *.dist-info folders. Reading each package's metadata, as
importlib.metadata does, takes a hundred times longer and says the same.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from collector.provenance.request import Request, shorten_home

PACKAGES_FILE = "requirements.txt"
_DISTRIBUTION = re.compile(r"^(?P<name>.+?)-(?P<version>[^-]+)(?:-py[\d.]+)?\.(?:dist|egg)-info$")
_PYTHON = re.compile(r"^(?:python|pypy)[\d.]*(?:\.exe)?$")


class Interpreter(NamedTuple):
    """A Python found on this machine."""

    executable: str
    prefix: str
    version: str | None
    implementation: str | None
    paths: tuple[str, ...]
    """Folders in which packages are installed."""


def python_facts(request: Request) -> dict[str, Any]:
    """Version and place of the command's interpreter; empty where the command is not Python."""
    interpreter = find_interpreter(request)
    if interpreter is None:
        return {}
    fields = {
        "version": interpreter.version,
        "implementation": interpreter.implementation,
        "executable": shorten_home(interpreter.executable, request),
        "prefix": shorten_home(interpreter.prefix, request),
    }
    return {name: value for name, value in fields.items() if value is not None}


def package_facts(request: Request, save_file: Callable[[str, bytes], str | None]) -> dict[str, Any]:
    """Number of installed packages, after saving the list of them."""
    interpreter = find_interpreter(request)
    if interpreter is None:
        return {}
    packages = installed_packages(interpreter.paths)
    if not packages:
        return {}
    lines = [f"{name}=={version}\n" for name, version in packages]
    name = save_file(PACKAGES_FILE, "".join(lines).encode("utf-8", errors="replace")) or PACKAGES_FILE
    return {"count": len(packages), "file": name, "versions": dict(packages)}


def installed_packages(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Name and version of every package in the folders; the first folder wins, as on import."""
    found: dict[str, tuple[str, str]] = {}
    for path in paths:
        try:
            names = os.listdir(path or ".")
        except OSError:
            continue
        for name in names:
            match = _DISTRIBUTION.match(name)
            if match:
                shown = match["name"].replace("_", "-")
                found.setdefault(shown.lower(), (shown, match["version"]))
    return [found[key] for key in sorted(found)]


def find_interpreter(request: Request) -> Interpreter | None:
    """The interpreter that runs the command, where it is Python."""
    if request.is_own_process:
        return own_interpreter()
    path = _python_of(request)
    if path is None:
        return None
    prefix = os.path.dirname(os.path.dirname(path))
    if os.path.realpath(prefix) == os.path.realpath(sys.prefix):
        return own_interpreter()._replace(executable=path)
    return read_interpreter(path)


def own_interpreter() -> Interpreter:
    """The interpreter of this process."""
    return Interpreter(
        executable=sys.executable,
        prefix=sys.prefix,
        version=platform.python_version(),
        implementation=platform.python_implementation(),
        paths=tuple(sys.path),
    )


def _python_of(request: Request) -> str | None:
    """The path of the Python that the command's first word stands for, or that its first line names."""
    import shutil

    program = shutil.which(request.command[0], path=request.env.get("PATH"))
    if program is None:
        return None
    program = os.path.abspath(os.path.join(request.cwd, program))
    if _PYTHON.match(os.path.basename(program)):
        return _behind_shim(program, request)
    first = _first_line(program)
    words = first[2:].split() if first.startswith("#!") else []
    if words and os.path.basename(words[0]) == "env":
        words = [found for word in words[1:2] if (found := shutil.which(word, path=request.env.get("PATH")))]
    return words[0] if words and _PYTHON.match(os.path.basename(words[0])) else None


def _behind_shim(program: str, request: Request) -> str | None:
    """A version manager puts shell scripts named python on PATH: the real one cannot be told from outside."""
    return None if _first_line(program).startswith("#!") else program


def _first_line(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.readline(256).decode("utf-8", errors="replace")
    except OSError:
        return ""


def read_interpreter(path: str) -> Interpreter:
    """What the files around an interpreter say about it."""
    prefix = os.path.dirname(os.path.dirname(path))
    settings = _read_settings(os.path.join(prefix, "pyvenv.cfg"))
    if not settings:
        prefix = os.path.dirname(os.path.dirname(os.path.realpath(path)))
    library = os.path.join(prefix, "lib")
    versions = sorted(name for name in _names(library) if re.match(r"^python3\.\d+$", name))
    folders = [os.path.join(library, name, "site-packages") for name in versions]
    folders.append(os.path.join(library, "python3", "dist-packages"))
    in_name = re.search(r"3\.\d+$", os.path.basename(os.path.realpath(path)))
    version = settings.get("version_info") or settings.get("version") or (in_name[0] if in_name else None)
    return Interpreter(path, prefix, version, None, tuple(folders))


def _read_settings(path: str) -> dict[str, str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            pairs = [line.partition("=") for line in file.read(65536).splitlines()]
    except OSError:
        return {}
    return {name.strip(): value.strip() for name, _, value in pairs}


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
