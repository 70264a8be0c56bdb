import numpy as np
import pytest

from fitcli.optim.cg import ConjugateGradient


def quadratic(size=8):
    rng = np.random.default_rng(3)
    root = rng.standard_normal((size, size))
    matrix, b = root @ root.T + np.eye(size), rng.standard_normal(size)
    return matrix, b, lambda p: (p @ matrix @ p / 2 - b @ p, matrix @ p - b)


def test_with_exact_lines_it_is_the_linear_method(walk):
    """Hestenes & Stiefel (1952): on a quadratic the path is that of the linear conjugate gradients."""
    matrix, b, function = quadratic()
    found = walk(ConjugateGradient(c2=1e-3, c1=1e-4), function, np.zeros(8), steps=5)
    p, r = np.zeros(8), b.copy()
    d = r.copy()
    for _ in range(5):
        a = r @ r / (d @ matrix @ d)
        p, new = p + a * d, r - a * matrix @ d
        d = new + new @ new / (r @ r) * d
        r = new
    assert np.linalg.norm(found.p - p) < 1e-3 * np.linalg.norm(p)


def test_as_many_steps_as_dimensions_solve_a_quadratic(walk):
    matrix, b, function = quadratic()
    found = walk(ConjugateGradient(c2=1e-2), function, np.zeros(8), steps=12)
    np.testing.assert_allclose(found.p, np.linalg.solve(matrix, b), rtol=1e-5)


def test_the_direction_is_polak_and_ribieres(walk):
    _, _, function = quadratic()
    seen = []

    def recorded(p):
        seen.append(function(p)[1])
        return function(p)

    found = walk(ConjugateGradient(), recorded, np.ones(8), steps=1)
    before = seen[0]
    g = function(found.p)[1]
    state = {k: v.copy() for k, v in found.memory.states.items()}
    np.testing.assert_array_equal(state["d"], -before)
    again = walk(ConjugateGradient(), function, np.ones(8), steps=2)
    beta = max(0.0, g @ (g - before) / (before @ before))
    np.testing.assert_allclose(again.memory.states["d"], -g + beta * state["d"], rtol=1e-9)


def test_limits_the_wrong_way_round_are_refused():
    with pytest.raises(ValueError, match="c1 must be below c2"):
        ConjugateGradient(c1=0.5, c2=0.1)
