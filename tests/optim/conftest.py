"""An optimizer's steps, and what they are compared with, over the same 200 gradients."""

from __future__ import annotations

import numpy as np
import pytest

from fitcli.optim.memory import Memory
from fitcli.optim.point import Point

STEPS, SIZE = 200, 37


def rate(t: int) -> float:
    """A learning rate that changes from step to step."""
    return 0.01 * (1 + 0.5 * np.sin(t / 7))


def steps(optimizer, p, gradients, decay=True, scale=1.0):
    """Move the flat p in place by each gradient in turn; the shapes of a block where the optimizer wants whole ones."""
    memory = Memory(optimizer, p.size, p.dtype)
    for t, g in enumerate(gradients, 1):
        memory.begin(scale * rate(t), t, len(gradients))
        optimizer.update(p, g, [s.reshape(p.shape) for s in memory.states.values()], memory.hyper, decay)
    return memory


@pytest.fixture(params=[("f4", 1e-6), ("f8", 1e-12)], ids=["f4", "f8"])
def compare(request):
    """compare(optimizer, twin, decay=True): 200 steps of both from the same start, wherever they stand.

    twin(p, g, t, lr, memory) -> p, in float64; `memory` is a dict of its own. `loose` widens the tolerance where
    products of 200 rounded factors are compared.
    """
    dtype, tolerance = request.param

    def run(optimizer, twin, decay=True, shape=(SIZE,), scale=1.0, loose=1):
        rng = np.random.default_rng(5)
        start = rng.standard_normal(shape).astype(dtype)
        gradients = [(rng.standard_normal(shape) + 0.5).astype(dtype) for _ in range(STEPS)]
        p, wanted, memory = start.copy(), start.astype(np.float64), {}
        steps(optimizer, p, gradients, decay, scale)
        for t, g in enumerate(gradients, 1):
            wanted = twin(wanted, g.astype(np.float64), t, scale * rate(t), memory)
        assert p.dtype == dtype
        assert np.linalg.norm(wanted - start) > 0.1 * np.linalg.norm(start)  # it did move
        assert np.linalg.norm(p - wanted) <= loose * tolerance * np.linalg.norm(wanted)

    return run


@pytest.fixture(params=[("f4", 1e-6), ("f8", 1e-12)], ids=["torch-f4", "torch-f8"])
def against_torch(request):
    """against_torch(optimizer, name, **settings): 200 steps in float64 and in float32 beside torch.optim's float64."""
    torch = pytest.importorskip("torch")
    dtype, tolerance = request.param
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # numbers such as NAdam's product would be float32 otherwise

    def run(optimizer, name, shape=(SIZE,), **settings):
        rng = np.random.default_rng(6)
        p = rng.standard_normal(shape).astype(dtype)
        gradients = [(rng.standard_normal(shape) + 0.5).astype(dtype) for _ in range(STEPS)]
        theirs = torch.nn.Parameter(torch.tensor(p, dtype=torch.float64))
        other = getattr(torch.optim, name)([theirs], lr=1.0, **settings)
        steps(optimizer, p, gradients)
        for t, g in enumerate(gradients, 1):
            theirs.grad = torch.tensor(g, dtype=torch.float64)
            other.param_groups[0]["lr"] = rate(t)
            other.step()
        wanted = theirs.detach().numpy()
        assert np.linalg.norm(p - wanted) <= tolerance * np.linalg.norm(wanted)

    yield run
    torch.set_default_dtype(before)


@pytest.fixture
def walk():
    """walk(optimizer, function, p, steps=1, lr=None, factor=None) -> Walk: what a trainer does, one block, float64.

    function(p) -> (loss, gradient); factor(t, steps) multiplies the rate.
    """
    return Walk


class Walk:
    def __init__(self, optimizer, function, p, steps=1, lr=None, factor=None):
        self.optimizer, self.function = optimizer, function
        self.p, self.g = np.array(p), np.zeros_like(p)
        self.memory = Memory(optimizer, self.p.size, self.p.dtype)
        self.evaluations, self.losses = 0, []
        lr = lr or optimizer.lr
        for t in range(1, steps + 1):
            self.losses.append(self.look())
            self.memory.begin(lr * (factor(t, steps) if factor else 1.0), t, steps)
            if optimizer.drives:
                point = Point(
                    self.p, self.g, self.losses[-1], self.memory.states, self.memory.hyper, self.look, self.move
                )
                optimizer.drive(point)
            else:
                self.move()

    def look(self):
        loss, gradient = self.function(self.p)
        self.g[...] = gradient
        self.evaluations += 1
        return float(loss)

    def move(self):
        self.optimizer.update(self.p, self.g, list(self.memory.states.values()), self.memory.hyper, True)

    @property
    def evaluated(self):
        """The weights that would be validated."""
        name = self.optimizer.evaluation
        return self.memory.states[name] if name else self.p
