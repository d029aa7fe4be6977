"""What is made of facts is made once, and anew when something else is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import pytest

from sitegen.derive.blocks import blocks_of
from sitegen.derive.facts import ProjectFacts, RunFacts
from tests.sitegen.pages.fixture_site import make_run


def project() -> ProjectFacts:
    return ProjectFacts("p", "p", "p", (), (), (), (), None)


def test_once_for_equal_things() -> None:
    """Equal things give the same; others, and other names, are made anew; other facts know nothing of it."""
    numbers, facts = count(), project()
    assert [facts.once("a", given, lambda: next(numbers)) for given in ((1,), (1,), (2,), (1,))] == [
        0,
        0,
        1,
        2,
    ]
    assert facts.once("b", (1,), lambda: next(numbers)) == 3
    assert project().once("a", (1,), lambda: next(numbers)) == 4


def test_what_follows_from_the_given_alone_is_passed_on() -> None:
    """The facts of the next build have it; what was made of the former facts themselves they have not."""
    numbers, before, after = count(), project(), project()
    before.again("a", b"1", lambda: next(numbers))
    before.once("a", b"1", lambda: next(numbers))
    after.follow(before, ())
    assert after.again("a", b"1", lambda: next(numbers)) == 0
    assert after.once("a", b"1", lambda: next(numbers)) == 2
    assert after.again("a", b"2", lambda: next(numbers)) == 3
    assert before.again("a", b"1", lambda: next(numbers)) == 0


def runs_named(names: str) -> list[RunFacts]:
    return [replace(make_run(0), id=name) for name in names]


def test_of_runs_that_are_the_same_nothing_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new run, or a run that went on, costs its block; the others keep what was made of them."""
    monkeypatch.setattr("sitegen.derive.blocks.BLOCK_RUNS", 3)
    runs, made = runs_named("gfedcba"), []

    def names(found: Sequence[RunFacts]) -> str:
        made.append("".join(run.id for run in found))
        return made[-1]

    def project_of(runs: Sequence[RunFacts], before: ProjectFacts | None) -> ProjectFacts:
        facts = replace(project(), runs=tuple(runs))
        facts.follow(before, blocks_of(runs, before.blocks if before else ()))
        return facts

    first = project_of(runs, None)
    assert first.each("names", None, names) == ["g", "fed", "cba"]
    made.clear()
    assert first.each("names", None, names) == ["g", "fed", "cba"]
    assert first.each("names", None, names, newest=2) == ["g", "fed"]
    assert made == []
    more = project_of([*runs_named("h"), *runs], first)
    assert more.each("names", None, names) == ["hg", "fed", "cba"]
    changed = project_of([*more.runs[:4], *runs_named("d"), *more.runs[5:]], more)
    assert changed.each("names", None, names) == ["hg", "fed", "cba"]
    assert made == ["hg", "fed"]
    fewer = project_of(changed.runs[:-1], changed)
    assert fewer.each("names", None, names) == ["h", "gfe", "dcb"]
    assert list(fewer.placed([{0: "h"}, {2: "e"}, {1: "c"}])) == [(0, "h"), (3, "e"), (5, "c")]


@pytest.mark.parametrize("count", range(10))
def test_blocks_have_each_run_once(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All but the newest block have the same size, and no block is empty."""
    monkeypatch.setattr("sitegen.derive.blocks.BLOCK_RUNS", 3)
    runs = runs_named("abcdefghij"[:count])
    blocks = blocks_of(runs)
    assert [run for block in blocks for run in block.runs] == runs
    assert all(len(block.runs) == 3 for block in blocks[1:])
    assert all(1 <= len(block.runs) <= 3 for block in blocks)


def test_equal_facts_are_equal_whatever_was_made() -> None:
    """What is known besides is no fact."""
    one, other = project(), project()
    one.once("a", None, lambda: 1)
    assert one == other
