import numpy as np
import pytest

from fitcli.gradients.noise import Noise, add_normal


def noise(found):
    return np.concatenate([(found.after[k].astype(float) - found.before[k]).ravel() for k in found.after])


@pytest.mark.parametrize(("step", "sigma"), [(0, 0.1), (99, np.sqrt(0.01 / 100**0.55))])
def test_its_deviation_falls_with_the_steps(step, sigma):
    g = np.zeros(20000)
    add_normal(g, np.array([5, step]), 7, 0, 0.01, 0.55)
    assert abs(g.mean()) < 4 * sigma / np.sqrt(g.size)
    assert g.std() == pytest.approx(sigma, rel=0.03)
    assert np.mean(np.abs(g) < sigma) == pytest.approx(0.6827, abs=0.015)
    assert np.mean(g**4) / sigma**4 == pytest.approx(3, abs=0.3)


def test_it_is_a_function_of_seed_step_and_place(treated):
    first = noise(treated(Noise()))
    assert np.all(first != 0) and len(set(np.round(first, 12))) == first.size
    assert treated(Noise()).flat.tobytes() == treated(Noise(), workers=4).flat.tobytes()
    assert not np.allclose(first, noise(treated(Noise(), step=1)), atol=1e-3)
    assert not np.allclose(first, noise(treated(Noise(), seed=4)), atol=1e-3)


def test_it_scales_with_the_root_of_eta(treated):
    np.testing.assert_allclose(noise(treated(Noise(eta=0.04))), 2 * noise(treated(Noise())), atol=1e-6)
