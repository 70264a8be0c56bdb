import numpy as np

from fitcli.ops.blend import Blend, blend_forward, blend_vjp


def test_against_the_twins(dtype, normal):
    a, b, bar = (x.astype(dtype) for x in normal(0, (5,), (5,), (5,)))
    share = np.array([0, 1, 0.25, 0.5, 0.9], np.float32)
    y, a_bar, b_bar = (np.full_like(a, np.nan) for _ in range(3))
    blend_forward(y, a, b, share)
    s = share.astype(dtype)
    np.testing.assert_allclose(y, s * a + (1 - s) * b, rtol=4 * np.finfo(dtype).eps)
    blend_vjp(a_bar, b_bar, bar, share)
    np.testing.assert_allclose(a_bar, s * bar, rtol=4 * np.finfo(dtype).eps)
    np.testing.assert_allclose(b_bar, (1 - s) * bar, rtol=4 * np.finfo(dtype).eps, atol=1e-7)


def test_three_witnesses(at, check, normal):
    check(at(Blend(), normal(0, (4,), (4,)), labels=np.array([0, 1, 2, -1])))  # any share is a linear map


def test_outside_of_training_the_own_label_counts():
    y = np.zeros(2)
    Blend().evaluate(y, np.array([1.0, 2.0]), np.array([5.0, 6.0]), np.zeros(2, np.float32), None)
    assert y.tolist() == [1, 2] and Blend().shape((), (), ()) == ()
