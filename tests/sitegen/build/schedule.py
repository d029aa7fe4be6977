"""Random histories of a site: runs that grow, come, go and break, settings and themes that change."""

from __future__ import annotations

import math
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sitegen.config import Config, MetricOptions, PaletteOptions, ProjectOptions, ThemeOptions
from sitegen.discover import SETTLED_NS, News
from tests.sitegen.logs import EPOCH, ProcessLog, config_of

PROJECTS = ("alpha", "beta")
LONG = 2500
"""Rows of a run whose curves are bucketed."""


class History:
    """A folder of logs and a configuration, changed at random by one seed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.folder = folder
        self.root = folder / "runlogs"
        self.themes = folder / "theme"
        self.made = 0
        self.writers: list[ProcessLog] = []
        self.config = config_of(self.root)
        self.done: list[str] = []
        for _ in range(self.chance.randint(1, 5)):
            self.new_run()

    def change(self) -> News | None:
        """One to three things happen, and perhaps enough time passes that files are trusted.

        What a watch would be told of it; None where it would not notice until it looks at everything.
        """
        before, is_noticed = self._looks(), True
        for _ in range(self.chance.randint(1, 3)):
            step: Callable[[], None] = self.chance.choice(CHANGES).__get__(self)
            self.done.append(step.__name__)
            step()
            is_noticed = is_noticed and step.__name__ != "harm_site"
        if self.chance.random() < 0.2:
            time.sleep(1.5 * SETTLED_NS / 1e9)
        changed = {path for path, _ in before.items() ^ self._looks().items()}
        return News(changed, {path.parent for path in changed}) if is_noticed else None

    def _looks(self) -> dict[Path, tuple[int, int, int, int]]:
        """All files and folders of logs, with what tells one state of them from another."""
        stats = {path: path.stat() for path in self.root.rglob("*")}
        return {
            path: (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
            for path, stat in stats.items()
        }

    def new_run(self, start: float = 0.0) -> None:
        """The newest run, with this and that."""
        self.made += 1
        number, chance = self.made, self.chance
        log = ProcessLog(
            self.root,
            f"run-{number}",
            project=chance.choice(PROJECTS),
            start=start or EPOCH + 1000 * number,
            rank=chance.choice((0, 0, 0, 1)),
        )
        log.record(
            "run", name=chance.choice((f"run {number}", "same name")), group=chance.choice((None, "g"))
        )
        log.record("config", v={"lr": chance.choice((0.1, 0.2)), f"key{chance.randint(0, 2)}": number})
        if chance.random() < 0.3:
            log.record("define", metric="val/acc", goal=chance.choice(("maximize", "minimize")))
        if chance.random() < 0.3:
            name = f"digest-{chance.randint(0, 1)}"
            log.record(
                "artifact", name="model", type="model", version="v1", digest=name, files=1, bytes=number
            )
        self._rows(log, LONG if chance.random() < 0.1 else chance.randint(0, 12))
        if chance.random() < 0.5:
            log.end(exit=0)
        self.writers.append(log)

    def late_run(self) -> None:
        """A run that began before all others and is seen only now."""
        self.new_run(EPOCH - 1000 * self.made)

    def append(self) -> None:
        """A run goes on, perhaps with a metric nobody had."""
        log = self._open_run()
        if log:
            self._rows(log, self.chance.randint(1, 5))

    def append_record(self) -> None:
        """A run says something new of itself."""
        log = self._open_run()
        if log:
            log.record("run", tags=[f"t{self.chance.randint(0, 2)}"])
            log.record("beat", dropped=0, seconds=1.0)

    def delete_run(self) -> None:
        """A folder is removed."""
        folder = self._folder()
        if folder:
            shutil.rmtree(folder)

    def rename_run(self) -> None:
        """A folder gets another name; what is open in it goes on under the new one."""
        folder = self._folder()
        if folder:
            folder.rename(folder.with_name(f"renamed-{self.chance.randint(0, 10**6)}"))

    def rename_project(self) -> None:
        """A whole project moves."""
        folder = self._folder()
        if folder:
            target = self.root / f"moved-{self.chance.randint(0, 10**6)}"
            folder.parent.rename(target)

    def flip_byte(self) -> None:
        """A disk changes a byte: the size stays."""
        path = self._file()
        if path:
            content = bytearray(path.read_bytes())
            content[self.chance.randrange(len(content))] ^= 1 << self.chance.randrange(8)
            path.write_bytes(content)

    def truncate(self) -> None:
        """A copy was cut short."""
        path = self._file()
        if path:
            path.write_bytes(path.read_bytes()[: self.chance.randrange(path.stat().st_size)])

    def rewrite_same(self) -> None:
        """A tool touches a file without changing it."""
        path = self._file()
        if path:
            content = path.read_bytes()
            path.unlink()
            path.write_bytes(content)

    def set_something(self) -> None:
        """A setting changes."""
        chance, config = self.chance, self.config
        goal: Any = chance.choice(("min", "max"))
        options = ProjectOptions(
            title=chance.choice((None, "Title")), metrics={"train/*": MetricOptions(goal=goal)}
        )
        self.config = chance.choice(
            (
                replace(config, site_name=f"Site {chance.randint(0, 3)}"),
                replace(config, timezone=chance.choice(("UTC", "Asia/Tokyo"))),
                replace(config, exclude=chance.choice(((), ("*/run-1",), ("beta",)))),
                replace(config, projects=chance.choice(({}, {"alpha": options}))),
                replace(config, charts=replace(config.charts, drawn_runs=chance.randint(1, 3))),
                replace(
                    config, charts=replace(config.charts, resolution=chance.choice(("full", "overview")))
                ),
                replace(config, theme=self._theme(PaletteOptions(accent=chance.choice(("#123456", "red"))))),
            )
        )

    def edit_theme(self) -> None:
        """A template of the user's own changes."""
        folder = self.themes / "templates"
        folder.mkdir(parents=True, exist_ok=True)
        kind = self.chance.choice(("run", "project", "home"))
        text = (
            f'{{% extends "default/{kind}.html" %}}{{% block foot %}}{self.chance.random()}{{% endblock %}}\n'
        )
        (folder / f"{kind}.html").write_text(text)
        self.config = replace(self.config, theme=replace(self.config.theme, custom_dir=self.themes))

    def harm_site(self) -> None:
        """Somebody edits or removes files of the site."""
        pages = sorted(path for path in self.config.site_dir.rglob("*") if path.is_file())
        for path in self.chance.sample(pages, min(3, len(pages))):
            if path.name.startswith((".", "site-manifest")):
                continue
            if self.chance.random() < 0.5:
                path.unlink()
            else:
                path.write_bytes(path.read_bytes()[::-1])

    def harm_cache(self) -> None:
        """Files of the cache are damaged or gone."""
        files = sorted(path for path in self.config.cache_dir.rglob("*") if path.is_file())
        for path in self.chance.sample(files, min(4, len(files))):
            content = bytearray(path.read_bytes())
            what = self.chance.randrange(3)
            if what == 0 or not content:
                path.unlink()
            elif what == 1:
                path.write_bytes(content[: self.chance.randrange(len(content))])
            else:
                content[self.chance.randrange(len(content))] ^= 1 << self.chance.randrange(8)
                path.write_bytes(content)

    def clean_config(self, folder: Path) -> Config:
        """The same settings for a build that knows nothing of earlier ones."""
        return replace(self.config, site_dir=folder / "site", cache_dir=folder / "cache")

    def _rows(self, log: ProcessLog, count: int) -> None:
        if log._metrics is None:
            return
        first = self.chance.choice((0, int(log.passed)))
        for step in range(first, first + count):
            values = {"train/loss": self.chance.random(), "val/acc": 1 - 1 / (step + 2)}
            if self.chance.random() < 0.05:
                values["train/loss"] = math.nan
            if self.chance.random() < 0.05:
                values[f"new/{self.chance.randint(0, 2)}"] = 1.0
            log.log(step, values)

    def _open_run(self) -> ProcessLog | None:
        there = [log for log in self.writers if log.metrics_path.exists() and log.records_path.exists()]
        return self.chance.choice(there) if there else None

    def _folder(self) -> Path | None:
        folders = sorted({path.parent for path in self.root.rglob("*.jsonl")})
        return self.chance.choice(folders) if folders else None

    def _file(self) -> Path | None:
        files = sorted(path for path in self.root.rglob("*.jsonl") if path.stat().st_size)
        return self.chance.choice(files) if files else None

    def _theme(self, palette: PaletteOptions) -> ThemeOptions:
        return replace(self.config.theme, palette=palette)


CHANGES = (
    History.append,
    History.append,
    History.append,
    History.append_record,
    History.new_run,
    History.new_run,
    History.late_run,
    History.delete_run,
    History.rename_run,
    History.rename_project,
    History.flip_byte,
    History.truncate,
    History.rewrite_same,
    History.set_something,
    History.set_something,
    History.edit_theme,
    History.harm_site,
    History.harm_cache,
)
