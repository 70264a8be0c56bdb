import numpy as np
import pytest

from fitcli.errors import ShapeError
from fitcli.ops.pooling import pooled, spans


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
