import numpy as np
import pytest
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from fitcli.kernels.lanes import Held, each, each_channel
from fitcli.kernels.lazy import inner
from fitcli.kernels.microkernel import I64, Vectors
from fitcli.kernels.native import address_of
from fitcli.kernels.target import tile


@intrinsic
def column_sums(typingctx, zero, x, y, rows, channels):
    """y[k] = Σ_r x[r, k]."""

    def codegen(context, builder, signature, args):
        _, x, y, rows, channels = args
        element = ir.FloatType() if zero == types.float32 else ir.DoubleType()
        vectors = Vectors(builder, element, tile())
        x, y = (builder.inttoptr(a, element.as_pointer()) for a in (x, y))

        def one(k, mask):
            total = Held(vectors, ir.Constant(vectors.vector, None))

            def add(r):
                at = vectors.shift(x, builder.add(k, builder.mul(r, channels)))
                total.set(builder.fadd(total.get(), vectors.load(at, mask)))

            each(builder, I64(0), rows, 1, add)
            vectors.store(total.get(), vectors.shift(y, k), mask)

        each_channel(vectors, channels, one)
        return context.get_dummy_value()

    return types.void(zero, types.int64, types.int64, types.int64, types.int64), codegen


@inner
def run(x, y):
    column_sums(x.dtype.type(0), address_of(x), address_of(y), x.shape[0], x.shape[1])


@pytest.mark.parametrize("channels", [1, 3, 8, 13, 32, 35])
def test_every_channel_is_met_once_and_nothing_behind_them(channels):
    x = np.random.default_rng(0).standard_normal((5, channels))
    guarded = np.full(channels + 16, 7.0)
    run(x, guarded[:channels])
    np.testing.assert_allclose(guarded[:channels], x.sum(0), rtol=1e-14)
    assert (guarded[channels:] == 7).all()


def test_no_turn_leaves_zero():
    y = np.full(9, 7.0)
    run(np.empty((0, 9)), y)
    assert (y == 0).all()
