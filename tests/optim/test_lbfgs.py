import numpy as np
import pytest

from fitcli.optim.lbfgs import LBFGS


def rosenbrock(p):
    a, b = p
    return 100 * (b - a * a) ** 2 + (1 - a) ** 2, np.array([-400 * a * (b - a * a) - 2 * (1 - a), 200 * (b - a * a)])


def valley(p):
    """Smooth, convex, 12 numbers, curvatures from 1 to 100: Σ log cosh r + Σ s r² / 2, r = p − 1.

    It falls to 0 and is exact to the last digit there. Were it, say, 12 at its minimum, places nearer than √1e-15 to
    each other would have the same value, and a line search between them, anybody's, would go by rounding.
    """
    scales, r = np.geomspace(1, 100, 12), p - 1
    return float(np.sum(np.log1p(2 * np.sinh(r / 2) ** 2)) + scales @ r**2 / 2), np.tanh(r) + scales * r


START = np.array([-1.2, 1.0])


def test_rosenbrock_takes_at_most_60_evaluations(walk):
    found = walk(LBFGS(iterations=60, tolerance=1e-6), rosenbrock, START)
    np.testing.assert_allclose(found.p, 1.0, atol=1e-5)
    assert found.evaluations <= 60


def gentle(p):
    scales = np.geomspace(1, 3, 12)
    return float(np.sum(np.log(np.cosh(p - 1))) + scales @ p**2 / 2), np.tanh(p - 1) + scales * p


CASES = pytest.mark.parametrize(
    ("function", "start", "search", "lr"),
    [
        (rosenbrock, START, "wolfe", 1.0),
        (valley, np.linspace(-2, 3, 12), "wolfe", 1.0),
        (gentle, np.linspace(-2, 3, 12), "none", 0.5),
    ],
)


def torch_path(function, start, search, lr, history, steps):
    """Where torch.optim.LBFGS stands after each step, in float64, and how often it has looked."""
    torch = pytest.importorskip("torch")
    theirs = torch.nn.Parameter(torch.tensor(start))
    other = torch.optim.LBFGS(
        [theirs], lr=lr, max_iter=1, max_eval=26, history_size=history, tolerance_grad=1e-7, tolerance_change=1e-30,
        line_search_fn="strong_wolfe" if search == "wolfe" else None,
    )  # fmt: skip

    looks = []

    def closure():
        looks.append(1)
        value, gradient = function(theirs.detach().numpy())
        theirs.grad = torch.tensor(gradient)
        return torch.tensor(value, dtype=torch.float64)

    path = []
    for _ in range(steps):
        other.step(closure)
        path.append(theirs.detach().numpy().copy())
    return path, len(looks)


@pytest.mark.parametrize("history", [1, 3, 10])
@CASES
def test_pytorch_takes_the_same_path(walk, function, start, search, lr, history):
    path, looks = torch_path(function, start, search, lr, history, 200)
    found = walk(LBFGS(lr=lr, history=history, line_search=search), function, start, steps=200)
    assert found.evaluations == looks
    assert np.linalg.norm(found.p - path[-1]) <= 1e-12 * np.linalg.norm(path[-1])
    early = walk(LBFGS(lr=lr, history=history, line_search=search), function, start, steps=6)
    assert np.linalg.norm(early.p - path[5]) <= 1e-12 * np.linalg.norm(path[5])


@pytest.mark.parametrize("history", [1, 3, 10])
@CASES
def test_in_float32_it_ends_where_pytorch_does(walk, function, start, search, lr, history):
    """The loss is of the float32 place, and exact: of a rounded one a line search would see steps."""

    def exactly(p):
        return function(np.float64(p))

    start = start.astype(np.float32)
    path, _ = torch_path(function, start.astype(float), search, lr, history, 200)
    found = walk(LBFGS(lr=lr, history=history, line_search=search), exactly, start, steps=200)
    assert found.p.dtype == np.float32
    assert np.linalg.norm(found.p - path[-1]) <= 1e-6 * np.linalg.norm(path[-1])


def test_the_two_loops_are_the_update_of_bfgs(walk):
    """Nocedal & Wright, equation 6.17, from the same scaled identity."""
    steps = 5
    path, gradients = [], []
    for n in range(steps + 1):
        found = walk(LBFGS(), valley, np.linspace(-2, 3, 12), steps=n)
        path.append(found.p.copy())
        gradients.append(valley(found.p)[1])
    pairs = [(path[i + 1] - path[i], gradients[i + 1] - gradients[i]) for i in range(steps)]
    s, y = pairs[-1]
    h = s @ y / (y @ y) * np.eye(12)
    for s, y in pairs:
        v = np.eye(12) - np.outer(y, s) / (y @ s)
        h = v.T @ h @ v + np.outer(s, s) / (y @ s)
    after = walk(LBFGS(), valley, np.linspace(-2, 3, 12), steps=steps + 1)
    np.testing.assert_allclose(after.memory.states["d"], -h @ gradients[-1], rtol=1e-6, atol=1e-9)


def test_in_float32_it_solves_rosenbrock_too(walk):
    found = walk(LBFGS(iterations=100), rosenbrock, START.astype(np.float32))
    np.testing.assert_allclose(found.p, 1.0, atol=2e-3)


def test_limits_the_wrong_way_round_are_refused():
    with pytest.raises(ValueError, match="c1 must be below c2"):
        LBFGS(c1=0.5, c2=0.1)
