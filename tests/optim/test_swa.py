import numpy as np
import pytest

from fitcli.optim.sgd import SGD
from fitcli.optim.swa import SWA


@pytest.mark.parametrize(("start", "every", "steps"), [(0.75, 1, 40), (0.5, 3, 41), (0.0, 1, 7), (0.3, 4, 10)])
def test_the_mean_of_the_weights_after_the_start(walk, start, every, steps):
    rng = np.random.default_rng(0)
    path = []

    def function(p):
        path.append(p.copy())
        return 0.0, rng.standard_normal(4)

    found = walk(SWA(SGD(lr=0.1), start=start, every=every), function, np.ones(4), steps=steps)
    after = [*path[1:], found.p]
    chosen = after[int(np.ceil(round(start * steps, 6))) :: every]
    np.testing.assert_allclose(found.evaluated, np.mean(chosen, 0), rtol=1e-12)


def test_up_to_the_start_it_is_the_weights_as_they_are(walk):
    optimizer = SWA(SGD(lr=0.1), start=0.9)
    found = walk(optimizer, lambda p: (0.0, np.ones(2)), np.ones(2), steps=1)
    found.memory.begin(0.1, 1, 10)
    found.move()
    np.testing.assert_array_equal(found.evaluated, found.p)


def test_training_is_not_touched(compare):
    compare(SWA(SGD()), lambda p, g, t, lr, memory: p - lr * g)
