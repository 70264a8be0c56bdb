import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.reshape import Reshape
from fitcli.spec import parse_spec

X = np.arange(96.0).reshape(2, 4, 6, 2)


@pytest.mark.parametrize(
    ("to", "shape"), [([24, 2], (24, 2)), ([-1, 2], (24, 2)), ([48], (48,)), ([2, 2, -1], (2, 2, 12))]
)
def test_the_same_numbers(build, to, shape):
    built = build(Reshape(to), (4, 6, 2))
    assert built.shape == shape and built.params == {}
    np.testing.assert_array_equal(built(X), X.reshape(2, *shape))


def test_in_a_spec():
    assert parse_spec("{data: {path: x}, model: [{reshape: [-1, 2]}]}").model == [Reshape([-1, 2])]
    for to in ("[]", "[0, 2]", "[-2]", "[1, 2, 3, 4]", "8"):
        with pytest.raises(SpecError, match=r"model\[0\]\.reshape"):
            parse_spec(f"{{data: {{path: x}}, model: [{{reshape: {to}}}]}}")


def test_sizes_that_do_not_fit(wrong):
    problem = wrong("reshape: [5, 5]", "flatten", "dense: classes")
    assert (problem.where, problem.path) == ("s.yaml:3", "model[0].reshape")
    assert problem.message == "reshape cannot make [5, 5] of 8×6×3: that has 144 numbers"
