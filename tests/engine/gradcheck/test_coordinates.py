import numpy as np
import pytest

from fitcli.autodiff.check.foot import stand
from fitcli.engine.gradcheck import coordinates
from fitcli.engine.gradcheck.coordinates import check_coordinates
from fitcli.engine.gradcheck.place import place
from fitcli.spec import parse_spec


@pytest.fixture(scope="module")
def foot(small):
    return stand(*small.loss(), np.random.default_rng(0))[0]


def test_pixels_and_waves_give_the_same(foot):
    found = check_coordinates(foot, np.random.default_rng(0))
    assert found["verdict"] == "CORRECT"
    assert found["loss"] < 1e-13 and found["direction"] < 1e-13 and found["gradient"] < 1e-6
    assert found["descent"] < 1e-10 and 0.1 < found["adam"] < 3


@pytest.mark.parametrize("wrong", [lambda z: 1.001 * z, lambda z: np.ascontiguousarray(z[:, ::-1])])
def test_coordinates_that_are_not_orthonormal_show(foot, monkeypatch, wrong):
    right = coordinates.to_pixels
    monkeypatch.setattr(coordinates, "to_pixels", lambda z: wrong(right(z)))
    assert check_coordinates(foot, np.random.default_rng(0))["verdict"] == "WRONG"


def test_steps_by_hand():
    gradient = {"calls": 0}

    def g(x):
        gradient["calls"] += 1
        return 2 * x

    x = np.array([1.0, -4.0])
    np.testing.assert_allclose(coordinates._descent(x, g, 0.1), x * 0.8**3)
    after = coordinates._adam(x, g, 0.1)
    way = np.abs(x - after)
    assert gradient["calls"] == 6 and way[0] == pytest.approx(way[1], rel=0.05)  # as far for the small as for the large


def test_a_gradient_of_zero_moves_nothing():
    x = np.array([1.0, 2.0])
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(coordinates._adam(x, np.zeros_like, 0.1), x)


def test_a_loss_that_does_not_feel_the_image():
    text = "data: {path: nowhere, image: {size: 4}}\nmodel: [instancenorm, globalavgpool, dense: classes]\n"
    at = place(parse_spec(text))
    foot, _ = stand(*at.loss(), np.random.default_rng(0))
    found = check_coordinates(foot, np.random.default_rng(0))
    assert found["verdict"] == "CORRECT" and found["descent"] is None and found["adam"] is None
