"""Runs in notebooks, whose cells are run again, interrupted, and left open."""

from __future__ import annotations

import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest

import collector
from collector.notebook import is_notebook
from collector.training_run import Run
from tests.collector.runs import of_kind

Start = Callable[..., Run]


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tells a notebook's kernel from a script."""
    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))


def test_script_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """IPython may be loaded without a kernel: in a terminal, or by a library."""
    assert not is_notebook()
    for shell in (None, SimpleNamespace(kernel=None), SimpleNamespace()):
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda shell=shell: shell))
        assert not is_notebook()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace())
    assert not is_notebook()


@pytest.mark.usefixtures("notebook")
def test_cell_that_is_run_again(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """Running the cell with init() again ends the run before and begins a new one, without a word."""
    first = start()
    first.log({"a": 1})
    second = start()
    assert first.id != second.id
    assert [record["state"] for record in of_kind(Path(first.dir), "end")] == ["finished"]
    assert collector.run is second
    assert start(reinit="return_previous") is second
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("notebook")
def test_interrupted_cell(start: Start) -> None:
    """The stop button ends a `with` block as stopped; a run without one stays open for the next cell."""
    run = start()

    def cell() -> None:
        with run:
            run.log({"a": 1})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cell()
    assert [record["state"] for record in of_kind(Path(run.dir), "end")] == ["stopped"]
    other = start()
    try:
        other.log({"a": 1})
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    other.log({"a": 2})
    assert collector.run is other
    other.finish()
    assert len(of_kind(Path(other.dir), "log")) == 2


class Texts(HTMLParser):
    """The texts and tags of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self.tags.add(tag)


def test_run_as_output_of_a_cell(start: Start) -> None:
    """A run shows its name, step and latest values; what users named stays text."""
    run = start(name="<b>bold</b>")
    for i in range(3):
        run.log({"loss": 1 / (i + 1), "<script>": i, **{f"m{k:02}": k for k in range(20)}})
    shown = Texts()
    shown.feed(run._repr_html_())
    assert shown.tags <= {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "code"}
    assert {"<b>bold</b>", "<script>", "0.333333", run.dir, "and 10 more"} <= set(shown.texts)
    run.finish()
    shown.feed(run.to_html())
    assert any("finished, step 3" in text for text in shown.texts)
    assert "loss" not in start(mode="disabled", reinit="create_new").to_html()
