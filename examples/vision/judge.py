"""Compares what the detector says to validation pictures with what is in them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from detector import Found, found_in, overlap
from numpy.typing import NDArray
from shapes import NAMES, Scene, Shape
from torch import nn

MISSED, NOTHING = "missed", "nothing"


class Verdict(NamedTuple):
    """One shape with what was found at its place; either may be missing."""

    picture: int
    shape: Shape | None
    found: Found | None

    @property
    def truth(self) -> str:
        return NAMES[self.shape.kind] if self.shape else NOTHING

    @property
    def guess(self) -> str:
        return NAMES[self.found.kind] if self.found else MISSED

    @property
    def overlap(self) -> float:
        return overlap(self.shape.box, self.found.box) if self.shape and self.found else 0.0


class Judged(NamedTuple):
    """A detector's answers to some scenes."""

    found: list[list[Found]]
    masks: NDArray[np.int64]
    verdicts: list[Verdict]

    def counts(self, scenes: list[Scene]) -> torch.Tensor:
        """Shapes, found shapes, right ones, and pixels shared and covered by any: sums that ranks can add."""
        right = sum(verdict.truth == verdict.guess for verdict in self.verdicts)
        truth = np.stack([scene.mask for scene in scenes])
        shared = ((truth == self.masks) & (truth > 0)).sum()
        covered = ((truth > 0) | (self.masks > 0)).sum()
        shapes = sum(verdict.shape is not None for verdict in self.verdicts)
        found = sum(verdict.found is not None for verdict in self.verdicts)
        return torch.tensor([shapes, found, right, int(shared), int(covered)], dtype=torch.float64)


def judge(model: nn.Module, scenes: list[Scene]) -> Judged:
    """Boxes and masks of the model for some scenes, and which of them are right."""
    with torch.no_grad():
        grid, masks = model(torch.stack([torch.from_numpy(scene.pixels) for scene in scenes]))
    found = found_in(grid)
    verdicts = [
        verdict for number, scene in enumerate(scenes) for verdict in _match(number, scene, found[number])
    ]
    return Judged(found, masks.argmax(dim=1).numpy(), verdicts)


def metrics_of(counts: torch.Tensor) -> dict[str, float]:
    """Recall, precision and mask overlap of the sums of all ranks."""
    shapes, found, right, shared, covered = counts.tolist()
    return {
        "val/recall": right / max(shapes, 1),
        "val/precision": right / max(found, 1),
        "val/mask_iou": shared / max(covered, 1),
    }


def _match(number: int, scene: Scene, found: list[Found]) -> list[Verdict]:
    """Every shape with the surest box that overlaps it by half, and the boxes that overlap none."""
    left = list(found)
    verdicts = []
    for shape in scene.shapes:
        hit = next((one for one in left if overlap(one.box, shape.box) >= 0.5), None)
        if hit:
            left.remove(hit)
        verdicts.append(Verdict(number, shape, hit))
    return verdicts + [Verdict(number, None, one) for one in left]
