import numpy as np

from fitcli.engine.order import balanced_order, epoch_order


def test_every_image_once():
    np.testing.assert_array_equal(np.sort(epoch_order(0, 0, 1000, True)), np.arange(1000))


def test_without_shuffling_in_their_order():
    np.testing.assert_array_equal(epoch_order(0, 5, 7, False), np.arange(7))


def test_each_epoch_and_seed_has_its_own_order_and_always_the_same():
    one = epoch_order(3, 4, 50, True)
    np.testing.assert_array_equal(one, epoch_order(3, 4, 50, True))
    for other in (epoch_order(4, 3, 50, True), epoch_order(3, 5, 50, True), epoch_order(4, 4, 50, True), np.arange(50)):
        assert np.any(one != other)


def test_places_are_drawn_evenly():
    """The mean of each place over 2,000 epochs is near the middle."""
    means = np.mean([epoch_order(0, epoch, 10, True) for epoch in range(2000)], axis=0)
    assert np.all(abs(means - 4.5) < 0.3)  # standard error 0.064


def test_the_order_stays_from_version_to_version():
    """Written down: with another order a run would not go on as it was begun."""
    assert epoch_order(0, 0, 8, True).tolist() == [2, 5, 1, 3, 6, 4, 0, 7]


LABELS = np.array([0] * 70 + [1] * 20 + [2] * 9 + [4])


def test_a_balanced_epoch_has_as_many_of_every_class():
    order = balanced_order(0, 3, LABELS)
    assert len(order) == 100 and np.bincount(LABELS[order], minlength=5).tolist() == [25, 25, 25, 0, 25]
    for label in (0, 1, 2, 4):
        counts = np.bincount(order[LABELS[order] == label], minlength=100)[LABELS == label]
        assert np.ptp(counts) <= 1  # none of a class twice more often than another
    uneven = balanced_order(0, 0, np.array([0, 0, 0, 1, 1, 2, 2]))
    assert np.ptp(np.bincount(np.array([0, 0, 0, 1, 1, 2, 2])[uneven])) == 1


def test_a_balanced_epoch_is_shuffled_by_seed_and_epoch():
    one = balanced_order(3, 4, LABELS)
    np.testing.assert_array_equal(one, balanced_order(3, 4, LABELS))
    assert np.any(one != balanced_order(3, 5, LABELS)) and np.any(one != balanced_order(4, 4, LABELS))
    assert len(set(LABELS[one[:12]])) > 2
