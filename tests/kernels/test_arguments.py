import numpy as np
import pytest

from fitcli.kernels.arguments import block, settle, signature_of, unpack
from fitcli.kernels.recording import Ref, Slot


def test_numbers_take_the_type_of_the_arrays(dtype):
    x = np.zeros(2, dtype)
    settled = settle((np.zeros(1, np.int64), x, 0.1, True, 3, np.float64(0.5), None))
    assert settled[2].dtype == dtype and settled[2] == dtype.type(0.1)
    assert settled[3] == 1 and type(settled[3]) is int
    assert settled[4] == 3 and settled[5].dtype == dtype and settled[6] is None


def test_the_block_holds_pointers_shapes_bits_and_integers():
    x = np.zeros((2, 3), np.float32)
    slot = Slot(64)
    slot.offset = 128
    ref = Ref(slot, (4,), "f8", offset=8)
    words = block((x, ref, np.float64(0.1), np.float32(0.5), 7, None, np.int64(-2)), 1000)
    bits = [int(np.float64(v).view(np.int64)) for v in (0.1, 0.5)]
    assert words == [x.ctypes.data, 2, 3, 1136, 4, *bits, 7, -2]


def test_an_array_with_gaps_is_refused():
    with pytest.raises(ValueError, match="a recorded array must be C-contiguous"):
        block((np.zeros((4, 4))[:, ::2],), 0)


def test_signatures():
    ref = Ref(Slot(8), (2, 1), "f4")
    assert signature_of((ref, np.zeros(3, np.int64), None, 3, np.float32(1), True)) == ("f4x2", "i8x1", "n", "i", "f4", "i")


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_the_quick_walk_finds_the_same_block(dtype):
    x = np.zeros((2, 3), dtype)
    args = (x, 0.1, True, 7, None, np.int64(-2), np.zeros(4, np.int64))
    kinds, words = unpack(args)
    wanted = block(settle(args), 0)
    assert [*words[:3], *words[4:]] == [*wanted[:3], *wanted[4:]]
    number = np.array(words[3:4], np.int64).view(np.float64)[0]  # rounded to the arrays' type by the entry
    assert np.dtype(dtype).type(number) == settle(args)[1]
    assert len(kinds) == len(args) and unpack((x, 0.1, 1, 8, None, 5, np.zeros(2, np.int64)))[0] == kinds


def test_the_quick_walk_tells_types_apart():
    x = np.zeros(2, np.float32)
    different = [(x,), (x.astype("f8"),), (x[:, None],), (None,), (1,), (1.0,), (np.float32(1),)]
    assert len({unpack(args)[0] for args in different}) == len(different)
    with pytest.raises(ValueError, match="a kernel's arrays must be C-contiguous"):
        unpack((np.zeros((4, 4))[:, ::2],))
    with pytest.raises(TypeError, match="a kernel takes arrays and numbers, not str"):
        unpack(("text",))
