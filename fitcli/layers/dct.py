"""The image in cosine coordinates (Ahmed, Natarajan & Rao, Discrete cosine transform, 1974): `dct`, or `dct: 8` in
blocks as JPEG has them."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Pair, Positive, pair


@LAYERS.register("dct")
@dataclass(frozen=True)
class DCT(Layer):
    """y = C_h x C_wᵀ channel by channel, C[k, i] = √(2/n) cos(π k (2 i + 1) / 2n), row 0 divided by √2.

    An orthonormal change of basis (the discrete cosine transform of type II): lengths are kept, nothing is learned,
    and the same model in other coordinates has the same derivative. `block`: squares of so many pixels, or rectangles
    [height, width], each by itself; without it the image as a whole. `inverse` goes back.
    """

    block: Positive | Pair | None = None
    inverse: bool = False

    def build(self, g, x):
        from fitcli.ops.dct import DCT as Op

        return g.apply(Op(None if self.block is None else pair(self.block), self.inverse), x)
