"""Train a small detector on pictures of shapes with four processes, and log how it goes.

    collect -- torchrun --nproc-per-node 4 examples/vision/train.py

Every rank calls `init` and `log`; what ranks have in common, pictures and tables among it, is logged by one.
It also runs as plain `python train.py`, with one rank.
"""

from __future__ import annotations

import argparse
import os
import time

import numpy as np
import torch
from detector import Detector, Found, losses, targets_of
from judge import Judged, judge, metrics_of
from shapes import NAMES, SIDE, Scene, make_scene
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

import collector

CLASS_LABELS = dict(enumerate(NAMES, start=1))
SHOWN = 8
"""Validation pictures shown at each epoch, always the same."""

MOST_MISTAKES = 6
"""Rows that one epoch adds to the table of mistakes."""


def main() -> None:
    options = parse_options()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    # A plain `python train.py` is a world of one; torchrun sets these otherwise.
    for name, value in {
        "RANK": "0",
        "WORLD_SIZE": "1",
        "MASTER_ADDR": "localhost",
        "MASTER_PORT": "0",
    }.items():
        os.environ.setdefault(name, value)
    distributed.init_process_group("gloo")
    try:
        with collector.init(project="vision", config=vars(options)) as run:
            train(run, options)
    finally:
        distributed.destroy_process_group()


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train a small detector on pictures of shapes.")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--steps", type=int, default=30, help="batches of an epoch")
    parser.add_argument("--batch", type=int, default=16, help="pictures of a batch, in each rank")
    parser.add_argument("--lr", type=float, default=0.004, help="highest learning rate")
    parser.add_argument("--val", type=int, default=64, help="validation pictures, in each rank")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def train(run: collector.Run, options: argparse.Namespace) -> None:
    rank = distributed.get_rank()
    # Each rank has training and validation pictures of its own.
    rng = np.random.default_rng([options.seed, rank])
    val_scenes = [make_scene(np.random.default_rng([1, rank, number])) for number in range(options.val)]
    model = DistributedDataParallel(Detector())
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.lr)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.lr, options.epochs * options.steps)
    mistakes = collector.Table(
        columns=["epoch", "picture", "truth", "guess", "confidence", "overlap"], log_mode="INCREMENTAL"
    )
    if rank == 0:
        run.watch(model.module, log_freq=options.steps)
    for epoch in range(options.epochs):
        model.train()
        for _ in range(options.steps):
            run.log(train_batch(model, optimizer, options.batch, rng))
            schedule.step()
        model.eval()
        judged = judge(model.module, val_scenes)
        counts = judged.counts(val_scenes)
        distributed.all_reduce(counts)
        if rank == 0:
            note_mistakes(mistakes, epoch, judged, val_scenes)
            measured = metrics_of(counts) | {"optim/lr": schedule.get_last_lr()[0], "epoch": epoch}
            media = pictures_of(judged, val_scenes) | {"val/mistakes": mistakes}
            run.log(measured | media, step=run.step - 1)
            print(f"epoch {epoch + 1:2d}/{options.epochs}  " + tell(measured), flush=True)


def train_batch(
    model: DistributedDataParallel, optimizer: torch.optim.Optimizer, size: int, rng: np.random.Generator
) -> dict[str, float]:
    """One step on fresh pictures; what this rank saw of it."""
    started = time.perf_counter()
    scenes = [make_scene(rng) for _ in range(size)]
    made = time.perf_counter()
    grid, masks = model(torch.stack([torch.from_numpy(scene.pixels) for scene in scenes]))
    parts = losses(grid, masks, targets_of(scenes))
    loss = torch.stack(list(parts.values())).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    seconds = time.perf_counter() - started
    return {
        "train/loss": loss.item(),
        **{f"train/loss_{name}": part.item() for name, part in parts.items()},
        "speed/pictures_per_second": size / seconds,
        "speed/data_share": (made - started) / seconds,
    }


def pictures_of(judged: Judged, scenes: list[Scene]) -> dict[str, object]:
    """The same pictures at each epoch with boxes and masks, and how sure the detector is of what it found."""
    samples = [
        draw(scene, found, mask)
        for scene, found, mask in zip(scenes[:SHOWN], judged.found, judged.masks, strict=False)
    ]
    confidences = [one.confidence for found in judged.found for one in found]
    hits = [verdict for verdict in judged.verdicts if verdict.shape and verdict.found]
    logged: dict[str, object] = {"val/samples": samples, "val/confidence": collector.Histogram(confidences)}
    if hits:
        logged["val/confusion"] = collector.plot.confusion_matrix(
            y_true=[verdict.shape.kind for verdict in hits],
            preds=[verdict.found.kind for verdict in hits],
            class_names=list(NAMES),
        )
    return logged


def draw(scene: Scene, found: list[Found], mask: np.ndarray) -> collector.Image:
    """A picture with the boxes and masks of the detector, and those that are right."""
    right = [Found(shape.kind, 1.0, shape.box) for shape in scene.shapes]
    return collector.Image(
        scene.pixels,
        caption=f"{len(found)} found, {len(right)} there",
        boxes={"found": boxes_of(found), "truth": boxes_of(right)},
        masks={
            "found": {"mask_data": mask, "class_labels": CLASS_LABELS},
            "truth": {"mask_data": scene.mask, "class_labels": CLASS_LABELS},
        },
    )


def boxes_of(found: list[Found]) -> dict[str, object]:
    """Boxes in the shape that `Image` takes."""
    boxes = []
    for one in found:
        left, top, right, bottom = (min(max(edge / SIDE, 0.0), 1.0) for edge in one.box)
        boxes.append(
            {
                "position": {"minX": left, "minY": top, "maxX": right, "maxY": bottom},
                "class_id": one.kind + 1,
                "box_caption": NAMES[one.kind],
                "scores": {"confidence": one.confidence},
            }
        )
    return {"box_data": boxes, "class_labels": CLASS_LABELS}


def note_mistakes(table: collector.Table, epoch: int, judged: Judged, scenes: list[Scene]) -> None:
    """Add rows for what was missed, taken for something else, or is not there."""
    wrong = [verdict for verdict in judged.verdicts if verdict.truth != verdict.guess]
    for verdict in wrong[:MOST_MISTAKES]:
        picture = collector.Image(scenes[verdict.picture].pixels)
        confidence = verdict.found.confidence if verdict.found else None
        table.add_data(epoch, picture, verdict.truth, verdict.guess, confidence, verdict.overlap)


def tell(measured: dict[str, float]) -> str:
    return "  ".join(
        f"{name.removeprefix('val/')} {measured[name]:.3f}" for name in sorted(measured) if "val/" in name
    )


if __name__ == "__main__":
    main()
