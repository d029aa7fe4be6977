"""The metrics file of one process: one line per call of `log`, on disk before the call returns.

The fast way takes a dict of plain numbers under known names in about the time of encoding it and one
`os.write`. Everything else, known by cheap signs, goes the slow way and arrives all the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from math import isfinite
from typing import Any
from zlib import crc32

from collector.runlog import values
from collector.runlog.lines import LINE_LIMIT, seal
from collector.runlog.writer import SegmentWriter

KEYS_PER_RECORD = 150
"""Names per `keys` line: 1,000 control characters each, escaped to 6,000 bytes, stay under the line limit."""


class MetricsLog:
    """Writes `log` lines, and a `keys` line before the first use of every name."""

    def __init__(
        self,
        writer: SegmentWriter,
        on_odd: Callable[[str, str], None] | None = None,
        claim: Callable[[float | int, str, Any], bool] | None = None,
    ) -> None:
        import orjson  # first need

        self.writer = writer
        self._on_odd = on_odd
        self._claim = claim
        self._dumps = orjson.dumps
        # These make orjson refuse what it would otherwise change or dress up in silence.
        self._plain_only = (
            orjson.OPT_STRICT_INTEGER
            | orjson.OPT_PASSTHROUGH_SUBCLASS
            | orjson.OPT_PASSTHROUGH_DATACLASS
            | orjson.OPT_PASSTHROUGH_DATETIME
        )
        self._known: set[str] = set()
        self._odd_told: set[str] = set()
        self._clock = writer.monotonic
        self._start = writer.start

    def append(self, step: float | int, row: Mapping[Any, Any]) -> bool:
        """Write one call of `log`; True when it is in the file, False when it waits or was given up."""
        try:
            # Whatever is no plain number makes dumps or sum raise, or shows in the sum; only booleans pass.
            encoded = self._dumps(row, None, self._plain_only)
            numbers = row.values()
            if not self._known.issuperset(row) or not isfinite(sum(numbers)):
                return self._append_carefully(step, row)
            for number in numbers:  # 0.1 µs cheaper than any way without a loop
                if number.__class__ is bool:
                    return self._append_carefully(step, row)
        except (TypeError, AttributeError):  # no wider: what a signal handler raises in here is the user's
            return self._append_carefully(step, row)
        head = b'{"k":"log","t":%.6f,"n":%d,"step":%b,"m":%b' % (
            self._clock() - self._start,
            len(self._known),
            b"%d" % step if step.__class__ is int else self._dumps(step),
            encoded,
        )
        line = b'%b,"c":"%08x"}\n' % (head, crc32(head))
        if len(line) > LINE_LIMIT:
            return self._append_carefully(step, row)
        try:
            written = os.write(self.writer.fd, line)
        except OSError as error:
            if error.errno is None:  # not the disk's: raised by the user's signal handler
                raise
            return self.writer.emit(line)
        return written == len(line) or self.writer.resume_after(line, written)

    def keys_records(self) -> list[dict[str, Any]]:
        """What a new file has to begin with for the names to be known in it."""
        return _keys_records(sorted(self._known))

    def _append_carefully(self, step: float | int, row: Mapping[Any, Any]) -> bool:
        try:
            if not hasattr(row, "items"):
                self.writer.lose(f"log() takes a dict of values, not a {type(row).__name__}")
                return False
            claim = None if self._claim is None else partial(self._claim, step)
            found = values.split(row, claim)
            if found.texts:
                from collector.runlog.redact import text  # only for who logs texts

                found.texts = {name: text(said) for name, said in found.texts.items()}
            self._tell_odd(found.odd)
            self._declare([name for name in found.names() if name not in self._known])
            return self._write_rows(step, found)
        except Exception as error:  # named boundary: it is counted, and training goes on
            self.writer.lose(f"log() could not use a {type(row).__name__}: {type(error).__name__}: {error}")
            return False

    def _declare(self, names: list[str]) -> None:
        # First on disk, then known: another thread that counts a name as known finds it written before.
        for record in _keys_records(names):
            self.writer.write(record)
        self._known.update(names)

    def _write_rows(self, step: float | int, found: values.Split) -> bool:
        record: dict[str, Any] = {"k": "log", "t": self.writer.clock(), "n": len(self._known), "step": step}
        record["m"] = found.numbers
        for field, content in (("x", found.exact), ("s", found.texts), ("cut", found.cut)):
            if content:
                record[field] = content
        line = seal(self._dumps(record))
        if len(line) <= LINE_LIMIT or len(found.numbers) + len(found.texts) < 2:
            return self.writer.emit(line)
        # Readers put lines of one step together, so that a giant call may take several.
        first, second = _halves(found)
        return self._write_rows(step, first) & self._write_rows(step, second)

    def _tell_odd(self, odd: Mapping[str, str]) -> None:
        for name, kind in odd.items():
            if name not in self._odd_told and self._on_odd is not None:
                self._odd_told.add(name)
                self._on_odd(name, kind)


def _keys_records(names: list[str]) -> list[dict[str, Any]]:
    parts = range(0, len(names), KEYS_PER_RECORD)
    return [{"k": "keys", "keys": names[i : i + KEYS_PER_RECORD]} for i in parts]


def _halves(found: values.Split) -> tuple[values.Split, values.Split]:
    first, second = values.Split(), values.Split()
    names = list(found.names())
    for i, name in enumerate(names):
        half = first if i < len(names) // 2 else second
        for field in ("numbers", "exact", "texts", "cut"):
            content = getattr(found, field)
            if name in content:
                getattr(half, field)[name] = content[name]
    return first, second
