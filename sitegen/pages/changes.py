"""What differs between a run and the one before it: settings, code, packages, machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sitegen.derive.facts import RunFacts, WholeRun
from sitegen.pages.diff import patch_of
from sitegen.pages.formatting import MISSING, machine_fact, setting
from sitegen.pages.views import Change, Changes, Link
from sitegen.texts import said

_CODE = (("command", "command line"), ("git", "commit"), ("git", "branch"))
_MACHINE_SECTIONS = ("cpu", "gpu", "system")
_NOT_COMPARED = {"pid", "time", "started", "uptime", "boot", "available", "free", "used", "load"}


def changes_since(run: WholeRun, before: WholeRun | None, url: str) -> Changes | None:
    """The differences from the run before; None for the first run."""
    if before is None:
        return None
    config = _differences(before.config, run.config)
    packages = _package_changes(before, run) + _python_change(before, run)
    code = _code_changes(before, run)
    machine = _machine_changes(before, run)
    return Changes(
        run=Link(before.name, url),
        config=config,
        code=code,
        packages=packages,
        machine=machine,
        same=_same(run, before, config, code, packages, machine),
    )


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    return tuple(
        Change(key, _said(before, key), _said(after, key))
        for key in sorted({*before, *after})
        if _said(before, key) != _said(after, key)
    )


def _said(values: Mapping[str, Any], key: str) -> str:
    return setting(values[key])[:200] if key in values else MISSING


def package_versions(run: RunFacts) -> Mapping[str, Any]:
    """Version by package name."""
    section = run.provenance.get("packages", {})
    listed = section.get("versions", section)
    if not isinstance(listed, Mapping):
        return {}
    return {str(name): version for name, version in listed.items() if not isinstance(version, (dict, list))}


def _package_changes(before: WholeRun, after: WholeRun) -> tuple[Change, ...]:
    """Nothing where one of the two did not record its packages: that is not a change of any of them."""
    old, new = package_versions(before), package_versions(after)
    return _differences(old, new) if old and new else ()


def _python_change(before: WholeRun, after: WholeRun) -> tuple[Change, ...]:
    old, new = (str(run.provenance.get("python", {}).get("version", "")) for run in (before, after))
    return (Change("Python", old, new),) if old and new and old != new else ()


def _code_changes(before: WholeRun, after: WholeRun) -> tuple[Change, ...]:
    changes = []
    for name, old, new in (
        (said("changes.command"), _command(before), _command(after)),
        (said("changes.commit"), _commit(before), _commit(after)),
        (said("changes.uncommitted"), _patch(before), _patch(after)),
    ):
        if old != new and old and new:
            changes.append(Change(name, old, new))
    if before.patch and after.patch and before.patch != after.patch and _patch(before) == _patch(after):
        changes.append(Change(said("changes.uncommitted"), _patch(before), said("changes.as_many")))
    return tuple(changes)


def _command(run: WholeRun) -> str:
    return command_line(run.provenance.get("command", {}))[:200]


def command_line(section: Mapping[str, Any]) -> str:
    """The command as it could be typed."""
    import shlex

    for key in ("line", "command", "argv"):
        value = section.get(key)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, (list, tuple)) and value:
            return shlex.join(str(part) for part in value)
    return ""


def _commit(run: WholeRun) -> str:
    return str(run.provenance.get("git", {}).get("commit", "") or "")[:9]


def _patch(run: WholeRun) -> str:
    if not run.patch:
        return said("changes.none") if _commit(run) else ""
    patch = patch_of(run.patch)
    files = said("count.file", n=len(patch.files))
    return said("changes.patch", added=str(patch.added), removed=str(patch.removed), files=files)


def _machine_changes(before: WholeRun, after: WholeRun) -> tuple[Change, ...]:
    changes = []
    for section in _MACHINE_SECTIONS:
        old, new = (_told(_stable(run.provenance.get(section, {}))) for run in (before, after))
        if old and new:
            changes += [
                Change(f"{section} {change.name}", change.before, change.after)
                for change in _differences(old, new)
            ]
    return tuple(changes)


def _told(section: Mapping[str, Any]) -> dict[str, Any]:
    """Facts in words, so that eight equal GPUs are one line."""
    return {key: machine_fact(key, value) if value else value for key, value in section.items()}


def _stable(section: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in section.items() if not _NOT_COMPARED.intersection(key.lower().split("_"))
    }


def _same(run: WholeRun, before: WholeRun, *changed: tuple[Change, ...]) -> str:
    """One sentence of what did not change."""
    config, code, packages, machine = changed
    settings = sum(key in before.config for key in run.config) - sum(
        change.name in run.config and change.name in before.config for change in config
    )
    kept = []
    if settings > 0:
        kept.append(
            said("changes.other_settings", n=settings) if config else said("changes.settings", n=settings)
        )
    if _command(run) and not any(change.name == "command" for change in code):
        kept.append(said("changes.the_command"))
    if _commit(run) and _commit(run) == _commit(before):
        kept.append(said("changes.the_commit"))
    if not packages and package_versions(run) and package_versions(before):
        kept.append(said("changes.packages", n=len(package_versions(run))))
    if not machine and run.provenance.get("system") and before.provenance.get("system"):
        kept.append(said("changes.the_machine"))
    if not kept:
        return ""
    return said("changes.same", what=kept) if any(changed) else said("changes.nothing", what=kept)
