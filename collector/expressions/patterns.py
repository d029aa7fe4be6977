"""Patterns of the `~` operator: a subset of regular expressions, matched in time linear in the text.

A pattern becomes a machine of states that is run over all its paths at once, so that no pattern can take
exponential time, and Python and JavaScript give the same answer by construction.
"""

from __future__ import annotations

from typing import NamedTuple

from collector.expressions.pattern_states import WORDS, PatternError, State, folded, states_of

TEXT_LIMIT = 1000
"""Only so many characters of a text are looked at."""
KNOWN_LIMIT = 20_000
"""Steps that are remembered at a time."""

END = -1
BEGIN, OTHER, WORD = 0, 1, 2
"""What came before: nothing, or a character of that kind."""


class _Place(NamedTuple):
    """Where the machine is: the states it may be in, what came before, and where each character leads."""

    active: frozenset[int]
    before: int
    following: dict[int, _Place | None]
    """By character; None is a match."""


class Pattern:
    """A compiled pattern, which remembers the steps it has gone."""

    def __init__(self, states: list[State], start: int, ignores_case: bool) -> None:
        self._states = states
        self._start = start
        self._ignores_case = ignores_case
        self._forget()

    def found_in(self, text: str) -> bool:
        """Whether the pattern matches anywhere in a text."""
        place = self._first
        for letter in text[:TEXT_LIMIT]:
            following = self._after(place, ord(folded(letter) if self._ignores_case else letter))
            if following is None:
                return True
            place = following
        return self._after(place, END) is None

    def _forget(self) -> None:
        self._known = 0
        self._first = _Place(frozenset((self._start,)), BEGIN, {})
        self._places = {(self._first.active, BEGIN): self._first}

    def _after(self, place: _Place, code: int) -> _Place | None:
        if code in place.following:
            return place.following[code]
        if self._known >= KNOWN_LIMIT:
            self._forget()
        self._known += 1
        found = self._step(place, code)
        place.following[code] = found
        return found

    def _step(self, place: _Place, code: int) -> _Place | None:
        """Go through the states that need no character, then over the character."""
        waiting = list(place.active)
        seen: set[int] = set()
        reached = {self._start}
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            state = self._states[number]
            if state.kind == "match":
                return None
            if state.kind == "split":
                waiting += [state.next, state.other]
            elif state.kind != "char":
                if _holds(state.kind, place.before, code):
                    waiting.append(state.next)
            elif any(first <= code <= last for first, last in state.ranges):
                reached.add(state.next)
        key = (frozenset(reached), WORD if _is_word(code) else OTHER)
        return self._places.setdefault(key, _Place(*key, {}))


def compile_pattern(text: str) -> Pattern:
    """The pattern of a text; a PatternError says what is not supported."""
    ignores_case = text.startswith("(?i)")
    states, start = states_of(text[4:] if ignores_case else text, ignores_case)
    return Pattern(states, start, ignores_case)


def _holds(kind: str, before: int, code: int) -> bool:
    if kind == "begin":
        return before == BEGIN
    if kind == "end":
        return code == END
    return ((before == WORD) != _is_word(code)) == (kind == "edge")


def _is_word(code: int) -> bool:
    return any(first <= code <= last for first, last in WORDS)


__all__ = ["Pattern", "PatternError", "compile_pattern"]
