"""The wrapper's few words to the user."""

from __future__ import annotations

import os


def say(text: str) -> None:
    """One line on standard error, never an error of its own."""
    try:
        os.write(2, f"collect: {text}\n".encode(errors="replace"))
    except OSError:
        pass


def say_unrecorded(error: OSError, root: str) -> None:
    """Tell that nothing is recorded, and how that can be changed."""
    where = error.filename or root
    reason = error.strerror or str(error)
    if not os.path.isabs(root):
        say(
            f"the current folder was deleted, and with it the place of {root}. The command runs unrecorded; "
            "--dir with an absolute path records it."
        )
        return
    say(f"cannot write {where}: {reason}. The command runs unrecorded; --dir chooses another folder.")
