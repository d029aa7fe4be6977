"""What a command tells programs about a run: the members of `--json`, equal in all commands."""

from __future__ import annotations

from typing import Any

from collector.catalog.glance import Look


def run_fields(look: Look, now: float) -> dict[str, Any]:
    """A look at a run as JSON has it."""
    ending = look.ending
    return {
        "id": look.id,
        "project": look.project,
        "name": look.name,
        "group": look.names.get("group"),
        "job_type": look.names.get("job_type"),
        "tags": look.tags,
        "notes": look.names.get("notes"),
        "state": look.state(now),
        "cause": ending.cause,
        "exit": ending.exit_code,
        "signal": ending.signal,
        "started": look.started,
        "heard": look.heard,
        "seconds": round(look.seconds, 3),
        "ranks": sorted({one.rank for one in look.processes if one.role != "wrapper"}),
        "attempts": len({one.attempt for one in look.processes}),
        "step": look.latest.step,
        "metrics": look.latest.values,
        "hidden": look.overlay.is_hidden,
        "edited": bool(look.overlay),
        "folder": look.folder,
    }
