import numpy as np
import pytest

from fitcli.engine.rangetest.sweep import GROWN, borrowed, rates_between, sweep
from fitcli.errors import DivergedError

OPTIMIZERS = ("sgd", "adam", "nadam", "gd", "schedule_free_adamw", "lookahead", "sam", "swa", "sophia", "muon", "adafactor")


def whole(trainer):
    """Every byte the trainer keeps."""
    return {k: a.tobytes() for k, a in trainer.arrays().items()} | {
        "clock": trainer.clock.tobytes(), "hyper": trainer.memory.hyper.tobytes(),
    }  # fmt: skip


def step(trainer, train, times):
    return [trainer.descend(train.images[:8], train.labels[:8], 0.01) for _ in range(times)]


def test_the_rates():
    rates = rates_between(1e-4, 1.0, 9)
    assert rates[0] == 1e-4 and rates[-1] == 1.0
    np.testing.assert_allclose(rates[1:] / rates[:-1], np.sqrt(10))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_it_leaves_no_trace(trainer_of, train, optimizer):
    """Three steps, a sweep that diverges, three steps: the same bits as six steps."""
    plain, tested = trainer_of(optimizer), trainer_of(optimizer)
    seen = step(plain, train, 3)
    assert step(tested, train, 3) == seen
    before = whole(tested)
    with np.errstate(all="ignore"):
        found = sweep(tested, train, 8, rates_between(1e-3, 1e6, 15))
    assert len(found.losses) > 3 and whole(tested) == before
    assert step(tested, train, 3) == step(plain, train, 3)
    assert whole(tested) == whole(plain) != before


def test_it_does_move_in_between(trainer_of, train):
    trainer = trainer_of()
    before = trainer.model.params.vector.copy()
    with borrowed(trainer):
        step(trainer, train, 1)
        assert (trainer.model.params.vector != before).any() and trainer.step == 1
    assert trainer.model.params.vector.tobytes() == before.tobytes() and trainer.step == 0


def test_an_interruption_leaves_no_trace(trainer_of, train):
    trainer = trainer_of()
    before = whole(trainer)

    def stop(done, total):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(trainer, train, 8, rates_between(1e-4, 1, 10), stop)
    assert whole(trainer) == before


def test_numpy_s_random_numbers_stay(trainer_of, train):
    before = np.random.get_state()[1].copy()
    sweep(trainer_of(), train, 8, rates_between(1e-4, 1, 10))
    assert (np.random.get_state()[1] == before).all()


def test_the_first_losses_are_those_of_training(trainer_of, train):
    """Rates that change nothing: the losses of one epoch's batches after another at the first weights."""
    told = []
    found = sweep(trainer_of("sgd"), train, 8, np.geomspace(1e-30, 1e-29, 6), lambda *at: told.append(at))
    trainer = trainer_of("sgd")
    from fitcli.engine.order import epoch_order

    orders = [epoch_order(0, epoch, 21, True) for epoch in range(3)]
    batches = [order[start : start + 8] for order in orders for start in (0, 8)]
    assert found.losses.tolist() == [trainer.descend(train.images[b], train.labels[b], 1e-30).loss for b in batches]
    assert told == [(i, 6) for i in range(1, 7)] and found.stopped == ""


def test_it_ends_when_the_loss_has_grown(trainer_of, train):
    found = sweep(trainer_of("sgd"), train, 8, rates_between(1e-3, 1e9, 200))
    assert 10 < len(found.losses) == len(found.rates) < 200
    assert found.stopped in (f"the loss has grown to {GROWN:g} times its least", "the loss is not finite any more")


def test_numbers_that_are_not_finite_end_it_or_are_told(trainer_of, train):
    with np.errstate(all="ignore"):
        found = sweep(trainer_of("sgd"), train, 8, np.array([1e-3, 1e25, 1e29, 1e29]))
    assert found.stopped == "the loss is not finite any more" and 0 < len(found.losses) < 4
    trainer = trainer_of("sgd")
    trainer.model.params.vector[:] = np.nan
    with pytest.raises(DivergedError, match="step 1"):
        sweep(trainer, train, 8, np.array([1e-3]))
