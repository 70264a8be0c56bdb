import numpy as np
import pytest

from fitcli.autodiff.check.adjoint import adjoint, natural_size

RNG = np.random.default_rng(0)
A = RNG.standard_normal((30, 20))
D, W = {"x": RNG.standard_normal(20)}, RNG.standard_normal(30)


def test_a_matrix_and_its_transpose():
    test = adjoint(A @ D["x"], W, D, {"x": A.T @ W})
    assert test.error < 1e-15 and test.limit == pytest.approx(1e-12, rel=0.01) and test.holds


@pytest.mark.parametrize("relative", [1e-4, 1e-8])
def test_one_entry_off_is_seen(relative):
    B = A.copy()
    B[7, 3] *= 1 + relative
    test = adjoint(B @ D["x"], W, D, {"x": A.T @ W})
    assert not test.holds and 1e-4 * relative < test.error < relative


def test_float32_has_a_limit_of_its_own():
    d, w, a = {"x": D["x"].astype("f4")}, W.astype("f4"), A.astype("f4")
    test = adjoint(a @ d["x"], w, d, {"x": a.T @ w})
    assert 0 < test.error < 1e-6 and test.limit == pytest.approx(1.2e-5, rel=0.01) and test.holds


def test_zero_agrees_with_zero():
    assert adjoint(np.zeros(30), W, D, {"x": np.zeros(20)}).holds


def test_what_is_not_finite_does_not_hold():
    assert not adjoint(np.full(30, np.nan), W, D, {"x": A.T @ W}).holds


def test_measured_noise_widens_the_limit():
    y_dot = A @ D["x"] * (1 + 1e-11)
    assert not adjoint(y_dot, W, D, {"x": A.T @ W}).holds
    assert adjoint(y_dot, W, D, {"x": A.T @ W}, noise=1e-9).holds


def test_a_zero_that_is_left_of_large_terms():
    y_dot, g = np.full(30, 1e-17), {"x": np.zeros(20)}
    assert not adjoint(y_dot, W, D, g).holds
    assert adjoint(y_dot, W, D, g, natural=1.0).holds
    assert natural_size({"x": np.full(4, 3.0), "w": np.zeros(1)}, {"x": np.full(4, 2.0), "w": np.ones(1)}) == 12
