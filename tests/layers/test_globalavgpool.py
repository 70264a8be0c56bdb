import numpy as np

from fitcli.layers.globalavgpool import GlobalAvgPool


def test_the_mean_over_all_pixels(build):
    built = build(GlobalAvgPool(), (3, 5, 4))
    x = np.random.default_rng(0).standard_normal((2, 3, 5, 4))
    assert built.shape == (4,) and built.params == {}
    np.testing.assert_allclose(built(x), x.mean((1, 2)), rtol=1e-12)


def test_a_vector_is_no_image(wrong):
    problem = wrong("flatten", "globalavgpool", "dense: classes")
    assert (problem.where, problem.path) == ("s.yaml:4", "model[1].globalavgpool")
    assert problem.message == "globalavgpool needs an image (height×width×channels), got a vector of 144"
