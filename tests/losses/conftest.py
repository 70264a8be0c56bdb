import numpy as np
import pytest

from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Builder, Graph


@pytest.fixture
def losses():
    """losses(loss, outputs [N, K], labels [N]) -> the loss of each image, float64 unless asked otherwise."""

    def run(loss, outputs, labels, dtype=np.float64):
        outputs = np.asarray(outputs, dtype)
        g = Builder(outputs.shape[1])
        y, target = g.input("y", outputs.shape[1:]), g.input("labels", (), "i8")
        node = loss.build(g, y, target)
        assert node.shape == ()
        return Eager(Graph(tuple(g.nodes), node), {}, dtype).forward({y: outputs, target: np.asarray(labels)}).value[node]

    return run
