import numpy as np

from fitcli.layers.class_token import ClassToken


def test_parameters_and_shape(build):
    built = build(ClassToken(), (12, 5))
    assert built.shape == (13, 5) and built.params == {"0.class_token.token": (5,)} and built.decayed == []


def test_it_stands_before_the_others(build):
    x, token = np.random.default_rng(0).standard_normal((2, 3, 5)), np.arange(5.0)
    y = build(ClassToken(), (3, 5))(x, {"0.class_token.token": token})
    np.testing.assert_array_equal(y[:, 0], [token, token])
    np.testing.assert_array_equal(y[:, 1:], x)


def test_an_image_is_refused(wrong):
    assert wrong("class_token").message == "class_token needs tokens (tokens×features), got 8×6×3"
