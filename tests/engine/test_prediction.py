import numpy as np
import pytest

from fitcli.engine.prediction import Prediction

KEYS = ("predicted_change", "actual_change", "change_ratio", "update_ratio")
SMOOTH = "[conv: {filters: 4, kernel: 3}, batchnorm, tanh, dropout: 0.3, flatten, dense: classes]"


def watched(trainer):
    trainer.prediction = Prediction(trainer)
    return trainer


def step(trainer, data, lr):
    return trainer.descend(data.images, data.labels, lr)


def test_the_ratio_goes_to_1_with_the_rate(trainer_of, images):
    """f(v + h) − f(v) = df(h) + R with |R| of second order: a tenth of the rate, a tenth of |ratio − 1|."""
    gaps = []
    for lr in (1e-1, 1e-2, 1e-3):
        more = step(watched(trainer_of(optimizer="sgd", layers=SMOOTH)), images(8), lr).more
        assert more["predicted_change"] < 0
        assert more["change_ratio"] == more["actual_change"] / more["predicted_change"]
        gaps.append(abs(more["change_ratio"] - 1))
    assert gaps[1] / gaps[0] == pytest.approx(0.1, rel=0.3)
    assert gaps[2] / gaps[1] == pytest.approx(0.1, rel=0.1) and gaps[2] < 0.003


def test_what_is_predicted_of_sgd(trainer_of, images):
    """Δp = −lr ∇L: the prediction is −lr ‖∇L‖²."""
    seen = step(watched(trainer_of(optimizer="{sgd: {lr: 0.1}}")), images(8), 1e-3)
    assert seen.more["predicted_change"] == pytest.approx(-1e-3 * seen.gradient_norm**2, rel=1e-3)


def test_the_update_ratio(trainer_of, images):
    trainer = watched(trainer_of())
    before = trainer.model.params.vector.copy()
    more = step(trainer, images(8), 0.01).more
    moved = np.linalg.norm(trainer.model.params.vector - before)
    assert more["update_ratio"] == pytest.approx(moved / np.linalg.norm(before), rel=1e-5)


def test_the_gradient_is_that_of_the_loss_whatever_is_done_to_it(trainer_of, images):
    """A clipped step is a shorter one, and what is predicted of it is as right."""
    clipped = watched(trainer_of(optimizer="sgd", layers=SMOOTH, gradient="[clip_norm: 0.01]"))
    more = step(clipped, images(8), 0.1).more
    assert more["change_ratio"] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    "settings",
    [
        {}, {"optimizer": "{sam: {optimizer: sgd}}"}, {"optimizer": "lbfgs", "batch": 8}, {"optimizer": "{ema: {optimizer: adam}}"},
        {"accumulate": 2}, {"optimizer": "{adamw: {weight_decay: 0.1}}"},
    ],
)  # fmt: skip
def test_looking_changes_nothing(trainer_of, images, settings):
    plain, looked = trainer_of(threads=2, **settings), watched(trainer_of(threads=2, **settings))
    for seed in (1, 2, 3):
        a, b = step(plain, images(8, seed), 0.01), step(looked, images(8, seed), 0.01)
        assert (a.loss, a.correct, a.gradient_norm) == (b.loss, b.correct, b.gradient_norm) and a.more == {}
        assert tuple(b.more) == KEYS and all(np.isfinite(list(b.more.values())))
    for name, array in plain.arrays().items():
        assert array.tobytes() == looked.arrays()[name].tobytes(), name


def test_the_loss_is_of_the_same_draws(trainer_of, images):
    """A rate of next to nothing: the same batch, the same dropout and flips, the same loss."""
    trainer = watched(trainer_of(optimizer="sgd"))
    for seed in (1, 2):
        more = step(trainer, images(8, seed), 1e-12).more
        assert abs(more["actual_change"]) < 1e-6


def test_weights_that_are_0(trainer_of, images):
    trainer = watched(trainer_of(optimizer="sgd"))
    trainer.model.params.vector[:] = 0
    assert step(trainer, images(8), 0.1).more["update_ratio"] is None


def test_batches_of_two_sizes(trainer_of, images):
    trainer = watched(trainer_of())
    for count in (8, 3, 8):
        assert tuple(step(trainer, images(count), 0.01).more) == KEYS
    assert trainer.prediction.program(3).setup == trainer.program(3).setup
