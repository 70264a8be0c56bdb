"""What pooling layers have in common: windows of pixels, channel by channel."""

from __future__ import annotations

import numpy as np

from fitcli.autodiff.op import Shape
from fitcli.errors import Problem, ShapeError
from fitcli.ops.shapes import as_image, show

Pair = tuple[int, int]


def outputs(n: int, size: int, stride: int, padding: int, ceil_mode: bool = False) -> int:
    """⌊(n + 2 · padding − size) / stride⌋ + 1 windows along an axis of n pixels.

    With `ceil_mode` one more where pixels are left over, as long as it begins inside of the image or the border
    before it (PyTorch's rule).
    """
    room = n + 2 * padding - size
    if not ceil_mode or room < 0:
        return room // stride + 1
    out = -(-room // stride) + 1
    return out - 1 if (out - 1) * stride >= n + padding else out


def pooled(name: str, x: Shape, size: Pair, stride: Pair, padding: Pair, ceil_mode: bool = False) -> Shape:
    """The image's shape after pooling, or an error that says what to do."""
    h, w, c = as_image(name, x)
    out = tuple(outputs(n, k, s, p, ceil_mode) for n, k, s, p in zip((h, w), size, stride, padding, strict=True))
    if min(out) < 1:
        hint = "a smaller size or fewer pooling layers"
        raise ShapeError(Problem(f"{name} {show(size)} does not fit into {show(x)}", hint=hint))
    if any(2 * p > k for p, k in zip(padding, size, strict=True)):
        raise ShapeError(Problem(f"{name}'s padding {show(padding)} is more than half of its size {show(size)}"))
    return (*out, c)


def spans(n: int, out: int, size: int, stride: int, padding: int) -> np.ndarray:
    """int64 [out, 2]: the first pixel of each window along an axis of n pixels, and the one after its last."""
    first = np.arange(out) * stride - padding
    return np.ascontiguousarray(np.clip(np.stack([first, first + size], axis=1), 0, n), np.int64)
