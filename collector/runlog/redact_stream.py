"""Secrets out of a stream that comes in pieces: a line is looked at when it is whole or has waited enough.

What ends in the middle of a line is held until its rest comes, so that a secret that two reads have cut
in two is found. The holder decides how long: the question of a program that then waits is to be seen.
"""

from __future__ import annotations

import re
from collections import Counter

from collector.runlog.redact import mark
from collector.runlog.redact_policy import Policy, policy_of
from collector.runlog.secret_search import Hit, find_hits

LINE_BYTES = 8192
"""An unfinished line longer than this is looked at as it is, but for its end."""
OVERLAP_BYTES = 2048
KEY_BYTES = 20_000
"""Most of a private key that is held until its end comes."""

_KEY_BEGIN = re.compile(rb"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(rb"-----END [A-Z0-9 ]{0,40}-----")
_KEY_BODY = re.compile(
    rb"(?:[A-Za-z0-9+/=\\]{16,}\s*)*(?:[A-Za-z0-9+/=]{0,15}\s*-----END [A-Z0-9 ]{0,40}-----)?"
)


class StreamRedactor:
    """Takes the pieces of one stream and gives back what may be written."""

    def __init__(self, policy: Policy | None = None) -> None:
        self._policy = policy_of() if policy is None else policy
        self._held = b""
        self._in_key = False
        """Whether a private key was released before its end."""
        self.counts: Counter[str] = Counter()
        """How many secrets each rule has taken out."""

    @property
    def is_holding(self) -> bool:
        """Whether there is an unfinished line."""
        return bool(self._held)

    def take(self, piece: bytes) -> bytes:
        """What may be written now that this piece has come."""
        if self._policy.is_off:
            return piece
        content, self._held = self._held + piece, b""
        end = max(content.rfind(b"\n"), content.rfind(b"\r")) + 1
        if len(content) - end > LINE_BYTES:
            end = len(content) - OVERLAP_BYTES
        key = self._open_key(content)
        if key is None:
            return self._clean(content, end)
        if len(content) - key < KEY_BYTES:
            return self._clean(content, min(end, key))
        self._held = content
        return self.release()

    def release(self) -> bytes:
        """What is held, without waiting for the rest of its line."""
        content, self._held = self._held, b""
        if not content:
            return b""
        is_open = self._open_key(content) is not None
        shown = self._clean(content, len(content))
        self._in_key = is_open or (self._in_key and not _KEY_END.search(content))
        return shown

    def _open_key(self, content: bytes) -> int | None:
        """Where a private key begins that has not ended yet."""
        begins = list(_KEY_BEGIN.finditer(content)) if b"PRIVATE KEY" in content else []
        if not begins or _KEY_END.search(content, begins[-1].end()):
            return None
        return begins[-1].start()

    def _clean(self, content: bytes, end: int) -> bytes:
        hits = self._hits(content)
        for hit in hits:
            if hit.start < end < hit.end:
                # The line goes on inside of a secret, and its rest may too.
                end = hit.start if hit.end - hit.start < KEY_BYTES else hit.end
        self._held = content[end:]
        parts, position = [], 0
        for hit in hits:
            if hit.start >= end:
                break
            self.counts[hit.rule] += 1
            parts += [content[position : hit.start], mark(hit.rule, content[hit.start : hit.end]).encode()]
            position = hit.end
        return b"".join([*parts, content[position:end]])

    def _hits(self, content: bytes) -> list[Hit]:
        if not self._in_key:
            return find_hits(content, self._policy)
        body = _KEY_BODY.match(content)
        length = body.end() if body is not None else 0
        self._in_key = length == len(content) and not _KEY_END.search(content)
        rest = [
            Hit(hit.rule, hit.start + length, hit.end + length)
            for hit in find_hits(content[length:], self._policy)
        ]
        return [Hit("private-key", 0, length), *rest] if content[:length].strip() else rest
