"""`sitegen watch` and `sitegen serve`: the site stays as new as the logs."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

from sitegen.build import BuildReport, builds
from sitegen.cli.build import is_changed, open_in_browser, remarks, summary, told
from sitegen.cli.signals import EndedError
from sitegen.cli.streams import complain, say
from sitegen.config import Config
from sitegen.config.load import Overrides, load_settings
from sitegen.config.options import CONFIG_NAME
from sitegen.watch.changes import FolderChanges
from sitegen.watch.loop import Watch
from sitegen.watch.program import Program, ProgramChangedError


def run_watch(arguments: argparse.Namespace) -> int:
    """Builds whenever something changed, until it is interrupted."""
    start = settings_of(arguments)().site_dir / "index.html"
    return go_on(arguments, lambda: str(start), lambda: open_in_browser(start))


def run_serve(arguments: argparse.Namespace) -> int:
    """The same, and shows the site at an address of this machine."""
    import webbrowser  # loads half of the standard library

    from sitegen.watch.server import DEFAULT_PORT, open_server

    port = DEFAULT_PORT if arguments.port is None else arguments.port
    server = open_server(settings_of(arguments)().site_dir, port, is_fixed=arguments.port is not None)
    server.begin()
    try:
        return go_on(arguments, lambda: server.url, lambda: webbrowser.open(server.url))
    finally:
        server.shutdown()
        server.server_close()


def settings_of(arguments: argparse.Namespace) -> Callable[[], Config]:
    """The settings as the files say at the moment; what is odd about them is told when it is new."""
    known: set[str] = set()

    def load() -> Config:
        overrides = Overrides(tuple(arguments.runs_dir), arguments.site_dir, False)
        settings = load_settings(arguments.config_file, overrides)
        for warning in settings.warnings:
            if warning not in known:
                complain(warning)
        known.clear()
        known.update(settings.warnings)
        return settings.config

    return load


def go_on(arguments: argparse.Namespace, start: Callable[[], str], show: Callable[[], object]) -> int:
    """The rounds of a watch; an interrupt ends it well."""
    changes = FolderChanges(poll=arguments.poll, say=complain)
    try:
        with builds(arguments.jobs) as make:
            telling = _Telling(arguments.quiet, arguments.json, start)
            watch = Watch(
                load=settings_of(arguments),
                changes=changes,
                built=telling.built,
                failed=telling.failed,
                make=make,
                places=(arguments.config_file or Path(CONFIG_NAME),),
                check_program=Program().check,
            )
            for number, _ in enumerate(watch.rounds()):
                if number == 0 and arguments.open:
                    show()
    except EndedError:
        raise
    except KeyboardInterrupt:
        return 0
    except ProgramChangedError as error:
        if not arguments.json:
            raise
        _fail_as_json(str(error))
        return error.exit_code
    finally:
        changes.close()
    return 0


class _Telling:
    """Says what a build changed: everything about the first, one line about each that changed something.

    Of one that changed nothing it says so only after an error, which else would be the last word.
    """

    def __init__(self, is_quiet: bool, is_json: bool, start: Callable[[], str]) -> None:
        self._is_quiet = is_quiet
        self._is_json = is_json
        self._start = start
        self._is_first = True
        self._is_failing = False
        self._remarks: list[str] = []

    def built(self, report: BuildReport) -> None:
        is_news = self._is_first or self._is_failing or is_changed(report)
        if self._is_json:
            if is_news:
                say(json.dumps(summary(report, self._start())))
        else:
            self._remark(report)
            if is_news and not self._is_quiet:
                again = "well again: " if self._is_failing else ""
                say(f"{time.strftime('%H:%M:%S')} {again}{told(report, self._start())}")
        self._is_first = self._is_failing = False

    def failed(self, text: str) -> None:
        self._is_failing = True
        (_fail_as_json if self._is_json else complain)(text)

    def _remark(self, report: BuildReport) -> None:
        every = remarks(report.warnings, report.notes)
        for line in every:
            if line not in self._remarks:
                complain(line)
        self._remarks = every


def _fail_as_json(text: str) -> None:
    say(json.dumps({"error": text}))
