import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.lppool import LpPool
from fitcli.spec import parse_spec


def test_the_norm_of_each_window(build):
    x = np.random.default_rng(0).standard_normal((2, 6, 4, 3))
    windows = abs(x.reshape(2, 3, 2, 2, 2, 3))
    built = build(LpPool(), (6, 4, 3))
    assert built.shape == (3, 2, 3) and built.params == {}
    np.testing.assert_allclose(built(x), np.sqrt((windows**2).sum((2, 4))), rtol=1e-12)
    np.testing.assert_allclose(build(LpPool(p=1.0), (6, 4, 3))(x), windows.sum((2, 4)), rtol=1e-12)


def test_settings_reach_the_op(build):
    op = build(LpPool([3, 2], 1, [1, 0], 4.0), (6, 4, 3)).graph.output.op
    assert (op.size, op.stride, op.padding, op.p) == ((3, 2), (1, 1), (1, 0), 4.0)


def test_the_short_form_and_its_limit():
    assert parse_spec("{data: {path: x}, model: [{lppool: 3}, {lppool: {p: 1}}]}").model == [LpPool(3), LpPool(p=1.0)]
    with pytest.raises(SpecError, match=r"model\[0\]\.lppool\.p"):
        parse_spec("{data: {path: x}, model: [{lppool: {p: 0.5}}]}")
