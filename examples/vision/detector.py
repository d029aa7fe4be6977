"""A small detector: boxes from a grid of cells, as in YOLO, and the class of each pixel."""

from __future__ import annotations

from typing import NamedTuple

import torch
from shapes import NAMES, SIDE, Scene
from torch import Tensor, nn
from torch.nn import functional

CELLS = 6
"""Cells of the grid's side: a shape belongs to the cell that holds its middle."""

CELL = SIDE / CELLS


class Found(NamedTuple):
    """One shape that the detector believes to see."""

    kind: int
    confidence: float
    box: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels."""


class Detector(nn.Module):
    """Four convolutions down to the grid; from the grid boxes, and with a step back up, masks."""

    def __init__(self) -> None:
        super().__init__()
        self.fine = _block(3, 16)
        self.middle = _block(16, 32)
        self.coarse = _block(32, 48)
        self.coarsest = _block(48, 64)
        self.boxes = nn.Conv2d(64, 1 + 4 + len(NAMES), 1)
        self.masks = nn.Conv2d(32 + 64, 1 + len(NAMES), 3, padding=1)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Per cell: presence, box, classes, as (n, 8, CELLS, CELLS); per pixel: classes."""
        middle = self.middle(functional.max_pool2d(self.fine(pictures), 2))
        grid = self.coarsest(functional.max_pool2d(self.coarse(functional.max_pool2d(middle, 2)), 2))
        wide = functional.interpolate(grid, scale_factor=4, mode="bilinear", align_corners=False)
        pixels = self.masks(torch.cat([middle, wide], dim=1))
        masks = functional.interpolate(pixels, scale_factor=2, mode="bilinear", align_corners=False)
        return self.boxes(grid), masks


class Targets(NamedTuple):
    """What a perfect detector would say to a batch."""

    presence: Tensor
    boxes: Tensor
    kinds: Tensor
    masks: Tensor


def targets_of(scenes: list[Scene]) -> Targets:
    """The scenes as tensors on the detector's grid."""
    presence = torch.zeros(len(scenes), CELLS, CELLS)
    boxes = torch.zeros(len(scenes), 4, CELLS, CELLS)
    kinds = torch.zeros(len(scenes), CELLS, CELLS, dtype=torch.long)
    for number, scene in enumerate(scenes):
        for shape in scene.shapes:
            left, top, right, bottom = shape.box
            x, y = (left + right) / 2 / CELL, (top + bottom) / 2 / CELL
            place = (number, int(y), int(x))
            presence[place] = 1
            kinds[place] = shape.kind
            inside = (x % 1, y % 1, (right - left) / SIDE, (bottom - top) / SIDE)
            boxes[number, :, int(y), int(x)] = torch.tensor(inside)
    masks = torch.stack([torch.from_numpy(scene.mask) for scene in scenes])
    return Targets(presence, boxes, kinds, masks)


def losses(grid: Tensor, masks: Tensor, targets: Targets) -> dict[str, Tensor]:
    """What is still wrong: presence, boxes and classes of the shapes, classes of the pixels."""
    is_there = targets.presence > 0
    weight = torch.tensor(4.0)  # most cells are empty
    presence = functional.binary_cross_entropy_with_logits(grid[:, 0], targets.presence, pos_weight=weight)
    boxes = grid[:, 1:5].sigmoid().movedim(1, -1)[is_there]
    return {
        "presence": presence,
        "box": functional.smooth_l1_loss(boxes, targets.boxes.movedim(1, -1)[is_there], beta=0.1) * 4,
        "class": functional.cross_entropy(grid[:, 5:].movedim(1, -1)[is_there], targets.kinds[is_there]),
        "mask": functional.cross_entropy(masks, targets.masks),
    }


def found_in(grid: Tensor, least: float = 0.5) -> list[list[Found]]:
    """The shapes of each picture of a batch, the surest first; of two that overlap by half only the surer."""
    presence, kinds = grid[:, 0].sigmoid(), grid[:, 5:].softmax(dim=1)
    boxes = grid[:, 1:5].sigmoid()
    found: list[list[Found]] = [[] for _ in range(len(grid))]
    for number, row, column in (presence > least).nonzero().tolist():
        across, down, width, height = boxes[number, :, row, column].tolist()
        x, y = (column + across) * CELL, (row + down) * CELL
        width, height = width * SIDE / 2, height * SIDE / 2
        kind = int(kinds[number, :, row, column].argmax())
        confidence = float(presence[number, row, column] * kinds[number, kind, row, column])
        found[number].append(Found(kind, confidence, (x - width, y - height, x + width, y + height)))
    return [_surest(candidates) for candidates in found]


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Intersection over union of two boxes."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(width, 0.0) * max(height, 0.0)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return shared / (areas - shared)


def _surest(candidates: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in sorted(candidates, key=lambda found: -found.confidence):
        if all(overlap(one.box, other.box) < 0.5 for other in kept):
            kept.append(one)
    return kept


def _block(channels: int, wanted: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, wanted, 3, padding=1, bias=False), nn.BatchNorm2d(wanted), nn.LeakyReLU(0.1)
    )
