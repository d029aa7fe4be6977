"""One contestant in one fresh process; bench_peers.py starts it in the environment that has the contestant.

python trial.py cost|kill|read CONTESTANT FOLDER REPORT [SCALARS CALLS SECONDS]
"""

import os
import sys


def resident_bytes(process: "int | str" = "self") -> int:
    """Memory of a process; 0 where the system does not tell or the process is gone."""
    try:
        with open(f"/proc/{process}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


# Before anything else is imported: what stands here is Python and its site module.
BARE_BYTES = resident_bytes()
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[0] = ROOT  # the folder of this file would lend its modules' names to the contestants

BLOCK = 50
"""Calls between two looks at the clock that ends a loop."""

SETTLE_SECONDS = 2.0
"""Until threads and helpers have done what they do at the beginning."""

NAMES = [
    *("count", "train/acc", "val/loss", "val/acc", "lr"),
    *("grad/norm", "epoch", "tokens/s", "aux/loss", "weight/norm"),
]
"""Names as long as scripts have them; the first one counts the calls."""


def main() -> None:
    """Do what the first argument says, and leave the outcome in the report."""
    from importlib import import_module

    work, name, folder, report, *limits = sys.argv[1:]
    contestant = import_module(f"benchmarks.logging.contestants.{name}")
    if work == "kill":
        log_until_killed(contestant, folder, report)
    found = contestant.read(folder) if work == "read" else measure(contestant, folder, *map(float, limits))
    import json

    with open(report, "w") as file:
        json.dump(found, file)


def measure(contestant, folder: str, scalars: float, calls: float, seconds: float) -> "dict[str, float]":
    """Start, time each call, time calls without a clock between them, and look at what is left."""
    import time
    from array import array

    begin = time.perf_counter()
    log = contestant.start(folder)
    started = time.perf_counter() - begin
    spent = array("q", bytes(8 * int(calls)))
    rows = make_rows(int(scalars))
    empty = folder_bytes(folder)
    done = time_calls(log, rows, spent, seconds)
    rate = calls_per_second(log, rows, int(calls), seconds / 2)
    time.sleep(SETTLE_SECONDS if scalars > 1 else 0)  # of the trials with one scalar only times are taken
    helpers = descendants(os.getpid())
    resident = sum(map(resident_bytes, ["self", *helpers])) - BARE_BYTES
    contestant.finish()
    found = {"start_s": started, "helpers": len(helpers), "rss_mib": resident / 2**20, "calls": done}
    found["row_bytes"] = (folder_bytes(folder) - empty) / (done + rate[0])
    found["calls_per_second"] = rate[0] / rate[1]
    times = sorted(spent[:done])
    found |= {"median_us": times[done // 2] / 1e3, "p99_us": times[int(done * 0.99)] / 1e3}
    return found | {"mean_us": sum(times) / done / 1e3}


def make_rows(scalars: int) -> "list[dict[str, float]]":
    """Rows of numbers with all 17 digits, the same in every process."""
    state, rows = 7, []
    for _ in range(100):
        row = {}
        for name in NAMES[:scalars]:
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            row[name] = state / 2**64
        rows.append(row)
    return rows


def time_calls(log, rows: "list[dict[str, float]]", spent, seconds: float) -> int:
    """Fill in the nanoseconds of every call until the time is up; the number of calls."""
    from time import perf_counter_ns as clock

    deadline = clock() + int(seconds * 1e9)
    for i in range(len(spent)):
        row = rows[i % 100]
        begin = clock()
        log(row)
        end = clock()
        spent[i] = end - begin
        if end > deadline:
            return i + 1
    return len(spent)


def calls_per_second(log, rows: "list[dict[str, float]]", calls: int, seconds: float) -> "tuple[int, float]":
    """Calls made one after another, and the seconds they took."""
    from time import perf_counter

    done, begin = 0, perf_counter()
    while done < calls and perf_counter() - begin < seconds:
        for row in rows[:BLOCK]:
            log(row)
        done += BLOCK
    return done, perf_counter() - begin


def log_until_killed(contestant, folder: str, acks: str) -> None:
    """Log about a thousand times a second, and count in a shared file what has returned."""
    import mmap
    import struct
    import time

    log = contestant.start(folder)
    row = make_rows(len(NAMES))[0]
    with open(acks, "r+b") as file, mmap.mmap(file.fileno(), 8) as shared:
        count = 0
        while True:
            row["count"] = float(count)
            log(row)
            count += 1
            struct.pack_into("q", shared, 0, count)
            busy_until = time.perf_counter() + 0.001
            while time.perf_counter() < busy_until:
                pass


def descendants(process: int) -> "list[int]":
    """The processes below this one."""
    parents = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as file:
                parents[int(entry)] = int(file.read().rpartition(")")[2].split()[1])
        except OSError:  # gone meanwhile
            continue
    found = [process]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return found[1:]


def folder_bytes(folder: str) -> int:
    """The size of all files below a folder."""
    names = [os.path.join(where, name) for where, _, files in os.walk(folder) for name in files]
    return sum(os.path.getsize(name) for name in names if os.path.exists(name))


if __name__ == "__main__":
    main()
