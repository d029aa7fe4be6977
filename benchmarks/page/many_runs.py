"""Writes a project of many short runs with the real writer, in parallel, and builds its site.

    python benchmarks/page/many_runs.py FOLDER [--runs 10000]

Each run has 12 metrics, 22 settings, tags and a group: 40 columns of the run table.
"""

from __future__ import annotations

import argparse
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks" / "build"), str(Path(__file__).parent)]

from large_project import build_site  # noqa: E402

from collector.runlog.metrics import MetricsLog  # noqa: E402
from collector.runlog.paths import RunPaths, new_segment_name  # noqa: E402
from collector.runlog.records import segment_header  # noqa: E402
from collector.runlog.writer import SegmentWriter  # noqa: E402

RUNS, METRICS, SETTINGS, STEPS = 10_000, 12, 22, 8
PART = 500
EPOCH = 1_767_268_800.0
WORDS = (
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "flint",
    "grove",
    "heron",
    "iris",
    "jade",
    "kite",
    "lotus",
)


def main() -> None:
    """Writes and builds what the command line asks for."""
    parser = argparse.ArgumentParser(description="Writes a project of many short runs and builds its site.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    print(many_site(options.folder, options.runs))


def many_site(folder: Path, runs: int = RUNS) -> Path:
    """The project's page, written and built where it is not there yet."""
    if not (folder / "written").exists():
        with ProcessPoolExecutor(max_tasks_per_child=1) as pool:
            for first in range(0, runs, PART):
                pool.submit(write_part, folder / "runlogs", first, min(PART, runs - first))
        (folder / "written").write_text(f"{runs} runs\n", encoding="utf-8")
    return build_site(folder)


def write_part(root: Path, first: int, runs: int) -> None:
    for number in range(first, first + runs):
        write_run(root, number)


def write_run(root: Path, number: int) -> None:
    chance = random.Random(number)
    paths = RunPaths(str(root), "bench", f"run-{number:05d}-aaaaaa")
    Path(paths.folder).mkdir(parents=True)
    started = EPOCH + 60.0 * number
    segment = new_segment_name(0, "rank", started, chance.randbytes(5))
    header = segment_header("bench", paths.run_id, host=f"node-{number % 7}")
    passed = iter(range(10_000))
    records = SegmentWriter(
        paths.records(segment), header, now=lambda: started, monotonic=lambda: float(next(passed))
    )
    writer = SegmentWriter(
        paths.metrics(segment), header, now=lambda: started, monotonic=lambda: float(next(passed))
    )
    metrics = MetricsLog(writer)
    name = f"{chance.choice(WORDS)}-{chance.choice(WORDS)}-{number}"
    tags = [tag for tag in ("paper", "baseline", "ablation") if chance.random() < 0.2]
    records.write({"k": "run", "name": name, "group": f"sweep {number % 40}", "tags": tags})
    records.write({"k": "config", "v": settings(number, chance)})
    for step in range(STEPS):
        values = {
            f"{('train', 'val', 'test')[i % 3]}/metric_{i}": chance.random() / (1 + step)
            for i in range(METRICS)
        }
        metrics.append(step, values)
    failed = number % 17 == 0
    records.write(
        {
            "k": "end",
            "state": "failed" if failed else "finished",
            "exit": int(failed),
            "signal": None,
            "cause": None,
        }
    )
    records.close()
    writer.close()


def settings(number: int, chance: random.Random) -> dict[str, object]:
    """Settings as sweeps have them: a few that matter, words and numbers, and a seed."""
    more = {
        f"option_{at}": chance.choice(WORDS) if at % 2 else chance.randrange(100)
        for at in range(SETTINGS - 4)
    }
    return {
        "lr": 0.1 / (1 + number % 9),
        "seed": number % 10,
        "depth": number % 4,
        "model": chance.choice(WORDS),
        **more,
    }


if __name__ == "__main__":
    main()
