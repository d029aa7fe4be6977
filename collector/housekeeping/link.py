"""The line to the far end of `collect sync`: a folder of this machine, or one behind ssh."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
from types import TracebackType
from typing import IO, Any, NamedTuple

from collector.housekeeping import receiver
from collector.runlog.errors import CollectorError, MisuseError

_REMOTE = re.compile(r"((?:[^@:/\s]+@)?(?:[^@:/\s\[\]]+|\[[0-9a-fA-F:.%]+\])):(.*)", re.DOTALL)


class Destination(NamedTuple):
    """Where copies go."""

    folder: str
    host: str | None = None
    """As ssh takes it; None for a folder of this machine."""
    shell: str = "ssh"
    """The command that leads there, with its options."""
    python: str = "python3"
    """What runs the far end there."""

    def __str__(self) -> str:
        return self.folder if self.host is None else f"{self.host}:{self.folder}"


class LinkError(CollectorError):
    """The far end did not answer, or refused."""


def read_destination(text: str, shell: str = "ssh", python: str = "python3") -> Destination:
    """`folder`, or `[user@]host:folder`; what has a slash before its colon is a folder."""
    found = _REMOTE.fullmatch(text)
    if not text:
        raise MisuseError("there is no destination.", "Name a folder, or user@host:folder.")
    if found is None:
        return Destination(text)
    host, folder = found[1], found[2] or "runlogs"
    if host.startswith("-"):
        raise MisuseError(f"{host!r} can not be a host.", "Name it as user@host:folder.")
    return Destination(folder, host.replace("[", "").replace("]", ""), shell, python)


class Link:
    """Asks the far end, one question after the other."""

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        command = self._command()
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise LinkError(f"{command[0]} can not be run: {error.strerror}.", "Is it installed?") from error

    def __enter__(self) -> Link:
        try:
            found = self.ask("begin")
            if found.get("error") == "busy":
                raise LinkError(
                    f"another collect sync is writing to {self.destination}.", "Wait until it has ended."
                )
            self.must(found, str(self.destination))
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the far end go, which ends with its questions."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # the far end is gone, and bytes for it were waiting
                    pass
        self._process.wait()

    def ask(self, op: str, content: bytes = b"", **fields: Any) -> dict[str, Any]:
        """The answer to a request."""
        import orjson

        request = {"op": op, **fields} | ({"bytes": len(content)} if content else {})
        requests, answers = self._pipes()
        with contextlib.suppress(OSError):  # it ended; what it said before tells more
            requests.write(orjson.dumps(request) + b"\n" + content)
            requests.flush()
        line = answers.readline()
        if not line.endswith(b"\n"):
            raise LinkError(f"the line to {self.destination} broke.", self._why())
        try:
            found: dict[str, Any] = orjson.loads(line)
        except ValueError:
            raise LinkError(
                f"{self.destination} answered with something else: {line[:60]!r}.",
                "Its shell must print nothing when a command is run through ssh.",
            ) from None
        return found

    def must(self, found: dict[str, Any], what: str) -> dict[str, Any]:
        """An answer that has to be a good one."""
        if "error" in found:
            why = found.get("why") or found["error"]
            raise LinkError(
                f"{self.destination}: {what} can not be written: {why}.",
                "What was copied stays there; sync goes on with it when it is run again.",
            )
        return found

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def _command(self) -> list[str]:
        with open(receiver.__file__, encoding="utf-8") as file:
            source = file.read()
        to = self.destination
        if to.host is None:
            return [sys.executable, "-I", "-S", "-c", source, os.path.abspath(to.folder)]
        # One word for the shell of the other machine, whatever the folder is called.
        far = f"{to.python} -c {shlex.quote(source)} {shlex.quote(to.folder)}"
        return [*shlex.split(to.shell), to.host, far]

    def _why(self) -> str:
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return "It stopped answering."
        if self.destination.host is None:
            return f"The process that writes there ended with status {code}."
        if code == 127:
            return f"There is no {self.destination.python} there: --remote-python names another."
        return f"{self.destination.shell} ended with status {code}. Does it lead there by itself?"
