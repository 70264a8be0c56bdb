import numpy as np

from fitcli.layers.globalmaxpool import GlobalMaxPool


def test_the_largest_of_each_channel(build):
    x = np.random.default_rng(0).standard_normal((2, 6, 4, 3))
    built = build(GlobalMaxPool(), (6, 4, 3))
    assert built.shape == (3,) and built.params == {}
    np.testing.assert_array_equal(built(x), x.max((1, 2)))


def test_a_vector_is_no_image(wrong):
    assert wrong("flatten", "globalmaxpool", "dense: classes").message.startswith("globalmaxpool needs an image")
