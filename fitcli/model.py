"""A spec becomes a graph, a graph parameters: the training and the evaluation program run over the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from fitcli.autodiff.graph import Builder, Graph, Node, fuse
from fitcli.autodiff.params import Params
from fitcli.data.augment.base import Mixing
from fitcli.errors import Problem, ShapeError, SpecError
from fitcli.initializers.base import initial_values
from fitcli.layers.base import build_chain
from fitcli.spec.settings import Spec
from fitcli.spec.targets import check_targets

PIXELS, LABELS, PARTNERS, SHARES = "image", "labels", "partners", "shares"


@dataclass(frozen=True)
class Normalization:
    """(x / 255 − mean) / std per channel, as measured on the training images."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(eq=False)
class Model:
    """The network of a spec for images of one shape: `graph` (as written) and its parameters."""

    spec: Spec
    classes: tuple[str, ...]
    image_shape: tuple[int, int, int]
    graph: Graph
    normalization: Normalization
    params: Params = field(init=False)
    temperature: float = field(init=False, default=1.0)  # probabilities are taken to the power 1 / temperature

    def __post_init__(self) -> None:
        self.params = Params(self.graph)

    @property
    def pixels(self) -> Node:
        return self.graph.inputs[0]

    @property
    def labels(self) -> Node:
        return self.graph.inputs[1]

    @property
    def multilabel(self) -> bool:
        """Whether an image may be of several classes, or of none: labels are rows [classes] of 0 and 1."""
        return bool(self.labels.shape)

    @property
    def partners(self) -> tuple[Node, ...]:
        """The inputs that say what images were mixed with: labels and shares, or none."""
        return self.graph.inputs[2:]

    def initialize(self, seed: int) -> None:
        """Give every parameter its initial value under `seed`."""
        for p, view in self.params.views.items():
            with np.errstate(over="ignore"):
                view[...] = initial_values(p.name, p.shape, p.initial, seed)
            if not np.isfinite(view).all():
                path = layer_path(self.spec, p.name)
                message = f"the first values of {p.name} are larger than 32-bit numbers can be"
                raise SpecError(Problem(message, self.spec.where(path), path, hint="an init with smaller numbers"))

    def save_arrays(self) -> dict[str, np.ndarray]:
        """Weights and running statistics by name, copied."""
        return self.params.arrays()

    def load_arrays(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take weights and statistics by name; ValueError when one is missing or has another shape."""
        missing = set(self.params.by_name) - set(arrays)
        if missing:
            raise ValueError(f"no values for {', '.join(sorted(missing))}")
        self.params.assign(arrays)


def build_model(spec: Spec, classes: tuple[str, ...], image_shape: tuple[int, int, int],
                normalization: Normalization | None = None, multilabel: bool = False) -> Model:  # fmt: skip
    """The model of `spec` for images [height, width, channels]; SpecError with the layer's line where shapes clash.

    `multilabel`: for images of any number of classes each.
    """
    from fitcli.ops.pixels import Pixels

    if multilabel:
        check_targets(spec)
    channels = image_shape[2]
    norm = normalization or Normalization((0.0,) * channels, (1.0,) * channels)
    g = Builder(len(classes))
    try:
        pixels = g.input(PIXELS, image_shape, "u1")
        labels = g.input(LABELS, (len(classes),), "u1") if multilabel else g.input(LABELS, (), "i8")
        mixed = any(isinstance(augmentation, Mixing) for augmentation in spec.data.augment)
        partners = (g.input(PARTNERS, labels.shape, labels.dtype), g.input(SHARES, (), "f4")) if mixed else ()
    except ShapeError as error:
        path = "data.image"
        raise SpecError(*(replace(p, where=spec.where(path), path=path) for p in error.problems)) from None
    op = Pixels(norm.mean, norm.std)
    for augmentation in spec.data.augment:
        op = augmentation.apply_to(op)
    with g.scope("pixels"):
        x = g.apply(op, pixels)
    try:
        y = build_chain(g, x, spec.model, "model")
        if y.shape != (len(classes),):
            raise _wrong_end(spec, y.shape, len(classes))
        with g.scope("loss"):
            loss = penalized(g, build_loss(g, spec, y, labels, *partners))
    except ShapeError as error:
        raise SpecError(*(_placed(spec, problem) for problem in error.problems)) from None
    return Model(spec, classes, image_shape, fuse(Graph(tuple(g.nodes), y, loss)), norm)


def layer_path(spec: Spec, name: str) -> str:
    """The path of the layer that a node or parameter called "3.residual…" belongs to; that of a preset, where it wrote it."""
    number = name.partition(".")[0]
    path = f"model[{number}]"
    return path if number.isdecimal() and path in spec.places else "model"


def build_loss(g: Builder, spec: Spec, outputs: Node, labels: Node, *partners: Node) -> Node:
    """The loss; of mixed images share · loss(label) + (1 − share) · loss(the partner's label)."""
    loss = spec.loss.build(g, outputs, labels)
    if not partners:
        return loss
    from fitcli.ops.blend import Blend

    other, share = partners
    with g.scope("partner"):
        second = spec.loss.build(g, outputs, other)
    return g.apply(Blend(), loss, second, share)


def penalized(g: Builder, loss: Node) -> Node:
    """`loss` and the penalties on weights that layers ask for."""
    weights = {p: None for node in g.nodes for p in node.trained if p.decay and p.tuning.lr}
    weights = tuple(p for p in weights if p.tuning.l1 or p.tuning.l2)
    if not weights:
        return loss
    from fitcli.ops.penalty import Penalty

    op = Penalty(tuple(p.tuning.l1 for p in weights), tuple(p.tuning.l2 for p in weights))
    return g.apply(op, loss, params=weights)


def _placed(spec: Spec, problem: Problem) -> Problem:
    """The problem at its line; where a preset wrote the layer, at the line of the preset."""
    if "model.preset" not in spec.places or not problem.path.startswith("model["):
        return replace(problem, where=spec.where(problem.path))
    layer = problem.path.removeprefix("model")
    return replace(problem, where=spec.where("model"), path="model", message=f"in its layer {layer}: {problem.message}")


def _wrong_end(spec: Spec, shape: tuple[int, ...], classes: int) -> ShapeError:
    from fitcli.ops.shapes import show

    path = f"model[{len(spec.model) - 1}].{spec.model[-1].name}"
    ends = {1: "end it with `- dense: classes`", 2: "`- globalavgpool` or `- first_token` before `- dense: classes`"}
    return ShapeError(
        Problem(
            f"the model ends in {show(shape)}, but the data have {classes} classes",
            path=path,
            allowed=f"a vector of {classes} numbers",
            hint=ends.get(len(shape), "end it with `- flatten` and `- dense: classes`"),
        )
    )
