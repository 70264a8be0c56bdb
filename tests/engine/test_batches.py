import numpy as np

from fitcli.engine.batches import Batches
from fitcli.engine.order import balanced_order, epoch_order


def test_batches_are_those_of_the_order(spec_of, images):
    data, spec = images(26), spec_of()
    batches = Batches(spec, data, 8)
    assert batches.per_epoch == 4 and [len(batches.at(2, index)) for index in range(4)] == [8, 8, 8, 2]
    order = epoch_order(spec.seed, 2, 26, True)
    for index in (3, 0):
        one = batches.at(2, index)
        chosen = order[8 * index : 8 * index + 8]
        assert np.array_equal(one.images, data.images[chosen]) and np.array_equal(one.labels, data.labels[chosen])
        assert one.mixed == ()


def test_a_balanced_sampler(spec_of, images):
    data = images(26)
    batches = Batches(spec_of(sampler="balanced"), data, 26)
    assert np.array_equal(batches.order(1), balanced_order(3, 1, data.labels))
    assert np.ptp(np.bincount(batches.at(1, 0).labels)) <= 1


def test_mixed_batches_follow_the_step(spec_of, images):
    data = images(16)
    batches, again = (Batches(spec_of(augment="[mixup]"), data, 8) for _ in range(2))
    first = batches.at(0, 0)
    one, other = batches.at(1, 1), again.at(1, 1)
    assert np.array_equal(one.images, other.images) and np.array_equal(one.mixed[0].shares, other.mixed[0].shares)
    assert not np.array_equal(first.images, one.images) and len(one.mixed) == 1
