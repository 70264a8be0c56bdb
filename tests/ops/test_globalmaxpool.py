import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.globalmaxpool import GlobalMaxPool


@settings(max_examples=10, deadline=None, derandomize=True)
@given(shape=st.tuples(*[st.integers(1, 6)] * 4))
def test_three_witnesses_and_the_twin(shape, at, check, normal):
    point = at(GlobalMaxPool(), [normal(1, shape)])
    np.testing.assert_array_equal(point.y, point.xs[0].max((1, 2)))
    check(point)


def test_pytorch_agrees(at, normal, like_torch):
    like_torch(at(GlobalMaxPool(), [normal(0, (2, 7, 6, 3))]), lambda F, x: F.adaptive_max_pool2d(x, 1)[:, :, 0, 0])


def test_the_first_of_equals_gets_the_gradient(at, normal, like_torch):
    x = np.round(normal(0, (2, 4, 5, 3)))
    like_torch(at(GlobalMaxPool(), [x]), lambda F, x: F.adaptive_max_pool2d(x, 1)[:, :, 0, 0])
    point = at(GlobalMaxPool(), [np.ones((1, 2, 2, 1))])
    np.testing.assert_array_equal(point.pull([[3.0]])[0][0].ravel(), [3, 0, 0, 0])
    assert point.push([np.arange(4.0).reshape(1, 2, 2, 1) + 5]) == 5


def test_a_number_gone_bad_is_not_hidden(at):
    for k in range(4):
        x = np.zeros((1, 2, 2, 1))
        x.reshape(-1)[k] = np.nan
        assert np.isnan(at(GlobalMaxPool(), [x]).y).all()


def test_a_vector_is_refused(refused):
    assert "globalmaxpool needs an image" in refused(GlobalMaxPool(), (64,))


def test_tokens_are_pixels(at, check, normal):
    assert GlobalMaxPool().shape((49, 64)) == (64,)
    x = normal(0, (3, 7, 5))
    point = at(GlobalMaxPool(), [x])
    np.testing.assert_array_equal(point.y, at(GlobalMaxPool(), [x[:, :, None]]).y)
    check(point)
