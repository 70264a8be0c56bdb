import numpy as np

from fitcli.layers.first_token import FirstToken


def test_it_takes_the_first(build):
    x = np.random.default_rng(0).standard_normal((2, 3, 5))
    built = build(FirstToken(), (3, 5))
    assert built.shape == (5,) and built.params == {}
    np.testing.assert_array_equal(built(x), x[:, 0])


def test_an_image_is_refused(wrong):
    assert wrong("first_token").message == "first_token needs tokens (tokens×features), got 8×6×3"


def test_tokens_at_the_end_are_told_how_to_become_a_vector(wrong):
    problem = wrong("patches: {size: 2, features: 8}", "dense: classes")
    assert problem.message == "the model ends in 12×4, but the data have 4 classes"
    assert problem.hint == "`- globalavgpool` or `- first_token` before `- dense: classes`"
