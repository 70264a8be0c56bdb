"""Names to classes, discovered by walking a package: adding a component is adding a file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator

_REGISTRIES: dict[str, Registry] = {}

# What other programs call it, where no letters tell.
_ELSEWHERE = {
    "dense": ("fc", "linear", "fully_connected", "inner_product", "affine"),
    "batchnorm": ("bn",),
    "globalavgpool": ("gap",),
    "silu": ("swish",),
    "attention": ("mha", "multihead", "self_attention", "multiheadattention"),
    "branches": ("inception", "parallel", "squeeze_excite", "se"),
    "residual": ("skip", "shortcut", "resblock"),
    "patches": ("patch_embedding", "patchembed"),
    "positions": ("pos_embed", "position_embedding"),
    "cross_entropy": ("nll", "softmax_loss", "categorical_crossentropy", "ce"),
    "mse": ("l2", "mean_squared_error", "brier"),
    "mae": ("l1", "mean_absolute_error"),
    "lr": ("learning_rate", "step_size", "eta"),
    "filters": ("channels", "out_channels", "channels_out"),
    "features": ("dim", "embed_dim", "channels"),
    "rate": ("p", "prob", "probability"),
    "batch": ("bs", "minibatch"),
    "clip_norm": ("clip", "clipping", "clip_grad_norm", "max_grad_norm"),
    "clip_value": ("clip_grad_value",),
    "model": ("layers", "network", "net", "architecture"),
    "fit": ("train", "training"),
}

def nearest(name: object, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when nothing is like it."""
    import difflib

    word, names = str(name)[:64].lower(), list(known)
    for meant, words in _ELSEWHERE.items():
        if word in words and meant in names:
            return meant
    close = difflib.get_close_matches(word, names, n=5, cutoff=0.6)
    if close:
        return min(close, key=lambda known: slips(word, known))  # the first, that is the most like, of equals
    return next((known for known in names if len(known) >= 4 and known in word), None)  # convolution → conv


def slips(a: str, b: str) -> int:
    """Letters left out, put in, replaced, or two neighbours swapped, that make b of a (Damerau, 1964)."""
    before, row = [], list(range(len(b) + 1))
    for i, letter in enumerate(a):
        older, before, row = before, row, [i + 1]
        for j, other in enumerate(b):
            row.append(min(before[j + 1] + 1, row[j] + 1, before[j] + (letter != other)))
            if i and j and letter == b[j - 1] and a[i - 1] == other:
                row[-1] = min(row[-1], older[j - 1] + 1)
    return row[-1]


class Registry:
    """All components of one kind. `kind` is the word used in messages ("layer"), `package` where their files live,
    `usual` the names to suggest first where many would do."""

    def __init__(self, kind: str, package: str, usual: Iterable[str] = ()):
        self.kind = kind
        self.usual = tuple(usual)
        self.package = package
        self._classes: dict[str, type] = {}
        self._walked = False
        _REGISTRIES[package] = self

    @property
    def plural(self) -> str:
        return self.kind + ("es" if self.kind.endswith("s") else "s")

    def register(self, name: str) -> Callable[[type], type]:
        """Class decorator: make the class known as `name`, and give it the attribute `name`."""

        def add(cls: type) -> type:
            other = self._classes.get(name)
            if other is not None and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
                raise ValueError(f"two {self.plural} are called {name!r}: {other.__module__} and {cls.__module__}")
            cls.name = name
            self._classes[name] = cls
            return cls

        return add

    def _walk(self) -> None:
        if self._walked:
            return
        package = importlib.import_module(self.package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self.package}.{module.name}")
        self._walked = True  # only now: after a failed import, or in another thread, no name may be missing

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


def registry_for(cls: type) -> Registry | None:
    """The registry of the package a component, or the base class of components, lives in."""
    package = cls.__module__
    while package and package not in _REGISTRIES:
        package = package.rpartition(".")[0]
    return _REGISTRIES.get(package)
