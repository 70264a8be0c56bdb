import numpy as np

from fitcli.autodiff.check.noise import nudged, pull_noise, push_noise, rounding_noise, slope_noise

EPS = np.finfo(float).eps


def test_the_last_bits(numbers):
    f, v = numbers(lambda x: 3 * x, lambda x: 3 + 0 * x)
    y, w = f(v), np.ones((5, 4))
    noise = rounding_noise(f, v, y, w, np.random.default_rng(0))
    assert EPS * abs(y).max() <= noise.peak <= 4 * EPS * abs(y).max()
    assert noise.peak < noise.norm < 5 * noise.peak and 0 < noise.along < 20 * noise.peak


def test_cancellation_is_measured(numbers):
    f, v = numbers(lambda x: (x + 1e6) - 1e6, np.ones_like)
    noise = rounding_noise(f, v, f(v), np.ones((5, 4)), np.random.default_rng(0))
    assert noise.peak < 1e-9  # every nudge of x vanishes in 1e6, or moves its last bit
    g, _ = numbers(lambda x: 1e6 * x - 1e6 * x.round(1), lambda x: 1e6 + 0 * x)
    assert rounding_noise(g, v, g(v), np.ones((5, 4)), np.random.default_rng(0)).peak > 1e-11


def test_slopes_are_as_unsure_as_their_arguments(numbers):
    f, v = numbers(lambda x: x * x, lambda x: 2 * x)
    d, w = {"input": np.ones((5, 4))}, np.ones((5, 4))
    noise = slope_noise(f.at(v), v, d, w, np.random.default_rng(0))
    assert 0 < noise < 100 * EPS


def test_a_push_moves_with_the_last_bits_of_v_and_d(numbers):
    f, v = numbers(lambda x: 1e3 * x * x, lambda x: 2e3 * x)
    d = {"input": np.ones((5, 4))}
    noise, size = push_noise(f.at(v), v, d, np.random.default_rng(0)), 2e3 * np.abs(v["input"]).max()
    assert 0.5 * EPS * size <= noise <= 4 * EPS * size


def test_nudges_are_small_and_keep_the_type():
    v = {"x": np.linspace(1, 2, 50, dtype=np.float32)}
    other = nudged(v, np.random.default_rng(0))["x"]
    assert other.dtype == np.float32 and (other != v["x"]).mean() > 0.9
    assert np.abs(other / v["x"] - 1).max() < 3e-7


def test_a_pull_back_that_is_rounding_alone_moves_with_w(numbers):
    f, v = numbers(lambda x: 0 * x, lambda x: 0 * x)
    f.graph.output.op.__class__.vjp, right = rounding_only, f.graph.output.op.__class__.vjp
    try:
        noise = pull_noise(f.at(v), v, np.linspace(0.1, 1, 20).reshape(5, 4), np.random.default_rng(0))
    finally:
        f.graph.output.op.__class__.vjp = right
    assert 1e-17 < noise["input"] < 1e-14


def rounding_only(self, y_bar, x_bar, y, x, s):
    x_bar[...] = (y_bar * 3.3 + 0.7) - 0.7 - y_bar * 3.3
