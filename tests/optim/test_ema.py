import numpy as np
import pytest

from fitcli.optim.ema import EMA
from fitcli.optim.sgd import SGD


@pytest.mark.parametrize("decay", [0.9, 0.0, 0.999])
def test_the_equations(walk, decay):
    rng = np.random.default_rng(0)
    path = []

    def function(p):
        path.append(p.copy())
        return 0.0, rng.standard_normal(4)

    found = walk(EMA(SGD(lr=0.1), decay=decay), function, np.ones(4), steps=60)
    average = path[1]
    for p in [*path[2:], found.p]:
        average = decay * average + (1 - decay) * p
    np.testing.assert_allclose(found.evaluated, average, rtol=1e-12)


def test_training_is_not_touched(compare):
    compare(EMA(SGD()), lambda p, g, t, lr, memory: p - lr * g)


def test_pytorch_does_the_same(walk):
    torch = pytest.importorskip("torch")
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    net = torch.nn.Linear(4, 1, bias=False, dtype=torch.float64)
    averaged = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    other = torch.optim.SGD(net.parameters(), lr=0.1)
    start = net.weight.detach().numpy().ravel().copy()
    found = walk(EMA(SGD(lr=0.1), decay=0.9), lambda p: (0.0, np.cos(p)), start, steps=50)
    for _ in range(50):
        net.weight.grad = torch.cos(net.weight.detach())
        other.step()
        averaged.update_parameters(net)
    theirs = averaged.module.weight.detach().numpy().ravel()
    assert np.linalg.norm(found.evaluated - theirs) <= 1e-12 * np.linalg.norm(theirs)
