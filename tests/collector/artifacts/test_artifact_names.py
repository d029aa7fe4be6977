"""Names that could lead out of a folder, or that two file systems see differently, are refused."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.artifacts.names import ArtifactError, Paths, check_alias, check_name, check_path

HOSTILE = [
    "",
    "/etc/passwd",
    "..",
    "../x",
    "a/../../x",
    "a/./b",
    "a//b",
    "a/",
    "C:\\x",
    "C:/x",
    "\\\\host\\share",
    "..\\x",
    "a\\b",
    "x:stream",
    "nul",
    "NUL.txt",
    "sub/CON",
    "com1.tar.gz",
    "LPT9",
    "aux .txt",
    "dot.",
    "space ",
    "sub. /x",
    "a\0b",
    "a\nb",
    "a\x7fb",
    "lone\udc80",
    "what?",
    "star*",
    'quote"',
    "<a>",
    "pipe|",
    "x" * 256,
    "ä" * 128,
    "/".join(["deep"] * 300),
]


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: ascii(path)[:40])
def test_hostile_path_is_refused(path: str) -> None:
    """The message has the name in quotes, and a way out."""
    with pytest.raises(ArtifactError, match="can not be the name of a file") as caught:
        check_path(path)
    assert repr(path) in str(caught.value)
    assert "add_file" in caught.value.hint


@pytest.mark.parametrize(
    "path", ["model.pt", "a/b/c.txt", "ünï/文件.bin", ".hidden", "...x", "a b/c", "con_x", "%2e%2e/x"]
)
def test_usual_path_is_taken(path: str) -> None:
    """What every file system holds as it stands is taken as it stands; nothing is decoded."""
    assert check_path(path) == path


@given(st.text(max_size=60))
def test_a_path_that_is_taken_stays_inside(path: str) -> None:
    """No text at all leads out of the folder it is put below."""
    try:
        check_path(path)
    except ArtifactError:
        return
    parts = path.split("/")
    assert not {"", ".", ".."} & set(parts)
    assert "\\" not in path
    assert "\0" not in path


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Model.pt", "model.pt"),
        ("caf\u00e9", "cafe\u0301"),
        ("a", "a/b"),
        ("x/A", "X/a"),
        ("stra\u00dfe", "STRASSE"),
    ],
)
def test_clashing_paths(first: str, second: str) -> None:
    """Names that only some file systems can tell apart do not go into one artifact, in either order."""
    for one, other in itertools.permutations([first, second]):
        paths = Paths()
        paths.take(one)
        paths.take(one)
        with pytest.raises(ArtifactError, match="can not lie beside each other"):
            paths.take(other)


@pytest.mark.parametrize("name", ["", "a/b", "a b", "..", "ä", "x" * 129, "a:v1"])
def test_artifact_names(name: str) -> None:
    """Names are those that wandb takes."""
    with pytest.raises(ArtifactError, match="can not be the name of an artifact"):
        check_name(name)
    assert check_name("run-3.model_best") == "run-3.model_best"


@pytest.mark.parametrize("alias", ["", "v3", "a/b", "a:b", "x" * 129])
def test_aliases(alias: str) -> None:
    """An alias is no version, and has no character that separates."""
    with pytest.raises(ArtifactError, match="can not be an alias"):
        check_alias(alias)
    assert check_alias("best so far") == "best so far"
