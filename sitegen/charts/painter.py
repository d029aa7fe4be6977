"""A program that draws Vega specifications: one per line of standard input, one SVG per line of output.

vl_convert holds the interpreter's lock while its engine starts and draws (measured: a thread beside it gets
2 to 20 % of its speed), so pictures are drawn in a process of their own, beside the rest of the build.
"""

from __future__ import annotations

import json
import os
import signal
import sys


def main() -> None:
    """Draws until the input ends; specifications and pictures are JSON, so that each is one line."""
    # Who stops a build or a watch with the keyboard, or closes its terminal, stops all of its processes; this
    # one ends with its input.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    import vl_convert

    for line in sys.stdin:
        if not line.endswith("\n"):
            return  # the build was killed while it wrote the line
        answer = json.dumps(vl_convert.vega_to_svg(json.loads(line))) + "\n"
        try:
            _send(answer.encode())
        except BrokenPipeError:
            return  # or while it waited for the picture


def _send(answer: bytes) -> None:
    # Not through sys.stdout: what is left in its buffer is written at exit, where a closed pipe complains.
    while answer:
        answer = answer[os.write(1, answer) :]


if __name__ == "__main__":
    main()
