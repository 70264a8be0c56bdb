import numpy as np
import pytest

from fitcli.kernels.recording import Recorder, recording
from fitcli.optim.adamw import AdamW
from fitcli.optim.muon import Muon


def twin(momentum=0.95, nesterov=True, steps=5, decay=0.0):
    """Jordan et al. (2024), with X the wide one of the two, as there."""

    def step(p, g, t, lr, memory):
        shape = p.shape
        p, g = p.reshape(-1, shape[-1]), g.reshape(-1, shape[-1])
        m = memory["m"] = momentum * memory.get("m", 0) + g
        u = g + momentum * m if nesterov else m
        x = u / (np.linalg.norm(u) + 1e-7)
        tall = x.shape[0] > x.shape[1]
        x = x.T if tall else x
        for _ in range(steps):
            s = x @ x.T
            x = 3.4445 * x + (-4.775 * s + 2.0315 * s @ s) @ x
        x = x.T if tall else x
        scale = np.sqrt(max(1, shape[-1] / (p.size // shape[-1])))
        return (p - lr * (decay * p + scale * x)).reshape(shape)

    return step


@pytest.mark.parametrize("shape", [(3, 3, 2, 5), (4, 70), (9, 9), (70, 33)])
def test_the_equations(compare, shape):
    compare(Muon(), twin(), shape=shape, loose=3, scale=3.0)


@pytest.mark.parametrize("settings", [{"momentum": 0.5, "nesterov": False}, {"steps": 2}])
def test_settings(compare, settings):
    compare(Muon(**settings), twin(**settings), shape=(12, 5), loose=3)


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(Muon(weight_decay=0.5), twin(decay=0.5 * decay), decay, shape=(6, 7), loose=3)


def test_all_singular_values_come_near_to_one():
    g = np.diag([1.0, 0.3, 0.1, 0.03])
    p = np.zeros((4, 4))
    Muon().update(p, g, [np.zeros((4, 4)), np.zeros((4, 4))], np.array([1.0, 1.0]), True)
    assert np.all((np.linalg.svd(p)[1] > 0.6) & (np.linalg.svd(p)[1] < 1.3))


def test_vectors_take_adamws_steps():
    rng = np.random.default_rng(2)
    p, q = np.ones(7), np.ones(7)
    mine, theirs = ([np.zeros(7), np.zeros(7)] for _ in range(2))
    for t in range(1, 20):
        g = rng.standard_normal(7)
        Muon(vector_rate=0.5, weight_decay=0.1).update(p, g, mine, np.array([0.2, t]), True)
        AdamW(beta2=0.95, weight_decay=0.1).update(q, g, theirs, np.array([0.1, t]), True)
    np.testing.assert_allclose(p, q, rtol=1e-14)


def test_pytorch_moves_the_same_way_as_far_as_its_bfloat16_tells():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    p, states = rng.standard_normal((12, 12)), [np.zeros((12, 12)) for _ in range(2)]
    theirs = torch.nn.Parameter(torch.tensor(p))
    other = torch.optim.Muon([theirs], lr=0.02, weight_decay=0.1, momentum=0.9)
    for t in range(1, 21):
        g = rng.standard_normal((12, 12))
        Muon(momentum=0.9, weight_decay=0.1).update(p, g, states, np.array([0.02, t]), True)
        theirs.grad = torch.tensor(g)
        other.step()
    assert np.linalg.norm(p - theirs.detach().numpy()) < 0.01 * np.linalg.norm(p)


def test_its_workspace_lies_in_the_arena_when_recorded():
    p = np.ones((3, 4), np.float32)
    with recording(Recorder()) as recorder:
        Muon(steps=2).update(p, p.copy(), [p.copy(), p.copy()], np.array([0.1, 1.0]), True)
    names = [instruction.kernel.name for instruction in recorder.instructions]
    assert names == ["gather", *["gram", "times", "quintic", "times"] * 2, "apply"]
    assert p.min() == 1
