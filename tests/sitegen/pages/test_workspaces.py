"""Pages of workspaces: their sections, the state they start with, and what they name that is not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collector.runlog import yamlfile
from sitegen.config import Config, Workspace, WorkspaceOptions
from sitegen.config.check import Checker
from sitegen.derive.workspaces import FACT_COLUMNS, is_expression, workspace_warnings
from sitegen.errors import MisuseError
from sitegen.pages.factcolumns import fact_columns
from tests.sitegen.composed import composed
from tests.sitegen.pages.fixture_site import demo_runs, make_project, make_site
from tests.sites import chunks_of

PROJECT = make_project(demo_runs())


def workspace(text: str, name: str = "paper") -> Workspace:
    """A workspace file of this text."""
    loaded = yamlfile.loads(text, f"workspaces/{name}.yml")
    checker = Checker(Path())
    options = checker.options(WorkspaceOptions, loaded.value, ())
    assert checker.problems == []
    return Workspace(name, "digits", options, loaded.path, loaded.lines)


def pages(tmp_path: Path, *workspaces: Workspace) -> dict[str, bytes]:
    return composed(make_site(PROJECT), Config(cache_dir=tmp_path, workspaces=workspaces))


def page_data(files: dict[str, bytes], path: str) -> dict[str, Any]:
    """The data of a page, by way of the script that its HTML names."""
    html = files[path].decode()
    name = html.partition("assets/project")[2].partition('"')[0]
    text = files[f"assets/project{name}"].decode()
    found: dict[str, Any] = json.loads(text.removeprefix("site.page(").removesuffix(");\n"))
    return found


def shown(data: dict[str, Any]) -> list[tuple[str, bool, list[str]]]:
    """Sections with whether they are open and the titles of their charts."""
    charts = iter(data["charts"])
    return [
        (title, is_open, [next(charts)["title"] for _ in range(count)])
        for title, count, is_open in data["sections"]
    ]


def warnings(text: str) -> list[str]:
    return list(workspace_warnings([PROJECT], Config(workspaces=(workspace(text),))))


def test_a_project_without_a_file_has_an_automatic_page(tmp_path: Path) -> None:
    """As it always was, and with what it takes to write a first file."""
    files = pages(tmp_path)
    data = page_data(files, "digits/index.html")
    assert [title for title, _, _ in shown(data)][:2] == ["val", "train"]
    assert data["workspace"]["source"] == {}
    assert not [path for path in files if "/w/" in path]
    assert b'class="switch"' not in files["digits/index.html"]


def test_the_first_workspace_is_the_projects_page_and_others_stand_beside(tmp_path: Path) -> None:
    """Each page leads to all of them, and to runs from where it stands."""
    files = pages(tmp_path, workspace("title: Paper <1>"), workspace("title: B\ndefault: true", "b"))
    assert b"<bdi>B</bdi></summary>" in files["digits/index.html"]
    other = files["digits/w/paper.html"].decode()
    assert '<a href="../w/paper.html" aria-current="page"><bdi>Paper &lt;1&gt;</bdi></a>' in other
    assert '<a href="../index.html"' in other
    data = page_data(files, "digits/w/paper.html")
    assert data["root"] == "../../"
    assert f'href="{data["pages"]}{data["runs"][0]["id"]}.html"' in other


def test_sections_hold_what_the_file_names_and_the_rest_follows_folded(tmp_path: Path) -> None:
    """Names, patterns and automatic sections; a chart that is named stands once."""
    text = (
        "sections:\n  - title: Top\n    charts: [val/acc, {metric: 'train/*', y: log, title: T}]\n  - val\n"
    )
    data = page_data(pages(tmp_path, workspace(text)), "digits/index.html")
    top, val, *rest = shown(data)
    assert top == ("Top", True, ["val/acc", *["T"] * (len(top[2]) - 1)])
    assert len(top[2]) > 1
    assert val[:2] == ("val", True)
    assert "val/acc" not in val[2]
    assert rest
    assert not any(is_open for _, is_open, _ in rest)
    assert data["charts"][1]["own"] == {"title": "T", "yscale": "log"}
    assert "own" not in data["charts"][0]


def test_how_charts_are_drawn_is_in_the_file(tmp_path: Path) -> None:
    """Kind of smoothing, outliers and marks; what is usual is not said."""
    text = "smoother: gaussian\noutliers: clipped\nmarks: none\nranges: [{chart: val/loss, high: 2}]\n"
    defaults = page_data(pages(tmp_path, workspace(text)), "digits/index.html")["defaults"]
    assert (defaults["smoother"], defaults["clip"], defaults["annotations"]) == ("gaussian", True, False)
    assert defaults["yranges"] == {"val/loss": [None, 2]}
    plain = page_data(pages(tmp_path, workspace("title: A")), "digits/index.html")["defaults"]
    assert not {"smoother", "clip", "annotations", "yranges"} & set(plain)


def test_a_plot_is_one_chart_of_what_it_names(tmp_path: Path) -> None:
    """It loads what its metrics load, and takes none of them out of the automatic sections."""
    charts = "    charts:\n      - plot: val/loss - train/loss\n      - {plot: '*/acc', title: T}\n"
    automatic = page_data(pages(tmp_path), "digits/index.html")
    plain = automatic["charts"]
    data = page_data(pages(tmp_path, workspace(f"sections:\n  - title: Top\n{charts}")), "digits/index.html")
    difference, accuracy = data["charts"][:2]
    assert difference["added"] == difference["metric"] == difference["title"] == "val/loss - train/loss"
    assert difference["metrics"] == ["val/loss", "train/loss"]
    assert (accuracy["title"], accuracy["own"]) == ("T", {"title": "T"})
    assert set(accuracy["metrics"]) == {one["metric"] for one in plain if one["metric"].endswith("/acc")}
    made_of = [one for one in plain if one["metric"] in difference["metrics"]]
    assert set(chunks_of(data, difference)) == {name for one in made_of for name in chunks_of(automatic, one)}
    assert len(data["charts"]) == len(plain) + 2


def test_nothing_else_is_shown_when_the_file_says_so(tmp_path: Path) -> None:
    """`others: none`; the same metric twice is two charts with names of their own."""
    text = "others: none\nsections:\n  - {title: A, charts: val/loss}\n  - {title: B, charts: val/loss}"
    data = page_data(pages(tmp_path, workspace(text)), "digits/index.html")
    assert [title for title, _, _ in shown(data)] == ["A", "B"]
    assert [chart.get("key", chart["metric"]) for chart in data["charts"]] == ["val/loss", "val/loss (2)"]


def test_the_page_starts_with_the_state_of_the_file(tmp_path: Path) -> None:
    """Columns by the names people write become the table's own; runs are found by name."""
    name = PROJECT.runs[2].name
    text = (
        "filter: val/acc > 0.5\ngroup: [lr]\nsort: [val/acc desc, name]\ncentre: median\n"
        "band: minmax\ny: log\n"
        f"smoothing: 0.4\ncolor: cfg.lr\nstyle: seed\nbaseline: {name}\npinned: [{name}]\n"
        "columns: [state, val/loss.last]\nleft: [state]\nwithout: ['train/*']\ndrawn: newest:3\nshow: ['"
        + PROJECT.runs[5].id
        + "']\n"
    )
    files = pages(tmp_path, workspace(text))
    data = page_data(files, "digits/index.html")
    start = data["defaults"]
    assert start["filter"] == "val/acc > 0.5"
    assert b'value="val/acc &gt; 0.5"' in files["digits/index.html"]
    assert start["group"] == ["cfg.lr"]
    assert (start["color"], start["style"]) == ("cfg.lr", "cfg.seed")
    assert start["sort"] == [{"key": "val/acc.max", "dir": "desc"}, {"key": "name", "dir": "asc"}]
    assert (start["centre"], start["band"], start["yscale"], start["smoothing"]) == (
        "median",
        "minmax",
        "log",
        0.4,
    )
    assert start["base"] == f"run:{PROJECT.runs[2].id}"
    assert start["pinned"] == [PROJECT.runs[2].id]
    assert [column["key"] for column in data["columns"]] == ["state", "val/loss.last"] == start["columns"]
    assert start["away"]
    assert all(key.startswith("train/") for key in start["away"])
    assert data["drawn"] == [run.id for run in (*PROJECT.runs[:3], PROJECT.runs[5])]


@pytest.mark.parametrize(
    ("text", "count"), [("filter: val/acc > 0", 12), ("drawn: none", 0), ("drawn: all", 12), ("{}", 12)]
)
def test_which_runs_are_drawn(tmp_path: Path, text: str, count: int) -> None:
    """With a filter and no more said, whatever passes it."""
    assert len(page_data(pages(tmp_path, workspace(text)), "digits/index.html")["drawn"]) == count


def test_the_best_runs_by_a_column(tmp_path: Path) -> None:
    """By the goal of its metric, those without a value left out."""
    drawn = page_data(pages(tmp_path, workspace("drawn: best:2:val/loss")), "digits/index.html")["drawn"]
    lowest = sorted(
        (run.summary["val/loss"].min, run.id) for run in PROJECT.runs if run.summary["val/loss"].min
    )
    assert sorted(drawn) == sorted(run_id for _, run_id in lowest[:2])


def test_what_is_not_there_is_told_with_the_nearest_name() -> None:
    """Metrics, columns and runs, each on its line."""
    name = PROJECT.runs[0].name
    said = warnings(
        f"columns: [sate]\nsort: [val/lss desc]\npinned: [{name}x]\nwithout: [nothing/*]\n"
        "sections:\n  - title: A\n    charts:\n      - val/los\nstyle: sed\n"
    )
    assert 'workspaces/paper.yml:9 style: there is no column "sed". Did you mean "seed"?' in said
    assert 'workspaces/paper.yml:8 no run of "digits" logged "val/los". Did you mean "val/loss"?' in said
    assert 'workspaces/paper.yml:1 columns: there is no column "sate". Did you mean "state"?' in said
    assert 'workspaces/paper.yml:2 sort: there is no column "val/lss". Did you mean "val/loss"?' in said
    assert f'workspaces/paper.yml:3 pinned: there is no run "{name}x". Did you mean "{name}"?' in said
    assert 'workspaces/paper.yml:4 no run of "digits" logged "nothing/*".' in said
    assert len(said) == 6


def test_a_plot_of_nothing_is_told_with_its_place() -> None:
    """The page is built without the chart; the warning points into its text."""
    charts = "      - plot: val/los - train/loss\n      - plot: nothing/*\n"
    said = warnings(f"sections:\n  - title: A\n    charts:\n{charts}")
    assert said[0].startswith("workspaces/paper.yml:4 plot: ")
    assert 'Did you mean "val/loss"' in said[0]
    assert said[1].startswith("workspaces/paper.yml:5 plot: No run logged a metric like nothing/*")


def test_an_unknown_project_is_told() -> None:
    """With the nearest one."""
    wrong = Workspace("a", "digit", WorkspaceOptions(), "workspaces/a.yml", {("project",): 3})
    assert list(workspace_warnings([PROJECT], Config(workspaces=(wrong,)))) == [
        'workspaces/a.yml:3 no run belongs to project "digit". Did you mean "digits"?'
    ]


def test_a_wrong_filter_fails_the_build_with_a_caret() -> None:
    """Where the text goes wrong; words to search for are no expression and never wrong."""
    with pytest.raises(MisuseError) as caught:
        warnings("title: A\nfilter: val/acc > > 3 state:failed")
    first, text, carets, *_ = str(caught.value).splitlines()
    assert first.startswith("workspaces/paper.yml:2 filter: ")
    assert text[carets.index("^")] == ">"
    assert warnings("filter: big cats and dogs") == []
    assert not is_expression("state:failed tag:paper -name:x")
    with pytest.raises(MisuseError, match="val/ac"):
        warnings("filter: val/ac > 3")


def test_columns_that_are_facts_are_those_of_the_catalogue() -> None:
    """A new column of the catalogue can be named in a workspace."""
    assert {column.view.key for column in fact_columns()} <= FACT_COLUMNS
