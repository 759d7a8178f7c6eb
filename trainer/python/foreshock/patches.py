# SPDX-License-Identifier: Apache-2.0
"""Replaces functions of other people's libraries, and puts them back."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from types import ModuleType
from typing import Any

from foreshock import faults

Call = Callable[..., None]


class Patches:
    """Functions that were replaced. ``restore`` puts each back exactly as it was.

    Somebody may have replaced a function once more since then. That replacement stays, and what is below it
    only passes calls on.
    """

    def __init__(self) -> None:
        self._replaced: list[tuple[Any, str, Any, Any]] = []
        self._active = True

    def after(self, owner: Any, name: str, call: Call) -> None:
        """Call ``call`` with the same arguments after each successful call of a function.

        The function's result, and its exceptions, are those of the original. Failures of ``call`` are only
        counted. Nothing happens where the owner has no such function.
        """
        self._replace(owner, name, call, before=False)

    def before(self, owner: Any, name: str, call: Call) -> None:
        """Call ``call`` with the same arguments before each call of a function, otherwise as ``after``."""
        self._replace(owner, name, call, before=True)

    def around(self, owner: Any, name: str, call: Callable[..., Any]) -> None:
        """Replace a function by ``call(original, *args, **named)``, which must call the original."""
        original = getattr(owner, name, None)
        if original is None or any(known[:2] == (owner, name) for known in self._replaced):
            return

        @wraps(original)
        def replacement(*args: Any, **named: Any) -> Any:
            return call(original, *args, **named) if self._active else original(*args, **named)

        self._replaced.append((owner, name, vars(owner).get(name), replacement))
        setattr(owner, name, replacement)

    def _replace(self, owner: Any, name: str, call: Call, before: bool) -> None:
        original = getattr(owner, name, None)
        if original is None or any(known[:2] == (owner, name) for known in self._replaced):
            return
        place = f"following {getattr(owner, '__module__', owner)}.{name}"

        def follow(*args: Any, **named: Any) -> None:
            if self._active:
                try:
                    call(*args, **named)
                except Exception as error:
                    faults.report(place, error)

        @wraps(original)
        def replacement(*args: Any, **named: Any) -> Any:
            if before:
                follow(*args, **named)
                return original(*args, **named)
            result = original(*args, **named)
            follow(*args, **named)
            return result

        self._replaced.append((owner, name, vars(owner).get(name), replacement))
        setattr(owner, name, replacement)

    def restore(self) -> None:
        """Put everything back; nothing is replaced any more after that."""
        self._active = False
        while self._replaced:
            owner, name, original, replacement = self._replaced.pop()
            if vars(owner).get(name) is not replacement:
                continue
            if original is None:
                delattr(owner, name)
            else:
                setattr(owner, name, original)


class ImportWatch(importlib.abc.MetaPathFinder):
    """Calls a function with a module as soon as that is imported, or now if it was."""

    def __init__(self, calls: Mapping[str, Callable[[ModuleType], None]]) -> None:
        self._calls = calls
        self._finding = threading.local()

    def install(self) -> None:
        """Begin to watch."""
        sys.meta_path.insert(0, self)
        for name, call in self._calls.items():
            module = sys.modules.get(name)
            if module is not None:
                with faults.harmless("attaching to " + name):
                    call(module)

    def remove(self) -> None:
        """Watch no longer."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find nothing by itself: the spec is that of the other finders, and tells when it is executed."""
        if fullname not in self._calls or getattr(self._finding, "name", None) == fullname:
            return None
        self._finding.name = fullname
        try:
            for finder in sys.meta_path:
                find = getattr(finder, "find_spec", None)
                spec = None if finder is self or find is None else find(fullname, path, target)
                if spec is not None:
                    with faults.harmless("watching the import of " + fullname):
                        self._watch(spec)
                    return spec  # type: ignore[no-any-return]
        finally:
            self._finding.name = None
        return None

    def _watch(self, spec: importlib.machinery.ModuleSpec) -> None:
        loader: Any = spec.loader
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            del loader.exec_module
            execute(module)
            if self in sys.meta_path:
                with faults.harmless("attaching to " + module.__name__):
                    self._calls[module.__name__](module)

        loader.exec_module = exec_module
