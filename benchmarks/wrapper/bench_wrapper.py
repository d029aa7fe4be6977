"""What `collect` costs: start, end, memory, and bytes per second through its relay.

python benchmarks/wrapper/bench_wrapper.py [--repeats 15]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOOD_BYTES = 600_000_000


COLLECT = [sys.executable, "-m", "collector.cli.main"]


def words(folder: str, *command: str, console: str = "auto", parse: bool = False) -> list[str]:
    """The command line of a wrapped command."""
    options = ["--dir", folder, "--console", console, *(["--parse"] if parse else [])]
    return [*COLLECT, *options, "--", *command]


def environment(folder: str) -> dict[str, str]:
    """Compiled modules in a place of their own, as an installed package has them."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return env | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}


def start_ms(command: list[str], env: dict[str, str]) -> float:
    """Milliseconds until a command that prints the time has started."""
    begin = time.time()
    printed = subprocess.run([*command, "date", "+%s.%N"], env=env, capture_output=True, check=True).stdout
    return (float(printed) - begin) * 1000


def end_ms(command: list[str], env: dict[str, str]) -> float:
    """Milliseconds from the end of a command that lives a second to that of the wrapper."""
    line = "sleep 1; exec date +%s.%N"
    printed = subprocess.run([*command, "sh", "-c", line], env=env, capture_output=True, check=True).stdout
    return (time.time() - float(printed)) * 1000


def relay_mb_per_second(folder: str, env: dict[str, str], console: str, *, parse: bool = False) -> float:
    """Megabytes per second of a flood through the wrapper: of zeros, or of metrics to be searched for."""
    metrics = f"yes 'step 1: train loss 2.5, val loss 2.25' | head -c {FLOOD_BYTES}"
    command = ["sh", "-c", metrics] if parse else ["head", "-c", str(FLOOD_BYTES), "/dev/zero"]
    flood = words(folder, *command, console=console, parse=parse)
    begin = time.monotonic()
    subprocess.run(flood, env=env, stdout=subprocess.DEVNULL, check=True)
    return FLOOD_BYTES / 1e6 / (time.monotonic() - begin)


def lines_mb_per_second(folder: str, env: dict[str, str]) -> float:
    """The same of lines as training prints them, each of which the rules for secrets have to look at."""
    line = "INFO step 1200/50000 loss=1.2345 tokens/s=48123 key_norm=0.98 token_acc=0.71 eta 3:12:11"
    flood = words(folder, "sh", "-c", f"yes '{line}' | head -c {FLOOD_BYTES}", console="pipe")
    begin = time.monotonic()
    subprocess.run(flood, env=env, stdout=subprocess.DEVNULL, check=True)
    return FLOOD_BYTES / 1e6 / (time.monotonic() - begin)


def shell_ms(folder: str, env: dict[str, str], repeats: int) -> list[str]:
    """Milliseconds of `collect log` from a shell, beside a Python that does nothing."""
    start = [*COLLECT, "start", "--dir", folder]
    printed = subprocess.run(start, env=env, capture_output=True, text=True, check=True).stdout
    joined = dict(line.removeprefix("export ").split("=", 1) for line in printed.splitlines())
    env = env | {name: value.strip("'") for name, value in joined.items()}

    def timed(command: list[str]) -> float:
        begin = time.monotonic()
        subprocess.run(command, env=env, check=True)
        return (time.monotonic() - begin) * 1000

    tool = "import sys; from collector.cli.main import main; sys.exit(main())"
    bare = middle(lambda: timed([sys.executable, "-S", "-c", "pass"]), repeats)
    logged = middle(lambda: timed([sys.executable, "-c", tool, "log", "loss=0.5"]), repeats)
    subprocess.run([*COLLECT, "finish"], env=env, check=True)
    return [bare, logged]


def resident_mb(folder: str, env: dict[str, str]) -> list[float]:
    """Resident memory of both processes of the wrapper, four seconds into a run."""
    with subprocess.Popen(words(folder, "sleep", "5"), env=env) as process:
        time.sleep(4)
        keeper = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
        return [_resident(process.pid), _resident(int(keeper))]


def _resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def middle(measure: Callable[[], float], repeats: int) -> str:
    """Smallest, median and largest of several measurements."""
    values = sorted(measure() for _ in range(repeats))
    return f"{values[0]:8.1f} {statistics.median(values):8.1f} {values[-1]:8.1f}"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Cost of the wrapper.")
    parser.add_argument("--repeats", type=int, default=15)
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        env = environment(folder)
        wrapped = words(folder)
        start_ms(wrapped, env)
        print(f"{'':34}      min   median      max")
        print(f"{'bare start, ms':34} {middle(lambda: start_ms([], env), repeats)}")
        python = [sys.executable, "-c", "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"]
        print(f"{'start behind a bare Python, ms':34} {middle(lambda: start_ms(python, env), repeats)}")
        print(f"{'start under collect, ms':34} {middle(lambda: start_ms(wrapped, env), repeats)}")
        print(f"{'end of command to our end, ms':34} {middle(lambda: end_ms(wrapped, env), repeats)}")
        for console in ("pipe", "pty"):
            rate = relay_mb_per_second(folder, env, console)
            print(f"{f'relay through {console}, MB/s':34} {rate:8.0f}")
            rate = relay_mb_per_second(folder, env, console, parse=True)
            print(f"{'metrics through it, --parse, MB/s':34} {rate:8.0f}")
        for name, switch in (("log lines through pipe, MB/s", "on"), ("the same, redaction off", "off")):
            print(f"{name:34} {lines_mb_per_second(folder, env | {'COLLECT_REDACT': switch}):8.0f}")
        bare, logged = shell_ms(folder, env, repeats)
        print(f"{'python -S, ms':34} {bare}")
        print(f"{'collect log in a shell, ms':34} {logged}")
        print(f"{'resident memory, MB':34} {' '.join(f'{size:.1f}' for size in resident_mb(folder, env))}")


if __name__ == "__main__":
    main()
