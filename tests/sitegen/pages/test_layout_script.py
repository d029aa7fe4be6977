"""The page's own YAML writer, read by the reader of workspace files."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from collector.runlog import yamlfile

ROOT = Path(__file__).resolve().parents[3]
WRITE = """
const { load } = require("./tests/js/charts_harness.js");
const values = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const { layoutFile } = load("core", "store", "state", "layout", "layout_file");
process.stdout.write(layoutFile.lines(values, "").join("\\n"));
"""
ABSURD = [
    "1", "true", "x: y", "- z", "", "ü", "a #b", "null", "*", 'tag("p") and val/acc > 0.2', "a:b", "a:", "~",
    "1e-4",
    "no", 'x ~ "y"', 'group:cfg.lr=0.1\ncfg.m="x"', "%a", "@a", "`a`", "a  b", " a", "a ", "0x10", "<a", "a?",
    "?a",
    "😀", "tab\tx", "\u2028", "{a: b}", "[a]", "&a", "!a", "a, b", "a | b", "# a", "a'b", "---", "...",
]  # fmt: skip


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_every_text_is_read_back_as_it_was() -> None:
    """Also what looks like a number, a comment, a mapping or nothing."""
    values = {
        "texts": ABSURD,
        "numbers": [1, 0.25, 1e-7],
        "inner": [{"a": text, "b": [text]} for text in ABSURD],
    }
    done = subprocess.run(
        ["node", "-e", WRITE], input=json.dumps(values), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert yamlfile.loads(done.stdout).value == values
