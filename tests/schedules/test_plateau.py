import numpy as np
import pytest

from fitcli.schedules.plateau import Plateau


def fallen(schedule, observed):
    """The factor after each epoch."""
    return [schedule.factor(5, 1000, observed[:n]) for n in range(len(observed) + 1)]


def test_it_falls_when_patience_is_exceeded():
    schedule = Plateau(patience=1, gamma=0.5)
    assert fallen(schedule, [3.0, 2.0, 2.5, 2.1, 2.2, 2.2]) == [1, 1, 1, 1, 0.5, 0.5, 0.25]


@pytest.mark.parametrize("metric", ["val_accuracy", "val_f1", "val_map", "train_accuracy"])
def test_all_but_losses_are_to_climb(metric):
    schedule = Plateau(metric=metric, patience=0, gamma=0.5)
    assert fallen(schedule, [0.5, 0.6, 0.7, 0.7]) == [1, 1, 1, 1, 0.5]
    assert schedule.watches == metric


def test_it_waits_after_a_fall_and_stops_at_the_final_factor():
    schedule = Plateau(patience=0, gamma=0.1, cooldown=2, final=0.05)
    assert fallen(schedule, [1.0] * 7) == pytest.approx([1, 1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05])


def test_a_loss_that_is_not_a_number_is_no_better():
    for lost in (None, float("nan"), float("inf")):
        assert fallen(Plateau(patience=0, gamma=0.5), [1.0, lost]) == [1, 1, 0.5]
        assert fallen(Plateau(patience=0, gamma=0.5), [lost, 1.0]) == [1, 0.5, 0.5]


@pytest.mark.parametrize(("metric", "mode"), [("val_loss", "min"), ("val_accuracy", "max")])
@pytest.mark.parametrize(
    "settings", [{"patience": 2}, {"patience": 0, "cooldown": 3}, {"patience": 1, "threshold": 0.1}]
)
def test_pytorch_does_the_same(metric, mode, settings):
    torch = pytest.importorskip("torch")
    observed = list(1 + np.random.default_rng(4).random(60) * np.linspace(1, 0.2, 60))
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    theirs, schedule = [1.0], torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode, factor=0.7, eps=0, **settings)
    for value in observed:
        schedule.step(value)
        theirs.append(optimizer.param_groups[0]["lr"])
    assert fallen(Plateau(metric=metric, gamma=0.7, **settings), observed) == pytest.approx(theirs)
    assert theirs[-1] < 0.5
