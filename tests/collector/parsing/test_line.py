"""Lines as well-known programs print them, and the metrics that they hold."""

from __future__ import annotations

import math
from typing import Any

import pytest

from collector.parsing.line import read_line

LINES: list[tuple[str, dict[str, float], Any, Any]] = [
    # nanoGPT
    ("step 100: train loss 2.1, val loss 2.2", {"train/loss": 2.1, "val/loss": 2.2}, 100, None),
    ("iter 10: loss 2.3012, time 5.12ms, mfu 1.20%", {"loss": 2.3012, "time": 0.00512, "mfu": 1.2}, 10, None),
    # objects
    ('{"loss": 0.5, "step": 10, "acc": 0.9}', {"loss": 0.5, "acc": 0.9}, 10, None),
    ('INFO:root:{"loss": 0.5, "step": 10}', {"loss": 0.5}, 10, None),
    ('{"step": 3, "val": {"acc": 0.5}}', {"val.acc": 0.5}, 3, None),
    (
        "{'loss': 2.1, 'learning_rate': 5e-05, 'epoch': 0.3}",
        {"loss": 2.1, "learning_rate": 5e-5, "epoch": 0.3},
        None,
        0.3,
    ),
    ("{'loss': '0.6931', 'epoch': '0.3'}", {"loss": 0.6931, "epoch": 0.3}, None, 0.3),
    ("{'loss': inf, 'epoch': 1}", {"loss": math.inf, "epoch": 1}, None, 1),
    # bars
    (
        " 45%|████▌     | 45/100 [00:10<00:12,  4.50it/s, loss=0.12, acc=0.9]",
        {"loss": 0.12, "acc": 0.9},
        45,
        None,
    ),
    (
        "Epoch 0:  50%|█████     | 50/100 [00:01<00:01, 40.00it/s, v_num=1, train_loss=0.5]",
        {"train_loss": 0.5},
        50,
        None,
    ),
    ("12it [00:03, 4.0it/s, loss=0.5]", {"loss": 0.5}, None, None),
    (
        "75/75 [==============================] - 3s 1ms/step - loss: 0.29 - acc: 0.91",
        {"loss": 0.29, "acc": 0.91},
        75,
        None,
    ),
    (
        "\x1b[1m75/75\x1b[0m \x1b[32m━━━━━━━━\x1b[0m 3s 1ms/step - accuracy: 0.91 - loss: 0.29",
        {"accuracy": 0.91, "loss": 0.29},
        75,
        None,
    ),
    # PyTorch's examples
    ("Train Epoch: 1 [640/60000 (1%)]\tLoss: 0.512", {"Loss": 0.512, "epoch": 1}, 640, 1),
    (
        "Test set: Average loss: 0.0461, Accuracy: 9847/10000 (98%)",
        {"Average_loss": 0.0461, "Accuracy": 0.9847},
        None,
        None,
    ),
    (
        "Epoch: [0][  10/5005]\tTime  0.512 ( 0.900)\tLoss 6.9e+00 (7.0e+00)\tAcc@1   0.00 (  0.10)",
        {"Time": 0.512, "Loss": 6.9, "Acc@1": 0.0, "epoch": 0},
        10,
        0,
    ),
    ("Epoch [1/10], Step [100/600], Loss: 0.5", {"Loss": 0.5, "epoch": 1}, 100, 1),
    # boosting
    ("[3]\ttrain-rmse:0.50\tvalid-rmse:0.60", {"train-rmse": 0.5, "valid-rmse": 0.6}, 3, None),
    (
        "[10]\ttraining's auc: 0.5\tvalid_1's auc: 0.9",
        {"training's_auc": 0.5, "valid_1's_auc": 0.9},
        10,
        None,
    ),
    (
        "7:\tlearn: 0.69\ttest: 0.68\ttotal: 50ms\tremaining: 5s",
        {"learn": 0.69, "test": 0.68, "total": 0.05},
        7,
        None,
    ),
    ("Iteration 1, loss = 0.69314718", {"loss": 0.69314718}, 1, None),
    # loggers
    ("2024-01-01 12:00:00,123 INFO train step=1 loss=0.3 lr=1e-4 pid=55", {"loss": 0.3, "lr": 1e-4}, 1, None),
    (
        "[07/01 10:00:00 d2.utils.events]:  eta: 0:10:00  iter: 19  loss: 1.2  time: 0.3  max_mem: 2000M",
        {"loss": 1.2, "time": 0.3, "max_mem": 2e9},
        19,
        None,
    ),
    (
        "Epoch(train) [1][50/1000]  lr: 1.0000e-03  eta: 1:00:00  time: 0.5  memory: 2000  loss: 1.2",
        {"lr": 1e-3, "time": 0.5, "memory": 2000, "loss": 1.2, "epoch": 1},
        50,
        1,
    ),
    ("| epoch 001:     10 / 100 loss=3.2, ppl=9.1", {"loss": 3.2, "ppl": 9.1, "epoch": 1}, 10, 1),
    ("loss: tensor(0.5000, device='cuda:0', grad_fn=<NllLossBackward0>)", {"loss": 0.5}, None, None),
    ("epoch 3 loss np.float64(0.53)", {"loss": 0.53, "epoch": 3}, None, 3),
    ("Validation accuracy: 91.2%", {"validation/accuracy": 91.2}, None, None),
    ("loss=nan", {"loss": math.nan}, None, None),
    ("step 5 | loss -2.1 | tokens: 1,000,000", {"loss": -2.1, "tokens": 1_000_000}, 5, None),
    ("batch 3, global step 12: loss 0.5", {"loss": 0.5}, 12, None),
]

NOTHING = [
    "",
    "Requirement already satisfied: numpy>=1.26 in ./lib (from x) (1.26.4)",
    "Downloading torch-2.1.0-cp311-none-any.whl (670.2 MB)",
    "Created wheel for foo: filename=foo-1.0.whl size=12345 sha256=abc",
    "     ━━━━━━━━━━━━━━━━━━━━ 670.2/670.2 MB 5.6 MB/s eta 0:00:00",
    "Downloading model.bin:  45%|████▌     | 450M/1.00G [00:10<00:12, 45.0MB/s]",
    "Map: 100%|██████████| 1000/1000 [00:01<00:00, 900.00 examples/s]",
    "=== 3 failed, 120 passed, 1 warning in 12.34s ===",
    "tests/test_loss.py:12: AssertionError",
    ">       assert loss == 0.5",
    "E       assert 0.25 == 0.5",
    "    assert loss == 0.25",
    "[W socket.cpp:464] [c10d] The client socket cannot be initialized (errno: 97 - Address family).",
    "Namespace(lr=0.1, batch_size=32, seed=1, momentum=0.9)",
    "learning_rate: 0.001",
    "batch_size: 32",
    "precision=16",
    "Restoring from /data/epoch=3-step=400.ckpt",
    "saved to /a/loss=0.5/model.pt",
    "http://host:8080/x?loss=2&acc=3",
    "Step 4/9 : ENV THREADS=3",
    "make: *** [Makefile:3: all] Error 2",
    "w.c:2:41: warning: unused variable",
    "    2 | int main(void) { float loss = 0.5; }",
    "ValueError: loss=0.25 is too low",
    "listening on 127.0.0.1:8080, pid=12 port=8080",
    "Epoch 00012: reducing learning rate of group 0 to 1.0000e-04.",
    "loss 1.2.3",
    "loss: 2024-01-01",
    "loss: 12:30",
    '{"level": "info", "status": 200, "duration": 0.1}',
    '{"loss": true}',
    "{" * 5000 + "}",
    "loss: 1" + " " * 9000,
]


@pytest.mark.parametrize(("line", "values", "step", "epoch"), LINES, ids=[line[0][:40] for line in LINES])
def test_metrics_are_found(line: str, values: dict[str, float], step: Any, epoch: Any) -> None:
    """Names, numbers, and where the line says it stands."""
    found = read_line(line)
    assert found is not None
    assert found.values == pytest.approx(values, nan_ok=True)
    assert (found.step.at if found.step else None, found.epoch.at if found.epoch else None) == (step, epoch)


@pytest.mark.parametrize("line", NOTHING, ids=[line[:40] for line in NOTHING])
def test_other_numbers_are_left_alone(line: str) -> None:
    """Versions, times, paths, settings, source text and progress are no metrics."""
    found = read_line(line)
    assert found is None or not found.values
