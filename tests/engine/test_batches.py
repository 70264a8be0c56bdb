import threading
from dataclasses import replace

import numpy as np
import pytest

from fitcli.data.rows import Rows
from fitcli.engine.batches import Batches
from fitcli.engine.order import balanced_order, epoch_order
from fitcli.errors import DataError


@pytest.fixture
def on_disk(images, tmp_path):
    """(data in memory, the same on the disk)."""
    data = images(26)
    (tmp_path / "rows").write_bytes(data.images.tobytes())
    return data, replace(data, images=Rows(tmp_path / "rows", data.images.shape[1:], np.arange(26)))


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


@pytest.mark.parametrize("augment", ["[]", "[mixup]"])
def test_batches_that_are_read_ahead_are_the_same(spec_of, on_disk, augment):
    one, other = (Batches(spec_of(augment=augment), data, 8) for data in on_disk)
    walk = [(e, i) for e in range(3) for i in range(4)]
    for epoch, index in [*walk, (1, 2), (1, 0), (1, 1), (1, 1), (0, 3)]:
        a, b = one.at(epoch, index), other.at(epoch, index)
        assert np.array_equal(a.images, b.images) and np.array_equal(a.labels, b.labels) and len(a.mixed) == len(b.mixed)
    other.close()
    assert np.array_equal(other.at(2, 1).images, one.at(2, 1).images)


def test_the_next_batch_is_read_by_another_thread(spec_of, on_disk, monkeypatch):
    batches, readers = Batches(spec_of(), on_disk[1], 8), []
    real = Rows._read
    monkeypatch.setattr(Rows, "_read", lambda *args: readers.append(threading.current_thread()) or real(*args))
    for index in range(4):
        batches.at(0, index)
    batches.close()
    assert len(readers) == 4 and readers[0] is threading.current_thread() and readers[0] not in readers[1:]
    assert not readers[1].is_alive()


def test_in_memory_no_thread_is_started(spec_of, images):
    before = threading.active_count()
    batches = Batches(spec_of(), images(26), 8)
    batches.at(0, 0)
    assert threading.active_count() == before
    batches.close()


def test_what_cannot_be_read_ahead_is_told_when_it_is_wanted(spec_of, on_disk, tmp_path):
    batches = Batches(spec_of(), on_disk[1], 8)
    batches.at(0, 0)
    batches._ahead[1].result()
    (tmp_path / "rows").write_bytes(b"")
    batches.at(0, 1)
    with pytest.raises(DataError, match="the cache of decoded images is cut off"):
        batches.at(0, 2)
    batches.close()
