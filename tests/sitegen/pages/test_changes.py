"""What a run page says has changed since the run before."""

from __future__ import annotations

from dataclasses import replace

from sitegen.derive.facts import WholeRun
from sitegen.pages.changes import changes_since
from tests.sitegen.pages.fixture_site import make_run


def with_packages(run: WholeRun, **versions: str) -> WholeRun:
    """The run with these packages recorded, and no others."""
    return replace(run, provenance={**run.provenance, "packages": dict(versions)})


def test_packages_are_compared_only_when_both_runs_recorded_them() -> None:
    """A run killed before its packages were listed did not change every one of them."""
    new = with_packages(make_run(2), numpy="2.1", torch="2.9")
    old = with_packages(make_run(1), numpy="2.0", torch="2.9")
    changes = changes_since(new, old, "old.html")
    assert changes is not None
    assert [(change.name, change.before, change.after) for change in changes.packages] == [
        ("numpy", "2.0", "2.1")
    ]
    silent = changes_since(new, with_packages(make_run(1)), "old.html")
    assert silent is not None
    assert silent.packages == ()
    assert "package" not in silent.same


def test_a_command_that_one_run_did_not_record_is_no_change() -> None:
    """Provenance is gathered with time limits, and what is missing says nothing."""
    before = replace(make_run(1), provenance={})
    changes = changes_since(make_run(2), before, "old.html")
    assert changes is not None
    assert changes.code == ()
