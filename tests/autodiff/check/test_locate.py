import numpy as np
import pytest

from fitcli.autodiff.check.locate import sample, search


@pytest.mark.parametrize("bad", [0, 1, 499_999, 777_777, 999_999])
def test_one_bad_coordinate_in_a_million(bad):
    asked = []

    def disagreement(indices):
        asked.append(len(indices))
        return float((indices == bad).any())

    assert search(1_000_000, disagreement) == bad and len(asked) <= 40


def test_the_larger_half_is_followed():
    error = np.zeros(100)
    error[20], error[70] = 1.0, 5.0
    assert search(100, lambda indices: error[indices].sum()) == 70
    assert search(1, lambda indices: 0.0) == 0


def test_all_coordinates_of_a_small_block():
    assert sample(np.random.default_rng(0), 16, 8) == list(range(16))


def test_a_sample_of_a_large_block_holds_both_ends():
    chosen = sample(np.random.default_rng(0), 10_000, 8)
    assert len(chosen) == len(set(chosen)) == 8 and chosen == sorted(chosen) and (chosen[0], chosen[-1]) == (0, 9999)


@pytest.mark.parametrize("few", [0, 1, 2])
def test_few_means_few(few):
    assert len(sample(np.random.default_rng(0), 10_000, few)) == few


def test_ends_are_not_forced_into_a_tiny_sample():
    found = {sample(np.random.default_rng(seed), 1000, 1)[0] for seed in range(20)}
    assert len(found) > 10
