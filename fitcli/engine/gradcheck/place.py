"""Where a model's derivatives are checked: parameters, a few images and their labels."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from fitcli.autodiff.check.function import Function, alone, behind
from fitcli.autodiff.check.vectors import scale
from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Node, Param
from fitcli.engine.expected import Expected, expected
from fitcli.engine.mixing import unmixed
from fitcli.model import Model, Normalization, build_model
from fitcli.spec import Spec

_IMAGES = (5, 3)  # uneven on purpose, so that two workers get unlike shares; the smaller number for large models
_LARGE = 20_000_000  # multiply-adds an image
_FEW = 2  # for a layer by itself where one image has many numbers
_MANY = 100_000


@dataclass(frozen=True, eq=False)
class Place:
    """`values` are near the initial ones, a tenth of their size off, so that no bias is 0: ReLU has a kink there.

    `image` is what the network sees of `pixels`, each number moved by less than a grey level: equal neighbours would
    put a maximum on a kink. All numbers are exact in float32 too, so that both types stand at one point.
    """

    model: Model
    values: dict[Param, np.ndarray]
    pixels: np.ndarray
    labels: np.ndarray
    image: np.ndarray
    seed: int
    note: str = ""

    @property
    def first(self) -> Node:
        """The node that makes numbers of pixels: derivatives start behind it."""
        return next(node for node in self.model.graph.nodes if self.model.pixels in node.inputs)

    @property
    def layers(self) -> list[Node]:
        """Every node behind the pixels, the loss last."""
        return [node for node in self.model.graph.nodes if node.op is not None and node is not self.first]

    def network(self) -> tuple[Function, dict[str, np.ndarray]]:
        """What the model says of each image, as a function of the float image and all parameters."""
        graph = self.model.graph
        f = self._function(behind(graph, self.first, graph.output, "image"), len(self.labels), np.float64)
        return f, {"image": self.image.copy()} | self._weights(f, np.float64)

    def layer(self, node: Node, rng: np.random.Generator, dtype=np.float64) -> tuple[Function, dict[str, np.ndarray]]:
        """A node as a function, and a point for it: its inputs normal, its parameters the model's."""
        largest = max(prod(s) for s in (node.shape, *(x.shape for x in node.inputs)))
        n = len(self.labels) if largest < _MANY else _FEW
        f = self._function(alone(node), n, dtype)
        v = {name: single(rng.standard_normal((n, *x.shape)), dtype) for name, x in f.inputs.items()}
        return f, v | self._weights(f, dtype)

    def loss(self, dtype=np.float64) -> tuple[Function, dict[str, np.ndarray]]:
        """The mean loss as a function of the float image and all parameters."""
        graph = self.model.graph
        f = self._function(behind(graph, self.first, graph.loss, "image"), len(self.labels), dtype, mean=True)
        return f, {"image": self.image.astype(dtype)} | self._weights(f, dtype)

    def _function(self, graph, n: int, dtype, mean: bool = False) -> Function:
        fixed = {node: self.labels[:n] for node in graph.inputs if node.dtype}
        return Function(graph, fixed, self.values, dtype=dtype, mean=mean)

    def _weights(self, f: Function, dtype) -> dict[str, np.ndarray]:
        return {name: self.values[p].astype(dtype) for name, p in f.params.items()}


def place(spec: Spec, seed: int = 0, real: bool = False, found: Expected | None = None) -> Place:
    """A point for the model of `spec`; `real` takes images from its data, else they are random, as `found` says or the
    data themselves."""
    rng = np.random.default_rng([seed, 1])
    spec = unmixed(spec)
    if real:
        model, pixels, labels, note = _from_data(spec, rng)
    else:
        found = found or expected(spec)
        channels = found.image_shape[2]
        norm = Normalization((0.5,) * channels, (0.25,) * channels)
        model = build_model(spec, found.classes, found.image_shape, norm, found.multilabel)
        n = _images(model)
        pixels = random_images(rng, n, found.image_shape)
        labels, note = found.random_labels(rng, n), found.assumed
    model.initialize(spec.seed)
    values = {p: _near(v, rng) if p.trained else v.astype(np.float64) for p, v in model.params.views.items()}
    return Place(model, values, pixels, labels, _seen(model, pixels, rng), seed, note)


def random_images(rng: np.random.Generator, n: int, shape: tuple[int, int, int]) -> np.ndarray:
    """uint8 [n, H, W, C] with patches and grain: in pure grain all images look the same to a network that averages."""
    h, w, c = shape
    rows, columns = np.arange(h) * 4 // h, np.arange(w) * 4 // w
    patches = rng.uniform(0, 160, (n, 4, 4, c))[:, rows][:, :, columns]
    return (patches + rng.uniform(0, 95, (n, h, w, c))).astype(np.uint8)


def _from_data(spec: Spec, rng: np.random.Generator) -> tuple[Model, np.ndarray, np.ndarray, str]:
    from fitcli.data.load import load_split
    from fitcli.engine.normalization import model_for

    data = load_split(spec.data, "train", spec.seed)
    model = model_for(spec, data)
    n = _images(model)
    chosen = rng.choice(len(data), n, replace=len(data) < n)
    return model, data.images[chosen], data.labels[chosen], ""


def _images(model: Model) -> int:
    return _IMAGES[model.graph.multiply_adds() > _LARGE]


def _near(value: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return single(value + 0.1 * scale(value) * rng.standard_normal(value.shape))


def _seen(model: Model, pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    first = next(node for node in model.graph.nodes if model.pixels in node.inputs)
    seen = Eager(model.graph.until(first), {}).forward({model.pixels: pixels}).value[first]
    level = 1 / (255 * np.array(model.normalization.std))
    return single(seen + rng.uniform(-0.5, 0.5, seen.shape) * level)


def single(x: np.ndarray, dtype=np.float64) -> np.ndarray:
    """The nearest numbers that float32 can hold."""
    return x.astype(np.float32).astype(dtype)
