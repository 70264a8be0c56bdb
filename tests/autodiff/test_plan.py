import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fitcli.autodiff.plan import ALIGNMENT, place
from fitcli.kernels.recording import Instruction, Ref, Slot

SIZES = st.one_of(st.integers(0, 300), st.sampled_from([64, 4096, 8192, 4096 * 3]))


def instruction(*slots, number=3):
    refs = [Ref(slot, (slot.nbytes,), np.uint8) for slot in slots]
    return Instruction(None, (*refs, number, np.zeros(2)), "")


@st.composite
def programs(draw):
    slots = [Slot(n) for n in draw(st.lists(SIZES, min_size=1, max_size=12))]
    uses = draw(st.lists(st.lists(st.sampled_from(slots), max_size=4), min_size=1, max_size=20))
    return [instruction(*use) for use in uses]


def lives(program):
    """slot -> (first, last) instruction that names it."""
    found = {}
    for time, step in enumerate(program):
        for arg in step.args:
            if isinstance(arg, Ref):
                found[arg.slot] = (found.get(arg.slot, (time,))[0], time)
    return found


def rounded(slot):
    return -(-slot.nbytes // ALIGNMENT) * ALIGNMENT


@given(programs())
def test_slots_alive_at_the_same_time_never_overlap(program):
    size = place(program)
    times = lives(program)
    for one, (birth, death) in times.items():
        assert one.offset >= 0 and one.offset % ALIGNMENT == 0
        assert one.offset + one.nbytes <= size
        for other, (other_birth, other_death) in times.items():
            if other is not one and birth <= other_death and other_birth <= death:
                assert one.offset + one.nbytes <= other.offset or other.offset + other.nbytes <= one.offset


@given(programs())
def test_the_arena_is_no_larger_than_all_slots_side_by_side(program):
    size = place(program)
    assert size <= sum(rounded(slot) + ALIGNMENT for slot in lives(program))


def test_a_chain_needs_room_for_three_links_only():
    slots = [Slot(640) for _ in range(50)]
    size = place([instruction(a, b) for a, b in zip(slots[:-1], slots[1:], strict=True)])
    assert size <= 3 * 640


def test_a_slot_goes_into_the_lowest_gap_that_holds_it():
    big, small, last, gap, tail = Slot(640), Slot(64), Slot(64), Slot(128), Slot(640)
    place([instruction(big, small, last), instruction(small, last), instruction(gap, tail, small, last)])
    assert (big.offset, small.offset, last.offset) == (0, 640, 704)
    assert (gap.offset, tail.offset) == (0, 768)


def test_large_arrays_do_not_fall_into_the_same_cache_sets():
    first, second = Slot(8192), Slot(8192)
    place([instruction(first, second)])
    assert (second.offset - first.offset) % 4096 != 0


def test_nothing_needs_no_room():
    assert place([instruction()]) == 0
