import numpy as np
import pytest

from fitcli.autodiff.graph import Param
from fitcli.autodiff.params import Layout
from fitcli.engine.divergence import diverged, first_bad

LAYOUT = Layout([Param("w", (3, 5), None), Param("b", (5,), None, decay=False), Param("mean", (4,), None, trained=False)])


@pytest.mark.parametrize(
    ("vector", "size", "at", "told"),
    [
        ("parameters", 32, [], None), ("parameters", 32, [3, 18], "w"), ("parameters", 32, [18], "b"),
        ("parameters", 32, [15], "parameters"), ("state", 16, [2], "mean"), ("optimizer.v", 32, [20], "b (optimizer.v)"),
        ("optimizer.scalars", 2, [0], "optimizer.scalars"),
    ],
)  # fmt: skip
def test_the_first_number_that_is_not_finite_has_an_owner(vector, size, at, told):
    array = np.zeros(size)
    array[at] = np.nan
    assert first_bad(LAYOUT, vector, array) == told


def test_what_to_type_next(spec_of):
    (problem,) = diverged(spec_of(optimizer="{ema: {optimizer: {sgd: {lr: 0.5}}}}"), 7, "loss nan").problems
    assert problem.message == "the fit diverged at step 7: loss nan"
    assert problem.hint == (
        "a smaller rate, such as --set fit.optimizer.ema.optimizer.sgd.lr=0.05, or --set fit.on_divergence=rollback"
    )
    (problem,) = diverged(spec_of(on_divergence="rollback"), 7, "loss nan").problems
    assert problem.hint == "a smaller rate, such as --set fit.optimizer.adam.lr=0.001"
