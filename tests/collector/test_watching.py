"""watch(): gradients and parameters of torch models while they train."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import collector
from collector.runlog.errors import CollectorError
from collector.runlog.history import merged_rows
from collector.training_run import Run
from tests.collector.runs import of_kind

Start = Callable[..., Run]


def test_only_torch_modules(start: Start) -> None:
    """What can not be watched is told in a note, or raised by strict runs; nothing stops."""
    run = start()
    run.watch("model")
    run.unwatch()
    run.finish()
    assert "torch modules, not a str" in of_kind(Path(run.dir), "note")[0]["text"]
    strict = start(strict=True)
    with pytest.raises(CollectorError, match="torch modules, not a dict"):
        strict.watch({})
    with pytest.raises(CollectorError, match="gradients, parameters, all"):
        strict.watch("x", log="grads")
    with pytest.raises(CollectorError, match="no number of batches"):
        strict.watch("x", log_freq=0)


def test_tree_is_recorded(start: Start) -> None:
    """watch_tree records a histogram per array, the norm, and how many numbers were not finite."""
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")
    run = start()
    run.log({"loss": 1.0})
    collector.watch_tree({"w": numpy.array([3.0, 4.0]), "b": [0.0]})
    run.watch_tree({"w": numpy.array([1.0, math.nan])}, kind="updates", step=7)
    run.finish()
    found = {(record["name"], record["step"]): record for record in of_kind(Path(run.dir), "hist")}
    assert sorted(found) == [("gradients/b.0", 1), ("gradients/w", 1), ("updates/w", 7)]
    assert found["updates/w", 7]["nan"] == 1
    rows = {row.step: row.values for row in merged_rows(run.dir)}
    assert rows[1] == {"gradients/norm": 5.0, "gradients/non_finite": 0}
    assert rows[7]["updates/non_finite"] == 1


@pytest.fixture
def torch() -> Any:
    """torch, where it is installed."""
    return pytest.importorskip("torch", reason="torch is not installed")


@pytest.fixture(params=["cpu", "cuda"])
def device(torch: Any, request: pytest.FixtureRequest) -> str:
    """Where a model lies: in the machine's memory, and in a GPU's where there is one."""
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("torch finds no GPU")
    return str(request.param)


def small_model(torch: Any, device: str = "cpu") -> Any:
    """Two layers and a frozen one."""
    torch.manual_seed(0)
    nn = torch.nn
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8), nn.Linear(8, 1))
    model[2].requires_grad_(False)
    return model.to(device)


def train(torch: Any, model: Any, run: Run, batches: int) -> list[dict[str, Any]]:
    """Train, and give copies of the gradients of every batch."""
    seen = []
    for _ in range(batches):
        model.zero_grad()
        loss = model(torch.randn(16, 4, device=model[0].weight.device)).square().mean()
        loss.backward()
        seen.append({name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None})
        run.log({"loss": loss.item()})
    return seen


def test_gradients_are_those_of_the_batch(torch: Any, device: str, start: Start) -> None:
    """Every N-th batch each trained parameter has a histogram at the batch's step; the norm is torch's."""
    run, model = start(), small_model(torch, device)
    run.watch(model, log_freq=3)
    seen = train(torch, model, run, 7)
    run.finish()
    records = of_kind(Path(run.dir), "hist")
    names = {f"gradients/{name}" for name in seen[0]}
    assert {(record["name"], record["step"]) for record in records} == {
        (n, s) for n in names for s in (0, 3, 6)
    }
    for record in records:
        gradient = seen[record["step"]][record["name"].removeprefix("gradients/")].double()
        assert sum(record["counts"]) == gradient.numel()
        if gradient.numel() > 1:
            assert (record["bins"][0], record["bins"][-1]) == (float(gradient.min()), float(gradient.max()))
    norms = {
        row.step: row.values["gradients/norm"]
        for row in merged_rows(run.dir)
        if "gradients/norm" in row.values
    }
    for step, norm in norms.items():
        every = torch.cat([gradient.double().reshape(-1) for gradient in seen[step].values()])
        assert norm == pytest.approx(float(every.norm()))
    assert sorted(norms) == [0, 3, 6]


def test_parameters_and_several_models(torch: Any, device: str, start: Start) -> None:
    """ "all" has parameters as well; a second model has a prefix; an unwatched one has no more records."""
    run, first, second = start(), small_model(torch, device), small_model(torch, device)
    run.watch([first, second], log="all", log_freq=1)
    train(torch, first, run, 1)
    run.unwatch(first)
    train(torch, first, run, 2)
    train(torch, second, run, 1)
    run.finish()
    records = of_kind(Path(run.dir), "hist")
    kinds = {record["name"].rpartition(".")[0] for record in records}
    assert {
        "gradients/0",
        "parameters/0",
        "parameters/2",
        "gradients/graph_1.0",
        "parameters/graph_1.2",
    } <= kinds
    assert {record["step"] for record in records if "graph_1" not in record["name"]} == {0}


def test_hooks_are_gone_afterwards(torch: Any, start: Start) -> None:
    """After finish() a model is as it was before watch()."""
    run, model = start(), small_model(torch)
    run.watch(model, log="all", log_freq=1)
    run.watch(model, log="gradients", log_freq=1)
    train(torch, model, run, 2)
    run.finish()
    assert not model._forward_pre_hooks
    assert not any(parameter._backward_hooks for parameter in model.parameters())
    train(torch, model, start(reinit="create_new"), 1)


def test_evaluation_is_not_counted(torch: Any, start: Start) -> None:
    """Batches without gradients are no batches."""
    run, model = start(), small_model(torch)
    run.watch(model, log="parameters", log_freq=1)
    model.eval()
    model(torch.randn(2, 4))
    model.train()
    with torch.no_grad():
        model(torch.randn(2, 4))
    run.finish()
    assert of_kind(Path(run.dir), "hist") == []


def test_what_is_not_finite_is_told_per_layer(torch: Any, device: str, start: Start) -> None:
    """A NaN in the input shows which layers it reached."""
    run, model = start(), small_model(torch, device)
    run.watch(model, log_freq=1)
    spoiled = torch.randn(3, 4)
    spoiled[0, 0] = math.nan
    model(spoiled.to(device)).mean().backward()
    run.finish()
    bad = {record["name"]: record["nan"] for record in of_kind(Path(run.dir), "hist")}
    assert bad["gradients/0.weight"] > 0
    assert bad["gradients/3.bias"] == 0
    assert math.isnan(merged_rows(run.dir)[0].values["gradients/norm"])  # type: ignore[arg-type]


def test_a_failing_hook_stops_watching(torch: Any, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong inside a hook ends the watch and not the training."""
    run, model = start(), small_model(torch)
    run.watch(model, log_freq=1)

    def fail(tensor: Any) -> Any:
        raise RuntimeError("CUDA error: an illegal memory access")

    monkeypatch.setattr("collector.watching.count_torch", fail)
    train(torch, model, run, 3)
    run.finish()
    assert len(merged_rows(run.dir)) == 3
    assert not model._forward_pre_hooks
    assert "stopped watching" in " ".join(record["text"] for record in of_kind(Path(run.dir), "note"))


def test_one_transfer_per_sample(
    torch: Any, device: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All gradients of a sample come over together, when the next batch begins."""
    run, model = start(), small_model(torch, device)
    fetched = []
    original = torch.Tensor.cpu
    monkeypatch.setattr(torch.Tensor, "cpu", lambda self: fetched.append(self.shape) or original(self))
    run.watch(model, log_freq=2)
    train(torch, model, run, 1)
    assert fetched == []
    train(torch, model, run, 1)
    assert fetched == [(4, 69)]
    run.finish()


@pytest.mark.filterwarnings("ignore:Synchronization debug mode")
def test_nothing_waits_for_the_gpu(torch: Any, start: Start) -> None:
    """Describing tensors queues work on the GPU and asks it nothing until the sample is fetched."""
    if not torch.cuda.is_available():
        pytest.skip("torch finds no GPU")
    run, model = start(), small_model(torch, "cuda")
    run.watch(model, log="all", log_freq=2)
    train(torch, model, run, 2)
    inputs = torch.randn(16, 4, device="cuda")
    try:
        torch.cuda.set_sync_debug_mode("error")
        model(inputs).square().mean().backward()
    finally:
        torch.cuda.set_sync_debug_mode("default")
    run.finish()
    assert {record["step"] for record in of_kind(Path(run.dir), "hist")} == {0, 2}
