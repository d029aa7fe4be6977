"""What holds for every kind of media, whatever it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from collector.media.kinds import CLASSES
from collector.runlog.records import KINDS
from collector.training_run import Run
from tests.collector.conftest import root, start  # noqa: F401  fixtures
from tests.collector.runs import of_kind
from tests.conformance.media_samples import SAMPLES, Sample

FIELDS = {kind.name: {field.name for field in kind.fields if field.required} for kind in KINDS}

every_kind = pytest.mark.parametrize("name", CLASSES)


def sample(name: str) -> Sample:
    for package in SAMPLES[name].needs:
        pytest.importorskip(package)
    return SAMPLES[name]


def logged(run: Run) -> list[dict[str, Any]]:
    run.finish()
    folder = Path(run.dir)
    return of_kind(folder, "media") + of_kind(folder, "hist")


@every_kind
def test_it_is_one_record_with_its_step_and_name(name: str, start: Callable[..., Run]) -> None:  # noqa: F811
    """A media or hist record with every field that the format promises."""
    run = start()
    run.log({"val/it": sample(name).make(), "loss": 0.5}, step=7)
    (record,) = logged(run)
    assert (record["name"], record["step"]) == ("val/it", 7)
    assert record.keys() >= FIELDS[record["k"]]


@every_kind
def test_its_files_are_what_the_record_says(name: str, start: Callable[..., Run]) -> None:  # noqa: F811
    """Each file is named by the digest of its content, has the size told, and nothing else lies there."""
    run = start()
    run.log({"it": sample(name).make()})
    text = json.dumps(logged(run))
    folder = Path(run.dir, "media")
    files = sorted(folder.iterdir()) if folder.exists() else []
    assert tuple(sorted(path.suffix[1:] for path in files)) == tuple(sorted(SAMPLES[name].files))
    for path in files:
        assert sha256(path.read_bytes()).hexdigest() == path.stem
        assert f'"{path.stem}", "ext": "{path.suffix[1:]}", "bytes": {path.stat().st_size}' in text


@every_kind
def test_equal_values_are_one_file(name: str, start: Callable[..., Run]) -> None:  # noqa: F811
    """Logged twice, it is kept once."""
    run = start()
    for _ in range(2):
        run.log({"it": sample(name).make()})
    assert len(logged(run)) == 2
    folder = Path(run.dir, "media")
    assert len(list(folder.iterdir()) if folder.exists() else []) == len(SAMPLES[name].files)


@every_kind
def test_numbers_beside_it_are_kept(name: str, start: Callable[..., Run]) -> None:  # noqa: F811
    """The row has the numbers, and nothing of the media."""
    run = start()
    run.log({"loss": 0.5, "it": sample(name).make(), "deep": {"acc": 1, "it": sample(name).make()}})
    records = logged(run)
    assert [record["m"] for record in of_kind(Path(run.dir), "log")] == [{"loss": 0.5, "deep.acc": 1}]
    assert {record["name"] for record in records} == {"it", "deep.it"}


@every_kind
def test_a_wrong_value_is_a_word_not_an_exception(name: str, start: Callable[..., Run]) -> None:  # noqa: F811
    """Training goes on, the row is kept, and a note names the value."""
    run = start()
    run.log({"odd": sample(name).wrong(), "loss": 0.5})
    assert logged(run) == []
    assert [record["m"] for record in of_kind(Path(run.dir), "log")] == [{"loss": 0.5}]
    (note,) = of_kind(Path(run.dir), "note")
    assert note["text"].startswith('"odd" could not be recorded: ')


@every_kind
def test_constructor_never_raises(name: str) -> None:
    """Not even for arguments that make no sense at all."""
    import collector

    assert getattr(collector, name)(object(), nonsense=object()).problem


@every_kind
def test_a_list_is_one_record_with_several_items(name: str, start: Callable[..., Run]) -> None:  # noqa: F811
    """But for histograms, which are numbers and have a record each."""
    run = start()
    run.log({"all": [sample(name).make() for _ in range(3)]})
    records = logged(run)
    counts = [len(record.get("items", ())) for record in records]
    assert counts == ([0, 0, 0] if name == "Histogram" else [3])
