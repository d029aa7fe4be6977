"""Pictures of circles, squares and triangles on a noisy ground, with the box and the pixels of each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SIDE = 48
"""Pixels of a picture's side."""

NAMES = ("circle", "square", "triangle")
"""Names of the classes; in masks 0 is the ground and a class's number is its place here plus one."""


class Shape(NamedTuple):
    """One shape of a picture."""

    kind: int
    box: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels."""


class Scene(NamedTuple):
    """One picture and what is in it."""

    pixels: Floats
    """(3, SIDE, SIDE), from 0 to 1."""
    mask: NDArray[np.int64]
    shapes: list[Shape]


def make_scene(rng: np.random.Generator) -> Scene:
    """One to three shapes that do not touch, in colours near to that of the ground."""
    ground = rng.uniform(0.2, 0.8, 3)
    pixels = np.tile(ground[:, None, None], (1, SIDE, SIDE))
    mask = np.zeros((SIDE, SIDE), np.int64)
    shapes: list[Shape] = []
    for _ in range(rng.integers(1, 4)):
        radius = rng.uniform(5, 9)
        x, y = rng.uniform(radius + 1, SIDE - radius - 1, 2)
        box = (x - radius, y - radius, x + radius, y + radius)
        if any(_overlap(box, other.box) for other in shapes):
            continue
        kind = int(rng.integers(len(NAMES)))
        inside = _pixels_of(kind, x, y, radius)
        pixels[:, inside] = (ground + rng.choice([-1, 1]) * rng.uniform(0.12, 0.3, 3))[:, None]
        mask[inside] = kind + 1
        shapes.append(Shape(kind, box))
    pixels += rng.normal(0, 0.09, pixels.shape)
    return Scene(pixels.clip(0, 1).astype(np.float32), mask, shapes)


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _pixels_of(kind: int, x: float, y: float, radius: float) -> NDArray[np.bool_]:
    """Which pixels a shape covers; each fills its box to all four sides."""
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    across, down = (columns - x) / radius, (rows - y) / radius
    if NAMES[kind] == "circle":
        return across**2 + down**2 <= 1
    if NAMES[kind] == "square":
        return np.maximum(abs(across), abs(down)) <= 1
    return (abs(across) * 2 - 1 <= down) & (abs(down) <= 1)
