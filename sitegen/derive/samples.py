"""A small project made by formula, for patterns.html: every component needs something to show."""

from __future__ import annotations

import math
from dataclasses import replace

from sitegen.derive.facts import (
    Alert,
    ArtifactVersion,
    ConsoleChunk,
    MetricSummary,
    Problem,
    ProjectFacts,
    RecorderNote,
    Series,
    WholeRun,
)

_STARTED = 1_767_225_600.0
_STEPS = 40
_STATES = (("finished", None), ("failed", "exit code 1"), ("stopped", "interrupted"), ("open", None))
_PATCH = """diff --git a/train.py b/train.py
--- a/train.py
+++ b/train.py
@@ -10,3 +10,4 @@ def main():
     model = Net(hidden=64)
-    optimizer = SGD(model, lr=0.1)
+    optimizer = SGD(model, lr=args.lr)
+    schedule = Cosine(optimizer)
"""
_TRACEBACK = """Traceback (most recent call last):
  File "train.py", line 41, in <module>
    main()
ValueError: learning rate must be positive
"""
_MODEL = ArtifactVersion("", "sample-model", "model", "v3", "8b1f" + "0c7d" * 15, 2, 25_600, ("best",))
_CONSOLE = (
    ConsoleChunk(0, 1, "loading 1,797 images\n"),
    ConsoleChunk(1, 2, "\r 50%|#####     |\r100%|##########|\n"),
    ConsoleChunk(2, 1, "step 100 loss \x1b[33m0.7127\x1b[0m acc \x1b[32m0.7925\x1b[0m\n"),
    ConsoleChunk(3, 2, "\x1b[1;31mwarning\x1b[0m the learning rate is large\n"),
    ConsoleChunk(
        4, 1, "\x1b[34mblue\x1b[0m \x1b[35mmagenta\x1b[0m \x1b[36mcyan\x1b[0m \x1b[42mon green\x1b[0m\n"
    ),
)


def sample_project() -> ProjectFacts:
    """Four runs, one in each state; the second diverged before it crashed."""
    runs = tuple(sample_run(number) for number in range(len(_STATES)))
    return ProjectFacts(
        name="sample",
        slug="sample",
        title="Sample project",
        runs=runs,
        metrics=("train/loss", "val/acc"),
        config_keys=("lr", "batch_size", "optimizer"),
        varying_keys=("lr",),
        last_activity=_STARTED,
    )


def sample_run(number: int) -> WholeRun:
    """One of the project's runs, the newest first."""
    state, cause = _STATES[number]
    run_id = f"sample-{number}"
    bad_from = 25 if state == "failed" else None
    loss = _series(
        run_id, "train/loss", [1.6 * math.exp(-0.1 * at) + 0.05 * number for at in range(_STEPS)], bad_from
    )
    acc = _series(
        run_id, "val/acc", [0.95 - 0.6 * math.exp(-0.12 * at) - 0.02 * number for at in range(_STEPS)], None
    )
    run = WholeRun(
        project="sample",
        id=run_id,
        name=("tidy-fox", "late-owl", "calm-reed", "keen-wren")[number],
        group=None,
        job_type=None,
        tags=("paper", "v2"),
        notes="What the person wrote about this run." if number == 1 else None,
        state=state,
        cause=cause,
        traceback=None,
        started=_STARTED - 3600 * number,
        last_heard=_STARTED - 3600 * number + 120,
        beat_seconds=10,
        duration=120.0 + number,
        exit_code=None,
        signal=None,
        attempts=1,
        ranks=(0,),
        world_size=1,
        config={"lr": 0.03 * (number + 1), "batch_size": 64, "optimizer": "sgd"},
        summary={one.metric: _summary(one) for one in (loss, acc)},
        user_summary={},
        texts={},
        provenance={
            "command": {"argv": ["python", "train.py"], "cwd": "/home/ada/sample"},
            "git": {"commit": "4f1c9ae2b8d7", "branch": "main"},
            "packages": {"numpy": "2.4.5"},
        },
        patch=_PATCH,
        superseded=0,
        dropped=0,
        problems=(),
        console=_CONSOLE,
        console_skipped=0,
        series=(loss, acc),
        system=(),
        logged_artifacts=(_MODEL,),
    )
    if state != "failed":
        return run
    torn = Problem("r0.metrics.jsonl", "torn", 1, (812,), "r0.metrics.jsonl: the last line (812) is torn.")
    alerts = (
        Alert("Learning rate halved", "", "info", 31.0, 250.0),
        Alert("Loss is not finite", "train/loss became NaN in the batch before.", "error", 94.0, 750.0),
    )
    remark = RecorderNote("The patch of uncommitted changes is kept without notes.ipynb: 3 MB.", False)
    return replace(run, traceback=_TRACEBACK, problems=(torn,), alerts=alerts, recorder_notes=(remark,))


def _series(run_id: str, metric: str, values: list[float], bad_from: int | None) -> Series:
    # Polars costs 60 ms to import; a build with runs has paid that already.
    import polars

    steps = [float(25 * at) for at in range(len(values))]
    shown = [
        math.nan if bad_from is not None and at >= bad_from else value for at, value in enumerate(values)
    ]
    columns = {"step": polars.Series(steps), "t": polars.Series(steps), "y": polars.Series(shown)}
    return Series(run_id, metric, 0, len(values), 1, columns)


def _summary(series: Series) -> MetricSummary:
    steps, values = series.columns["step"].to_list(), series.columns["y"].to_list()
    finite = [(value, step) for value, step in zip(values, steps, strict=True) if math.isfinite(value)]
    bad = [step for value, step in zip(values, steps, strict=True) if not math.isfinite(value)]
    low, high = min(finite), max(finite)
    return MetricSummary(
        metric=series.metric,
        rank=0,
        count=len(finite),
        nan_count=len(bad),
        inf_count=0,
        first=values[0],
        last=finite[-1][0],
        min=low[0],
        max=high[0],
        mean=sum(value for value, _ in finite) / len(finite),
        first_step=steps[0],
        last_step=steps[-1],
        min_step=low[1],
        max_step=high[1],
        first_bad_step=bad[0] if bad else None,
        ends_bad=bool(bad),
    )
