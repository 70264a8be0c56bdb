import numpy as np

from fitcli.autodiff.program import Program
from fitcli.engine.gradcheck.place import place
from fitcli.engine.gradcheck.recorded import check_recorded
from fitcli.spec import parse_spec


def test_every_cut_of_the_batch_gives_the_same(small):
    found = check_recorded(small)
    assert found["verdict"] == "CORRECT"
    assert [(c["workers"], c["microbatch"]) for c in found["cases"]] == [(1, 5), (1, 2), (2, 2), (2, 1)]
    assert all(c["gradient"] < 1e-12 and c["loss"] < 1e-12 for c in found["cases"])


def test_a_gradient_that_is_not_zeroed_shows(small, monkeypatch):
    run = Program.differentiate

    def twice(self):
        run(self)
        self.gradient[:8] *= 2

    monkeypatch.setattr(Program, "differentiate", twice)
    found = check_recorded(small)
    assert found["verdict"] == "WRONG" and all(c["gradient"] > 1e-3 for c in found["cases"])


def test_a_loss_that_is_off_shows(small, monkeypatch):
    run = Program.differentiate

    def off(self):
        run(self)
        self.losses[0] += 1e-6

    monkeypatch.setattr(Program, "differentiate", off)
    assert check_recorded(small)["verdict"] == "WRONG"


def test_frozen_parameters_are_not_asked_for():
    spec = parse_spec(
        "data: {path: nowhere, image: {size: 4}}\nmodel: [freeze: [conv: 2], tanh, flatten, dense: classes]\n"
    )
    at = place(spec)
    assert any(not p.tuning.lr for p in at.model.graph.params)
    assert check_recorded(at)["verdict"] == "CORRECT"


def test_a_gradient_of_zero_is_zero(small, monkeypatch):
    monkeypatch.setattr("fitcli.engine.gradcheck.recorded.length", lambda x: 0.0)
    with np.errstate(all="raise"):
        assert all(c["gradient"] == 0 for c in check_recorded(small)["cases"])
