import numpy as np
import pytest

from fitcli.data.dataset import Dataset
from fitcli.engine.rangetest import range_test
from fitcli.errors import DataError, SpecError
from fitcli.optim import OPTIMIZERS

FIXED = ("armijo", "cg", "lbfgs", "rprop")


def test_the_result(spec_of, train):
    told = []
    found = range_test(spec_of("lookahead"), train, 1e-4, 1.0, 30, threads=1, progress=lambda *at: told.append(at))
    assert found.keys() == {
        "optimizer", "batch", "images", "steps", "rates", "losses", "smoothed", "steepest", "lowest", "diverges",
        "suggestion", "key", "stopped",
    }  # fmt: skip
    assert (found["optimizer"], found["batch"], found["images"]) == ("lookahead", 8, 21)
    assert found["key"] == "fit.optimizer.lookahead.optimizer.adam.lr"
    assert found["steps"] == len(found["rates"]) == len(found["losses"]) == len(found["smoothed"]) == len(told)
    assert 1e-4 < found["suggestion"] < 1.0


def test_it_is_the_same_twice(spec_of, train):
    assert range_test(spec_of(), train, steps=12) == range_test(spec_of(), train, steps=12)


def test_full_batches_where_the_optimizer_wants_them(spec_of, train):
    assert range_test(spec_of("gd"), train, steps=10)["batch"] == 21


@pytest.mark.parametrize("name", FIXED)
def test_optimizers_without_a_rate_to_find(spec_of, train, name):
    with pytest.raises(SpecError, match=f"s.yaml:3: fit.optimizer: {name} finds the length of its steps by itself") as told:
        range_test(spec_of(name), train)
    assert "fit.optimizer=adam" in told.value.problems[0].hint


def test_which_optimizers_have_none():
    assert [name for name in OPTIMIZERS if not OPTIMIZERS[name]().rate_scales] == sorted(FIXED)
    assert not OPTIMIZERS["ema"](optimizer=OPTIMIZERS["rprop"]()).rate_scales


def test_no_images(spec_of):
    nothing = Dataset(np.zeros((0, 5, 4, 1), np.uint8), np.zeros(0, np.int64), ("ant", "bee"))
    with pytest.raises(DataError, match="no training images"):
        range_test(spec_of(), nothing)
