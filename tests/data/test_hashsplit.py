import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.data.fileparts import bytes_digests
from fitcli.data.hashsplit import hash_folds, hash_split

DIGESTS = bytes_digests([b"%d" % i for i in range(4000)])


def test_shares_are_met_on_average():
    train, val, test = hash_split(DIGESTS, 0.1, 0.2)
    assert sorted(np.concatenate([train, val, test]).tolist()) == list(range(4000))
    assert abs(len(val) - 400) < 60 and abs(len(test) - 800) < 80  # three deviations
    assert [len(part) for part in hash_split(DIGESTS, 0.0, 0.0)] == [4000, 0, 0]


@settings(deadline=None)
@given(st.lists(st.integers(0, 3999), min_size=1, max_size=50), st.floats(0, 0.4), st.floats(0, 0.4))
def test_an_image_stays_on_its_side(chosen, val, test):
    whole = hash_split(DIGESTS, val, test)
    some = hash_split([DIGESTS[i] for i in chosen], val, test)
    for part, among in zip(some, whole):
        assert {chosen[i] for i in part} <= set(among.tolist())


def test_folds_are_alike_in_size_and_free_of_the_split():
    numbers = hash_folds(DIGESTS, 5)
    assert np.abs(np.bincount(numbers, minlength=5) - 800).max() < 100
    test = hash_split(DIGESTS, 0, 0.3)[2]
    assert np.abs(np.bincount(numbers[test], minlength=5) - len(test) / 5).max() < 60
    assert hash_folds(DIGESTS[:7], 5).tolist() == numbers[:7].tolist()
