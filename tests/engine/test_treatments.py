"""What is done to the gradient within a fit: with every optimizer, wrapper and multiplier, and when it goes on."""

import numpy as np
import pytest

from fitcli.gradients import GRADIENTS
from fitcli.optim import OPTIMIZERS

ALL = "[centralize, {noise: 0.05}, agc, {clip_norm: 0.5}, {clip_value: 0.02}]"
TUNED = (
    "[{tuned: {layers: [{conv: 4}, batchnorm], lr: 2, decay: 0.5, l2: 0.01}}, relu, {maxpool: 2}, flatten, "
    "{freeze: [{dense: 6}]}, {tuned: {layers: [{dense: classes}], l1: 0.001, max_norm: 0.7}}]"
)
DENSE = "[flatten, {dense: 4}, tanh, {dense: classes}]"


def steps(trainer, data, count, lr=0.01):
    return [trainer.descend(data.images, data.labels, lr) for _ in range(count)]


def state(trainer):
    return {name: array.copy() for name, array in trainer.arrays().items()}


def same(one, other):
    return one.keys() == other.keys() and all(one[name].tobytes() == other[name].tobytes() for name in one)


def moved(trainer_of, images, gradient, lr=1.0, **settings):
    """How far a step of sgd moves each parameter."""
    trainer = trainer_of(**({"layers": DENSE, "augment": "[]", "optimizer": "{sgd: {lr: 1}}"} | settings),
                         gradient=gradient)  # fmt: skip
    before = trainer.model.save_arrays()
    (step,) = steps(trainer, images(8), 1, lr)
    after = trainer.model.save_arrays()
    return {name: before[name].astype(float) - after[name] for name in before}, step


def norm(arrays):
    return np.sqrt(sum(np.sum(a**2) for a in arrays.values()))


def test_the_norm_is_clipped_and_the_log_tells_what_it_was(trainer_of, images):
    plain, step = moved(trainer_of, images, "[]")
    clipped, told = moved(trainer_of, images, "[clip_norm: 0.25]")
    assert step.gradient_norm == told.gradient_norm == pytest.approx(norm(plain), rel=1e-4)
    assert norm(clipped) == pytest.approx(0.25, rel=1e-4)
    for name in plain:
        np.testing.assert_allclose(clipped[name], plain[name] * 0.25 / norm(plain), atol=1e-6)


def test_they_come_in_the_order_of_the_spec(trainer_of, images):
    one, _ = moved(trainer_of, images, "[centralize, clip_norm: 0.25]")
    other, _ = moved(trainer_of, images, "[clip_norm: 0.25, centralize]")
    assert norm(one) == pytest.approx(0.25, rel=1e-4) and norm(other) < 0.249
    for found in (one, other):
        np.testing.assert_allclose(found["1.dense.weight"].sum(0), 0, atol=1e-5)


def test_multipliers_of_a_layer_come_after_the_clipping(trainer_of, images):
    layers = "[flatten, {tuned: {layers: [{dense: 4}], lr: 3}}, tanh, {freeze: {layers: [{dense: 5}]}}, {dense: classes}]"
    plain, step = moved(trainer_of, images, "[]", layers=layers)
    clipped, _ = moved(trainer_of, images, "[clip_norm: 0.1]", layers=layers)
    for name in plain:
        np.testing.assert_allclose(clipped[name], plain[name] * 0.1 / step.gradient_norm, atol=1e-6)
    (tuned,) = (name for name in plain if name.startswith("1.") and name.endswith("weight"))
    (frozen,) = (name for name in plain if name.startswith("3.") and name.endswith("weight"))
    assert norm({0: clipped[tuned]}) > 0 == norm({0: clipped[frozen]})
    own = norm({k: v / 3 if k.startswith("1.") else v for k, v in clipped.items()})
    assert own == pytest.approx(0.1, rel=1e-4)  # frozen layers have no part in the norm


def test_weight_decay_is_not_clipped(trainer_of, images):
    plain, _ = moved(trainer_of, images, "[clip_norm: 0.1]")
    decayed, _ = moved(trainer_of, images, "[clip_norm: 0.1]", optimizer="{sgd: {lr: 1, weight_decay: 0.5}}")
    assert norm({k: decayed[k] - plain[k] for k in plain}) > 0.5


@pytest.mark.parametrize("treatment", GRADIENTS.names())
def test_each_moves_the_fit_by_itself(trainer_of, images, treatment):
    plain, _ = moved(trainer_of, images, "[]")
    setting = {"clip_norm": ": 0.1", "clip_value": ": 0.01"}.get(treatment, "")
    other, _ = moved(trainer_of, images, f"[{{{treatment}{setting}}}]" if setting else f"[{treatment}]")
    assert norm({k: plain[k] - other[k] for k in plain}) > 1e-4


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize(
    "optimizer",
    [
        *sorted(n for n in OPTIMIZERS.names() if not (OPTIMIZERS[n].drives and OPTIMIZERS[n].full_batch)),
        "{lookahead: {optimizer: muon, k: 2}}", "{sam: {optimizer: nadam}}", "{swa: {optimizer: lamb, start: 0}}",
    ],
)  # fmt: skip
def test_with_every_optimizer_it_goes_on_bit_for_bit(trainer_of, images, optimizer, threads):
    """With multipliers, penalties and bounds of layers, and a batch taken in parts."""
    data, settings = images(12), {"optimizer": optimizer, "threads": threads, "layers": TUNED, "accumulate": 2}
    one, other = (trainer_of(gradient=ALL, **settings) for _ in "ab")
    steps(one, data, 3)
    other.restore(state(one), 3)
    for trainer in (one, other):
        steps(trainer, data, 3)
    assert same(state(one), state(other))
    plain = trainer_of(**settings)
    steps(plain, data, 6)
    assert not same(state(one), state(plain))
    weights = {name: array for name, array in one.model.params.by_name.items() if name.endswith("dense.weight")}
    frozen, bounded = (next(a for name, a in weights.items() if name.startswith(start)) for start in ("4.", "5."))
    fresh = trainer_of(**settings).model.params.by_name
    assert any(np.array_equal(frozen, array) for array in fresh.values() if array.shape == frozen.shape)
    assert np.linalg.norm(bounded, axis=0).max() <= 0.7 * (1 + 1e-6)


def test_sharpness_aware_steps_climb_by_the_gradient_as_it_is(trainer_of, images):
    """SAM's place to look is a function of the plain gradient; what is found there is clipped."""
    plain, _ = moved(trainer_of, images, "[]", optimizer="{sam: {optimizer: {sgd: {lr: 1}}}}")
    clipped, _ = moved(trainer_of, images, "[clip_norm: 0.1]", optimizer="{sam: {optimizer: {sgd: {lr: 1}}}}")
    for name in plain:
        np.testing.assert_allclose(clipped[name], plain[name] * 0.1 / norm(plain), atol=1e-6)


def test_threads_change_last_digits_only(trainer_of, images):
    data = images(24)
    one, two = (trainer_of(gradient=ALL, threads=threads) for threads in (1, 3))
    losses = [[step.loss for step in steps(trainer, data, 10)] for trainer in (one, two)]
    np.testing.assert_allclose(*losses, rtol=1e-4)
