"""Facts made by hand for tests of pages: calm, large, empty, crashed, diverged and hostile sites."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import Any

import polars

from sitegen.derive.facts import (
    ConsoleChunk,
    MetricSummary,
    Problem,
    ProjectFacts,
    Series,
    SiteFacts,
    WholeRun,
)

START = 1_795_000_000.0
ADJECTIVES = ("tidy", "calm", "bold", "slow", "pale", "warm", "late", "keen", "grey", "spry", "wild", "deep")
NOUNS = ("fox", "reed", "elm", "tide", "moss", "ash", "owl", "wren", "kite", "lark", "fern", "dune", "pike")

PATCH = """diff --git a/train.py b/train.py
index 3c1b2aa..9d01f0e 100644
--- a/train.py
+++ b/train.py
@@ -10,7 +10,8 @@ def main():
     model = Net(hidden=64)
-    optimizer = SGD(model, lr=0.1)
+    optimizer = SGD(model, lr=args.lr)
+    schedule = Cosine(optimizer)
     for epoch in range(10):
         train(model)
     save(model)
diff --git a/notes.txt b/notes.txt
new file mode 100644
--- /dev/null
+++ b/notes.txt
@@ -0,0 +1,2 @@
+Try <script>alert(1)</script>
+and cosine.
"""

TRACEBACK = """Traceback (most recent call last):
  File "train.py", line 41, in <module>
    main()
  File "train.py", line 28, in main
    loss = step(batch)
           ^^^^^^^^^^^
  File "model.py", line 12, in step
    return inputs @ weights
ValueError: matmul: Input operand 1 has a mismatch in its core dimension 0 (size 65 is different from 64)
"""


def full_series(run_id: str, metric: str, steps: list[float], values: list[float], rank: int = 0) -> Series:
    """A whole curve."""
    columns = {
        "step": polars.Series("step", steps, dtype=polars.Float64),
        "t": polars.Series("t", [step * 0.5 for step in steps], dtype=polars.Float64),
        "y": polars.Series("y", values, dtype=polars.Float64),
    }
    return Series(run_id, metric, rank, len(steps), 1, columns)


def summary_of(series: Series) -> MetricSummary:
    """The numbers of a whole curve."""
    pairs = list(zip(series.columns["step"].to_list(), series.columns["y"].to_list(), strict=True))
    finite = [(step, value) for step, value in pairs if math.isfinite(value)]
    bad = [step for step, value in pairs if not math.isfinite(value)]
    low = min(finite, key=lambda pair: pair[1], default=(None, None))
    high = max(finite, key=lambda pair: pair[1], default=(None, None))
    return MetricSummary(
        metric=series.metric,
        rank=series.rank,
        count=len(finite),
        nan_count=sum(math.isnan(value) for _, value in pairs),
        inf_count=sum(math.isinf(value) for _, value in pairs),
        first=finite[0][1] if finite else None,
        last=finite[-1][1] if finite else None,
        min=low[1],
        max=high[1],
        mean=sum(value for _, value in finite) / len(finite) if finite else None,
        first_step=pairs[0][0],
        last_step=pairs[-1][0],
        min_step=low[0],
        max_step=high[0],
        first_bad_step=bad[0] if bad else None,
        ends_bad=not math.isfinite(pairs[-1][1]),
    )


def curves(run_id: str, lr: float, seed: int, points: int = 60, nan_from: int | None = None) -> list[Series]:
    """Curves as a small classifier has them."""
    dice = random.Random(f"{lr} {seed}")
    steps = [float(10 * number) for number in range(points)]
    speed = 2.2 + 6 * lr / (lr + 0.05)
    loss = [1.8 * math.exp(-speed * step / steps[-1]) + 0.08 + dice.gauss(0, 0.02) for step in steps]
    acc = [
        min(0.999, 0.3 + 0.67 * (1 - math.exp(-speed * step / steps[-1])) + dice.gauss(0, 0.01))
        for step in steps
    ]
    norm = [abs(dice.gauss(1 + value, 0.2)) for value in loss]
    if nan_from is not None:
        for values in (loss, norm):
            values[nan_from:] = [math.nan] * (points - nan_from)
    return [
        full_series(run_id, "grad_norm", steps, norm),
        full_series(run_id, "train/loss", steps, loss),
        full_series(run_id, "val/acc", steps, acc),
        full_series(run_id, "val/loss", steps, [value * 1.1 for value in loss]),
    ]


def system_series(run_id: str) -> list[Series]:
    """Curves of a machine with two GPUs."""
    dice = random.Random(run_id)
    steps = [float(number) for number in range(30)]
    names = {
        "cpu/percent": 60, "gpu0/memory_used_bytes": 6e9, "gpu0/utilization_percent": 90,
        "gpu1/memory_used_bytes": 5e9, "gpu1/utilization_percent": 70, "memory/tree_rss_bytes": 2.1e9,
        "network/received_bytes_per_second": 12e6,
    }  # fmt: skip
    return [
        full_series(run_id, name, steps, [base * (0.9 + 0.1 * dice.random()) for _ in steps])
        for name, base in names.items()
    ]


def make_run(number: int = 0, **changes: Any) -> WholeRun:
    """A run of a digits classifier; `number` picks name, learning rate and seed."""
    lr, seed = (0.003, 0.03, 0.1, 0.3)[number % 4], number // 4
    nan_from = changes.pop("nan_from", None)
    points = changes.pop("points", 60)
    name = f"{ADJECTIVES[number % len(ADJECTIVES)]}-{NOUNS[(number * 5 + number // 12) % len(NOUNS)]}"
    run_id = f"{name}-{random.Random(number).randrange(16**6):06x}"
    series = changes.pop("series", None)
    if series is None:
        series = curves(run_id, lr, seed, points, nan_from)
    run = WholeRun(
        project="digits",
        id=run_id,
        name=name,
        group=None,
        job_type=None,
        tags=("paper",) if number % 5 == 0 else (),
        notes=None,
        state="finished",
        cause=None,
        traceback=None,
        started=START + number * 700,
        last_heard=START + number * 700 + 133,
        beat_seconds=10,
        duration=133.0 + number,
        exit_code=0,
        signal=None,
        attempts=1,
        ranks=(0,),
        world_size=1,
        config={
            "lr": lr,
            "seed": seed,
            "batch_size": 64,
            "hidden": [128, 64],
            "optimizer": "sgd",
            "decay": 1e-05,
        },
        summary={one.metric: summary_of(one) for one in series if one.rank == 0},
        user_summary={},
        texts={},
        provenance={
            "command": {
                "argv": ["python", "train.py", "--lr", str(lr)],
                "cwd": "/home/ada/digits",
                "user": "ada",
            },
            "git": {"commit": "4f1c9ae2b8d7", "branch": "main", "remote": "git@example.org:ada/digits.git"},
            "python": {"version": "3.11.9", "implementation": "CPython"},
            "packages": {
                "numpy": "2.4.5" if number % 2 else "2.4.6",
                "scikit-learn": "1.8.0",
                "orjson": "3.13.0",
            },
            "cpu": {"model": "AMD EPYC 7763", "count": 16},
            "gpu": {"devices": [{"name": "H200", "memory_bytes": 150_754_820_096}], "driver": "570.1"},
            "system": {"host": "node-17", "os": "Linux 6.18", "memory_bytes": 137_438_953_472},
        },
        patch=PATCH if number % 3 == 0 else None,
        superseded=0,
        dropped=0,
        problems=(),
        console=console(),
        console_skipped=0,
        series=tuple(series),
        system=tuple(system_series(run_id)),
    )
    return replace(run, **changes)


def console(lines: int = 40) -> tuple[ConsoleChunk, ...]:
    """Console output with colours, a progress bar and standard error."""
    chunks = [ConsoleChunk(0.1, 1, "loading digits, 1,797 images\n")]
    for percent in range(0, 101, 10):
        bar = "█" * (percent // 10)
        chunks.append(ConsoleChunk(1 + percent / 50, 2, f"\r{percent:3d}%|{bar:<10}| {percent}/100"))
    chunks.append(ConsoleChunk(3.2, 2, "\n"))
    for number in range(lines):
        chunks.append(
            ConsoleChunk(
                4 + number, 1, f"step {number * 100:5d} loss \x1b[33m{1 / (number + 1):.4f}\x1b[0m\n"
            )
        )
    chunks.append(ConsoleChunk(60, 2, "UserWarning: the learning rate is \x1b[1;31mlarge\x1b[0m\n"))
    chunks.append(
        ConsoleChunk(
            61, 1, "\x1b[32;1msaved\x1b[0m checkpoint \x1b]8;;https://evil.example\x07model\x1b]8;;\x07\n"
        )
    )
    return tuple(chunks)


def make_project(
    runs: list[WholeRun], name: str = "digits", slug: str = "digits", **changes: Any
) -> ProjectFacts:
    """A project of these runs, newest first."""
    ordered = tuple(sorted(runs, key=lambda run: (-run.started, run.id)))
    keys = sorted({key for run in ordered for key in run.config})
    varying = [key for key in keys if len({repr(run.config.get(key)) for run in ordered}) > 1]
    project = ProjectFacts(
        name=name,
        slug=slug,
        title=name,
        runs=tuple(replace(run, project=name) for run in ordered),
        metrics=tuple(sorted({metric for run in ordered for metric in run.summary})),
        config_keys=(*varying, *(key for key in keys if key not in varying)),
        varying_keys=tuple(varying),
        last_activity=max((run.last_heard for run in ordered), default=None),
    )
    return replace(project, **changes)


def demo_runs() -> list[WholeRun]:
    """A dozen runs: nine fine, one that diverged, one that crashed, one of which no end is known."""
    runs = [make_run(number) for number in range(12)]
    runs[7] = make_run(7, nan_from=23, notes="Too large a rate.\nKept for the record.")
    runs[5] = make_run(
        5,
        points=18,
        state="failed",
        cause="exit code 1",
        exit_code=1,
        traceback=TRACEBACK,
        dropped=3,
        problems=(
            Problem(
                "r0-x.metrics.jsonl", "torn", 1, (812,), "r0-x.metrics.jsonl: the last line (812) is torn."
            ),
        ),
    )
    runs[11] = make_run(11, points=30, state="open", exit_code=None)
    runs[9] = make_run(9, points=30, state="stopped", cause="interrupted", user_summary={"test/acc": 0.9412})
    return runs


def make_site(*projects: ProjectFacts, warnings: tuple[str, ...] = ()) -> SiteFacts:
    """A site of these projects."""
    return SiteFacts(tuple(projects), warnings)


def demo_site() -> SiteFacts:
    """One project of a dozen runs."""
    return make_site(make_project(demo_runs()))
