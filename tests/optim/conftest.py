"""An optimizer's kernel, and what it is compared with, over the same 200 gradients."""

from __future__ import annotations

import numpy as np
import pytest

STEPS, SIZE = 200, 37


def rate(t: int) -> float:
    """A learning rate that changes from step to step."""
    return 0.01 * (1 + 0.5 * np.sin(t / 7))


@pytest.fixture(params=[("f4", 1e-6), ("f8", 1e-12)], ids=["f4", "f8"])
def compare(request):
    """compare(optimizer, twin, decay=True): 200 steps of both from the same start, wherever they stand.

    twin(p, g, t, lr, memory) -> p, in float64; `memory` is a dict of its own.
    """
    dtype, tolerance = request.param

    def run(optimizer, twin, decay=True):
        rng = np.random.default_rng(5)
        start = rng.standard_normal(SIZE).astype(dtype)
        p, wanted, memory = start.copy(), start.astype(np.float64), {}
        states = [np.zeros(SIZE, dtype) for _ in optimizer.states]
        for t in range(1, STEPS + 1):
            g = (rng.standard_normal(SIZE) + 0.5).astype(dtype)
            optimizer.update(p, g, states, np.array([rate(t), t]), decay)
            wanted = twin(wanted, g.astype(np.float64), t, rate(t), memory)
        assert p.dtype == dtype
        assert np.linalg.norm(wanted - start) > 0.1 * np.linalg.norm(start)  # it did move
        assert np.linalg.norm(p - wanted) <= tolerance * np.linalg.norm(wanted)

    return run


@pytest.fixture
def against_torch():
    """against_torch(optimizer, name, **settings): 200 steps in float64 beside torch.optim's."""
    torch = pytest.importorskip("torch")

    def run(optimizer, name, **settings):
        rng = np.random.default_rng(6)
        p = rng.standard_normal(SIZE)
        theirs = torch.nn.Parameter(torch.tensor(p))
        other = getattr(torch.optim, name)([theirs], lr=1.0, **settings)
        states = [np.zeros(SIZE) for _ in optimizer.states]
        for t in range(1, STEPS + 1):
            g = rng.standard_normal(SIZE) + 0.5
            optimizer.update(p, g, states, np.array([rate(t), t]), True)
            theirs.grad = torch.tensor(g)
            other.param_groups[0]["lr"] = rate(t)
            other.step()
        wanted = theirs.detach().numpy()
        assert np.linalg.norm(p - wanted) <= 1e-12 * np.linalg.norm(wanted)

    return run
