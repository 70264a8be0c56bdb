import numpy as np
import pytest

from fitcli.losses.cross_entropy import CrossEntropy
from fitcli.losses.kl import KL


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.6])
def test_the_divergence_from_the_smoothed_label(losses, smoothing):
    outputs, labels = np.random.default_rng(0).standard_normal((5, 3)), [0, 2, 1, 1, 2]
    q = (1 - smoothing) * np.eye(3)[labels] + smoothing / 3
    p = KL().probabilities(outputs)
    wanted = (q * np.log(np.where(q > 0, q, 1) / p)).sum(1)
    np.testing.assert_allclose(losses(KL(smoothing), outputs, labels), wanted, rtol=1e-12)
    cross = losses(CrossEntropy(smoothing), outputs, labels)
    assert np.ptp(cross - losses(KL(smoothing), outputs, labels)) < 1e-14


def test_the_target_itself_costs_nothing(losses):
    q = 0.7 * np.eye(4) + 0.3 / 4
    np.testing.assert_allclose(losses(KL(0.3), np.log(q), range(4)), 0, atol=1e-15)
