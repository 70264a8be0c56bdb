import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.data.fileparts import FilesPart
from fitcli.data.groupsplit import group_folds, group_split, groups_of
from fitcli.errors import DataError

GROUPED = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(GROUPED, st.floats(0, 0.45), st.floats(0, 0.45), st.integers(0, 3))
def test_no_group_is_on_two_sides_and_no_class_is_lost(rows, val, test, seed):
    groups, labels = [f"g{g}" for g, _ in rows], np.array([label for _, label in rows])
    parts = group_split(groups, labels, val, test, seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(rows)))
    sides = [{groups[i] for i in part} for part in parts]
    assert not (sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2])
    assert set(labels[parts[0]]) == set(labels)
    assert test or not len(parts[2])


def test_shares_are_met_as_groups_allow():
    groups = [f"p{i // 5}" for i in range(500)]
    train, val, test = group_split(groups, np.arange(500) % 2, 0.1, 0.2, 0)
    assert (len(train), len(val), len(test)) == (350, 50, 100)
    other = group_split(groups, np.arange(500) % 2, 0.1, 0.2, 1)
    assert not np.array_equal(test, other[2])
    again = group_split(groups, np.arange(500) % 2, 0.1, 0.2, 0)
    assert np.array_equal(test, again[2])


def test_folds_hold_whole_groups_of_like_size():
    groups = ["a"] * 10 + ["b"] * 6 + ["c"] * 5 + ["d"] * 3 + ["e"]
    numbers = group_folds(groups, 3, 0)
    assert sorted(np.bincount(numbers).tolist()) == [7, 8, 10]
    assert all(len({n for n, g in zip(numbers, groups) if g == name}) == 1 for name in "abcde")


def part(keys, groups=None):
    return FilesPart("here", ("x",), np.zeros(len(keys), int), tuple(keys), "/", groups)


def test_groups_from_the_source_or_the_path():
    assert groups_of(part(["a", "b"], ("g", "h")), None) == ["g", "h"]
    keys = ["cat/tom_1.jpg", "cat/tom_2.jpg", "dog/rex_1.jpg"]
    assert groups_of(part(keys), "[a-z]+_") == ["tom_", "tom_", "rex_"]
    assert groups_of(part(keys), "/(.+)_") == ["tom", "tom", "rex"]
    with pytest.raises(DataError, match="here: nothing says which images belong together"):
        groups_of(part(keys), None)
    with pytest.raises(DataError, match="'rex' is not found in 2 of 3 paths, for example in 'cat/tom_1.jpg'"):
        groups_of(part(keys), "rex")
