"""Patch embedding (Dosovitskiy et al., An image is worth 16×16 words, 2021): `patches: {size: 7, features: 64}`."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.errors import Problem, ShapeError
from fitcli.initializers.base import Initializer
from fitcli.initializers.constant import Constant
from fitcli.initializers.lecun import LecunNormal
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Pair, Positive, pair


@LAYERS.register("patches")
@dataclass(frozen=True)
class Patches(Layer):
    """(height, width, channels) → (tokens, features): the image is cut into patches of size × size pixels, row by row;
    each becomes the token x W + b, with one W and b for all.

    A `conv` whose stride is its kernel, its pixels read as tokens. Weights start as `init` says, biases at 0.
    """

    size: Positive | Pair
    features: Positive
    bias: bool = True
    init: Initializer = LecunNormal()  # of the weights

    def build(self, g, x):
        from fitcli.ops.conv2d import Conv2d
        from fitcli.ops.reshape import Reshape
        from fitcli.ops.shapes import as_image, show

        size = pair(self.size)
        height, width, channels = as_image("patches", x.shape)
        if height % size[0] or width % size[1]:
            fitting = ", ".join(str(n) for n in range(2, 1 + min(height, width) // 2) if height % n == width % n == 0)
            raise ShapeError(Problem(f"patches of {show(size)} do not fill an image of {height}×{width}",
                                     allowed=f"sizes that divide height and width: {fitting}" if fitting else "",
                                     hint="another size, or `pad` or `crop` before it"))  # fmt: skip
        params = [g.param("weight", (*size, channels, self.features), self.init)]
        if self.bias:
            params.append(g.param("bias", (self.features,), Constant(0.0), decay=False))
        image = g.apply(Conv2d(self.features, size, size, (0, 0), (1, 1), self.bias), x, params=tuple(params))
        return g.apply(Reshape((-1, self.features)), image)
