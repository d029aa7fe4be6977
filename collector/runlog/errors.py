"""The exceptions of the collector, each with what to do next."""

from __future__ import annotations


class CollectorError(Exception):
    """Something the user can act on: what happened, and in `hint` what to do next."""

    picture: tuple[str, ...] = ()
    """Lines that show the place, between the two."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class MisuseError(CollectorError):
    """Arguments of a command that can not be meant."""


class YamlError(CollectorError):
    """A YAML file that cannot be used, with the line where it went wrong."""

    def __init__(self, message: str, path: str, line: int | None = None, hint: str = "") -> None:
        where = path if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {message}", hint)
        self.path = path
        self.line = line


Error = UsageError = CommError = AuthenticationError = ConfigError = CollectorError
"""wandb's names, for scripts that catch them."""
