"""What is made of facts is made once, and anew when something else is given."""

from __future__ import annotations

from itertools import count

from sitegen.derive.facts import ProjectFacts


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
    after.follow(before)
    assert after.again("a", b"1", lambda: next(numbers)) == 0
    assert after.once("a", b"1", lambda: next(numbers)) == 2
    assert after.again("a", b"2", lambda: next(numbers)) == 3
    assert before.again("a", b"1", lambda: next(numbers)) == 0


def test_equal_facts_are_equal_whatever_was_made() -> None:
    """What is known besides is no fact."""
    one, other = project(), project()
    one.once("a", None, lambda: 1)
    assert one == other
