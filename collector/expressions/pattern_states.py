"""Turns the text of a pattern into the states of its machine.

Supported: literals, `.`, `[a-z]`, `[^...]`, `\\d \\w \\s` and their opposites, `\\b`, `^`, `$`, `( )`,
`(?: )`, `|`, `* + ?`, `{m,n}`. Groups are not remembered: only whether there is a match matters.
"""

from __future__ import annotations

from typing import NamedTuple

PATTERN_LIMIT = 200
SIZE_LIMIT = 500
"""States of the machine; `(a{30}){30}` would have 900."""
NEST_LIMIT = 30
TOO_LARGE = "it is too large; use smaller counts."

LAST = 0x10FFFF
Ranges = tuple[tuple[int, int], ...]

DIGITS: Ranges = ((48, 57),)
WORDS: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
SPACES: Ranges = ((9, 13), (32, 32))
CLASSES = {"d": DIGITS, "w": WORDS, "s": SPACES}
CONTROLS = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "0": 0}
PUNCTUATION = frozenset("\\^$.|?*+()[]{}-/\"'`,:;=!<>@#%&~_ ")


class PatternError(ValueError):
    """A text that is no pattern of the subset."""


class State(NamedTuple):
    """One state: kind is 'char', 'split', 'begin', 'end', 'edge', 'inside' or 'match'."""

    kind: str
    ranges: Ranges = ()
    next: int = 0
    other: int = 0


def states_of(text: str, ignores_case: bool) -> tuple[list[State], int]:
    """The states of a pattern, and the one it begins in; state 0 is the match."""
    if len(text) > PATTERN_LIMIT:
        raise PatternError(f"at most {PATTERN_LIMIT} characters.")
    compiler = _Compiler(text, ignores_case)
    start = compiler.whole()
    return compiler.states, start


def folded(letter: str) -> str:
    """A letter in lower case, where that is one letter too."""
    small = letter.lower()
    return small if len(small) == 1 else letter


def inverted(ranges: list[tuple[int, int]]) -> Ranges:
    """Everything that is not in the ranges."""
    found = []
    begin = 0
    for first, last in sorted(ranges):
        if first > begin:
            found.append((begin, first - 1))
        begin = max(begin, last + 1)
    if begin <= LAST:
        found.append((begin, LAST))
    return tuple(found)


class _Part(NamedTuple):
    """A part of a pattern: what it is made of, before states are numbered."""

    kind: str
    ranges: Ranges = ()
    parts: tuple[_Part, ...] = ()
    least: int = 0
    most: int = 0


class _Compiler:
    """Reads a pattern into parts, then turns these into states from the end backwards."""

    def __init__(self, text: str, ignores_case: bool) -> None:
        self.text = text
        self.ignores_case = ignores_case
        self.at = 0
        self.nest = 0
        self.emitted = 0
        self.states: list[State] = [State("match")]

    def whole(self) -> int:
        part = self.alternatives()
        if self.at < len(self.text):
            raise PatternError('")" closes nothing; for the sign itself write "\\)".')
        return self.emit(part, 0)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        letter = self.text[self.at : self.at + 1]
        self.at += 1
        return letter

    def alternatives(self) -> _Part:
        found = [self.sequence()]
        while self.peek() == "|":
            self.take()
            found.append(self.sequence())
        return found[0] if len(found) == 1 else _Part("choice", parts=tuple(found))

    def sequence(self) -> _Part:
        found = []
        while self.peek() not in ("", "|", ")"):
            found.append(self.repeated(self.single()))
        return _Part("sequence", parts=tuple(found))

    def repeated(self, part: _Part) -> _Part:
        bounds = self.bounds()
        if bounds is None:
            return part
        if part.kind in ("begin", "end", "edge", "inside"):
            raise PatternError("nothing to repeat.")
        if self.peek() == "?":
            self.take()  # lazy or greedy: whether there is a match is the same
        if self.peek() in ("*", "+", "?") and self.peek():
            raise PatternError("a repetition of a repetition needs brackets.")
        return _Part("repeat", parts=(part,), least=bounds[0], most=bounds[1])

    def bounds(self) -> tuple[int, int] | None:
        letter = self.peek()
        if letter in ("*", "+", "?") and letter:
            self.take()
            return {"*": (0, -1), "+": (1, -1), "?": (0, 1)}[letter]
        if letter != "{":
            return None
        end = self.text.find("}", self.at)
        first, comma, last = self.text[self.at + 1 : max(end, self.at)].partition(",")
        if end < 0 or not _is_count(first) or not (_is_count(last) or (comma and not last) or not comma):
            raise PatternError('"{" begins a count such as {2,5}; for the sign itself write "\\{".')
        self.at = end + 1
        most = int(first) if not comma else int(last) if last else -1
        if most != -1 and most < int(first):
            raise PatternError("a count from more to less.")
        return int(first), most

    def single(self) -> _Part:
        letter = self.take()
        if letter == "(":
            return self.group()
        if letter == "[":
            return self.letters()
        if letter == ".":
            return _Part("char", inverted([(10, 10)]))
        if letter in "^$":
            return _Part("begin" if letter == "^" else "end")
        if letter == "\\":
            return self.escaped()
        if letter in "*+?{":
            raise PatternError(f'nothing to repeat before "{letter}".')
        return self.char([(ord(letter), ord(letter))])

    def char(self, ranges: list[tuple[int, int]]) -> _Part:
        return _Part("char", self.cased(ranges))

    def cased(self, ranges: list[tuple[int, int]]) -> Ranges:
        if not self.ignores_case:
            return tuple(ranges)
        small = []
        for first, last in ranges:
            small += [(first, last), *_lower_ranges(first, last)]
        return tuple(small)

    def group(self) -> _Part:
        if self.peek() == "?":
            if self.text[self.at : self.at + 2] != "?:":
                raise PatternError('of groups with "(?" there is only (?: ), and (?i) at the very start.')
            self.at += 2
        self.nest += 1
        if self.nest > NEST_LIMIT:
            raise PatternError(f"more than {NEST_LIMIT} brackets inside one another.")
        part = self.alternatives()
        if self.take() != ")":
            raise PatternError('"(" is never closed.')
        self.nest -= 1
        return part

    def escaped(self) -> _Part:
        letter = self.take()
        if letter in ("b", "B"):
            return _Part("edge" if letter == "b" else "inside")
        found = self.escaped_ranges(letter)
        return _Part("char", found) if letter.lower() in CLASSES else self.char(list(found))

    def escaped_ranges(self, letter: str) -> Ranges:
        if letter.lower() in CLASSES:
            known = CLASSES[letter.lower()]
            return known if letter in CLASSES else inverted(list(known))
        if letter in CONTROLS:
            return ((CONTROLS[letter], CONTROLS[letter]),)
        if letter in PUNCTUATION and letter:
            return ((ord(letter), ord(letter)),)
        raise PatternError(f'"\\{letter}" is not supported.')

    def letters(self) -> _Part:
        is_negated = self.peek() == "^"
        if is_negated:
            self.take()
        ranges: list[tuple[int, int]] = []
        while self.peek() != "]" or not ranges:
            if self.peek() == "":
                raise PatternError('"[" is never closed.')
            first = self.one_of_letters()
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.take()
                last = self.one_of_letters()
                if len(first) > 1 or len(last) > 1 or first[0][0] != first[0][1] or last[0][0] < first[0][0]:
                    raise PatternError("a range from more to less.")
                first = ((first[0][0], last[0][1]),)
            ranges += first
        self.take()
        cased = list(self.cased(ranges))
        return _Part("char", inverted(cased) if is_negated else tuple(cased))

    def one_of_letters(self) -> Ranges:
        letter = self.take()
        if letter == "\\":
            return self.escaped_ranges(self.take())
        return ((ord(letter), ord(letter)),)

    def add(self, state: State) -> int:
        if len(self.states) >= SIZE_LIMIT:
            raise PatternError(TOO_LARGE)
        self.states.append(state)
        return len(self.states) - 1

    def emit(self, part: _Part, then: int) -> int:
        """Add the states of a part that goes on to `then`; gives the first of them."""
        self.emitted += 1
        if self.emitted > 4 * SIZE_LIMIT:  # brackets with nothing inside add no state, however often
            raise PatternError(TOO_LARGE)
        if part.kind == "sequence":
            for one in reversed(part.parts):
                then = self.emit(one, then)
            return then
        if part.kind == "choice":
            start = self.emit(part.parts[-1], then)
            for one in reversed(part.parts[:-1]):
                start = self.add(State("split", (), self.emit(one, then), start))
            return start
        if part.kind == "repeat":
            return self.emit_repeat(part, then)
        return self.add(State(part.kind, part.ranges, then))

    def emit_repeat(self, part: _Part, then: int) -> int:
        (inner,) = part.parts
        if part.most == -1:
            loop = self.add(State("split"))
            self.states[loop] = State("split", (), self.emit(inner, loop), then)
            then = loop
        for _ in range(part.most - part.least if part.most != -1 else 0):
            then = self.add(State("split", (), self.emit(inner, then), then))
        for _ in range(part.least):
            then = self.emit(inner, then)
        return then


def _is_count(text: str) -> bool:
    return 0 < len(text) <= 4 and text.isascii() and text.isdigit()


def _lower_ranges(first: int, last: int) -> list[tuple[int, int]]:
    """The small letters of a range; beyond Latin and Greek only a single letter is looked at."""
    if first == last:
        small = ord(folded(chr(first)))
        return [(small, small)]
    low, high = max(first, 65), min(last, 90)
    return [(low + 32, high + 32)] if low <= high else []
