"""The rooms of the house as data: who may import whom, and which third-party packages.

This is the table of the architecture page in docs/explanation. A change here is a change of design.
"""

from __future__ import annotations

from typing import NamedTuple


class Room(NamedTuple):
    """What a module of the room may import, of ours and of others."""

    ours: frozenset[str]
    eager: frozenset[str] = frozenset()
    """Third-party packages that may stand at the top of a module."""
    lazy: frozenset[str] = frozenset()
    """Third-party packages that may only be imported inside a function."""


def _room(*ours: str, eager: str = "", lazy: str = "") -> Room:
    return Room(frozenset(ours), frozenset(eager.split()), frozenset(lazy.split()))


LEAVES = frozenset({"collector.version", "sitegen.errors", "sitegen.version"})
"""Modules without imports of ours: every room of their half may use them, `collector.version` both halves."""

ROOMS: dict[str, Room] = {
    # The collector's half. Nothing of others at import: training pays for every millisecond.
    "collector.runlog": _room(lazy="orjson ruamel"),
    "collector.expressions": _room(),
    "collector.system": _room("collector.runlog", lazy="psutil pynvml amdsmi"),
    "collector.artifacts": _room("collector.runlog"),
    "collector.media": _room("collector.runlog", lazy="orjson numpy PIL imageio pandas"),
    "collector.sweeps.search": _room(lazy="sklearn numpy"),
    "collector.sweeps": _room("collector", "collector.runlog", "collector.sweeps.search"),
    "collector.importers": _room("collector", "collector.runlog", "collector.artifacts"),
    "collector.integrations": _room("collector", "collector.runlog", "collector.artifacts"),
    "collector.mirrors": _room("collector", "collector.runlog", "collector.artifacts"),
    "collector": _room(
        "collector.runlog",
        "collector.expressions",
        "collector.system",
        "collector.artifacts",
        "collector.media",
        lazy="orjson psutil",
    ),
    "collector.catalog": _room("collector.runlog", "collector.expressions", lazy="orjson"),
    "collector.housekeeping": _room(
        "collector.runlog", "collector.catalog", "collector.artifacts", lazy="orjson pynvml"
    ),
    "collector.cli": _room(
        "collector",
        "collector.runlog",
        "collector.catalog",
        "collector.housekeeping",
        "collector.expressions",
        "collector.system",
        "collector.artifacts",
        "collector.sweeps",
        "collector.importers",
    ),
    # The site's half, in the order in which a build goes.
    "sitegen.texts": _room(),
    "sitegen.config": _room("collector.runlog", "sitegen.texts", eager="msgspec"),
    "sitegen.discover": _room("sitegen.config", "collector.runlog", eager="msgspec"),
    "sitegen.ingest": _room("collector.runlog", "sitegen.discover", eager="polars msgspec"),
    "sitegen.derive": _room(
        "collector.runlog",
        "sitegen.config",
        "sitegen.ingest",
        "collector.expressions",
        "collector.sweeps.search",
        eager="polars",
    ),
    "sitegen.charts": _room(
        "sitegen.texts",
        "sitegen.discover",
        "sitegen.ingest",
        "sitegen.derive",
        eager="polars msgspec",
        lazy="altair vl_convert",
    ),
    "sitegen.reports": _room(
        "sitegen.config", "sitegen.derive", "sitegen.charts", eager="markdown_it mdit_py_plugins jinja2"
    ),
    "sitegen.pages": _room(
        "sitegen.texts",
        "sitegen.config",
        "sitegen.derive",
        "sitegen.charts",
        eager="jinja2 markupsafe",
        lazy="markdown_it mdit_py_plugins pygments",
    ),
    "sitegen.frames": _room(
        "sitegen.config",
        "sitegen.discover",
        "sitegen.ingest",
        "sitegen.derive",
        "sitegen.charts",
        eager="polars",
        lazy="altair",
    ),
    "sitegen.output": _room("sitegen.config", "collector.runlog"),
    "sitegen.publish": _room("sitegen.config", "collector.runlog"),
    "sitegen.work": _room(
        "sitegen.config",
        "sitegen.discover",
        "sitegen.ingest",
        "sitegen.derive",
        "sitegen.charts",
        "sitegen.pages",
        "sitegen.output",
        eager="msgspec",
    ),
    "sitegen.build": _room(
        "sitegen.work",
        "sitegen.config",
        "sitegen.discover",
        "sitegen.ingest",
        "sitegen.derive",
        "sitegen.charts",
        "sitegen.reports",
        "sitegen.pages",
        "sitegen.output",
        "collector.runlog",
    ),
    "sitegen.watch": _room(
        "sitegen.build", "sitegen.config", "sitegen.discover", "sitegen.output", lazy="watchdog"
    ),
    "sitegen.cli": _room(
        "sitegen.config",
        "sitegen.discover",
        "sitegen.build",
        "sitegen.watch",
        "sitegen.output",
        "sitegen.publish",
        "sitegen.pages",
        "sitegen.work",
        "sitegen.frames",
        lazy="rich",
    ),
    "collector.__main__": _room("collector.cli"),
    "sitegen.__main__": _room("sitegen.cli"),
    "sitegen": _room("sitegen.config", "sitegen.build", "sitegen.frames"),
}

LISTED_EXCEPTIONS = {
    ("collector/__init__.py", "collector.sweeps"): "the public API reaches sweeps lazily, and only there",
}
"""(file, room it reaches) → why. May only shrink."""
