"""`dense` with its weights shared out among the workers: each computes its own outputs for the whole batch, and the
gradient of its own rows of weights.

Between the parts all wait for all (`MEET`): a worker's columns need every worker's rows.
"""

from __future__ import annotations

from fitcli.autodiff.op import MEET
from fitcli.kernels.macc import BIAS, ZERO
from fitcli.ops.add import copy
from fitcli.ops.dense_products import add_outer, product, rows
from fitcli.ops.relu import relu_chain
from fitcli.ops.views import rows as flat


def _columns(spread, panels: int, width: int, count: int) -> tuple[slice, int, int]:
    """This worker's panels, and its columns [low, high)."""
    first, last = spread.share(panels)
    return slice(first, last), first * width, min(last * width, count)


def _place(spread, name: str, a, s):
    """(the whole batch's rows, this worker's rows of them) for an array like `a`."""
    whole = spread.whole(name, a.shape[1:])
    return flat(whole), whole[s.first : s.first + a.shape[0]]


def _put(y, x) -> None:
    copy(flat(y), flat(x))


def _product(name: str, spread, y, x, packed, bias, clip, s):
    """The rows of x · packed (+ bias) in y, from the whole x."""
    whole, mine = _place(spread, name, y, s)
    mine_panels, low, high = _columns(spread, packed.shape[0], packed.shape[2], whole.shape[1])
    if low < high:
        bias = bias[low:high] if bias is not None else None
        start = ZERO if bias is None else BIAS
        product(whole, x, packed[mine_panels], bias, rows(*x.shape), rows(*whole.shape) + low, high - low, start, clip)
    yield MEET
    _put(y, mine)


def forward(y, x, bias, clip, s):
    whole, mine = _place(s.spread, "x", x, s)
    _put(mine, x)
    yield MEET
    yield from _product("y", s.spread, y, whole, s.packed, bias, clip, s)


def pull(x_bar, w_bar, y_bar, y, clip, s):
    """x_bar, and the rows of w_bar that are this worker's; returns z_bar of this worker's images."""
    z, mine = _place(s.spread, "z_bar", y_bar, s)
    if clip:
        relu_chain(mine, y_bar, y)
    else:
        _put(mine, y_bar)
    yield MEET
    x = flat(s.spread.arrays["x"])
    low, high = s.spread.share(w_bar.shape[0])  # rows, so that what a worker writes it also finds in its slice of them all
    if low < high:
        add_outer(w_bar, x, z, low, high, ZERO, s)
    if x_bar is not None:
        yield from _product("x_bar", s.spread, x_bar, z, s.packed_back, None, False, s)
    return mine
