import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.prepend import Prepend


@settings(max_examples=8, deadline=None, derandomize=True)
@given(shape=st.tuples(*[st.integers(1, 6)] * 3))
def test_three_witnesses_and_the_twin_at_odd_shapes(shape, at, check, normal):
    x, w = normal(0, shape, shape[2:])
    point = at(Prepend(), [x], [w])
    wanted = np.concatenate([np.broadcast_to(w, (shape[0], 1, shape[2])), x], axis=1)
    np.testing.assert_array_equal(point.y, wanted)
    check(point)


def test_pytorch_agrees(at, normal, like_torch):
    torch = pytest.importorskip("torch")
    x, w = normal(0, (3, 4, 5), (5,))
    like_torch(at(Prepend(), [x], [w]), lambda F, x, w: torch.cat([w.expand(3, 1, 5), x], 1))


def test_an_image_is_refused(refused):
    assert Prepend().shape((49, 64)) == (50, 64)
    assert refused(Prepend(), (7, 7, 64)) == (
        "class_token needs tokens (tokens×features), got 7×7×64\n  try: `patches` or `reshape: [49, 64]` before it"
    )
