"""Names to classes, discovered by walking a package: adding a component is adding a file."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Iterator


def nearest(name: object, known: list[str]) -> str | None:
    """The known name most like `name`, or None when nothing is like it."""
    match = difflib.get_close_matches(str(name).lower(), known, n=1, cutoff=0.6)
    return match[0] if match else None


class Registry:
    """All components of one kind. `kind` is the word used in messages ("layer"), `package` where their files live."""

    def __init__(self, kind: str, package: str):
        self.kind = kind
        self.package = package
        self._classes: dict[str, type] = {}
        self._walked = False

    def register(self, name: str) -> Callable[[type], type]:
        """Class decorator: make the class known as `name`, and give it the attribute `name`."""

        def add(cls: type) -> type:
            other = self._classes.get(name)
            if other is not None and other.__qualname__ != cls.__qualname__:
                raise ValueError(f"two {self.kind}s are called {name!r}: {other.__module__} and {cls.__module__}")
            cls.name = name
            self._classes[name] = cls
            return cls

        return add

    def _walk(self) -> None:
        if not self._walked:
            self._walked = True
            package = importlib.import_module(self.package)
            for module in pkgutil.iter_modules(package.__path__):
                importlib.import_module(f"{self.package}.{module.name}")

    def names(self) -> list[str]:
        self._walk()
        return sorted(self._classes)

    def __getitem__(self, name: str) -> type:
        self._walk()
        return self._classes[name]

    def __contains__(self, name: object) -> bool:
        self._walk()
        return name in self._classes

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def nearest(self, name: object) -> str | None:
        return nearest(name, self.names())
