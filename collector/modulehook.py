"""Do something to a module when it has been loaded: now if it is there already, else after its import."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

Act = Callable[[ModuleType], None]


def when_loaded(name: str, act: Act) -> None:
    """Call `act` with the module once; what it raises is its own matter and not the importer's."""
    module = sys.modules.get(name)
    if module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False):
        _do(act, module)
        return
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    _waiting.setdefault(name, []).append(act)


_waiting: dict[str, list[Act]] = {}


def _do(act: Act, module: ModuleType) -> None:
    try:
        act(module)
    except Exception:  # named boundary: a module that is not what was expected is left as it is
        pass


class _Finder(MetaPathFinder):
    """Lets the other finders find a module that is waited for, and is told when it has been executed."""

    def __init__(self) -> None:
        self._asked: set[str] = set()

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _waiting or name in self._asked:
            return None
        self._asked.add(name)
        try:
            spec = find_spec(name)
        finally:
            self._asked.discard(name)
        if spec is not None and spec.loader is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = _Told(spec.loader)
        return spec


class _Told(Loader):
    """The loader of a module that is waited for."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # Whoever asks for the module's loader later, as inspect and pkgutil do, finds the real one.
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        for act in _waiting.pop(module.__name__, ()):
            _do(act, module)
