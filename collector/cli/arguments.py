"""How all commands read their options and tell of misuse."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import NoReturn

from collector.runlog.errors import CollectorError


class Parser(ArgumentParser):
    """Reports misuse as our own kind of error."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and what to do."""
        raise CollectorError(f"{message}.", f"{self.prog} --help lists the options.")
