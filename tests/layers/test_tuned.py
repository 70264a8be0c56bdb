import numpy as np
import pytest

from fitcli.autodiff.tuning import Tuning
from fitcli.engine.trainer import Trainer
from fitcli.model import build_model
from fitcli.spec import dump_spec, parse_spec


@pytest.fixture
def steps():
    """steps(layers, optimizer, n): the model of two pixels after n steps on the same batch, and before."""

    def run(layers, optimizer="sgd: 0.5", n=1):
        text = f"data: {{path: x}}\nmodel: {layers}\nfit: {{optimizer: {{{optimizer}}}}}"
        spec = parse_spec(text)
        assert parse_spec(dump_spec(spec)) == spec
        model = build_model(spec, ("a", "b"), (1, 2, 1))
        model.initialize(3)
        before = model.save_arrays()
        trainer = Trainer(model, 0, threads=1)
        images = np.random.default_rng(0).integers(0, 256, (4, 1, 2, 1), dtype=np.uint8)
        loss = [trainer.descend(images, np.array([0, 1, 1, 0]), spec.fit.optimizer.lr).loss for _ in range(n)]
        return before, model.save_arrays(), loss

    return run


PLAIN = "[flatten, dense: 3, tanh, dense: classes]"


def test_the_factor_on_the_rate(steps):
    before, after, _ = steps(PLAIN)
    _, tuned, _ = steps("[flatten, tuned: {layers: [dense: 3], lr: 0.1}, tanh, dense: classes]")
    w, v = "1.dense.weight", "1.tuned.layers.0.dense.weight"
    assert after[w].shape == tuned[v].shape
    b = steps("[flatten, tuned: [dense: 3], tanh, dense: classes]")
    full = b[1][v] - b[0][v]
    np.testing.assert_allclose(tuned[v] - b[0][v], 0.1 * full, rtol=1e-3, atol=1e-7)
    assert np.abs(full).max() > 1e-3 and before[w].shape == (2, 3)


def test_the_factor_on_the_decay(steps):
    """With no gradient to speak of, each step shrinks weights by lr · factor · weight_decay."""
    layers = "[flatten, tuned: {layers: [dense: 3], decay: 0.5}, freeze: [dense: classes]]"
    zero = layers.replace("dense: classes", "dense: {units: classes, init: zeros}")
    before, after, _ = steps(zero, "sgd: {lr: 0.1, weight_decay: 1.0}")
    name = "1.tuned.layers.0.dense.weight"
    np.testing.assert_allclose(after[name], 0.95 * before[name], rtol=1e-6)
    _, free, _ = steps(zero.replace("decay: 0.5", "decay: 0"), "sgd: {lr: 0.1, weight_decay: 1.0}")
    np.testing.assert_array_equal(free[name], before[name])


def test_penalties_pull_weights_to_zero(steps):
    zero = "freeze: [dense: {units: classes, init: zeros}]"
    name = "1.tuned.layers.0.dense.weight"
    before, after, loss = steps(f"[flatten, tuned: {{layers: [dense: 3], l2: 0.25}}, {zero}]", "sgd: 0.1")
    np.testing.assert_allclose(after[name], (1 - 0.1 * 0.5) * before[name], rtol=1e-5)
    assert loss[0] == pytest.approx(np.log(2) + 0.25 * (before[name] ** 2).sum(), rel=1e-6)
    before, after, loss = steps(f"[flatten, tuned: {{layers: [dense: 3], l1: 0.25}}, {zero}]", "sgd: 0.1")
    np.testing.assert_allclose(after[name], before[name] - 0.025 * np.sign(before[name]), rtol=1e-5)
    assert loss[0] == pytest.approx(np.log(2) + 0.25 * np.abs(before[name]).sum(), rel=1e-6)


def test_the_bound_holds_after_every_step(steps):
    before, after, _ = steps("[flatten, tuned: {layers: [dense: 3], max_norm: 0.3}, tanh, dense: classes]", n=3)
    name = "1.tuned.layers.0.dense.weight"
    assert np.linalg.norm(before[name], axis=0).max() > 0.3
    assert np.linalg.norm(after[name], axis=0).max() <= 0.3 * (1 + 1e-6)
    assert np.linalg.norm(after["3.dense.weight"], axis=0).max() > 0.3


def test_outside_of_training_the_loss_is_that_of_the_images():
    from fitcli.engine.evaluator import Evaluator

    spec = parse_spec("data: {path: x}\nmodel: [flatten, tuned: {layers: [dense: {units: classes, init: ones}], l2: 9}]")
    model = build_model(spec, ("a", "b"), (1, 2, 1))
    model.initialize(0)
    loss, _ = Evaluator(model, 1, 2).outputs(np.ones((2, 1, 2, 1), np.uint8), np.array([0, 1]))
    assert loss == pytest.approx(np.log(2), rel=1e-6)


def test_one_in_another(build):
    spec = parse_spec("data: {path: x}\nmodel: [tuned: {layers: [tuned: {layers: [dense: 3], lr: 0.5, l1: 1}], lr: 0.1, l1: 2}]")
    (weight, _) = build(spec.model[0], (4,)).graph.params
    assert weight.tuning == Tuning(lr=0.05, l1=3.0)


def test_without_it_nothing_is_tuned(build):
    from fitcli.layers.dense import Dense

    assert {p.tuning for p in build(Dense(3), (4,)).graph.params} == {Tuning()}
