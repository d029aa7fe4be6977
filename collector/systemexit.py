"""Notice what an uncaught SystemExit tells the interpreter.

`sys.excepthook` is not called for it, and when atexit runs the exception is gone: Python has read its `code`,
printed it where it is a text, and forgotten it. So a reading attribute stands in the place of `code`, which
answers as before and remembers what was read by the interpreter itself, with no Python code around the
reading. Why this way: docs/decisions/exit-code.md.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

LONG_BITS = 63 if sys.maxsize > 1 << 32 and sys.platform != "win32" else 31
"""Size of a C long without its sign: an exit code that does not fit counts as -1."""


def exit_code(code: object) -> int:
    """The exit code that the system makes of what sys.exit was given."""
    if code is None:
        return 0
    if not isinstance(code, int):
        return 1
    return code & 0xFF if -(1 << LONG_BITS) <= code < 1 << LONG_BITS else 0xFF


class _NoticedCode:
    """In the place of the attribute `code` of SystemExit."""

    def __init__(self, member: Any, notice: Callable[[object], None]) -> None:
        self._member = member
        self._notice = notice
        self.is_probed = False

    def __get__(self, error: BaseException | None, kind: type | None = None) -> Any:
        if error is None:
            return self
        self.is_probed = True
        code = self._member.__get__(error, kind)
        if is_outermost():
            self._notice(code)
        return code

    def __set__(self, error: BaseException, code: object) -> None:
        self._member.__set__(error, code)

    def __delete__(self, error: BaseException) -> None:
        self._member.__delete__(error)


def is_outermost() -> bool:
    """Whether the caller was called by the interpreter and not by Python code."""
    try:
        sys._getframe(2)
    except ValueError:
        return True
    return False


def notice_exit(notice: Callable[[object], None], kind: type[BaseException] = SystemExit) -> bool:
    """Have `notice` called with the code of the SystemExit that ends this process; False where it can not be.

    The type is left as it was unless a trial shows that the interpreter reads through the new attribute.
    """
    forget_lookups = getattr(sys, "_clear_type_cache", None)
    attributes = [found for found in gc.get_referents(vars(kind)) if type(found) is dict]
    if forget_lookups is None or len(attributes) != 1 or "code" not in attributes[0]:
        return False  # not CPython, or one that is made differently
    member = attributes[0]["code"]
    attributes[0]["code"] = noticed = _NoticedCode(member, notice)
    forget_lookups()
    if getattr(kind(3), "code", None) == 3 and noticed.is_probed:
        return True
    attributes[0]["code"] = member
    forget_lookups()
    return False
