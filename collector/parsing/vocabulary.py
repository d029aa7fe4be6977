"""Which names are metrics, steps, or neither: output is full of numbers that are no metrics."""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


STRONG = _set(
    "loss losses logloss mlogloss crossentropy nll elbo kl acc accuracy acc1 acc5 top1 top5 merror "
    "ppl perplexity bpc bpb bpd mse rmse rmsle mae mape f1 auc auroc auprc map50 miou iou dice bleu "
    "rouge wer cer mrr ndcg psnr ssim fid reward rewards gnorm"
)
"""A line with one of these words in a name, and a number, tells of metrics."""

SETTINGS = _set("lr learning rate best avg average mean std")
WEAK = SETTINGS | _set(
    "train training val valid validation test eval dev precision recall error err map ap r2 score "
    "return returns entropy norm grad l1 l2 learn time data mfu speed throughput tps mem memory epoch"
)
"""These are metrics beside others, and where two of them stand together; one alone may be a setting."""

NO_GATE = SETTINGS | _set(
    "time data speed mem memory epoch train training val valid validation test eval dev"
)
"""Weak words that say nothing about a line on which they stand alone or together: settings have them too."""

STEPS = ("global_step", "step", "iteration", "iter", "it", "update", "batch", "round", "episode")
"""Names of the step, the most telling first."""
EPOCH = "epoch"

NEVER = _set(
    "pid ppid port rank local_rank world_size seed errno line lineno id uid gid version v_num year ts "
    "timestamp level code status exit returncode file eta remaining steps total_steps max_steps "
    "num_steps epochs num_epochs"
)
"""Numbers under these names are no metrics wherever they stand."""

SPLITS = _set("train training val valid validation test eval dev")
"""A name of several words that begins with one of these is filed under it: `train loss` is `train/loss`."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d*|\d+")


def words_of(name: str) -> frozenset[str]:
    """The words of a name in lower case: `val/topAcc_1` has val, top, acc and 1."""
    return frozenset(word.lower() for word in _WORD.findall(name))


def is_strong(name: str) -> bool:
    """Whether a name is one of a metric on any line."""
    words = words_of(name)
    return not STRONG.isdisjoint(words) or {"cross", "entropy"} <= words


def is_known(name: str) -> bool:
    """Whether a name has a word that tells of metrics, if only beside others."""
    return is_strong(name) or not WEAK.isdisjoint(words_of(name))


def can_open(name: str) -> bool:
    """Whether two such names make a line of metrics."""
    return not (WEAK - NO_GATE).isdisjoint(words_of(name))


def is_never(name: str) -> bool:
    """Whether a name is that of something else: a process, a port, a setting; or a constant in capitals."""
    plain = name.lower().replace(" ", "_").replace("-", "_")
    return plain in NEVER or (name.isupper() and len(name) > 1 and not is_known(name))


def file_name(name: str) -> str:
    """The name under which a metric is logged: single words joined, a split in front as its section."""
    words = name.strip(" '\"").split()
    if len(words) > 1 and words[0].lower() in SPLITS:
        return f"{words[0].lower()}/{'_'.join(words[1:])}"
    return "_".join(words)
