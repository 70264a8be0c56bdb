"""A schedule as the list of its factors."""

from __future__ import annotations

import pytest


@pytest.fixture
def curve():
    """curve(schedule, steps, observed=()) -> the factors of all steps."""
    return lambda schedule, steps, observed=(): [schedule.factor(step, steps, observed) for step in range(steps)]


@pytest.fixture
def against_torch():
    """against_torch(curve, name, **settings): the factors of torch.optim.lr_scheduler's schedule over as many steps."""
    torch = pytest.importorskip("torch")

    def run(ours, name, **settings):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
        schedule = getattr(torch.optim.lr_scheduler, name)(optimizer, **settings)
        theirs = []
        for _ in ours:
            theirs.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)

    return run
