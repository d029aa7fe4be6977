"""`sync_tensorboard=True`: what is written for TensorBoard is in the run, too."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from collector.tensorboard_values import histogram, tensor, values_of
from tests.collector.runs import ROOT, of_kind, run_folders, run_script

BEGIN = "run = collector.init(project='p', sync_tensorboard=True)\n"


def needs(*modules: str) -> pytest.MarkDecorator:
    """Skips where a package is missing."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not installed")


def rows_of(folder: Path) -> list[tuple[float, str, Any]]:
    """Step, name and value of everything that was logged as a number or a text."""
    return [
        (row["step"], name, value)
        for row in of_kind(folder, "log")
        for name, value in {**row["m"], **row.get("s", {})}.items()
        if value is not None
    ]


def written(root: Path, source: str) -> Path:
    """The folder of the run of a script, which succeeds and says nothing."""
    done = run_script(root, source)
    assert done.returncode == 0, done.stderr
    [folder] = run_folders(root)
    return folder


WRITER = """
    writer = SummaryWriter("tb/first")
    writer.add_scalar("charts/return", 2.5, 100)
    writer.add_scalar("charts/return", float("nan"), 200)
    writer.add_text("note", "hello", 100)
    writer.add_histogram("weights", np.arange(100.0), 100)
    writer.add_image("picture", np.zeros((3, 4, 5), dtype="uint8"), 100)
    writer.add_hparams({"lr": 0.1}, {"hparam/acc": 0.5})
    writer.add_scalars("loss", {"train": 1.0, "val": 2.0}, 300)
    other = SummaryWriter("tb/second")
    other.add_scalar("charts/return", 7.0, 1)
    run.log({"own": 1.0})
    run.finish()
    writer.add_scalar("after", 1.0, 1)
    writer.close()
    other.close()
    assert len(list(pathlib.Path("tb/first").glob("*tfevents*"))) == 1
"""

PACKAGES = {
    "tensorboardX": ("tensorboardX", "from tensorboardX import SummaryWriter"),
    "torch": ("torch", "from torch.utils.tensorboard import SummaryWriter"),
}


@pytest.mark.parametrize("order", ["before", "after"])
@pytest.mark.parametrize("package", PACKAGES)
def test_real_writers(package: str, order: str, tmp_path: Path) -> None:
    """Scalars, texts, histograms and pictures are in the run, whichever was there first, package or run."""
    module, import_line = PACKAGES[package]
    for name in {module, "numpy", *(("tensorboard",) if package == "torch" else ())}:
        pytest.importorskip(name)
    imports = "import pathlib\nimport numpy as np\n"
    begin = import_line + "\n" + BEGIN if order == "before" else BEGIN + import_line + "\n"
    folder = written(tmp_path / "runlogs", imports + begin + textwrap.dedent(WRITER))
    rows = rows_of(folder)
    assert (100, "charts/return", 2.5) in rows
    assert (100, "note", "hello") in rows
    between = "/" if package == "tensorboardX" else "_"
    assert (300, f"loss{between}train/loss", 1.0) in rows
    assert (300, f"loss{between}val/loss", 2.0) in rows
    assert (1, "second/charts/return", 7.0) in rows
    assert not [name for _, name, _ in rows if name.startswith(("_hparams_", "after"))]
    assert {row["x"]["charts/return"] for row in of_kind(folder, "log") if "x" in row} == {"NaN"}
    [hist] = of_kind(folder, "hist")
    assert (hist["name"], hist["step"], sum(hist["counts"])) == ("weights", 100, 100)
    [media] = of_kind(folder, "media")
    assert (media["name"], media["kind"], media["items"][0]["ext"]) == ("picture", "image", "png")
    assert of_kind(folder, "note") == []


@needs("tensorflow", "tensorboard")
def test_tensorflow(tmp_path: Path) -> None:
    """What tf.summary and Keras write is in the run; a note tells of writing in compiled functions."""
    source = """
    import tensorflow as tf
    writer = tf.summary.create_file_writer("tb/train")
    with writer.as_default():
        tf.summary.scalar("loss", tf.constant(0.5), step=3)
        tf.summary.text("note", "hello", step=3)
        tf.summary.histogram("weights", tf.range(100.0), step=3)
        tf.summary.image("picture", tf.zeros((1, 4, 5, 3)), step=3)
        @tf.function
        def step(x):
            tf.summary.scalar("inside", x, step=4)
        step(tf.constant(1.0))
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(tf.ones((4, 2)), tf.ones((4, 1)), epochs=2, verbose=0, validation_split=0.5,
              callbacks=[tf.keras.callbacks.TensorBoard("tb")])
    """
    folder = written(tmp_path / "runlogs", BEGIN + textwrap.dedent(source))
    rows = rows_of(folder)
    assert (3, "train/loss", 0.5) in rows
    assert (3, "train/note", "hello") in rows
    assert {step for step, name, _ in rows if name == "train/epoch_loss"} == {0, 1}
    assert {step for step, name, _ in rows if name == "validation/epoch_loss"} == {0, 1}
    assert {record["name"] for record in of_kind(folder, "hist")} >= {"train/weights"}
    assert {record["name"] for record in of_kind(folder, "media")} >= {"train/picture"}
    assert [note["text"] for note in of_kind(folder, "note")] == [
        "sync_tensorboard: tf.summary inside a tf.function is written to the event file only"
    ]


@needs("tensorflow")
def test_tensorflow_scalars(tmp_path: Path) -> None:
    """Scalars, variables and bfloat16 of TensorFlow are logged as numbers, a large tensor as a histogram."""
    source = """
    import tensorflow as tf
    run = collector.init(project="p")
    run.log({"eager": tf.constant(1.5), "variable": tf.Variable(2), "half": tf.constant(0.5, tf.bfloat16),
             "one": tf.constant([3.0]), "flag": tf.constant(True), "many": tf.range(100.0)})
    """
    folder = written(tmp_path / "runlogs", textwrap.dedent(source))
    [row] = of_kind(folder, "log")
    assert row["m"] | row.get("x", {}) == {
        "eager": 1.5,
        "variable": 2,
        "half": 0.5,
        "one": 3.0,
        "flag": True,
    }
    assert [record["name"] for record in of_kind(folder, "hist")] == ["many"]


FAKE = '''
class EventFileWriter:
    """As that of tensorboardX: keeps what it is given."""

    def __init__(self, logdir):
        self.logdir, self.events = logdir, []

    def get_logdir(self):
        return self.logdir

    def add_event(self, event):
        self.events.append(event)
'''

EVENT = """
    from types import SimpleNamespace as Made

    def event(step, **values):
        plugin = Made(plugin_data=Made(plugin_name=""))
        made = [Made(tag=tag, metadata=plugin, simple_value=value, WhichOneof=lambda name: "simple_value")
                for tag, value in values.items()]
        return Made(step=step, summary=Made(value=made), HasField=lambda name: name == "summary")
"""


def fake_writers(folder: Path) -> str:
    """A package that looks like tensorboardX, and the line that makes it importable."""
    package = folder / "fake" / "tensorboardX"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "event_file_writer.py").write_text(FAKE)
    return f"sys.path.insert(0, {str(package.parent)!r})\n"


@pytest.mark.parametrize("order", ["before", "after"])
def test_writers_pass_on_what_they_write(order: str, tmp_path: Path) -> None:
    """The hook is there whether the module came first or the run, keeps the file, and survives odd events."""
    line = "from tensorboardX.event_file_writer import EventFileWriter\n"
    source = fake_writers(tmp_path) + (line + BEGIN if order == "before" else BEGIN + line)
    source += textwrap.dedent(EVENT)
    source += textwrap.dedent("""
    import inspect
    import tensorboardX.event_file_writer as module
    assert "keeps what it is given" in inspect.getsource(module)
    assert type(module.__loader__).__name__ == "SourceFileLoader"
    writer = EventFileWriter("tb")
    writer.add_event(event(5, loss=0.5))
    writer.add_event(object())
    EventFileWriter("tb/eval").add_event(event(5, loss=0.7))
    assert len(writer.events) == 2
    run.finish()
    writer.add_event(event(6, loss=0.5))
    with collector.init(project="p", id="other") as second:
        writer.add_event(event(7, loss=0.5))
    assert len(writer.events) == 4
    """)
    done = run_script(tmp_path / "runlogs", source)
    assert done.returncode == 0, done.stderr
    [first] = [folder for folder in run_folders(tmp_path / "runlogs") if folder.name != "other"]
    assert rows_of(first) == [(5, "loss", 0.5), (5, "eval/loss", 0.7)]
    assert rows_of(first.parent / "other") == []
    [note] = of_kind(first, "note")
    assert "AttributeError" in note["text"]


def test_run_in_which_nothing_was_written_says_so(tmp_path: Path) -> None:
    """Who asked for the event files and wrote none in this process learns it from the run's page."""
    folder = written(tmp_path / "runlogs", BEGIN + "run.log({'a': 1})")
    [note] = of_kind(folder, "note")
    assert note["level"] == "info"
    assert note["text"].startswith("sync_tensorboard: nothing was written by tensorboard")


def test_settings_ask_too(tmp_path: Path) -> None:
    """`Settings(sync_tensorboard=True)` does the same."""
    source = "collector.init(settings=collector.Settings(sync_tensorboard=True))"
    assert len(of_kind(written(tmp_path / "runlogs", source), "note")) == 1


def test_module_that_is_not_there_is_still_missing(tmp_path: Path) -> None:
    """Waiting for a package does not make it importable, nor does it break the search for others."""
    source = BEGIN + textwrap.dedent("""
    import importlib.util
    try:
        import tensorboardX_that_is_missing
    except ModuleNotFoundError as error:
        assert error.name == "tensorboardX_that_is_missing"
    else:
        raise AssertionError
    sys.path.clear()
    try:
        import tensorboardX.event_file_writer
    except ModuleNotFoundError as error:
        assert error.name == "tensorboardX", error.name
    else:
        raise AssertionError
    """)
    written(tmp_path / "runlogs", source)


def test_other_tensors() -> None:
    """Every way in which a number can stand in a tensor is read; what is no single number is left out."""
    plain = {
        "tensor_content": b"",
        "dtype": 1,
        "float_val": [],
        "double_val": [],
        "int_val": [2],
        "int64_val": [],
    }
    assert tensor(SimpleNamespace(**plain | {"float_val": [0.5]}), "scalars") == 0.5
    assert tensor(SimpleNamespace(**plain | {"dtype": 3}), "") == 2
    assert tensor(SimpleNamespace(**plain | {"dtype": 2, "tensor_content": b"\0" * 8}), "") == 0.0
    assert tensor(SimpleNamespace(**plain | {"float_val": [1.0, 2.0]}), "") is None
    assert tensor(SimpleNamespace(dtype=99), "") is None
    assert tensor(SimpleNamespace(dtype=7, string_val=[b"a", b"\xff"]), "text") == "a\n\ufffd"
    assert values_of(SimpleNamespace(HasField=lambda name: False)) == {}


def test_histogram_with_open_ends() -> None:
    """TensorBoard's outermost buckets have no limit; ours end at the smallest and the largest value."""
    message = SimpleNamespace(
        bucket=[0, 3, 2, 0], bucket_limit=[-1.0, 1.0, 1.7e308, 1.7e308], min=-0.5, max=9.0
    )
    made = histogram(message)
    assert (made.bins, made.counts, made.problem) == ([-0.5, 1.0, 9.0], [3, 2], "")
    wide = SimpleNamespace(
        bucket=[1.0] * 1025, bucket_limit=[float(at) for at in range(1025)], min=-1.0, max=2e3
    )
    made = histogram(wide)
    assert (sum(made.counts), made.problem, made.bins[0], made.bins[-1]) == (1025, "", -1.0, 1024.0)
    assert histogram(SimpleNamespace(bucket=[], bucket_limit=[], min=0.0, max=0.0)) is None


def test_wrapped_import_costs_nothing_without_the_wish() -> None:
    """The hook is not installed, and its module not loaded, unless a run asks for it."""
    source = "import sys, collector\ncollector.init(mode='disabled')\n"
    source += "assert not [name for name in sys.modules if 'tensorboard' in name or 'modulehook' in name]"
    subprocess.run([sys.executable, "-c", source], check=True, env={"PYTHONPATH": str(ROOT)})
