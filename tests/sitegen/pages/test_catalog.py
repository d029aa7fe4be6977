"""Tests of the catalogue of columns: what it names, and that its files hold what it says."""

from __future__ import annotations

import base64
import json
import math
import struct
import zlib
from typing import Any

from sitegen.config import ProjectOptions
from sitegen.pages.catalog import ALL_BAD, ENDS_BAD, FINITE, MISSING, STATISTICS, column_catalog
from sitegen.texts import texts_of
from tests.sitegen.pages.fixture_site import demo_runs, make_project, make_run


class Assets:
    """Keeps what is handed to it."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def asset(self, stem: str, suffix: str, content: bytes) -> str:
        path = f"assets/{stem}.{len(self.files)}{suffix}"
        self.files[path] = content
        return path


def argument(script: bytes) -> Any:
    return json.loads(script[script.index(b"(") + 1 : script.rindex(b")")])


def catalog_of(runs: list[Any]) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    assets = Assets()
    catalog = column_catalog(make_project(runs), ProjectOptions(), "demo", assets, texts_of("en", {}))
    return argument(assets.files[catalog.script]), {**assets.files, **catalog.files}


def numbers(chunk: bytes, metric: str) -> dict[str, list[float]]:
    """The columns of a metric in a chunk, read as the page reads them."""
    packed = chunk.split(b'"')[3]
    raw = zlib.decompress(base64.b64decode(packed), 31)
    length = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4 : 4 + length])
    start = -(-(4 + length) // 8) * 8
    entry = next(one for one in header["series"] if one["metric"] == metric)
    found = {}
    for name, at in entry["cols"].items():
        spec = header["columns"][at]
        size, code = {"f64": (8, "d"), "u32": (4, "I")}[spec["type"]]
        planes = raw[start + spec["offset"] :][: spec["count"] * size]
        whole = bytes(
            planes[plane * spec["count"] + at] for at in range(spec["count"]) for plane in range(size)
        )
        found[name] = list(struct.unpack(f"<{spec['count']}{code}", whole))
    return found


def test_every_setting_and_metric_is_named_once() -> None:
    """Settings, facts and metrics; what no run has is left out."""
    project = make_project(demo_runs())
    groups, _ = catalog_of(demo_runs())
    keys = [column["key"] for group in groups for column in group.get("columns", [])]
    assert len(keys) == len(set(keys))
    assert {f"cfg.{key}" for key in project.config_keys} <= set(keys)
    metrics = [
        metric[0] for group in groups if group["title"] != "System" for metric in group.get("metrics", [])
    ]
    assert sorted(metrics) == sorted(project.metrics)


def test_files_hold_each_runs_statistics() -> None:
    """The numbers are those of the summaries; what is missing is told from what is not finite."""
    runs = demo_runs()
    groups, files = catalog_of(runs)
    ordered = make_project(runs).runs
    for group in groups:
        for name, *_ in group.get("metrics", []) if group["title"] != "System" else []:
            found = numbers(files[group["path"]], name)
            for at, run in enumerate(ordered):
                summary = run.summary.get(name)
                if summary is None:
                    assert found["has"][at] == MISSING
                    continue
                assert found["has"][at] == (
                    ALL_BAD if not summary.count else ENDS_BAD if summary.ends_bad else FINITE
                )
                for statistic in STATISTICS:
                    value = getattr(summary, statistic)
                    assert found[statistic][at] == value or (
                        value is None and math.isnan(found[statistic][at])
                    )


def test_many_runs_make_several_files_of_settings() -> None:
    """A file holds so many cells; a group that needs more is cut."""
    runs = [make_run(number, config={f"k{key}": number for key in range(50)}) for number in range(900)]
    groups, files = catalog_of(runs)
    settings = [group for group in groups if group["title"] == "Settings"]
    assert len(settings) == 3
    assert all(set(argument(files[one["path"]])) == {c["key"] for c in one["columns"]} for one in settings)


def test_a_setting_of_few_runs_is_written_for_these_alone() -> None:
    """With each run's own settings, of which sweeps may have thousands, files grow with what was set."""
    runs = [make_run(number, config={f"k{number}": number, "lr": 0.1}) for number in range(300)]
    ordered = make_project(runs).runs
    groups, files = catalog_of(runs)
    settings = [group for group in groups if group["title"] == "Settings"]
    assert len(settings) == 1
    columns = argument(files[settings[0]["path"]])
    place = next(at for at, run in enumerate(ordered) if "k7" in run.config)
    assert columns["cfg.k7"] == {"n": 300, "at": [place], "values": [7]}
    assert columns["cfg.lr"] == [0.1] * 300


def test_a_value_that_is_false_or_zero_is_a_value() -> None:
    """Columns are left out only where no run has anything."""
    groups, files = catalog_of([make_run(1, config={"a": 0, "b": False, "c": None})])
    settings = next(group for group in groups if group["title"] == "Settings")
    assert argument(files[settings["path"]]) == {"cfg.a": [0], "cfg.b": ["false"]}
