import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.crop import Crop
from fitcli.spec import parse_spec

X = np.random.default_rng(0).standard_normal((2, 5, 6, 3))


@pytest.mark.parametrize(
    ("size", "left"), [(1, X[:, 1:4, 1:5]), ([1, 2], X[:, 1:4, 2:4]), ([0, 1, 2, 3], X[:, :4, 2:3]), (0, X)]
)
def test_the_inner_part(build, size, left):
    built = build(Crop(size), (5, 6, 3))
    assert built.shape == left.shape[1:] and built.params == {}
    np.testing.assert_array_equal(built(X), left)


def test_in_a_spec():
    text = "{data: {path: x}, model: [crop, {crop: 2}, {crop: [1, 2]}, {crop: [1, 2, 3, 4]}]}"
    assert parse_spec(text).model == [Crop(1), Crop(2), Crop([1, 2]), Crop([1, 2, 3, 4])]
    with pytest.raises(SpecError, match=r"model\[0\]\.crop"):
        parse_spec("{data: {path: x}, model: [{crop: [1, 2, 3]}]}")


def test_nothing_left(wrong):
    problem = wrong("crop: 3", "flatten", "dense: classes")
    assert problem.message == "crop [3, 3, 3, 3] leaves nothing of an image of 8×6×3"
    assert problem.path == "model[0].crop"
