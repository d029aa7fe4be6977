"""The one error of the language: what is wrong, where, and what to do."""

from __future__ import annotations


class ExpressionError(ValueError):
    """A text that is no expression."""

    def __init__(self, message: str, start: int, end: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = max(end, start + 1)
        self.hint = hint

    def pointed(self, text: str) -> str:
        """Message, the line of the text with carets under the place, and the hint."""
        begin = text.rfind("\n", 0, self.start) + 1
        line = text[begin:].split("\n", 1)[0]
        carets = "^" * max(1, min(self.end, begin + len(line)) - self.start)
        shown = line.replace("\t", " ")
        lines = [self.message, f"  {shown}", f"  {' ' * (self.start - begin)}{carets}", self.hint]
        return "\n".join(part for part in lines if part)
