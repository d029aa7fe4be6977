"""What was chosen before training: a dict with attribute access, every change of which is a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

from collector.runlog import values
from collector.runlog.errors import CollectorError
from collector.runlog.lines import LINE_LIMIT


class RunConfig(MutableMapping[str, Any]):
    """The configuration of a run: `config.lr`, `config["lr"]`, `config.update(args)`."""

    def __init__(self, write: Callable[[dict[str, Any]], object], complain: Callable[[str], object]) -> None:
        object.__setattr__(self, "_write", write)
        object.__setattr__(self, "_complain", complain)
        object.__setattr__(self, "_values", {})
        object.__setattr__(self, "_told", set())

    def update(self, *others: Any, allow_val_change: bool | None = None, **named: Any) -> None:
        """Set several values at once from dicts, argparse Namespaces, dataclasses, or keywords.

        A value that changes is recorded as changed, and told of unless `allow_val_change` is true.
        """
        changed: dict[str, Any] = {}
        for other in others:
            try:
                changed.update(as_config(other))
            except (TypeError, CollectorError) as error:  # training goes on without it
                self._complain(str(error))
        changed.update(named)
        if not allow_val_change:
            self._tell_changes(changed)
        self._values.update(changed)
        if changed:
            self._write(changed)

    def setdefaults(self, *others: Any, **named: Any) -> None:
        """Set the values that have no value yet."""
        for other in (*others, named):
            self.update({key: value for key, value in as_config(other).items() if key not in self})

    def _tell_changes(self, changed: Mapping[str, Any]) -> None:
        for key, value in changed.items():
            if key in self._values and key not in self._told and not _is_same(self._values[key], value):
                self._told.add(key)
                # No values here: one of them may be a secret.
                self._complain(
                    f"config {key!r} was changed after it had been set; "
                    "config.update(..., allow_val_change=True) says that this is meant"
                )

    def preset(self, values: Mapping[str, Any]) -> None:
        """Set values that the file does not need to be told of yet."""
        self._values.update(values)

    def as_dict(self) -> dict[str, Any]:
        """A copy of the values as they were set."""
        return dict(self._values)

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __delitem__(self, key: str) -> None:
        # A record can not be taken back: the value is gone here and null in the log.
        del self._values[key]
        self._write({key: None})

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"the configuration has no {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __repr__(self) -> str:
        return repr(self._values)


def _is_same(first: Any, second: Any) -> bool:
    try:
        return bool(first is second or first == second)
    except Exception:  # named boundary: arrays and the like can not be compared to one truth
        return values.to_leaf(first) == values.to_leaf(second)


def as_config(value: Any) -> dict[str, Any]:
    """The values of a mapping, Namespace, dataclass, YAML file or other object with attributes."""
    if value is None:
        return {}
    if isinstance(value, str) or hasattr(value, "__fspath__"):
        from collector.runlog.yamlfile import load

        value = load(value).value
    nested = values.as_mapping(value)
    if nested is None and hasattr(value, "items"):
        nested = dict(value.items())
    if nested is None and hasattr(value, "__dict__"):
        nested = {name: inner for name, inner in vars(value).items() if not name.startswith("_")}
    if nested is None:
        raise TypeError(f"a configuration can not be made from a {type(value).__name__}")
    return {str(key): inner for key, inner in nested.items()}


def tree_records(kind: str, changed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The `config` or `summary` records for changed values, secrets taken out, none above the line limit."""
    import orjson  # first need

    from collector.runlog import redact

    exact: dict[str, str | bool] = {}
    tree = redact.tree(values.to_tree(dict(changed)))
    record: dict[str, Any] = {"k": kind, "v": values.split_tree(tree, exact)}
    if exact:
        record["x"] = exact
    if len(changed) < 2 or len(orjson.dumps(record)) < LINE_LIMIT - 100:
        return [record]
    names = list(changed)
    halves = names[: len(names) // 2], names[len(names) // 2 :]
    return [part for half in halves for part in tree_records(kind, {name: changed[name] for name in half})]
