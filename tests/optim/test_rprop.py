import numpy as np
import pytest

from fitcli.optim.rprop import Rprop


def twin(slower=0.5, faster=1.2, smallest=1e-6, largest=50.0):
    def step(p, g, t, lr, memory):
        if not memory:
            memory.update(size=np.full_like(p, lr), before=np.zeros_like(p))
        product = g * memory["before"]
        factor = np.where(product > 0, faster, np.where(product < 0, slower, 1.0))
        size = memory["size"] = np.clip(memory["size"] * factor, smallest, largest)
        g = memory["before"] = np.where(product < 0, 0, g)
        return p - np.sign(g) * size

    return step


SETTINGS = [{}, {"slower": 0.7, "faster": 1.5}, {"smallest": 0.005, "largest": 0.02}]


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_equations(compare, settings):
    compare(Rprop(**settings), twin(**settings), loose=4)


@pytest.mark.parametrize("settings", SETTINGS)
def test_pytorch_does_the_same(against_torch, settings):
    full = {"slower": 0.5, "faster": 1.2, "smallest": 1e-6, "largest": 50.0} | settings
    sizes = (full["smallest"], full["largest"])
    against_torch(Rprop(**settings), "Rprop", etas=(full["slower"], full["faster"]), step_sizes=sizes)


def test_limits_the_wrong_way_round_are_refused():
    with pytest.raises(ValueError, match="smallest must not be above largest"):
        Rprop(smallest=1.0, largest=0.5)
