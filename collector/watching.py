"""Histograms of a model's gradients and parameters while it trains.

Between two samples a model carries one hook that counts its batches, and nothing else. For a sample each
parameter gets a hook for one backward pass, which describes its gradient on the device; what was described is
fetched in one transfer when the next batch begins.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from collector.runlog.errors import CollectorError
from collector.tensor_counts import Counts, count_torch, count_tree, fetch_torch, norm_of

GRADIENTS, PARAMETERS = "gradients", "parameters"
WATCHED = {GRADIENTS: (GRADIENTS,), PARAMETERS: (PARAMETERS,), "all": (GRADIENTS, PARAMETERS)}

Step = float | int


class Watching:
    """The watched models of a run."""

    def __init__(
        self,
        record: Callable[[dict[str, Any]], object],
        append: Callable[[Step, dict[str, Any]], object],
        step: Callable[[], Step],
        tell: Callable[[str], None],
    ) -> None:
        self._record = record
        self._append = append
        self.step = step
        self.tell = tell
        self._models: list[WatchedModel] = []

    def watch(self, models: Any, what: str | None, every: int, number: int | None) -> None:
        """Begin to watch one or several torch modules."""
        if what is None:
            return
        if what not in WATCHED:
            raise CollectorError(f"watch(log={what!r}) is not known.", f"Choose from {', '.join(WATCHED)}.")
        if every < 1:
            raise CollectorError(
                f"watch(log_freq={every!r}): that is no number of batches.", "Give 1 or more."
            )
        for model in models if isinstance(models, (list, tuple)) else [models]:
            torch = sys.modules.get("torch")
            if torch is None or not isinstance(model, torch.nn.Module):
                raise CollectorError(
                    f"watch() takes torch modules, not a {type(model).__name__}.", "watch_tree"
                )
            self._unwatch_one(model)
            place = number if number is not None else len(self._models)
            prefix = f"graph_{place}." if place else ""
            self._models.append(WatchedModel(model, WATCHED[what], every, prefix, self))

    def unwatch(self, models: Any = None) -> None:
        """Stop watching some models, or all."""
        chosen = models if isinstance(models, (list, tuple)) else [models]
        for model in [one.model for one in self._models] if models is None else chosen:
            self._unwatch_one(model)

    def watch_tree(self, tree: Any, kind: str, step: Step) -> None:
        """Record histograms and the norm of all arrays of a tree."""
        self.write(kind, count_tree(tree), step)

    def write(self, kind: str, found: dict[str, Counts], step: Step) -> None:
        """Record what was counted under `kind/name`, and for gradients and the like the norm of all."""
        for name, counts in found.items():
            self._record(counts.record(f"{kind}/{name}", step))
        bad = sum(counts.nan + counts.inf for counts in found.values())
        self._append(step, {f"{kind}/norm": norm_of(found), f"{kind}/non_finite": bad})

    def close(self) -> None:
        """Take all hooks off, and record what is still on the device."""
        self.unwatch()

    def _unwatch_one(self, model: Any) -> None:
        for watched in [one for one in self._models if one.model is model]:
            watched.close()
            self._models.remove(watched)


class WatchedModel:
    """The hooks of one model."""

    def __init__(self, model: Any, what: Iterable[str], every: int, prefix: str, watching: Watching) -> None:
        self.model = model
        self._what = tuple(what)
        self._every = every
        self._prefix = prefix
        self._watching = watching
        self._batches = 0
        self._step: Step = 0
        self._described: dict[str, dict[str, Any]] = {GRADIENTS: {}, PARAMETERS: {}}
        self._gradient_hooks: list[Any] = []
        self._batch_hook = model.register_forward_pre_hook(self._begin_batch)

    def close(self) -> None:
        """Take the hooks off, and record what is still on the device."""
        self._batch_hook.remove()
        self._finish_sample()

    def _begin_batch(self, module: Any, inputs: Any) -> None:
        try:
            if module.training and sys.modules["torch"].is_grad_enabled():
                if self._gradient_hooks or any(self._described.values()):
                    self._finish_sample()
                if self._batches % self._every == 0:
                    self._begin_sample()
                self._batches += 1
        except Exception as error:  # named boundary: a hook that raises would stop training
            self._give_up(error)

    def _begin_sample(self) -> None:
        self._step = self._watching.step()
        for name, parameter in self.model.named_parameters():
            if PARAMETERS in self._what:
                self._described[PARAMETERS][self._prefix + name] = count_torch(parameter)
            if GRADIENTS in self._what and parameter.requires_grad:
                hook = parameter.register_hook(partial(self._see_gradient, self._prefix + name))
                self._gradient_hooks.append(hook)

    def _see_gradient(self, name: str, gradient: Any) -> None:
        try:
            # Of several backward passes of one batch the last one counts.
            self._described[GRADIENTS][name] = count_torch(gradient)
        except Exception as error:  # named boundary, as above
            self._give_up(error)

    def _finish_sample(self) -> None:
        for hook in self._gradient_hooks:
            hook.remove()
        self._gradient_hooks = []
        for kind, described in self._described.items():
            if described:
                self._described[kind] = {}
                self._watching.write(kind, fetch_torch(described), self._step)

    def _give_up(self, error: Exception) -> None:
        self._batch_hook.remove()
        for hook in self._gradient_hooks:
            hook.remove()
        self._gradient_hooks, self._described = [], {}
        self._watching.tell(f"watch() stopped watching a model ({type(error).__name__}: {error})")
