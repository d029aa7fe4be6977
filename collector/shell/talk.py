"""How a short command hands its words to the process that writes: one message each way per connection.

This side is loaded by every `collect log`, so it imports next to nothing.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # known to type checkers; typing takes 8 ms to load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SOCKET_VARIABLE = "COLLECT_SOCKET"
OFF = "off"
"""Its value where nothing can be recorded: commands do nothing then, for the shell must go on."""

DONE, FAILED, MISUSED = 0, 1, 2


class Reply:
    """What the writing process answers."""

    # A named tuple would cost the 8 ms that typing takes to load.
    __slots__ = ("code", "hint", "message")

    def __init__(self, code: int, message: str = "", hint: str = "") -> None:
        self.code = code
        self.message = message
        self.hint = hint

    def encode(self) -> bytes:
        """The reply as bytes."""
        return f"{self.code}\0{self.message}\0{self.hint}".encode(errors="replace")


def encode_words(words: Sequence[str]) -> bytes:
    """Words as bytes; an argument never holds a NUL."""
    return b"\0".join(word.encode(errors="surrogateescape") for word in words)


def decode_words(message: bytes) -> list[str]:
    """The inverse of `encode_words`, with what is not UTF-8 as surrogates."""
    return [word.decode(errors="surrogateescape") for word in message.split(b"\0")]


def ask(path: str, words: Sequence[str]) -> Reply:
    """Hand over words and wait until they are done; raises OSError where nobody listens."""
    from _socket import AF_UNIX, SHUT_WR, SOCK_STREAM, socket  # `socket` around it takes 5 ms to load

    connection = socket(AF_UNIX, SOCK_STREAM)
    try:
        connection.connect(path)
        connection.sendall(encode_words(words))
        connection.shutdown(SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    finally:
        connection.close()
    if not answer:
        raise ConnectionResetError("the writing process has ended")
    code, message, hint = answer.decode().split("\0")
    return Reply(int(code), message, hint)


def tell(name: str, words: Sequence[str], env: Mapping[str, str] = os.environ) -> int:
    """Do one command of a shell; the result is its exit code.

    A shell with `set -e` must survive a full disk: what could not be recorded is told on standard error, and
    only misuse is an error.
    """
    path = env.get(SOCKET_VARIABLE, "")
    if path == OFF:
        return DONE
    if not path:
        return _say(
            Reply(MISUSED, "no run has been started in this shell.", 'Begin with: eval "$(collect start)"')
        )
    try:
        reply = ask(path, [name, *words])
    except (ConnectionRefusedError, ConnectionResetError):
        from collector.shell.revive import ask_again

        reply = ask_again(path, [name, *words], env)
    except OSError:
        run = env.get("COLLECT_RUN_ID", "")
        reply = Reply(FAILED, f"the run {run} has ended: {name} is not recorded.")
    return _say(reply)


def _say(reply: Reply) -> int:
    if reply.message:
        sys.stderr.write(f"collect: {reply.message}\n" + (f"         {reply.hint}\n" if reply.hint else ""))
    return MISUSED if reply.code == MISUSED else DONE
