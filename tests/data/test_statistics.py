import tracemalloc

import numpy as np
import pytest

from fitcli.data import statistics
from fitcli.data.statistics import channel_statistics


@pytest.mark.parametrize("shape", [(1, 1, 2, 1), (7, 5, 4, 3), (50, 9, 8, 1)])
def test_mean_and_std_of_each_channel(monkeypatch, shape):
    x = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    wanted = (x / 255).mean((0, 1, 2)), (x / 255).std((0, 1, 2))
    for chunk in (1, 33, 1 << 20):
        monkeypatch.setattr(statistics, "CHUNK", chunk)
        mean, std = channel_statistics(x)
        assert mean.shape == std.shape == (shape[3],) and mean.dtype == std.dtype == np.float64
        np.testing.assert_allclose((mean, std), wanted, rtol=1e-12)


def test_chunks_change_nothing_at_all(monkeypatch):
    x = np.random.default_rng(1).integers(0, 256, (30, 6, 7, 3), dtype=np.uint8)
    whole = channel_statistics(x)
    monkeypatch.setattr(statistics, "CHUNK", 100)
    assert np.array_equal(channel_statistics(x), whole)


def test_a_constant_channel_gets_std_one():
    x = np.zeros((3, 4, 5, 3), np.uint8)
    x[..., 1], x[0, 0, 0, 2] = 77, 255
    mean, std = channel_statistics(x)
    assert std[0] == std[1] == 1 and 0 < std[2] < 1
    np.testing.assert_allclose(mean, [0, 77 / 255, 1 / 60])


def test_memory_is_bounded():
    x = np.zeros((3000, 64, 64, 1), np.uint8)
    tracemalloc.start()
    channel_statistics(x)
    assert tracemalloc.get_traced_memory()[1] < 40e6
    tracemalloc.stop()


def test_wrong_images():
    with pytest.raises(ValueError, match="no images"):
        channel_statistics(np.zeros((0, 4, 4, 3), np.uint8))
    with pytest.raises(ValueError, match="uint8 images wanted, got float64"):
        channel_statistics(np.zeros((1, 4, 4, 3)))
