"""The compiled loops that run a recorded program: no Python, no allocation."""

from __future__ import annotations

from numba import njit, prange

from fitcli.kernels.cache import use_cache
from fitcli.kernels.native import call_entry

use_cache()


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


@njit(cache=True, nogil=True, parallel=True)
def replay_parallel(table, phases):
    """The same with one thread a worker, and a join after each phase."""
    for p in range(phases.shape[0]):
        for w in prange(phases.shape[1]):
            for i in range(phases[p, w, 0], phases[p, w, 1]):
                call_entry(table[i, 0], table[i, 1])
