"""Which few metrics speak for a project, before anyone has said so."""

from __future__ import annotations

import re

from sitegen.derive.facts import ProjectFacts

MAX_HEADLINES = 6

HELD_OUT = re.compile(r"(?:^|[/_.\-\s])(?:val|valid|validation|test|eval|dev)(?:$|[/_.\-\s])", re.IGNORECASE)
RESULT = re.compile(
    r"acc(?:uracy)?|loss|error|f1|auc|auroc|bleu|rouge|perplexity|ppl|rmse|mse|mae|iou|dice|map|reward|score|return",
    re.IGNORECASE,
)
ACCURACY = re.compile(r"acc|f1|auc|auroc|bleu|iou|dice|reward|score|return", re.IGNORECASE)


def headline_metrics(project: ProjectFacts, limit: int = MAX_HEADLINES) -> tuple[str, ...]:
    """Results on held-out data first, then other results, then what most runs logged; single values last."""
    counts: dict[str, int] = {}
    longest: dict[str, int] = {}
    for run in project.runs:
        for name, summary in run.summary.items():
            counts[name] = counts.get(name, 0) + 1
            longest[name] = max(longest.get(name, 0), summary.count)
    ranked = sorted(counts, key=lambda name: (longest[name] < 2, _class(name), -counts[name], name))
    return tuple(ranked[:limit])


def _class(name: str) -> int:
    held_out, result = bool(HELD_OUT.search(name)), bool(RESULT.search(name))
    if held_out and result:
        return 0 if ACCURACY.search(name) else 1
    if result:
        return 2
    return 3 if held_out else 4
