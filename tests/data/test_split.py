import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.data.split import apportion, fold_numbers, split_indices, subsample


def classes(*sizes):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return labels, [f"{label}/{i}.jpg" for i, label in enumerate(labels)]


def counts(part, labels):
    return np.bincount(labels[part], minlength=labels.max() + 1).tolist()


def test_the_same_share_of_every_class():
    labels, keys = classes(500, 100, 30)
    train, val, test = split_indices(labels, keys, 0.1, 0.2, 0)
    assert counts(train, labels) == [350, 70, 21] and counts(val, labels) == [50, 10, 3]
    assert counts(test, labels) == [100, 20, 6]


def test_every_image_is_in_one_part():
    labels, keys = classes(17, 5, 1, 2)
    parts = split_indices(labels, keys, 0.3, 0.3, 4)
    assert sorted(np.concatenate(parts).tolist()) == list(range(25))
    assert all(part.dtype == np.int64 and (np.diff(part) > 0).all() for part in parts)


def test_the_seed_decides():
    labels, keys = classes(100, 100)
    first, again, other = (split_indices(labels, keys, 0.1, 0.1, seed) for seed in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(first, again))
    assert not np.array_equal(first[1], other[1]) and not np.array_equal(first[2], other[2])


def test_the_choice_is_fixed_for_ever():
    labels, keys = classes(10, 10)
    _, val, test = split_indices(labels, keys, 0.2, 0.1, 0)
    assert (val.tolist(), test.tolist()) == ([3, 5, 14, 17], [1, 19])


def test_the_order_of_the_files_does_not_matter():
    labels, keys = classes(40, 60)
    order = np.random.default_rng(0).permutation(100)
    a = split_indices(labels, keys, 0.2, 0.1, 5)
    b = split_indices(labels[order], [keys[i] for i in order], 0.2, 0.1, 5)
    for x, y in zip(a, b):
        assert {keys[i] for i in x} == {keys[order[i]] for i in y}


def test_a_new_file_leaves_the_others_in_their_parts():
    labels, keys = classes(100, 100)
    before = split_indices(labels, keys, 0.1, 0.1, 0)
    after = split_indices([*labels, 0], [*keys, "0/new.jpg"], 0.1, 0.1, 0)
    moved = sum(len({keys[i] for i in a} - {[*keys, "0/new.jpg"][i] for i in b}) for a, b in zip(before, after))
    assert moved <= 2


def test_the_images_set_apart_are_not_the_first_ones():
    labels, keys = classes(1000, 1000)
    _, val, test = split_indices(labels, keys, 0.1, 0.1, 0)
    for part in (val, test):
        for label in (0, 1):
            places = part[labels[part] == label] - 1000 * label
            assert 400 < places.mean() < 600


@pytest.mark.parametrize(("val", "test"), [(0.1, 0.1), (0.5, 0.4), (0.9, 0.0), (0.0, 0.99), (0.495, 0.495)])
def test_no_class_loses_its_last_training_image(val, test):
    labels, keys = classes(1, 2, 3, 1, 50)
    train, _, _ = split_indices(labels, keys, val, test, 0)
    assert min(counts(train, labels)) >= 1


def test_nothing_is_set_apart_when_not_asked_for():
    labels, keys = classes(5, 5)
    train, val, test = split_indices(labels, keys, 0.0, 0.0, 0)
    assert len(train) == 10 and len(val) == len(test) == 0


def test_small_classes_share_what_rounding_leaves():
    labels, keys = classes(*[4] * 100)  # 0.4 of an image from each for val and for test
    _, val, test = split_indices(labels, keys, 0.1, 0.1, 0)
    assert len(val) == len(test) == 40
    assert not set(labels[val]) & set(labels[test])


def test_at_least_one_image_when_one_can_be_spared():
    labels, keys = classes(2, 2)
    assert [len(part) for part in split_indices(labels, keys, 0.1, 0.1, 0)] == [2, 1, 1]
    labels, keys = classes(1, 1)
    assert [len(part) for part in split_indices(labels, keys, 0.1, 0.1, 0)] == [2, 0, 0]


def test_shares_are_exact_decimals():
    assert apportion([10], 0.15, [0]) == [2]  # the float 0.15 is a little less: it would round to 1
    assert apportion([100], 0.29, [0]) == [29]
    assert apportion([1000, 1000], 0.07, [0, 0]) == [70, 70]


def test_classes_without_images_and_no_images_at_all():
    assert apportion([0, 10], 0.5, [0, 0]) == [0, 5]
    assert [len(part) for part in split_indices([], [], 0.1, 0.1, 0)] == [0, 0, 0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.floats(0, 0.99), st.data())
def test_apportioned_counts(sizes, fraction, data):
    taken = [data.draw(st.integers(0, max(0, n - 1))) for n in sizes]
    result = apportion(sizes, fraction, taken)
    room = [max(0, n - t - 1) for n, t in zip(sizes, taken)]
    assert all(0 <= count <= r for count, r in zip(result, room))
    if fraction:
        assert abs(sum(result) - min(max(1, fraction * sum(sizes)), sum(room))) <= 0.5 + 1e-9
    if all(n * fraction + 1 <= r for n, r in zip(sizes, room)):
        assert all(abs(count - n * fraction) < 1 for count, n in zip(result, sizes)) or sum(result) == 1


def test_folds_have_the_same_share_of_every_class():
    labels, keys = classes(50, 23, 7)
    numbers = fold_numbers(labels, keys, 4, 0)
    assert np.ptp(np.bincount(numbers)) <= 1
    for label in range(3):
        assert np.ptp(np.bincount(numbers[labels == label], minlength=4)) <= 1
    assert not np.array_equal(numbers, fold_numbers(labels, keys, 4, 1))
    turned = fold_numbers(labels[::-1], keys[::-1], 4, 0)
    assert np.array_equal(turned[::-1], numbers)  # by name, not by place


def test_samples_of_every_class():
    labels, keys = classes(50, 3)
    chosen = subsample(labels, keys, 10, 0)
    assert counts(chosen, labels) == [10, 3] and set(subsample(labels, keys, 5, 0)) <= set(chosen)
    assert not np.array_equal(chosen, subsample(labels, keys, 10, 1))
