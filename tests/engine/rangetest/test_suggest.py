import numpy as np
import pytest

from fitcli.engine.rangetest.suggest import read_sweep

RATES = np.geomspace(1e-5, 1.0, 101)  # 20 in a decade


def valley(fall, bottom, rise):
    """2 until about `fall`, down to 0.5 at `bottom`, up again at `rise`."""
    x = np.log10(RATES)
    down = 1 / (1 + np.exp(8 * (x - np.log10(fall))))
    return 0.5 + 1.5 * down + 3 / (1 + np.exp(-8 * (x - np.log10(rise)))) + 0.05 * np.abs(x - np.log10(bottom))


def test_a_clean_valley(drawn):
    found = read_sweep(drawn(valley(1e-3, 1e-2, 0.3)))
    assert found.steepest == pytest.approx(1e-3, rel=0.15)
    assert found.lowest == pytest.approx(1e-2, rel=0.5)
    assert found.diverges == pytest.approx(0.22, rel=0.3)
    assert found.suggestion == pytest.approx(np.sqrt(found.steepest * found.lowest))


def test_at_most_a_tenth_of_where_it_diverges(drawn):
    found = read_sweep(drawn(valley(1e-3, 3e-3, 0.01)))
    assert found.suggestion == found.diverges / 10 < np.sqrt(found.steepest * found.lowest)


def test_noise_does_not_move_it_far(drawn):
    clean = read_sweep(drawn(valley(1e-3, 1e-2, 0.3))).suggestion
    for seed in range(5):
        noise = np.random.default_rng(seed).normal(0, 0.15, 101)
        assert clean / 4 < read_sweep(drawn(valley(1e-3, 1e-2, 0.3) + noise)).suggestion < 4 * clean


def test_a_loss_that_falls_to_the_end(drawn):
    found = read_sweep(drawn(valley(1e-2, 1e3, 1e9)))
    assert found.diverges is None and found.lowest == 1.0 and found.suggestion == np.sqrt(found.steepest)


@pytest.mark.parametrize("losses", [np.full(101, 2.0), 2 + 0.001 * np.sin(np.arange(101)), np.linspace(2, 9, 101)])
def test_no_fall_no_suggestion(drawn, losses):
    found = read_sweep(drawn(losses))
    assert (found.suggestion, found.steepest, found.lowest) == (None, None, None)


def test_a_sweep_that_had_to_end_diverges_there(drawn):
    falling = np.linspace(2, 1, 40)
    assert read_sweep(drawn(falling)).diverges is None
    assert read_sweep(drawn(falling, "not finite")).diverges == 1.0


def test_a_single_step(drawn):
    assert read_sweep(drawn([2.0])).suggestion is None
