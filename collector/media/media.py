"""What all kinds of media have in common.

A media value copies what it was given when it is made; `freeze` is called by `log` and gives what is to be
recorded; `encode` runs later, in one thread for the whole run, and puts files into the run's media folder.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

FILE_LIMIT = 256 << 20
"""Most bytes of one media file."""

CAPTION_LIMIT = 2000
"""Most characters of a caption."""

Item = dict[str, Any]
"""One entry of a media record: the file's digest, size and ending, and what its kind adds."""

Init = TypeVar("Init", bound=Callable[..., None])


class MediaError(ValueError):
    """A value that no media can be made from; `log` notes its text, training goes on."""


class Sink(Protocol):
    """Where encoded media go."""

    def put(self, content: bytes, ext: str) -> Item:
        """Keep a file under its digest, once; the item that names it."""


class Media:
    """A value that is recorded as a file, or as more than one number."""

    kind = ""
    problem = ""
    """Why nothing can be recorded, empty where all is well."""
    size_bytes = 0
    """Memory that this holds until it is encoded."""
    caption: str | None = None

    def freeze(self) -> Media:
        """What is recorded by the call of `log` that is under way."""
        return self

    def encode(self, sink: Sink) -> Item:
        """Put the files into the sink; the item of the record."""
        raise NotImplementedError


def guarded(init: Init) -> Init:
    """A constructor that never raises into training: what went wrong is in `problem`."""

    @functools.wraps(init)
    def take(self: Media, /, *args: Any, **named: Any) -> None:
        try:
            init(self, *args, **named)
        except Exception as error:  # named boundary: what the user gave may be anything
            text = str(error) if isinstance(error, MediaError) else f"{type(error).__name__}: {error}"
            self.problem = f"{type(self).__name__}: {text}"

    return cast("Init", take)


def read_file(path: str | os.PathLike[str]) -> bytes:
    """The content of a user's file, as it is now."""
    size = os.path.getsize(path)
    if size > FILE_LIMIT:
        raise MediaError(f"{os.fspath(path)} has {size} bytes; the limit is {FILE_LIMIT}")
    with open(path, "rb") as file:
        return file.read(FILE_LIMIT)


def is_path(value: Any) -> bool:
    """Whether a value names a file that exists."""
    if not isinstance(value, str) and not hasattr(value, "__fspath__"):
        return False
    try:
        return os.path.isfile(value)
    except (OSError, ValueError):
        return False


def ext_of(path: str | os.PathLike[str]) -> str:
    """The ending of a file name, safe on every file system: 'bin' where there is none."""
    ending = os.path.splitext(os.fspath(path))[1][1:].lower()
    return ending if ending.isascii() and ending.isalnum() and len(ending) <= 10 else "bin"


def caption_text(caption: Any) -> str | None:
    """A caption as it is recorded: secrets taken out, not too long."""
    if caption is None:
        return None
    from collector.runlog.redact import text
    from collector.runlog.values import clean_text

    # Half of a secret would not be recognised: taken out first, cut then.
    return clean_text(text(str(caption)[: CAPTION_LIMIT + 4096])[:CAPTION_LIMIT])


def with_caption(item: Item, caption: str | None) -> Item:
    """The item, with its caption where there is one."""
    return item if caption is None else item | {"caption": caption}
