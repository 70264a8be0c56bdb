"""A flat gradient of a few parameters, and treatments of it by several workers."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from fitcli.autodiff.graph import Param
from fitcli.autodiff.params import Layout, aligned_zeros
from fitcli.autodiff.tuning import Tuning
from fitcli.gradients.base import Work

PARAMS = [
    Param("0.conv.weight", (3, 3, 2, 5), None),
    Param("0.conv.bias", (5,), None, decay=False),
    Param("1.dense.weight", (20, 7), None, tuning=Tuning(lr=2.0)),
    Param("2.freeze.weight", (4, 4), None, tuning=Tuning(lr=0.0)),
    Param("3.dense.weight", (7, 3), None),
]


@pytest.fixture(params=["f4", "f8"])
def treated(request):
    """treated(treatment, workers=1, step=0, scale=1.0) -> what it was and what became of it, arrays by name."""

    def run(*treatments, workers=1, step=0, scale=1.0, seed=3):
        layout = Layout(PARAMS)
        work = Work(*(aligned_zeros(layout.size, request.param) for _ in "gp"), layout,
                    np.array([seed, step]), workers, frozenset(PARAMS[-1:]))  # fmt: skip
        g, p = (layout.views(vector, np.zeros(0)) for vector in (work.g, work.p))
        rng = np.random.default_rng(1)
        for param in PARAMS:
            g[param][...], p[param][...] = (rng.standard_normal(param.shape) for _ in "gp")
            g[param] *= scale
        before = {param.name: view.copy() for param, view in g.items()}
        weights = {param.name: view.copy() for param, view in p.items()}
        for treatment in treatments:
            for phase in treatment.phases(work):
                for worker in reversed(range(workers)):
                    phase(worker)
        assert all(p[param].tobytes() == weights[param.name].tobytes() for param in PARAMS)
        frozen = g[PARAMS[3]]
        assert frozen.tobytes() == before["2.freeze.weight"].tobytes()
        after = {param.name: view for param, view in g.items()}
        assert work.g.sum() == pytest.approx(sum(view.sum() for view in after.values()), rel=1e-4)  # nothing between them
        for found in (before, weights, after):
            del found["2.freeze.weight"]
        return SimpleNamespace(before=before, weights=weights, after=after, flat=work.g)

    run.dtype = request.param
    run.rtol = {"f4": 1e-6, "f8": 1e-14}[request.param]
    return run


@pytest.fixture
def same():
    """same(found, wanted, rtol): arrays by name agree."""

    def check(found, wanted, rtol):
        assert found.keys() == wanted.keys()
        for name, array in found.items():
            np.testing.assert_allclose(array, wanted[name], rtol=rtol, atol=rtol)

    return check


@pytest.fixture
def torch_clipped():
    """torch_clipped("clip_grad_norm_", gradients, bound) -> what PyTorch makes of them."""
    torch = pytest.importorskip("torch")

    def run(name, gradients, bound):
        params = []
        for array in gradients.values():
            params.append(torch.nn.Parameter(torch.tensor(array)))
            params[-1].grad = torch.tensor(array)
        getattr(torch.nn.utils, name)(params, bound)
        return dict(zip(gradients, (p.grad.numpy() for p in params), strict=True))

    return run
