"""The compiled loops that run a recorded program: no Python, no allocation."""

from __future__ import annotations

from numba import carray, int64, njit

from fitcli.kernels.atomic import fetch_add, load, store, wait_while
from fitcli.kernels.cache import use_cache
from fitcli.kernels.native import address_of, call_entry, pointer

use_cache(__name__)

# Words of a team's control block, each on a cache line of its own.
GENERATION, ARRIVED, TURN, TABLE, ROWS, BOUNDS, PHASES, WORKERS = (8 * i for i in range(8))
CONTROL_WORDS = 64


@njit(cache=True, nogil=True)
def replay(table, phases):
    """Run phase after phase on this thread; a phase's workers one after the other.

    table int64 [instructions, 2]: address of the entry, address of its block.
    phases int64 [phases, workers, 2]: first instruction and the one after the last.
    """
    for p in range(phases.shape[0]):
        for w in range(phases.shape[1]):
            for i in range(phases[p, w, 0], phases[p, w, 1]):
                call_entry(table[i, 0], table[i, 1])


@njit(nogil=True)
def _meet(control, workers):
    """Wait for all workers."""
    at = address_of(control)
    turn = load(at + 8 * TURN)
    if fetch_add(at + 8 * ARRIVED, 1) == workers - 1:
        store(at + 8 * ARRIVED, 0)
        store(at + 8 * TURN, turn + 1)
    else:
        wait_while(at + 8 * TURN, turn, 0)


@njit(nogil=True)
def _take_part(control, worker):
    """Replay this worker's instructions of the job in the control block, meeting the others after each phase."""
    workers = control[WORKERS]
    table = carray(pointer(control[TABLE]), (control[ROWS], 2), int64)
    phases = carray(pointer(control[BOUNDS]), (control[PHASES], workers, 2), int64)
    for p in range(phases.shape[0]):
        for i in range(phases[p, worker, 0], phases[p, worker, 1]):
            call_entry(table[i, 0], table[i, 1])
        _meet(control, workers)


@njit(cache=True, nogil=True)
def lead(control, table, phases):
    """Start a job and take part in it as worker 0; returns when every worker is done."""
    control[TABLE], control[ROWS] = address_of(table), table.shape[0]
    control[BOUNDS], control[PHASES] = address_of(phases), phases.shape[0]
    control[WORKERS] = phases.shape[1]
    store(address_of(control) + 8 * GENERATION, control[GENERATION] + 1)
    _take_part(control, 0)


@njit(cache=True, nogil=True)
def follow(control, worker, generation, rounds):
    """Take part in every job after `generation`; return the last one's number when none came for `rounds` of waiting."""
    while wait_while(address_of(control) + 8 * GENERATION, generation, rounds):
        generation += 1
        _take_part(control, worker)
    return generation
