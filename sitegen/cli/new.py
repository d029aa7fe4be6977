"""`sitegen new`."""

from __future__ import annotations

import argparse
from pathlib import Path

from sitegen.config import CONFIG_NAME
from sitegen.errors import MisuseError, SiteError, is_full

TEMPLATE = """\
# Settings of the site that `sitegen build` makes. Every key is optional; what stands behind a # is a default
# or an example. All keys: docs/reference/configuration.md

site_name: {name}
# site_description: One sentence below the name.

# runs_dir: runlogs                # a folder that exists, or a list of folders
# site_dir: site
# include: ["*"]                   # patterns of project/run
# exclude: ["scratch/*"]

# projects:
#   digits:
#     title: Handwritten digits
#     metrics:                     # names or patterns
#       "*/acc": {{goal: max}}
#       "*/loss": {{goal: min}}

# theme:
#   name: default
#   palette: {{accent: "#2f6f9f"}}

# charts:
#   smoothing: 0                   # 0 (none) to 0.99
"""

IGNORED = ("/site/", "/.sitegen/", "/runlogs/")
"""What git should not keep: made by sitegen, or recorded by collect."""


def run_new(arguments: argparse.Namespace) -> int:
    """Writes the file, and tells what to do next."""
    folder: Path = arguments.folder
    place = folder / CONFIG_NAME
    if place.exists():
        raise MisuseError(f'"{place}" exists already.', hint="Edit it, or choose another folder.")
    is_made = False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8") as file:
            is_made = True
            file.write(TEMPLATE.format(name=_name(folder)))
    except OSError as error:
        if is_made:  # half of it would be in the way of the next try
            place.unlink(missing_ok=True)
        if is_full(error):
            raise SiteError(
                f'"{place}" cannot be written: {error.strerror}.',
                hint="Make room on that disk, and try again.",
            ) from None
        raise MisuseError(
            f'"{place}" cannot be written: {error.strerror}.', hint="Name a folder that you may write to."
        ) from None
    print(f"{place} is written.")
    missing = [line for line in IGNORED if line not in _ignored(folder)]
    if missing:
        print(f"Lines for {folder / '.gitignore'}, so that git leaves out what is made or recorded:")
        print("\n".join(f"  {line}" for line in missing))
    print("Next: collect -- python train.py, then: sitegen build --open")
    return 0


def _name(folder: Path) -> str:
    """The folder's name as a YAML text."""
    import json

    return json.dumps(f"{folder.resolve().name or 'Experiments'} experiments", ensure_ascii=False)


def _ignored(folder: Path) -> list[str]:
    try:
        return (folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
