import numpy as np
import pytest

from fitcli.optim.fullbatch import FullBatch, Ray
from fitcli.optim.point import Point


@pytest.fixture
def point():
    p, g = np.array([1.0, 2.0]), np.zeros(2)

    def look():
        g[:] = p**2
        return float((p**3).sum() / 3)

    found = Point(p, g, 0.0, {}, np.array([1.0, 1.0, 0.0]), look, lambda: None, decayed=1)
    found.evaluate()
    return found


def test_a_ray_is_the_loss_along_a_direction(point):
    ray = Ray(point)
    assert ray.aim(np.array([1.0, -1.0])) == 1 - 4
    trial = ray(0.5)
    np.testing.assert_allclose([trial.t, trial.value, trial.slope], [0.5, 1.5**3 * 2 / 3, 0.0], atol=1e-15)
    np.testing.assert_array_equal(point.p, 1.5)


def test_the_penalty_is_that_of_decayed_weights(point):
    ray = Ray(point, weight_decay=0.5)
    assert ray.origin.value == pytest.approx(3 + 0.25)
    np.testing.assert_allclose(ray.origin.gradient, [1.5, 4.0])


def test_a_step_makes_the_trial_the_place_to_look_from(point):
    ray = Ray(point)
    ray.aim(np.array([1.0, 0.0]))
    trial = ray(1.0)
    ray(7.0)
    ray.step(trial)
    np.testing.assert_array_equal(point.p, [2.0, 2.0])
    assert (ray.origin.t, ray.origin.value) == (0.0, trial.value)


class Lost(FullBatch):
    def search(self, ray, point):
        ray.aim(np.ones(2))
        ray(9.0)


def test_where_nothing_better_is_found_it_stays(point):
    Lost().drive(point)
    np.testing.assert_array_equal(point.p, [1.0, 2.0])


def test_at_a_critical_point_nothing_is_searched(point):
    point.g[:] = 1e-9
    FullBatch().drive(point)


def test_a_search_that_is_missing_is_not_silent(point):
    with pytest.raises(NotImplementedError):
        FullBatch().drive(point)
