import numpy as np
import pytest

from fitcli.autodiff.graph import Param
from fitcli.autodiff.params import Layout
from fitcli.optim.adamw import AdamW
from fitcli.optim.base import Optimizer
from fitcli.optim.memory import Memory

BLOCKS = [Param("w", (3, 5), None), Param("k", (2, 2, 4), None), Param("b", (5,), None, decay=False)]


class Counting(Optimizer):
    states = ("m", "v")
    scalars = ("sum",)

    def __init__(self, whole):
        self.whole_blocks = whole
        self.seen = []

    def advance(self, hyper):
        hyper[3] += hyper[0] * hyper[1]

    def update(self, p, g, states, hyper, decay):
        self.seen.append((p.shape, decay))
        p += 1
        states[1][...] = g


def test_scalars_move_once_a_step_and_are_saved():
    memory = Memory(Counting(False), 16)
    memory.begin(0.5, 1, 9)
    memory.begin(0.5, 2, 9)
    np.testing.assert_array_equal(memory.hyper, [0.5, 2, 9, 1.5])
    arrays = memory.arrays()
    assert list(arrays) == ["optimizer.m", "optimizer.v", "optimizer.scalars"]
    arrays["optimizer.scalars"][0] = 7
    assert memory.hyper[3] == 7


def test_slices_are_cut_anywhere():
    optimizer, layout = Counting(False), Layout(BLOCKS)
    memory, p, g = Memory(optimizer, layout.size), np.zeros(layout.size), np.arange(float(layout.size))
    memory.update(p, g, 8, 24, layout)
    assert optimizer.seen == [((16,), True)]
    np.testing.assert_array_equal(np.flatnonzero(p), np.arange(8, 24))
    np.testing.assert_array_equal(memory.states["v"][8:24], g[8:24])


@pytest.mark.parametrize("cut", [0, 8, 16, 24, 32, 48])
def test_whole_blocks_go_to_the_slice_they_begin_in(cut):
    optimizer, layout = Counting(True), Layout(BLOCKS)
    memory, p, g = Memory(optimizer, layout.size), np.zeros(layout.size), np.ones(layout.size)
    for start, stop in ((0, cut), (cut, layout.size)):
        memory.update(p, g, start, stop, layout)
    assert [shape for shape, _ in optimizer.seen] == [(3, 5), (2, 2, 4), (5,)]
    assert p.max() == 1
    assert p.sum() == 15 + 16 + 5  # each once, the padding between them never


def test_slices_may_have_a_rate_and_a_decay_of_their_own():
    memory, p, g = Memory(AdamW(weight_decay=0.5), 32, np.float64), np.ones(32), np.zeros(32)
    for t in (1, 2):
        memory.begin(0.1, t)
        for start, rate, decay in ((0, 1.0, 1.0), (8, 3.0, 1.0), (16, 1.0, 0.25), (24, 1.0, 0.0)):
            memory.update(p, g, start, start + 8, None, rate, decay)
    np.testing.assert_allclose(p.reshape(4, 8)[:, 0], [0.95**2, 0.85**2, (1 - 0.1 * 0.125) ** 2, 1.0], rtol=1e-15)


def test_slices_that_are_gone_over_twice_are_short():
    from fitcli.optim.ema import EMA
    from fitcli.optim.sam import SAM

    size, seen = 40_000, []
    for optimizer, pieces in ((AdamW(), 1), (SAM(AdamW()), 1), (EMA(AdamW()), 5), (SAM(EMA(AdamW())), 5)):
        memory = Memory(optimizer, size)
        found = list(memory._pieces(16, size, None))
        assert len(found) == pieces
        assert [n for cut, _ in found for n in range(cut.start, cut.stop)] == list(range(16, size))
        assert all(shape == (cut.stop - cut.start,) for cut, shape in found)
        p, g = np.ones(size, np.float32), np.linspace(-1, 1, size).astype(np.float32)
        memory.begin(0.1, 1)
        memory.update(p, g, 0, size)
        seen.append(p)
    assert all(np.array_equal(p, seen[0]) for p in seen)
