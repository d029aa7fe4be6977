"""Readable names for runs: two words and six letters of chance."""

from __future__ import annotations

import os

from collector.runlog.paths import base32, slug

ADJECTIVES = (
    "amber brave bright brisk calm clear clever cosy crisp daring deep eager early fair fast fine fresh "
    "gentle glad golden grand green happy hardy honest humble jolly keen kind lively lucky mellow mild "
    "misty modest neat nimble noble open patient plain proud quick quiet rapid ready rosy royal shiny "
    "silent silver simple sleek smart smooth snowy solid spry steady still sunny sure swift tidy tiny "
    "true vivid warm wild wise witty"
)
NOUNS = (
    "acorn alder anchor apple arbor aspen badger beacon beech birch bison brook canyon cedar cliff "
    "clover comet coral crane creek dawn delta dune eagle ember falcon fern field finch fjord forest "
    "fox garden glacier grove harbor hare hawk hazel heron hill island ivy jay lagoon lake lark laurel "
    "leaf lynx maple marsh meadow moon moss oak ocean orchard osprey otter owl peak pebble pine plover "
    "pond poplar prairie quail rain raven reef ridge river robin rowan sail sequoia shore sparrow "
    "spruce star stone stream swan thistle tide valley willow"
)


def readable_name(chance: bytes) -> str:
    """Two words chosen by the first four bytes."""
    adjectives, nouns = ADJECTIVES.split(), NOUNS.split()
    first, second = int.from_bytes(chance[:2], "big"), int.from_bytes(chance[2:4], "big")
    return f"{adjectives[first % len(adjectives)]}-{nouns[second % len(nouns)]}"


def new_run_id(name: str | None = None, chance: bytes | None = None) -> tuple[str, str]:
    """A run's id and its name: the id is the name as a folder name, and chance."""
    chance = chance or os.urandom(9)
    chosen = name or readable_name(chance)
    shown = _without_secrets(name) if name else chosen
    return f"{slug(shown) or 'run'}-{base32(chance[4:], 6)}", chosen


def _without_secrets(name: str) -> str:
    """The name as records will have it, less the digits of the marks: other ranks have another key."""
    import re

    from collector.runlog import redact  # 10 ms, for names that were given

    redacted = redact.redact(name)
    return re.sub(r":[0-9a-f]{4}\]", "]", redacted.text) if redacted.counts else name
