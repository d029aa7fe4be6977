"""`collect edit`: corrections lie beside the logs, which stay byte for byte, and can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from collector.runlog.edits import Edit, Overlay, settled
from collector.runlog.joins import continuations
from collector.runlog.reader import read_records
from collector.runlog.schema import schema
from tests.collector.cli.commands import Commands, record
from tests.recorded import EPOCH


def logs_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if ".edits." not in path.name}


def test_everything_can_be_corrected_and_taken_back(commands: Commands) -> None:
    """Names, tags, settings and metrics read as corrected, the logs are untouched, and undo restores all."""
    folder = record(commands.root, "a-aaaaaa", name="old", tags=["x", "y"], notes="n")
    logs, before = logs_of(folder), commands.json("show", "a-aaaaaa")
    commands.text(
        *("edit", "a-aaaaaa", "--name", "new", "--group", "g", "--notes", "", "--tag", "z", "--untag", "x"),
        *("--set", "lr=1e-4", "--set", "optimizer.betas=[0.9, NaN]", "--unset", "optimizer.name"),
        *("--metric", "train/loss=loss"),
    )
    found = commands.json("show", "a-aaaaaa")
    assert (found["name"], found["group"], found["notes"], found["tags"]) == ("new", "g", None, ["y", "z"])
    assert found["config"] == {"lr": 0.0001, "optimizer.betas": [0.9, "NaN"]}
    assert sorted(found["metrics"]) == ["loss", "val/acc"]
    assert commands.json("ls")[0]["metrics"] == {"loss": 0.2, "val/acc": 0.8}
    assert "metric train/loss is called loss" in commands.text("show", "a-aaaaaa")
    commands.text("edit", "a-aaaaaa", "--undo")
    after = commands.json("show", "a-aaaaaa")
    assert {name: after[name] for name in ("name", "tags", "notes", "config", "metrics")} == {
        name: before[name] for name in ("name", "tags", "notes", "config", "metrics")
    }
    assert logs_of(folder) == logs


def test_a_correction_is_a_file_that_fits_the_schema(commands: Commands) -> None:
    """One file for each, begun by a header, sealed, and as the reference page has it."""
    folder = record(commands.root, "a-aaaaaa")
    commands.text("edit", "a-aaaaaa", "--name", "new", "--set", "x=NaN", "--hide")
    commands.text("edit", "a-aaaaaa", "--undo")
    files = sorted(folder.glob("e0-*.edits.jsonl"))
    assert len(files) == 2
    validator = jsonschema.Draft202012Validator(schema())
    kinds = []
    for file in files:
        records, bad = read_records(str(file))
        assert bad == []
        for one in records:
            validator.validate(one | {"c": "00000000"})
        kinds.append([one["k"] for one in records])
    assert sorted(kinds) == [["head", "edit"], ["head", "undo"]]
    assert commands.text("verify").endswith("all whole\n")


def test_the_list_says_what_counts(commands: Commands) -> None:
    """Without options the corrections are listed; an undo can be undone."""
    record(commands.root, "a-aaaaaa", name="old")
    assert "nothing was corrected" in commands.text("edit", "a-aaaaaa")
    commands.text("edit", "a-aaaaaa", "--name", "new")
    commands.text("edit", "a-aaaaaa", "--undo")
    edits = commands.json("edit", "a-aaaaaa")
    assert [(edit["what"][0].split()[0], edit["counts"]) for edit in edits] == [
        ("changed", False),
        ("took", True),
    ]
    commands.text("edit", "a-aaaaaa", "--undo", edits[1]["edit"])
    assert commands.json("ls")[0]["name"] == "new"


def test_a_hidden_run_is_listed_only_when_asked_for(commands: Commands) -> None:
    """`ls --all` shows it, and it can be shown again."""
    record(commands.root, "a-aaaaaa")
    commands.text("edit", "a-aaaaaa", "--hide")
    assert commands.json("ls") == []
    assert commands.json("ls", "--all")[0]["hidden"] is True
    commands.text("edit", "a-aaaaaa", "--unhide")
    assert len(commands.json("ls")) == 1


def test_joined_runs_are_one(commands: Commands) -> None:
    """The second one's attempt follows the first's: its end and values count, and it is listed no more."""
    record(commands.root, "a-aaaaaa", name="first", state="failed")
    record(commands.root, "b-bbbbbb", name="second", start=EPOCH + 500)
    commands.text("edit", "a-aaaaaa", "--join", "b-bbbbbb")
    (run,) = commands.json("ls")
    assert (run["id"], run["name"], run["state"], run["attempts"]) == ("a-aaaaaa", "first", "finished", 2)
    assert "joined to a-aaaaaa already" in commands.refused("edit", "a-aaaaaa", "--join", "b-bbbbbb")
    assert "goes on with a-aaaaaa" not in commands.refused("edit", "b-bbbbbb", "--join", "b-bbbbbb")
    commands.refused("edit", "b-bbbbbb", "--join", "a-aaaaaa")
    commands.text("edit", "a-aaaaaa", "--undo")
    assert len(commands.json("ls")) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--unset", "optimiser"), "Did you mean 'optimizer"),
        (("--metric", "train/los=loss"), "Did you mean 'train/loss'?"),
        (("--metric", "train/loss"), "is no OLD=NEW"),
        (("--metric", "train/loss="), "needs a new name"),
        (("--set", "=3"), "is no KEY=VALUE"),
        (("--hide", "--unhide"), "Leave one of them out"),
        (("--undo",), "nothing to undo"),
        (("--undo", "e0"), "There are: none"),
        (("--undo", "--name", "x"), "one step"),
        (("--join", "a-aaaaaa"), "can not join itself"),
        (("--join", "c-cccccc"), "another project"),
    ],
)
def test_what_can_not_be_meant_is_refused(commands: Commands, words: tuple[str, ...], told: str) -> None:
    """And nothing is written."""
    folder = record(commands.root, "a-aaaaaa")
    record(commands.root, "c-cccccc", project="other")
    assert told in commands.refused("edit", "a-aaaaaa", *words)
    assert list(folder.glob("*.edits.jsonl")) == []


def test_a_folder_that_can_not_be_written_is_told(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 1, with the folder."""
    record(commands.root, "a-aaaaaa")

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("collector.housekeeping.edit.SegmentWriter", refuse)
    code, _, error = commands.run("edit", "a-aaaaaa", "--name", "x")
    assert code == 1
    assert "can not be written: Permission denied" in error


def edit(name: str, at: float, **members: Any) -> Edit:
    return Edit(name, at, {"k": "undo" if "edit" in members else "edit", **members})


def test_corrections_apply_in_order_of_time() -> None:
    """Renames follow each other, later settings win, and what was nested below a setting goes with it."""
    overlay = Overlay(
        settled(
            [
                edit("b", 2.0, metrics={"y": "z"}, config={"opt": 3}),
                edit("a", 1.0, metrics={"x": "y"}, config={"opt.lr": 1}, unset=["seed"]),
            ]
        )
    )
    assert overlay.metric("x") == "z"
    assert overlay.config({"seed": 1, "opt.name": "adam", "lr": 2}) == {"opt": 3, "lr": 2}


def test_undo_of_undo() -> None:
    """The last word counts, whatever the order of the files."""
    edits = [edit("a", 1.0, run={"name": "n"}), edit("b", 2.0, edit="a"), edit("c", 3.0, edit="b")]
    assert Overlay(settled(edits[:2])).names({}) == {}
    assert Overlay(settled(reversed(edits))).names({})["name"] == "n"


def test_foreign_members_change_nothing() -> None:
    """A sealed line may still hold anything."""
    overlay = Overlay(
        [
            edit(
                "a",
                1.0,
                run=[1],
                add="x",
                remove=3,
                config="c",
                x={"a": "?"},
                unset=[1],
                metrics=[],
                joins={},
            )
        ]
    )
    assert overlay.names({"tags": ["t"]}) == {"tags": ["t"]}
    assert overlay.config({"a": 1}) == {"a": 1}
    assert (overlay.metric("m"), overlay.is_hidden, overlay.joins) == ("m", False, [])


def test_joins_that_mean_nothing() -> None:
    """Unknown runs, rings and a second parent are passed over; chains hold, in the order that was given."""

    def joined(*parts: str, at: float = 1.0) -> Overlay:
        return Overlay([edit("e", at, joins=list(parts))])

    nothing = Overlay([])
    assert continuations({"a": joined("c", "b"), "b": nothing, "c": nothing}) == {"a": ("c", "b")}
    assert continuations({"a": joined("b"), "b": joined("c", at=2.0), "c": nothing}) == {"a": ("b", "c")}
    assert continuations({"a": joined("b"), "b": joined("a", at=2.0)}) == {"a": ("b",)}
    assert continuations({"a": joined("a", "nobody")}) == {}
    assert continuations({"a": joined("c"), "b": joined("c", at=2.0), "c": nothing}) == {"a": ("c",)}
