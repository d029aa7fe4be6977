"""`import collector` costs a training script next to nothing, and its public names are counted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.imports import ROOT

ALLOWED = {
    "__future__",
    "_thread",
    "atexit",
    "collections",
    "collections.abc",
    "errno",
    "functools",
    "itertools",
    "math",
    "operator",
    "os",
    "sys",
    "threading",
    "time",
    "types",
    "typing",
}
"""Standard modules that `import collector` may load, with whatever they load themselves."""

_LOADED = """
import sys, time, json
before = set(sys.modules)
for name in {allowed!r}: __import__(name)
with_allowed = set(sys.modules)
start = time.process_time()
import collector
spent = time.process_time() - start
loaded = sorted(set(sys.modules) - with_allowed)
print(json.dumps({{"loaded": loaded, "import_ms": spent * 1000, "process_ms": time.process_time() * 1000}}))
"""


def in_fresh_python(source: str) -> str:
    """What a new interpreter prints when it runs the source in the repository's root."""
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


@pytest.fixture(scope="module")
def import_report() -> dict[str, object]:
    report: dict[str, object] = json.loads(in_fresh_python(_LOADED.format(allowed=sorted(ALLOWED))))
    return report


def test_import_loads_only_ours_and_light_modules(
    import_report: dict[str, object], record_property: Callable[[str, object], None]
) -> None:
    """Nothing third-party and no heavy part of the standard library stands at the top of a module."""
    # Written down, not judged: a busy machine is not a slow import. benchmarks/logging measures it.
    record_property("import_ms", import_report["import_ms"])
    record_property("process_ms", import_report["process_ms"])
    loaded = import_report["loaded"]
    assert isinstance(loaded, list)
    assert [name for name in loaded if name.split(".")[0] != "collector"] == []


@pytest.mark.parametrize("module", ["collector", "collector.testing", "sitegen"])
def test_public_names_are_listed_and_exist(module: str) -> None:
    """`__all__` lists the public names, each exists, and docs/reference/python.md tells of it."""
    names = json.loads(
        in_fresh_python(
            f"import json, {module} as m; "
            "print(json.dumps([name for name in m.__all__ if getattr(m, name, m) is not m]))"
        )
    )
    listed = json.loads(in_fresh_python(f"import json, {module} as m; print(json.dumps(list(m.__all__)))"))
    assert names == listed
    reference = (ROOT / "docs/reference/python.md").read_text(encoding="utf-8")
    assert [name for name in listed if f"`{name}" not in reference and f".{name}" not in reference] == []


def test_a_run_loads_no_openssl(tmp_path: Path) -> None:
    """Training carries neither libcrypto (3.7 MiB) nor the table of HTML names for a run that only logs."""
    source = (
        "import collector, sys\n"
        f"with collector.init(project='p', name='a/b', dir={str(tmp_path)!r}) as run:\n"
        "    run.log({'loss': 0.5})\n"
        "print(sorted({'_hashlib', '_ssl', 'html', 'psutil', 'numpy'} & set(sys.modules)))"
    )
    assert in_fresh_python(source).splitlines()[-1] == "[]"
    assert list(tmp_path.rglob("*.metrics.jsonl"))
