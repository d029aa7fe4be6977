"""What a script asks of `init`, by its arguments or by a Settings object."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Wishes(NamedTuple):
    """The arguments of `init`."""

    project: str | None = None
    name: str | None = None
    config: Any = None
    group: str | None = None
    job_type: str | None = None
    tags: Iterable[str] | None = None
    notes: str | None = None
    id: str | None = None
    dir: str | os.PathLike[str] | None = None
    mode: str | None = None
    resume: bool | str | None = None
    reinit: bool | str | None = None
    strict: bool = False
    entity: str | None = None
    resume_from: str | None = None
    fork_from: str | None = None
    save_code: bool | None = None
    config_exclude_keys: Iterable[str] | None = None
    config_include_keys: Iterable[str] | None = None
    settings: Any = None


FIELDS_OF_SETTINGS = {
    "project": "project",
    "entity": "entity",
    "run_id": "id",
    "run_name": "name",
    "run_group": "group",
    "run_job_type": "job_type",
    "run_tags": "tags",
    "run_notes": "notes",
    "mode": "mode",
    "root_dir": "dir",
    "wandb_dir": "dir",
    "resume": "resume",
    "reinit": "reinit",
    "resume_from": "resume_from",
    "fork_from": "fork_from",
    "save_code": "save_code",
    "strict": "strict",
}
"""Names in Settings, and the arguments of `init` they stand for."""

OF_TENSORBOARD = ("sync_tensorboard", "tensorboard")

MEANINGLESS_HERE = ("force", "anonymous", "allow_val_change", "monitor_gym")
"""Arguments of wandb's `init` that are accepted and change nothing."""


class Settings:
    """Choices by name, as `init(settings=...)` takes them; a name that was not given is None."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return None

    def update(self, *others: Any, **fields: Any) -> None:
        """Set several at once."""
        for other in others:
            self.__dict__.update(fields_of(other))
        self.__dict__.update(fields)

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"Settings({fields})"


def fields_of(settings: Any) -> dict[str, Any]:
    """What a Settings object or a dict says."""
    if settings is None:
        return {}
    given = settings if isinstance(settings, Mapping) else vars(settings)
    return {str(name): value for name, value in given.items() if value is not None}


def with_settings(wishes: Wishes) -> Wishes:
    """The wishes, completed by what the Settings say where no argument did."""
    said = fields_of(wishes.settings)
    found = {
        wish: said[field]
        for field, wish in FIELDS_OF_SETTINGS.items()
        if field in said and getattr(wishes, wish) in (None, False)
    }
    return wishes._replace(**found)


def rank_by_label(settings: Any) -> int | None:
    """The number at the end of `x_label`, by which processes that share one run are told apart."""
    label = str(fields_of(settings).get("x_label", ""))
    digits = label[len(label.rstrip("0123456789")) :]
    return int(digits) if digits else None


def chosen_config(values: dict[str, Any], wishes: Wishes) -> dict[str, Any]:
    """The configuration without what `config_exclude_keys` names, or with only `config_include_keys`."""
    if wishes.config_include_keys is not None:
        kept = set(wishes.config_include_keys)
        values = {key: value for key, value in values.items() if key in kept}
    dropped = set(wishes.config_exclude_keys or ())
    return {key: _unwrapped(value) for key, value in values.items() if key not in dropped}


def _unwrapped(value: Any) -> Any:
    """wandb's configuration files say `lr: {desc: ..., value: 0.1}` for `lr: 0.1`."""
    if isinstance(value, dict) and "value" in value and value.keys() <= {"value", "desc"}:
        return value["value"]
    return value


def is_synced(other: Mapping[str, Any], settings: Any) -> bool:
    """Whether what goes to TensorBoard is to be logged, too."""
    said = fields_of(settings)
    return any(other.get(name) or said.get(name) for name in OF_TENSORBOARD)


def remarks(ignored: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Level and text of what is worth saying about arguments that do nothing here."""
    said = []
    known = (*MEANINGLESS_HERE, *OF_TENSORBOARD)
    unknown = sorted(name for name in ignored if name not in known)
    if unknown:
        said.append(("info", f"init() does not know {', '.join(unknown)}; ignored"))
    return said
