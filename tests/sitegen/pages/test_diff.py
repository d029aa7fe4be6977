"""Tests of patches as HTML."""

from __future__ import annotations

from sitegen.pages.diff import LINE_LIMIT, patch_of
from tests.sitegen.pages.fixture_site import PATCH


def test_a_patch_is_counted_by_file() -> None:
    """Added and removed lines per file; headers are not changes."""
    patch = patch_of(PATCH)
    assert [(file.path, file.added, file.removed) for file in patch.files] == [
        ("train.py", 2, 1),
        ("notes.txt", 2, 0),
    ]
    assert (patch.added, patch.removed, patch.left_out) == (4, 1, 0)


def test_lines_carry_their_numbers_and_kind() -> None:
    """Old and new numbers go on through a hunk."""
    html = str(patch_of(PATCH).files[0].html)
    assert '<span class="del"><i>11</i><i></i>-    optimizer = SGD(model, lr=0.1)\n</span>' in html
    assert '<span class="add"><i></i><i>12</i>+    schedule = Cosine(optimizer)\n</span>' in html
    assert '<span class="same"><i>12</i><i>13</i>' in html


def test_hostile_lines_stay_text() -> None:
    """A patch may contain anything."""
    patch = patch_of(PATCH.replace("train.py", "<img src=x onerror=alert(1)>\u202e"))
    assert "<script" not in "".join(file.html for file in patch.files)
    assert patch.files[0].path == "<img src=x onerror=alert(1)>⟦RLO⟧"
    assert "<img" not in patch.files[0].html


def test_a_patch_without_git_headers_is_split_too() -> None:
    """Plain unified diffs have only --- and +++."""
    plain = "--- a.py\n+++ a.py\n@@ -1 +1 @@\n-x\n+y\n--- b.py\n+++ b.py\n@@ -1 +1 @@\n-x\n+--- z\n"
    assert [(file.path, file.added, file.removed) for file in patch_of(plain).files] == [
        ("a.py", 1, 1),
        ("b.py", 1, 1),
    ]


def test_an_endless_patch_is_cut_and_counted() -> None:
    """The page says how many lines it does not show."""
    patch = patch_of("--- a\n+++ a\n@@ -0,0 +1,9999 @@\n" + "+x\n" * 9_997)
    assert patch.left_out == 10_000 - LINE_LIMIT
