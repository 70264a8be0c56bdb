import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.permute import Permute
from fitcli.spec import parse_spec


def test_axes_in_another_order(build):
    x = np.random.default_rng(0).standard_normal((2, 4, 6, 3))
    built = build(Permute([2, 0, 1]), (4, 6, 3))
    assert built.shape == (3, 4, 6) and built.params == {}
    np.testing.assert_array_equal(built(x), x.transpose(0, 3, 1, 2))


def test_in_a_spec():
    assert parse_spec("{data: {path: x}, model: [{permute: [1, 0, 2]}]}").model == [Permute([1, 0, 2])]
    for order in ("[]", "[-1, 0]", "[0, 1, 2, 3]", "1"):
        with pytest.raises(SpecError, match=r"model\[0\]\.permute"):
            parse_spec(f"{{data: {{path: x}}, model: [{{permute: {order}}}]}}")


def test_what_is_no_order(wrong):
    problem = wrong("permute: [0, 1]", "flatten", "dense: classes")
    assert problem.message == "permute [0, 1] is no order of the 3 axes of 8×6×3"
    assert problem.allowed == "each of [0, 1, 2] once"
