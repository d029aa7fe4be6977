"""What watch() costs a training loop: between samples, and for a sample.

python benchmarks/watch/bench_watch.py [--device cpu] [--width 512] [--layers 8] [--rounds 40]

Two equal models train by turns, batch for batch, one of them watched, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

import collector

try:
    import torch
except ImportError:
    torch = None


def make_trainer(options: argparse.Namespace) -> tuple[Any, Callable[[], float]]:
    """A model, and a function that trains it on one batch and gives the seconds that took."""
    torch.manual_seed(0)
    layers = [torch.nn.Linear(options.width, options.width) for _ in range(options.layers)]
    model = torch.nn.Sequential(*layers).to(options.device)
    optimizer = torch.optim.SGD(model.parameters(), 1e-3)
    batch = torch.randn(options.batch, options.width, device=options.device)

    def train() -> float:
        begin = time.perf_counter()
        optimizer.zero_grad()
        model(batch).square().mean().backward()
        optimizer.step()
        if options.device != "cpu":
            torch.cuda.synchronize()
        return time.perf_counter() - begin

    return model, train


def compare(options: argparse.Namespace, run: Any, what: str, every: int, rounds: int) -> tuple[float, float]:
    """Median seconds of a batch without and with a watch; of two batches where a sample spans both."""
    _, plain = make_trainer(options)
    model, watched = make_trainer(options)
    run.watch(model, log=what, log_freq=every)
    plain(), watched()
    # A sample begins with one batch and is fetched with the next.
    pairs = [(plain() + plain(), watched() + watched()) for _ in range(rounds)]
    run.unwatch(model)
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Cost of watch().")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    if torch is None:
        print("torch is not installed: nothing to measure")
        return
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as root, collector.init(project="bench", dir=root) as run:
        print(f"{options.layers} layers of {options.width}, batch {options.batch}, {options.device}")
        for what in ("gradients", "all"):
            idle = compare(options, run, what, 10**9, options.rounds)
            sampled = compare(options, run, what, 2, options.rounds)
            batch = idle[0] / 2
            sample = sampled[1] - sampled[0]
            between = (idle[1] / idle[0] - 1) * 100
            print(f"{what:10} batch {batch * 1e3:8.2f} ms   between samples    {between:+6.2f} %")
            print(f"{'':10} sample {sample * 1e3:7.2f} ms   every 1000 batches {sample / batch / 10:+6.2f} %")


if __name__ == "__main__":
    main()
