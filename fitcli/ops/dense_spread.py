"""`dense` with its weights shared out among the workers: each computes its own outputs for the whole batch, and the
gradient of its own rows of weights.

Between the parts all wait for all (`MEET`): a worker's columns need every worker's rows.
"""

from __future__ import annotations

from fitcli.autodiff.op import MEET
from fitcli.kernels.macc import BIAS, ZERO
from fitcli.kernels.panels import pack, panels_shape
from fitcli.ops.add import copy
from fitcli.ops.dense_products import outer, product, rows
from fitcli.ops.relu import relu_chain
from fitcli.ops.views import rows as flat


def _columns(spread, panels: int, width: int, count: int) -> tuple[slice, int, int]:
    """This worker's panels, and its columns [low, high)."""
    first, last = spread.share(panels)
    return slice(first, last), first * width, min(last * width, count)


def _product(y, x, packed, bias, clip, s):
    """This worker's columns of y = x · packed (+ bias), for all images."""
    panels, low, high = _columns(s.spread, packed.shape[0], packed.shape[2], y.shape[1])
    if low < high:
        bias = bias[low:high] if bias is not None else None
        start = ZERO if bias is None else BIAS
        product(y, x, packed[panels], bias, rows(*x.shape), rows(*y.shape) + low, high - low, start, clip)


def forward(y, x, bias, clip, s):
    yield MEET
    _product(flat(s.spread.arrays["y"]), flat(s.spread.arrays["x"]), s.packed, bias, clip, s)
    yield MEET


def _place(name: str, a, s):
    """(the whole batch's rows, this worker's rows of them) for an array like `a`."""
    whole = s.spread.array(name, (s.spread.images, *a.shape[1:]))
    return flat(whole), whole[s.first : s.first + a.shape[0]]


def pull(x_bar, w_bar, y_bar, y, clip, s):
    """x_bar, and the rows of w_bar that are this worker's; returns z_bar of this worker's images."""
    z, mine = _place("z_bar", y_bar, s)
    if clip:
        relu_chain(mine, y_bar, y)
    else:
        copy(flat(mine), flat(y_bar))
    packed = s.spread.array("packed_z_bar", panels_shape(z.dtype, *z.shape))
    tokens = z.shape[0] // s.spread.images
    pack(packed, z, tokens * s.first, tokens * (s.first + mine.shape[0]))
    yield MEET
    x = flat(s.spread.arrays["x"])
    low, high = s.spread.share(w_bar.shape[0])  # rows: what a worker writes it also finds in its slice of them all
    if low < high:
        outer(w_bar[low:high], x, packed, rows(high - low, w_bar.shape[1]), low, ZERO)
    if x_bar is not None:
        whole, share = _place("x_bar", x_bar, s)
        _product(whole, z, s.packed_back, None, False, s)
        yield MEET
        copy(flat(x_bar), flat(share))
    return mine
