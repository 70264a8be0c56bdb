import numpy as np
import pytest

from fitcli.kernels import recording as rec
from fitcli.kernels.recording import Recorder, Ref, Slot, recording


def test_a_ref_knows_its_shape_and_bytes():
    ref = Ref.new((3, 4, 5), "f4")
    assert (ref.shape, ref.ndim, ref.size, ref.dtype, ref.offset) == ((3, 4, 5), 3, 60, np.dtype("f4"), 0)
    assert ref.slot.nbytes == 240 and ref.slot.offset == -1
    assert Ref.new((), "f8").size == 1


VIEWS = [((-1,), (60,)), ((6, -1), (6, 10)), ((60,), (60,)), (((-1, 5),), (12, 5))]


@pytest.mark.parametrize(("shape", "wanted"), VIEWS)
def test_a_view_shares_the_slot(shape, wanted):
    ref = Ref(Slot(400), (3, 4, 5), "f4", offset=16)
    view = ref.reshape(*shape)
    assert view.shape == wanted and view.slot is ref.slot and view.offset == 16 and view.dtype == ref.dtype


def test_a_view_of_another_size_is_refused():
    ref = Ref.new((3, 4), "f4")
    with pytest.raises(ValueError, match=r"cannot view \(3, 4\) as \(5, 2\)"):
        ref.reshape(5, 2)
    with pytest.raises(ValueError, match=r"cannot view \(3, 4\) as \(5, 2\)"):
        ref.reshape(5, -1)


def test_a_placed_ref_is_an_array_in_the_arena():
    arena = np.zeros(256, np.uint8)
    slot = Slot(48)
    slot.offset = 64
    x = Ref(slot, (2, 3), "f4", offset=24).array(arena)
    x[...] = 7
    assert x.shape == (2, 3) and x.dtype == np.float32 and x.flags.c_contiguous
    assert x.ctypes.data == arena.ctypes.data + 88
    assert np.flatnonzero(arena).min() >= 88 and np.flatnonzero(arena).max() < 112


def test_a_recorder_keeps_calls_with_their_label():
    recorder = Recorder()
    recorder.label = "0.conv forward"
    recorder.append("kernel", (1, 2))
    recorder.label = "1.relu forward"
    recorder.append("other", ())
    found = [(i.kernel, i.args, i.label) for i in recorder.instructions]
    assert found == [("kernel", (1, 2), "0.conv forward"), ("other", (), "1.relu forward")]


def test_recording_nests_and_ends_after_an_error():
    outer, inner = Recorder(), Recorder()
    assert rec.current() is None
    with recording(outer) as got:
        assert got is outer is rec.current()
        with pytest.raises(KeyError), recording(inner):
            assert rec.current() is inner
            raise KeyError
        assert rec.current() is outer
    assert rec.current() is None
