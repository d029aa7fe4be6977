"""Which direction of a metric is better, as the words of its name say."""

from __future__ import annotations

import re
from functools import lru_cache

_MIN_WORDS = {
    "loss", "error", "err", "perplexity", "ppl", "rmse", "mse", "mae", "nll", "bce", "wer", "cer", "fid",
    "kid", "lpips", "bpb", "bpc", "regret",
}  # fmt: skip
_MAX_WORDS = {
    "acc", "accuracy", "top1", "top5", "f1", "auc", "auroc", "ap", "map", "precision", "recall", "score",
    "reward", "return", "bleu", "rouge", "iou", "miou", "dice", "psnr", "ssim", "r2", "success", "elo", "win",
}  # fmt: skip
HELD_OUT = {"val", "valid", "validation", "test", "eval", "dev", "holdout"}
"""Words of metrics that are measured on what was not trained on."""


def named_goal(metric: str) -> str | None:
    """'min' or 'max' by the last word that tells; None where none does."""
    for word in reversed(words_of(metric)):
        if word in _MIN_WORDS:
            return "min"
        if word in _MAX_WORDS:
            return "max"
    return None


@lru_cache(maxsize=1 << 15)
def words_of(metric: str) -> tuple[str, ...]:
    """The words of a name, in lower case: valLoss is val and loss."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", metric)
    return tuple(word for word in re.split(r"[^A-Za-z0-9]+", spaced.lower()) if word)
