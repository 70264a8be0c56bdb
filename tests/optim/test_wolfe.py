import numpy as np
import pytest

from fitcli.optim.fullbatch import Ray
from fitcli.optim.point import Point
from fitcli.optim.wolfe import strong_wolfe


def line(function):
    """A ray from 0 along 1 over function(t) -> (value, slope), and the list of places it is looked at."""
    p, g, places = np.zeros(1), np.zeros(1), []

    def look():
        places.append(float(p[0]))
        value, g[0] = function(p[0])
        return value

    point = Point(p, g, 0.0, {}, np.zeros(3), look, lambda: None)
    point.evaluate()
    ray = Ray(point)
    ray.aim(np.ones(1))
    places.clear()
    return ray, places


LINES = {
    "bowl": lambda t: ((t - 3) ** 2, 2 * (t - 3)),
    "cosine": lambda t: (np.cos(t + 0.5), -np.sin(t + 0.5)),
    "flat valley": lambda t: (-t / (t * t + 2), (t * t - 2) / (t * t + 2) ** 2),  # Moré & Thuente (1994), 5.1
    "steep": lambda t: (np.exp(t) - 20 * t, np.exp(t) - 20),
    "wall": lambda t: (-np.sqrt(t), -0.5 / np.sqrt(t)) if 0 < t < 1 else (1e3, 1e3) if t else (0.0, -1.0),
    "edge of the world": lambda t: ((t - 2) ** 2, 2 * (t - 2)) if t < 3 else (np.nan, np.nan),
    "infinite": lambda t: ((t - 2) ** 2, 2 * (t - 2)) if t < 3 else (np.inf, np.inf),
}


@pytest.mark.parametrize("name", sorted(LINES.keys() - {"wall"}))
@pytest.mark.parametrize("first", [1e-3, 0.1, 1.0, 10.0])
@pytest.mark.parametrize("c2", [0.9, 0.1])
def test_both_conditions_hold(name, first, c2):
    ray, places = line(LINES[name])
    found = strong_wolfe(ray, first, c2=c2)
    assert places[0] == first and len(places) <= 25
    assert found.value <= ray.origin.value + 1e-4 * found.t * ray.origin.slope
    assert abs(found.slope) <= c2 * abs(ray.origin.slope)
    assert (found.value, found.slope) == LINES[name](found.t)


def test_where_they_cannot_hold_the_best_place_is_told():
    ray, places = line(LINES["wall"])
    found = strong_wolfe(ray, 0.1, c2=0.01)
    assert 0.99 < found.t < 1 and len(places) == 25


def test_a_function_without_a_minimum_ends_too():
    ray, places = line(lambda t: (-t, -1.0))
    assert strong_wolfe(ray, 1.0, most=8).t == max(places) and len(places) == 8


def test_nothing_below_is_told_as_none():
    ray, _ = line(lambda t: (1.0, 1.0) if t else (0.0, -1.0))
    assert strong_wolfe(ray, 1.0) is None


def test_on_a_parabola_the_second_trial_is_its_minimum():
    ray, places = line(LINES["bowl"])
    strong_wolfe(ray, 0.5, c2=1e-3)
    assert places == pytest.approx([0.5, 3.0], rel=1e-12)
