import numpy as np

from fitcli.initializers.constant import Zeros
from fitcli.initializers.he import HeNormal
from fitcli.layers.dense import Dense


def test_parameters_and_shape(build):
    built = build(Dense(5), (7,))
    assert built.shape == (5,) and built.nodes == ["0.dense"]
    assert built.params == {"0.dense.weight": (7, 5), "0.dense.bias": (5,)}
    assert built.decayed == ["0.dense.weight"]
    assert built.graph.params[0].initial == HeNormal()
    assert build(Dense(5, init=Zeros()), (7,)).graph.params[0].initial == Zeros()


def test_classes_are_those_of_the_data(build):
    assert build(Dense("classes", bias=False), (7,)).params == {"0.dense.weight": (7, 10)}


def test_the_product(build):
    rng = np.random.default_rng(0)
    x, w, b = rng.standard_normal((3, 7)), rng.standard_normal((7, 5)), rng.standard_normal(5)
    y = build(Dense(5), (7,))(x, {"0.dense.weight": w, "0.dense.bias": b})
    np.testing.assert_allclose(y, x @ w + b, rtol=1e-12)


def test_an_image_must_be_flattened_first(wrong):
    problem = wrong("dense: classes")
    assert str(problem) == (
        "s.yaml:3: model[0].dense: dense needs a flat input, got 8×6×3\n"
        "  try: put `flatten` or `globalavgpool` before it"
    )
