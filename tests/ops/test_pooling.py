import numpy as np
import pytest

from fitcli.errors import ShapeError
from fitcli.ops.pooling import outputs, pooled, spans


@pytest.mark.parametrize(
    ("n", "size", "stride", "padding"), [(7, 3, 2, 0), (7, 3, 2, 1), (5, 2, 3, 1), (4, 4, 1, 2), (1, 1, 1, 0)]
)
def test_spans_are_the_windows_inside_of_the_image(n, size, stride, padding):
    out = pooled("p", (n, n, 2), (size, size), (stride, stride), (padding, padding))
    assert out[0] == out[1] and out[2] == 2
    table = spans(n, out[0], size, stride, padding)
    assert table.dtype == np.int64 and table.flags.c_contiguous
    for i, (first, end) in enumerate(table):
        start = i * stride - padding
        assert list(range(first, end)) == [p for p in range(start, start + size) if 0 <= p < n]
        assert end > first


def test_windows_that_do_not_fit():
    with pytest.raises(ShapeError, match="p 3×2 does not fit into 2×5×1"):
        pooled("p", (2, 5, 1), (3, 2), (1, 1), (0, 0))
    with pytest.raises(ShapeError, match="p's padding 2×0 is more than half of its size 3×3"):
        pooled("p", (8, 8, 1), (3, 3), (1, 1), (2, 0))
    with pytest.raises(ShapeError, match="p needs an image"):
        pooled("p", (8,), (3, 3), (1, 1), (0, 0))


@pytest.mark.parametrize("stride", [1, 2, 3, 5])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_rounded_up_every_pixel_is_covered_and_no_window_is_empty(size, stride):
    for n in range(size, 12):
        for padding in range(size // 2 + 1):
            out = outputs(n, size, stride, padding, ceil_mode=True)
            table = spans(n, out, size, stride, padding)
            assert outputs(n, size, stride, padding) <= out <= outputs(n, size, stride, padding) + 1
            assert (table[:, 1] > table[:, 0]).all()
            if stride <= size:
                assert table[-1, 1] == n


def test_pytorch_counts_the_same_windows():
    torch = pytest.importorskip("torch")
    for n, size, stride, padding in np.ndindex(11, 4, 5, 3):
        n, size, stride = n + 1, size + 1, stride + 1
        if 2 * padding > size or n + 2 * padding < size:
            continue
        for ceil_mode in (False, True):
            y = torch.nn.functional.max_pool2d(torch.zeros(1, 1, n, n), size, stride, padding, ceil_mode=ceil_mode)
            assert y.shape[-1] == outputs(n, size, stride, padding, ceil_mode), (n, size, stride, padding, ceil_mode)


def test_what_does_not_fit_does_not_fit_rounded_up():
    with pytest.raises(ShapeError, match="p 3×3 does not fit into 2×5×1"):
        pooled("p", (2, 5, 1), (3, 3), (2, 2), (0, 0), True)
