"""Train a small network on scikit-learn's bundled digits and log how it goes.

    collect -- python examples/digits/train.py --lr 0.03 --seed 1

It also runs as plain `python train.py`: the collector then writes ./runlogs by itself.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

import numpy as np
from network import Floats, Labels, evaluate, make_network, train_batch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import collector


def main() -> None:
    options = parse_options()
    with collector.init(project="digits", config=vars(options)) as run:
        images, val_images, labels, val_labels = load_split()
        rng = np.random.default_rng(options.seed)
        network = make_network([images.shape[1], options.hidden, options.hidden, 10], rng)
        step = 0
        for epoch in range(options.epochs):
            lr = scheduled_lr(options, epoch)
            started = time.perf_counter()
            for batch, batch_labels in batches(images, labels, options, rng):
                loss, accuracy, norm = train_batch(network, batch, batch_labels, lr, options.momentum)
                run.log({"train/loss": loss, "train/acc": accuracy, "optim/grad_norm": norm}, step=step)
                step += 1
            seconds = time.perf_counter() - started
            val_loss, val_accuracy = evaluate(network, val_images, val_labels)
            run.log(
                {
                    "val/loss": val_loss,
                    "val/acc": val_accuracy,
                    "optim/lr": lr,
                    "speed/images_per_second": len(images) / seconds,
                    "epoch": epoch,
                },
                step=step - 1,
            )
            print(
                f"epoch {epoch + 1:3d}/{options.epochs}  val loss {val_loss:.4f}  val acc {val_accuracy:.4f}"
            )


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train a small network on handwritten digits.")
    parser.add_argument("--lr", type=float, default=0.03, help="learning rate (default 0.03)")
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--hidden", type=int, default=128, help="units in each of the two hidden layers")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--noise", type=float, default=0.25, help="noise added to training images (0 to 1)")
    parser.add_argument("--warmup", type=int, default=5, help="epochs until the learning rate is reached")
    parser.add_argument(
        "--decay",
        type=float,
        nargs="*",
        default=[],
        help="factor of the learning rate, one for each 25 epochs",
    )
    return parser.parse_args()


def load_split() -> tuple[Floats, Floats, Labels, Labels]:
    """Training and validation images (pixels from 0 to 1) and their labels; the same split for every run."""
    images, labels = load_digits(return_X_y=True)
    scaled = (images / 16).astype(np.float32)
    train, val, train_labels, val_labels = train_test_split(
        scaled, labels, test_size=0.25, random_state=0, stratify=labels
    )
    return train, val, train_labels, val_labels


def scheduled_lr(options: argparse.Namespace, epoch: int) -> float:
    """The learning rate of an epoch: a linear warm-up, then the factors of --decay."""
    if epoch < options.warmup:
        return options.lr * (epoch + 1) / options.warmup
    if options.decay:
        # A list that is too short for --epochs raises IndexError here, halfway through the training.
        return options.lr * options.decay[epoch // 25]
    return options.lr


def batches(
    images: Floats, labels: Labels, options: argparse.Namespace, rng: np.random.Generator
) -> Iterator[tuple[Floats, Labels]]:
    """Shuffled minibatches of one epoch, with fresh noise on the images."""
    order = rng.permutation(len(images))
    for start in range(0, len(order) - options.batch + 1, options.batch):
        chosen = order[start : start + options.batch]
        noise = rng.standard_normal((len(chosen), images.shape[1]), dtype=np.float32)
        yield images[chosen] + np.float32(options.noise) * noise, labels[chosen]


if __name__ == "__main__":
    # A diverging run overflows on its way to NaN, and that is what it is here to show.
    np.seterr(over="ignore", invalid="ignore", divide="ignore")
    main()
