import numpy as np
import pytest

from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Builder, Graph


@pytest.fixture
def losses():
    """losses(loss, outputs [N, K], labels [N] or [N, K]) -> the loss of each image, float64 unless asked otherwise."""

    def run(loss, outputs, labels, dtype=np.float64):
        outputs, labels = np.asarray(outputs, dtype), np.asarray(labels)
        g = Builder(outputs.shape[1])
        y, target = g.input("y", outputs.shape[1:]), g.input("labels", labels.shape[1:], "u1" if labels.ndim > 1 else "i8")
        node = loss.build(g, y, target)
        assert node.shape == ()
        return Eager(Graph(tuple(g.nodes), node), {}, dtype).forward({y: outputs, target: labels}).value[node]

    return run
