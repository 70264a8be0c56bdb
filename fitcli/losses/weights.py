"""Class weights: a mistake on a rare class may count more than one on a frequent class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

from annotated_types import Ge, MinLen

from fitcli.errors import Problem, ShapeError

Weights = Annotated[list[Annotated[float, Ge(0)]], MinLen(2)] | Literal["balanced"] | None


class Weighted:
    """A loss with a setting `weights`: one number a class, in the order of the classes, or `balanced`."""

    weights: Weights

    def prepare(self, counts: Sequence[int], images: int):
        """balanced: wₖ = images / (classes · images of class k), so that all classes count alike and the mean is 1."""
        if self.weights != "balanced":
            return self
        classes = len(counts)
        return replace(self, weights=[images / (classes * max(1, count)) for count in counts])

    def prepared_as(self, saved):
        """balanced: the weights that the training images of `saved` gave."""
        if self.weights == "balanced" and type(saved) is type(self):
            return replace(self, weights=saved.weights)
        return self

    def class_weights(self, classes: int) -> tuple[float, ...]:
        """1 for each class where nothing else is said (or nothing is known of the training images yet)."""
        if self.weights is None or self.weights == "balanced":
            return (1.0,) * classes
        if len(self.weights) != classes:
            raise ShapeError(
                Problem(f"{len(self.weights)} weights for {classes} classes", path=f"loss.{self.name}.weights",
                        value=self.weights, allowed=f"a list of {classes} numbers, or balanced")  # fmt: skip
            )
        return tuple(map(float, self.weights))
