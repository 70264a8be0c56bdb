import numpy as np
import pytest

from fitcli.engine.gradcheck.precision import compare_types
from fitcli.ops.tanh import Tanh


def both(at, node):
    return [at.layer(node, np.random.default_rng(1), t) for t in (np.float64, np.float32)]


def test_float32_is_close_to_float64_in_every_layer(small):
    for node in small.layers:
        found = compare_types(*both(small, node), np.random.default_rng(0))
        assert found["verdict"] == "CORRECT" and found["gradient"] < 1e-5 and found["transpose"] < 1e-6


def test_the_whole_model(small):
    found = compare_types(small.loss(), small.loss(np.float32), np.random.default_rng(0), judged=False)
    assert found["verdict"] == "CORRECT" and 0 < found["gradient"] < 1e-2


@pytest.mark.parametrize(
    ("factor", "judged", "verdict"), [(1.1, True, "WRONG"), (1.1, False, "WRONG"), (1.0, True, "CORRECT")]
)
def test_kernels_that_are_wrong_in_float32_only(small, monkeypatch, factor, judged, verdict):
    right = Tanh.vjp

    def vjp(self, y_bar, x_bar, *args):
        right(self, y_bar, x_bar, *args)
        if x_bar.dtype == np.float32:
            x_bar *= np.float32(factor)

    monkeypatch.setattr(Tanh, "vjp", vjp)
    node = next(n for n in small.layers if n.op.name == "tanh")
    found = compare_types(*both(small, node), np.random.default_rng(0), judged=judged)
    assert found["verdict"] == verdict and found["gradient"] == pytest.approx(factor - 1, rel=0.01, abs=1e-6)
