import json
from math import inf, log
from pathlib import Path

import numpy as np
import pytest

from fitcli.data.dataset import Dataset, Splits
from fitcli.data.load import load_splits
from fitcli.engine.advice import Adviser
from fitcli.engine.fit import fit
from fitcli.engine.log import read_log
from fitcli.engine.trainer import Step
from fitcli.spec import load_spec

CONFIGS = Path(__file__).parents[3] / "configs"
IMAGES = np.random.default_rng(0).integers(0, 256, (10, 6, 5, 1)).astype(np.uint8)
ZEROS = "init: zeros"
DEAD = f"[flatten, {{dense: {{units: 8, {ZEROS}}}}}, relu, {{dense: {{units: classes, {ZEROS}, bias: false}}}}]"
HEALTHY = "[flatten, dense: 8, relu, dense: classes]"


@pytest.fixture
def told(trainer_of, train):
    """told(steps, per_epoch=1000): kinds by step number of what is said of these (loss, right, norm)."""

    def look(steps, per_epoch=1000, state=None, adviser=None):
        trainer = trainer_of()
        adviser = adviser or Adviser(trainer, train, 200, per_epoch)
        adviser.trainer = trainer
        state, found = {} if state is None else state, {}
        for number, (loss, right, norm) in enumerate(steps, 1):
            trainer.clock[1] = number
            for event in adviser.look(state, Step(loss, right, norm), IMAGES):
                assert event["event"] == "warning" and event["step"] == number
                found[event["kind"]] = number
        return found

    return look


def test_a_fit_that_does_well(told):
    assert told([(2 * 0.97**i, min(10, 3 + i // 10), 3 * 0.98**i) for i in range(200)]) == {}


def test_exploding(told):
    steady = [(1.0, 5, 1.0)] * 20
    assert told(steady + [(2.5, 5, 101.0)]) == {"exploding": 21}
    assert told(steady + [(2.5, 5, 99.0)]) == {}
    assert told(steady + [(1.5, 5, 1e6)]) == {}  # a steep place, but nothing is lost


def test_exploding_slowly(told):
    """1.2 times the norm each step: no jump, but the average climbs."""
    found = told([(1.1**i, 5, 1.2**i) for i in range(60)])
    assert set(found) == {"exploding"} and log(1000) / log(1.2) < found["exploding"] < 60


def test_the_first_norms_say_nothing(told):
    assert told([(1.0, 5, 1e-3), (9.0, 5, 10.0), (9.0, 5, 10.0)]) == {}


def test_a_critical_point(told):
    assert told([(1.5, 9, 1e-5)] * 9) == {}
    assert told([(1.5, 9, 1e-5)] * 10) == {"critical_point": 10}
    assert told([(1.5, 9, 1e-4)] * 30) == {}
    assert told([(1.5, 9, 1e-5)] * 9 + [(1.5, 9, 1.0)] + [(1.5, 9, 1e-5)] * 9) == {}  # not one after the other


def test_a_loss_that_is_almost_0_is_no_stall(told):
    assert told([(1.0, 9, 1.0)] + [(0.04, 9, 1e-9)] * 30) == {}


def test_stuck(told):
    assert told([(log(3), 3, 0.1)] * 79) == {}
    assert told([(log(3), 3, 0.1)] * 80) == {"stuck": 80}  # windows of 40 steps, the second of them
    assert told([(1.03 * log(3), 4, 0.1)] * 80) == {"stuck": 80}


@pytest.mark.parametrize(("loss", "right"), [(0.98, 3), (1.06, 3), (1.0, 5)])
def test_not_stuck(told, loss, right):
    assert told([(loss * log(3), right, 0.1)] * 200) == {}


def test_stuck_is_no_word_for_the_first_steps(told):
    assert told([(log(3), 3, 0.1)] * 40 + [(0.9, 5, 0.1)] * 160) == {}


def test_each_once(told, trainer_of, train):
    adviser, state = Adviser(trainer_of(), train, 200, 1000), {}
    steps = [(1.5, 9, 1e-5)] * 30
    assert told(steps, state=state, adviser=adviser) == {"critical_point": 10}
    assert told(steps, state=state, adviser=adviser) == {}
    assert told(steps, state={"told": state["told"]}, adviser=adviser) == {}  # back to the beginning by a rollback
    kept = json.loads(json.dumps(state))
    assert told(steps, state=kept, adviser=Adviser(trainer_of(), train, 200, 1000)) == {}  # a resumed fit


@pytest.mark.parametrize(("steps", "window", "patience"), [(5, 10, 3), (100, 20, 5), (10_000, 100, 10)])
def test_short_fits_are_told_sooner(trainer_of, train, steps, window, patience):
    adviser = Adviser(trainer_of(), train, steps, 5)
    assert (adviser.window, adviser.patience) == (window, patience)


def test_when_dead_units_are_looked_for(trainer_of, train, monkeypatch):
    from fitcli.engine.advice import adviser as module

    looked = []
    trainer = trainer_of()
    monkeypatch.setattr(module, "relu_layers", lambda model, images: looked.append(trainer.step) or [])
    adviser, state = Adviser(trainer, train, 100, 5), {}
    for number in range(1, 101):
        trainer.clock[1] = number
        adviser.look(state, Step(0.5, 9, 1.0), IMAGES)
    assert looked == [5, 10, 20, 40, 80]


def test_a_dead_layer_in_a_real_fit(warnings_of):
    found = {w["kind"]: w for w in warnings_of(DEAD, epochs=20)}
    assert found.keys() == {"critical_point", "dead_units", "stuck"}
    assert found["dead_units"]["message"].endswith("so learn nothing any more: 1.dense+2.relu (8 of 8)")
    assert "its norm is 0.0e+00" in found["critical_point"]["message"] and "init" in found["critical_point"]["hint"]
    assert "which is ln 3 = 1.0986" in found["stuck"]["message"] and "fitcli lr s.yaml" in found["stuck"]["hint"]


def test_a_loss_stuck_at_ln_k_in_a_real_fit(warnings_of):
    """Every class has the same two images: nothing can be learned."""
    images = np.zeros((60, 6, 5, 1), np.uint8)
    images[30:] = 255
    found = warnings_of("[flatten, dense: classes]", images, optimizer="{sgd: {lr: 0.01}}", epochs=20)
    assert [w["kind"] for w in found] == ["stuck"]


def test_stuck_at_the_same_answers_for_every_image(spec_of, tmp_path):
    labels = (np.random.default_rng(0).random((60, 3)) < [0.2, 0.3, 0.1]).astype(np.uint8)
    spec = spec_of("[flatten, dense: classes]", "{sgd: {lr: 0.3}}", 40, "loss: binary_cross_entropy")
    train = Dataset(np.zeros((60, 6, 5, 1), np.uint8), labels, ("a", "b", "c"))
    events = fit(spec, Splits(train, None, None), tmp_path / "run")
    (told,) = (event for event in events if event["event"] == "warning")
    assert told["kind"] == "stuck" and "which is the entropy of the classes' shares = " in told["message"]


def test_an_explosion_in_a_real_fit(warnings_of):
    found = warnings_of(HEALTHY, optimizer="{sgd: {lr: 30}}", epochs=20)
    assert found[0]["kind"] == "exploding" and "--set fit.optimizer.sgd.lr=3, or" in found[0]["hint"]
    assert found[0]["epoch"] == -(-found[0]["step"] // 6)


@pytest.mark.parametrize("optimizer", ["adam", "{sgd: {lr: 0.05}}", "lbfgs", "{lion: {lr: 1e-3}}", "gd"])
@pytest.mark.parametrize("model", [HEALTHY, "[conv: {filters: 4}, batchnorm, relu, flatten, dense: classes]"])
def test_no_false_alarm(warnings_of, model, optimizer):
    assert warnings_of(model, optimizer=optimizer, epochs=12) == []


def test_the_log_of_a_resumed_fit_is_that_of_one_that_was_not_interrupted(spec_of, train, tmp_path):
    """Interrupted in the midst of a window, behind the first warnings."""
    splits, spec = Splits(train, None, None), spec_of(DEAD, epochs=20)
    list(fit(spec, splits, tmp_path / "whole"))
    events = fit(spec, splits, tmp_path / "cut")
    while (event := next(events)).get("step", 0) < 33:
        pass
    with pytest.raises(KeyboardInterrupt):
        events.throw(KeyboardInterrupt())
    list(fit(spec, splits, tmp_path / "cut", resume=True))
    logs = (read_log(tmp_path / name / "log.jsonl") for name in ("whole", "cut"))
    whole, cut = ([event for event in log if event["event"] == "warning"] for log in logs)
    assert whole == cut and len(whole) == 3


def test_what_it_remembers_is_plain(told):
    state = {}
    told([(1.0, 3, 0.5)] * 7, state=state)
    assert json.loads(json.dumps(state)) == state and state["least"] < inf


@pytest.mark.parametrize(
    "name", ["fashion_mlp.yaml", "fashion.yaml", "variants/adam.yaml", "variants/sgd.yaml", "variants/gd.yaml"]
)
def test_no_false_alarm_on_what_is_shipped(name, tmp_path):
    """Some sixty steps on few images: the beginning, which is where a loss stays near ln K."""
    spec = load_spec(CONFIGS / name, overrides=["data.per_class=40", "fit.epochs=10"])
    splits = load_splits(spec.data, spec.seed)
    events = list(fit(spec, Splits(splits.train, None, None), tmp_path / "run", threads=1))
    assert [event for event in events if event["event"] == "warning"] == []
    assert sum(event["event"] == "step" for event in events) >= 10


def test_no_false_alarm_on_photographs(photographs, tmp_path):
    spec = load_spec(CONFIGS / "cats_dogs.yaml", data=photographs, overrides=["fit.epochs=20", "data.image.size=32"])
    splits = load_splits(spec.data, spec.seed)
    events = list(fit(spec, Splits(splits.train, None, None), tmp_path / "run", threads=1))
    assert [event for event in events if event["event"] == "warning"] == []
