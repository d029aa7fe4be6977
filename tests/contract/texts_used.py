"""Which sentences templates, scripts and Python say, read from their sources; and words outside of any."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from tests.contract.imports import ROOT, package_files

TEMPLATES = sorted((ROOT / "themes").rglob("*.html"))
SCRIPTS = sorted((ROOT / "themes").rglob("*.js"))
PLACES_IN_HTML = ("aria-label", "title", "placeholder", "alt", "aria-description", "aria-roledescription")


class Use(NamedTuple):
    """A sentence that is said somewhere."""

    where: str
    key: str
    """Ends in a dot where the rest of it is found at run time."""
    named: frozenset[str] | None
    """What it is given; None where that can not be seen."""


def uses() -> list[Use]:
    """Every sentence that anything says."""
    found = [use for path in TEMPLATES for use in _template_uses(path)]
    found += [use for path in SCRIPTS for use in _script_uses(path)]
    return found + [use for path in package_files("sitegen") for use in _python_uses(path)]


def _template_uses(path: Path) -> Iterator[Use]:
    from jinja2 import Environment, nodes

    tree = Environment().parse(path.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            given = frozenset(one.key for one in call.kwargs)
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            first = call.args[0]
            if isinstance(first, nodes.Const):
                yield Use(where, first.value, given)
            else:
                assert isinstance(first, nodes.Concat), where
                yield Use(where, first.nodes[0].as_const(), given)


_CALL = re.compile(r"\bsite\.t\(\s*")
_KEY = re.compile(r'"([a-z0-9_.]+)"(\s*\+)?')


def _script_uses(path: Path) -> Iterator[Use]:
    text = path.read_text(encoding="utf-8")
    for call in _CALL.finditer(text):
        where = f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, call.start()) + 1}"
        key = _KEY.match(text, call.end())
        assert key, f'{where}: the key of site.t stands there as text, or as "group." + something'
        yield Use(where, key[1], None if key[2] else _given(text[key.end() :]))


def _given(rest: str) -> frozenset[str] | None:
    """Names in the object that follows a key: `, { n: count, name }`."""
    rest = rest.lstrip()
    if rest.startswith(")"):
        return frozenset()
    opened = re.match(r",\s*\{", rest)
    if not opened:
        return None
    depth, start, parts = 0, opened.end(), []
    for at in range(opened.end(), len(rest)):
        if rest[at] in "([{":
            depth += 1
        elif rest[at] in ")]}" and depth:
            depth -= 1
        elif rest[at] in ",}" and not depth:
            parts.append(rest[start:at].strip())
            start = at + 1
            if rest[at] == "}":
                break
    return frozenset(re.split(r"[:\s]", part)[0] for part in parts if part)


def _python_uses(path: Path) -> Iterator[Use]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said":
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            named = {one.arg for one in node.keywords}
            given = None if None in named else frozenset(filter(None, named))
            first = node.args[0]
            if isinstance(first, ast.JoinedStr):
                start = first.values[0]
                assert isinstance(start, ast.Constant), where
                yield Use(where, str(start.value), given)
            else:
                assert isinstance(first, ast.Constant), f"{where}: the key of said() stands there as text"
                yield Use(where, str(first.value), given)


class _Words(HTMLParser):
    """Collects texts and telling attributes that are written in a template itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.code += tag in ("code", "pre", "kbd", "script")
        self.found += [
            value for name, value in attrs if name in PLACES_IN_HTML and value and _is_words(value)
        ]

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag in ("code", "pre", "kbd", "script")

    def handle_data(self, data: str) -> None:
        if not self.code and _is_words(data):
            self.found.append(data.strip())


def template_words(path: Path) -> list[str]:
    """Words that a template says by itself; what Jinja puts there is taken away first."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    words = _Words()
    words.feed(text)
    return words.found


_MADE = re.compile(
    r"""\b(?:make|element|button)\("[^"]*",\s*(?:"[^"]*"|`[^`]*`),([^;]*)|\bbutton\((["`][^;]*)|"""
    r"""\.(?:append|prepend|replaceChildren)\(([^;]*)|\b(?:Problem|expected|unclosed)\(([^;]*)"""
)
"""What is put into elements, behind their name and class, and what problems of the filter language say."""

_TELLING = re.compile(
    r"""(?:\.(?:textContent|innerText|title|ariaLabel|placeholder|alt)\s*=|"""
    r"""\b(?:textContent|innerText|title|placeholder|ariaLabel|alt|text|label)\s*:|"""
    r"""setAttribute\(\s*"(?:aria-label|title|placeholder|alt|aria-description)"\s*,)([^;\n]*)"""
)
_NOT_SHOWN = re.compile(
    r"""(?:\.(?:get|set|has|on|querySelector|startsWith|includes|join|closest)|act)\([^()]*\)"""
)

_READS = re.compile(r"^\W*[A-Z][a-z]{2}|^[^-./]*[a-z]{2,} [a-z]{2,}[^-./]*$")
"""A literal for reading begins with a capital or has two words; names of classes have dashes."""

_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
_SAID = re.compile(r"site\.t\([^()]*(?:\([^()]*\)[^()]*)*\)")


def script_words(path: Path) -> list[str]:
    """Words that a script puts into the page by itself."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith(("//", "*", "/*")):
            continue
        places = [place[1] for place in _TELLING.finditer(line)]
        places += [place for made in _MADE.finditer(line) for place in made.groups() if place]
        found += [literal for place in places for literal in _literals(place) if _READS.search(literal)]
    return found


def _literals(code: str) -> Iterator[str]:
    """Texts in a piece of code that are no key, name of an element or class."""
    code = _SAID.sub("", code)
    code = re.sub(r"""\b(?:make|element)\("[^"]*"(?:,\s*("[^"]*"|`[^`]*`))?""", "", code)
    code = _NOT_SHOWN.sub("", code)
    code = re.sub(r"""(===?|!==?|\[|case)\s*"[^"]*"|"[^"]*"(?=\]|:|\s*===)""", "", code)
    for literal in _LITERAL.finditer(code):
        plain = literal[1] if literal[1] is not None else literal[2]
        yield re.sub(r"\$\{[^}]*\}", "", plain)


def _is_words(text: str) -> bool:
    """Whether a text is for reading: it has a word of two letters."""
    return re.search(r"[^\W\d_]{2}", text) is not None
