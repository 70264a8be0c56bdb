from dataclasses import MISSING, fields

import numpy as np
import pytest

from fitcli.engine.mixing import Partners
from fitcli.engine.trainer import Trainer
from fitcli.errors import DivergedError
from fitcli.model import build_model
from fitcli.optim import OPTIMIZERS
from fitcli.spec import parse_spec


def steps(trainer, data, count, lr=0.01, batch=8):
    order = np.arange(count * batch).reshape(count, batch) % len(data)
    return [trainer.descend(data.images[chosen], data.labels[chosen], lr) for chosen in order]


def state(trainer):
    return {name: array.copy() for name, array in trainer.arrays().items()}


def same(one, other):
    return one.keys() == other.keys() and all(one[name].tobytes() == other[name].tobytes() for name in one)


def test_it_learns(trainer_of, images):
    trainer = trainer_of(augment="[]")
    found = steps(trainer, images(64), 60)
    assert found[0].loss == pytest.approx(np.log(3), abs=1.0)
    assert np.mean([step.loss for step in found[-8:]]) < 0.3
    assert sum(step.correct for step in found[-8:]) > 58
    assert trainer.step == 60


def test_a_step_tells_what_it_saw_before_it_moved(trainer_of, images):
    trainer, data = trainer_of(augment="[]", layers="[flatten, dense: classes]"), images(8)
    w, b = (trainer.model.params.by_name[f"1.dense.{name}"].astype(float) for name in ("weight", "bias"))
    x, t = data.images.reshape(8, -1) / 255, np.eye(3)[data.labels]
    p = np.exp(x @ w + b)
    p /= p.sum(1, keepdims=True)
    gradient = np.concatenate([(x.T @ (p - t)).ravel(), (p - t).sum(0)]) / 8
    step = trainer.descend(data.images, data.labels, 0.1)
    assert step.loss == pytest.approx(-np.log(p[range(8), data.labels]).mean(), rel=1e-5)
    assert step.correct == (p.argmax(1) == data.labels).sum()
    assert step.gradient_norm == pytest.approx(np.linalg.norm(gradient), rel=1e-5)


def test_the_rate_and_the_number_of_the_step_reach_the_optimizer(trainer_of, images):
    trainer, data = trainer_of(optimizer="{adam: {lr: 1}}"), images(8)
    vector = trainer.model.params.vector
    for number, rate in ((1, 0.003), (2, 0.002), (3, 0.05)):
        wanted, states = vector.copy(), [array.copy() for array in trainer.memory.states.values()]
        trainer.descend(data.images, data.labels, rate)
        trainer.optimizer.update(wanted, trainer.program(8).gradient, states, np.array([rate, number]), True)
        np.testing.assert_allclose(vector, wanted, rtol=1e-6)


def test_weights_decay_and_biases_and_norms_do_not(trainer_of, images):
    """With gradients that are 0 where nothing is seen, only the decay moves."""
    trainer, data = trainer_of(optimizer="{sgd: {lr: 1, weight_decay: 0.1}}", layers="[flatten, dense: classes]"), images(4)
    params = trainer.model.params.by_name
    params["1.dense.weight"][...], params["1.dense.bias"][...] = 1, 2
    trainer.descend(np.zeros_like(data.images), np.zeros(4, np.int64), 0.5)
    np.testing.assert_allclose(params["1.dense.weight"], 0.95, rtol=1e-6)
    np.testing.assert_allclose(params["1.dense.bias"], 2 - 0.5 * (np.full(3, 1 / 3) - [1, 0, 0]), rtol=1e-6)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_setup_gives_the_same_bits(trainer_of, images, threads):
    found = []
    for _ in range(2):
        trainer = trainer_of(threads=threads)
        steps(trainer, images(30), 6)
        found.append(state(trainer))
    assert same(*found)


def test_threads_change_last_digits_only(trainer_of, images):
    one, two = trainer_of(threads=1), trainer_of(threads=2)
    losses = [[step.loss for step in steps(trainer, images(30), 10)] for trainer in (one, two)]
    np.testing.assert_allclose(*losses, rtol=1e-4)


def test_batches_of_any_size_share_everything(trainer_of, images):
    """A batch of 8, of 3, of 8 again: momentum and weights go through, whatever the workers of each."""
    trainer, data = trainer_of(threads=4), images(8)
    for count in (2, 8, 3, 8):
        before = trainer.memory.states["m"].copy()
        trainer.descend(data.images[:count], data.labels[:count], 0.01)
        assert np.any(trainer.memory.states["m"] != before)
    assert trainer.step == 4 and sorted(trainer.programs) == [2, 3, 8]


def test_it_goes_on_from_its_arrays_bit_for_bit(trainer_of, images):
    whole, first, second = trainer_of(), trainer_of(), trainer_of()
    data = images(80)
    steps(whole, data, 10)
    steps(first, data, 4)
    second.restore(state(first), 4)
    assert second.step == 4
    for chosen in np.arange(80).reshape(10, 8)[4:]:
        second.descend(data.images[chosen], data.labels[chosen], 0.01)
    assert same(state(second), state(whole))


@pytest.mark.parametrize("other", [{"layers": "[flatten, dense: classes]"}, {"optimizer": "{sgd: {momentum: 0.9}}"}])
def test_it_does_not_go_on_from_another_model_or_optimizer(trainer_of, other):
    trainer = trainer_of()
    before = state(trainer)
    with pytest.raises(ValueError, match="the checkpoint is of another model or optimizer"):
        trainer.restore(trainer_of(**other).arrays(), 5)
    assert same(state(trainer), before) and trainer.step == 0


def test_a_diverged_fit_says_where_and_keeps_its_numbers(trainer_of, images):
    layers = "[flatten, dense: 8, relu, dense: classes]"
    trainer, data = trainer_of(optimizer="{sgd: {lr: 2e+25}}", layers=layers), images(40)
    with pytest.raises(DivergedError) as caught:
        steps(trainer, data, 5, lr=1e25)
    assert caught.value.exit_code == 4
    (problem,) = caught.value.problems
    assert problem.message.startswith(f"the fit diverged at step {trainer.step + 1}: loss ")
    assert "learning rate 1e+25" in problem.message
    assert "the first number that is not finite comes from 3.dense forward" in problem.message
    assert problem.hint == "a smaller rate, such as --set fit.optimizer.sgd.lr=2e+24, or --set fit.on_divergence=rollback"
    assert 0 < trainer.step < 5
    assert all(np.isfinite(array).all() for array in trainer.arrays().values())


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(
    ("weight", "value", "where"), [("0.conv.weight", 1e30, r"(0\.conv|1\.batchnorm)"), ("6.dense.weight", 3e38, r"6\.dense")]
)
def test_a_diverged_fit_leaves_the_running_statistics_alone_and_can_go_back(
    trainer_of, images, debug, weight, value, where
):
    trainer, data = trainer_of(debug=debug), images(16)
    steps(trainer, data, 2)
    good = state(trainer)
    trainer.model.params.by_name[weight][...] = value
    poisoned = state(trainer)
    with pytest.raises(DivergedError, match=rf"at step 3: .* comes from {where}"):
        steps(trainer, data, 1)
    assert same(state(trainer), poisoned) and trainer.step == 2
    trainer.restore(good, 2)
    steps(trainer, data, 1)
    twin = trainer_of()
    steps(twin, data, 2)
    steps(twin, data, 1)
    assert same(state(trainer), state(twin))


def test_a_step_too_long_for_float32_is_not_made(trainer_of, images):
    trainer, data = trainer_of(optimizer="{sgd: {lr: 1}}"), images(8)
    before = state(trainer)
    with pytest.raises(DivergedError, match=r"at step 1: loss [\d.]+, gradient norm [\d.]+, learning rate 1e\+38"):
        steps(trainer, data, 1, lr=1e38)
    assert trainer.model.params.vector.tobytes() == before["parameters"].tobytes()


def test_debug_is_the_same_fit_instruction_by_instruction(trainer_of, images):
    fast, slow = trainer_of(), trainer_of(debug=True)
    for trainer in (fast, slow):
        steps(trainer, images(30), 3)
    assert same(state(fast), state(slow))


SPEC = """
data: {path: .}
model: [flatten, {dense: 8}, tanh, {dense: classes}]
fit: {batch: 12, optimizer: %s}
"""


def written(name):
    """An optimizer as a spec has it; what wraps another wraps sgd."""
    bare = any(f.default is MISSING and f.default_factory is MISSING for f in fields(OPTIMIZERS[name]))
    return f"{{{name}: {{optimizer: {{sgd: {{lr: 0.05}}}}}}}}" if bare else name


@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_every_optimizer_descends_and_resumes_bit_for_bit(name):
    spec = parse_spec(SPEC % written(name))
    model = build_model(spec, ("a", "b", "c"), (4, 4, 1))
    rng = np.random.default_rng(0)
    labels = np.arange(12) % 3
    images = (rng.integers(0, 60, (12, 4, 4, 1)) + 60 * labels[:, None, None, None]).astype(np.uint8)
    model.initialize(0)
    trainer = Trainer(model, 0, steps=60)
    lr = min(spec.fit.optimizer.lr, 0.05)
    losses = [trainer.descend(images, labels, lr).loss for _ in range(40)]
    assert all(map(np.isfinite, losses)) and min(losses[20:]) < losses[0]
    saved = state(trainer)

    other = build_model(spec, ("a", "b", "c"), (4, 4, 1))
    again = Trainer(other, 0, steps=60)
    again.restore(saved, 40)
    for one in (trainer, again):
        for _ in range(3):
            one.descend(images, labels, lr)
    assert {k: a.tobytes() for k, a in state(again).items()} == {k: a.tobytes() for k, a in state(trainer).items()}
    with trainer.evaluating():
        assert np.isfinite(model.params.vector).all()


OPTIMIZERS_THAT_ASK = [
    "nadam", "muon", "lamb", "adafactor", "schedule_free_adamw", "ema", "{swa: {optimizer: nadam, start: 0}}",
    "{sam: {optimizer: {sgd: {lr: 0.1, momentum: 0.9}}}}", "{lookahead: {optimizer: sam, k: 2}}", "lbfgs", "cg", "armijo",
]  # fmt: skip


@pytest.mark.parametrize("optimizer", OPTIMIZERS_THAT_ASK)
def test_whatever_an_optimizer_asks_for_it_learns_and_goes_on_from_its_arrays(trainer_of, images, optimizer):
    data = images(24)
    one = trainer_of(optimizer=optimizer, augment="[]", threads=2)
    rate = one.optimizer.lr
    first = one.descend(data.images, data.labels, rate)
    for _ in range(5):
        one.descend(data.images, data.labels, rate)
    saved, at = state(one), one.step
    other = trainer_of(optimizer=optimizer, augment="[]", threads=2)
    other.restore(saved, at)
    for trainer in (one, other):
        for _ in range(10):
            last = trainer.descend(data.images, data.labels, rate)
    assert last.loss < 0.97 * first.loss
    assert same(state(one), state(other))


@pytest.mark.parametrize("optimizer", ["lamb", "muon", "lars"])
def test_whole_layers_do_not_depend_on_the_threads(trainer_of, images, optimizer):
    one, two = (trainer_of(optimizer=optimizer, threads=threads, augment="[]") for threads in (1, 3))
    for trainer in (one, two):
        steps(trainer, images(30), 5, lr=trainer.optimizer.lr)
    for name, array in one.arrays().items():
        np.testing.assert_allclose(array, two.arrays()[name], rtol=1e-3, atol=1e-5)


def test_running_statistics_see_a_batch_once_however_often_it_is_looked_at(trainer_of, images):
    data, found = images(16), []
    for optimizer in ("sgd", "{sam: {optimizer: sgd}}"):
        trainer = trainer_of(optimizer=optimizer, augment="[]", threads=1)
        trainer.descend(data.images, data.labels, 0.01)
        found.append(trainer.model.params.state.copy())
    np.testing.assert_array_equal(*found)


def test_weights_to_be_validated_are_there_for_a_time(trainer_of, images):
    trainer, data = trainer_of(optimizer="{ema: {optimizer: {sgd: {lr: 1}}, decay: 0.5}}"), images(8)
    with trainer.evaluating():
        pass
    steps(trainer, data, 3)
    trained = trainer.model.params.vector.copy()
    with trainer.evaluating():
        np.testing.assert_array_equal(trainer.model.params.vector, trainer.memory.states["average"])
        assert not np.array_equal(trainer.model.params.vector, trained)
    np.testing.assert_array_equal(trainer.model.params.vector, trained)


@pytest.mark.parametrize(("accumulate", "threads"), [(2, 1), (3, 3), (8, 2)])
def test_an_accumulated_step_is_the_step_of_the_batch(trainer_of, images, accumulate, threads):
    layers, data = "[conv: 4, relu, maxpool: 2, flatten, dropout: 0.2, dense: classes]", images(30)
    whole = trainer_of(layers=layers, gradient="[clip_norm: 0.5]", threads=1)
    cut = trainer_of(layers=layers, gradient="[clip_norm: 0.5]", threads=threads, accumulate=accumulate)
    one, other = (steps(trainer, data, 5) for trainer in (whole, cut))
    np.testing.assert_allclose([s.loss for s in one], [s.loss for s in other], rtol=1e-5)
    np.testing.assert_allclose([s.gradient_norm for s in one], [s.gradient_norm for s in other], rtol=1e-4)
    assert [s.correct for s in one] == [s.correct for s in other]
    np.testing.assert_allclose(whole.model.params.vector, cut.model.params.vector, rtol=1e-3, atol=1e-4)
    assert len(cut.program(8).setup.edges) == -(-8 // -(-8 // accumulate))


def test_the_last_batch_is_cut_into_parts_of_the_same_size(trainer_of):
    trainer = trainer_of(accumulate=2)  # of 8 images
    assert [len(trainer.program(n).setup.edges) for n in (8, 4, 5, 2)] == [2, 1, 2, 1]
    trainer = trainer_of(accumulate=3, optimizer="gd")
    assert [stop - start for start, stop in trainer.program(20).setup.edges] == [6, 7, 7]


@pytest.mark.parametrize("optimizer", ["{sam: {optimizer: nadam}}", "{ema: {optimizer: lamb}}", "lbfgs", "sophia"])
def test_accumulated_steps_resume_bit_for_bit(trainer_of, images, optimizer):
    one, other = (trainer_of(optimizer=optimizer, accumulate=2, threads=2) for _ in "ab")
    steps(one, images(30), 2)
    other.restore(state(one), 2)
    for trainer in (one, other):
        trainer.descend(images(8).images, images(8).labels, 0.01)
    assert same(state(one), state(other))


def test_the_gradient_of_mixed_images_is_mixed(trainer_of, images):
    data = images(8)
    mixed, plain = trainer_of(augment="[mixup]"), trainer_of(augment="[]")
    others = (data.labels + 1) % 3
    program, gradients = mixed.program(8), []
    partners = Partners(others, np.full(8, 0.25, np.float32))
    mixed.descend(data.images, data.labels, 0.0, partners)
    for labels in (data.labels, others):
        plain.program(8).inputs[plain.model.pixels][...] = data.images
        plain.program(8).inputs[plain.model.labels][...] = labels
        plain.program(8).differentiate()
        gradients.append(plain.program(8).gradient.copy())
    np.testing.assert_allclose(program.gradient, 0.25 * gradients[0] + 0.75 * gradients[1], rtol=1e-3, atol=1e-6)
    mixed.descend(data.images, data.labels, 0.0)  # without partners: each image is itself
    assert (program.inputs[mixed.model.partners[1]] == 1).all()
