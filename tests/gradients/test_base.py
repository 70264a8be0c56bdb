import numpy as np
import pytest

from fitcli.autodiff.graph import Param
from fitcli.autodiff.params import Layout
from fitcli.autodiff.tuning import Tuning
from fitcli.gradients.base import Work
from fitcli.gradients.centralize import Centralize
from fitcli.gradients.clip_norm import ClipNorm
from fitcli.gradients.clip_value import ClipValue


@pytest.fixture
def work():
    """work(workers) over two parameters that are trained and one that is not."""
    params = [Param("w", (3, 7), None), Param("b", (5,), None, decay=False), Param("f", (4,), None, tuning=Tuning(lr=0))]
    layout = Layout(params)

    def make(workers):
        return Work(np.arange(float(layout.size)), np.zeros(layout.size), layout, np.zeros(2, np.int64), workers)

    return make


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_the_workers_parts_are_all_that_is_trained_once(work, workers):
    w = work(workers)
    slices = np.concatenate([w.g[w.slice(k)] for k in range(workers)])
    np.testing.assert_array_equal(slices, np.arange(w.layout.moved))
    pieces = np.concatenate([w.g[piece] for k in range(workers) for piece in w.pieces(k)])
    np.testing.assert_array_equal(pieces, [*range(21), *range(32, 37)])


def test_tensors_as_matrices_of_what_leads_to_an_output(work):
    w = work(1)
    shapes = {param.name: g.shape for param, g, _ in w.matrices()}
    assert shapes == {"w": (3, 7), "b": (5, 1)}
    for _, g, p in w.matrices():
        p[...], g[...] = 1, 0
    assert w.p.sum() == 26 and w.p[48:].sum() == 0 and np.all(w.g[:21] == 0)


def test_they_work_one_after_the_other(treated):
    """Centred, then clipped, is not clipped, then centred; each order is the composition of the two."""
    one, other = treated(Centralize(), ClipNorm()), treated(ClipNorm(), Centralize())
    norm = np.sqrt(sum(np.sum(a.astype(float) ** 2) for a in one.after.values()))
    assert norm == pytest.approx(1.0, rel=1e-5)
    assert not np.allclose(one.flat, other.flat)
    bounded = treated(ClipValue(0.5), Centralize(), ClipValue(0.5))
    assert np.abs(bounded.after["0.conv.weight"]).max() <= 0.5
