"""Everything that can go wrong on purpose. The core raises these; only `cli` prints them and exits.

Exit codes are a contract with scripts: 2 command line or spec, 3 data, 4 the fit diverged,
5 a derivative is wrong, 6 model file or run directory.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake, told so that the reader can mend it: where, what, what is allowed, what to type."""

    message: str
    where: str = ""  # "configs/fashion.yaml:12"
    path: str = ""  # "model[3].conv.stride"
    value: object = None
    allowed: str = ""
    hint: str = ""

    def __str__(self) -> str:
        head = " ".join(part for part in (self.where and f"{self.where}:", self.path and f"{self.path}:") if part)
        lines = [f"{head} {self.message}".strip()]
        if self.allowed:
            lines.append(f"  allowed: {self.allowed}")
        if self.hint:
            lines.append(f"  try: {self.hint}")
        return "\n".join(lines)


class FitcliError(Exception):
    """A mistake of the input or the world, not a bug. Holds one or many problems."""

    exit_code = 1

    def __init__(self, *problems: Problem | str):
        self.problems = tuple(p if isinstance(p, Problem) else Problem(p) for p in problems)
        super().__init__(*self.problems)  # so that a copy or a pickle keeps them apart

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class SpecError(FitcliError):
    """The YAML spec, an override or the command line is wrong."""

    exit_code = 2


class DataError(FitcliError):
    """The images or their folder are wrong."""

    exit_code = 3


class DivergedError(FitcliError):
    """The loss or a gradient is no longer a finite number."""

    exit_code = 4
    step: int | None = None  # the one that went wrong, counted from 1


class DerivativeError(FitcliError):
    """A derivative disagrees with its witnesses."""

    exit_code = 5


class ModelFileError(FitcliError):
    """A model file, checkpoint or run directory cannot be used."""

    exit_code = 6


class ShapeError(FitcliError):
    """Two shapes do not fit together. Raised by shape rules, turned into a SpecError with the layer's line."""

    exit_code = 2
