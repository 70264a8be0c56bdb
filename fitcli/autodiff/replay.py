"""The compiled loops that run a recorded program: no Python, no allocation."""

from __future__ import annotations

from numpy import int64

from fitcli.kernels.atomic import current_cpu, fetch_add, load, store, wait_while
from fitcli.kernels.kernel import kernel
from fitcli.kernels.lazy import inner
from fitcli.kernels.native import address_of, call_entry, view

# Words of a team's control block, each on a cache line of its own.
GENERATION, ARRIVED, TURN, TABLE, ROWS, BOUNDS, PHASES, WORKERS, CPU, CROWDED = (8 * i for i in range(10))
CONTROL_WORDS = 80


@kernel
def replay(table, phases):
    """Run phase after phase on this thread; a phase's workers one after the other.

    table int64 [instructions, 2]: address of the entry, address of its block.
    phases int64 [phases, workers, 2]: first instruction and the one after the last.
    """
    for p in range(phases.shape[0]):
        for w in range(phases.shape[1]):
            for i in range(phases[p, w, 0], phases[p, w, 1]):
                call_entry(table[i, 0], table[i, 1])


@inner
def _meet(control, workers):
    """Wait for all workers."""
    at = address_of(control)
    turn = load(at + 8 * TURN)
    if fetch_add(at + 8 * ARRIVED, 1) == workers - 1:
        store(at + 8 * ARRIVED, 0)
        store(at + 8 * TURN, turn + 1)
    else:
        wait_while(at + 8 * TURN, turn, 0)


@inner
def _take_part(control, worker):
    """Replay this worker's instructions of the job in the control block, meeting the others after each phase."""
    workers = control[WORKERS]
    table = view(control[TABLE], (control[ROWS], 2), int64)
    phases = view(control[BOUNDS], (control[PHASES], workers, 2), int64)
    for p in range(phases.shape[0]):
        for i in range(phases[p, worker, 0], phases[p, worker, 1]):
            call_entry(table[i, 0], table[i, 1])
        if worker and p == 0 and control[CPU] >= 0 and current_cpu() == control[CPU]:
            store(address_of(control) + 8 * CROWDED, 1)
        _meet(control, workers)


@kernel
def lead(control, table, phases):
    """Start a job and take part in it as worker 0; returns when every worker is done.

    Afterwards control[CROWDED] says whether another worker was on the leader's CPU.
    """
    control[CPU], control[CROWDED] = current_cpu(), 0
    control[TABLE], control[ROWS] = address_of(table), table.shape[0]
    control[BOUNDS], control[PHASES] = address_of(phases), phases.shape[0]
    control[WORKERS] = phases.shape[1]
    store(address_of(control) + 8 * GENERATION, control[GENERATION] + 1)
    _take_part(control, 0)


@kernel
def follow(control, worker, generation, rounds):
    """Take part in every job after generation[0], which counts them; return when none came for `rounds` of waiting."""
    while wait_while(address_of(control) + 8 * GENERATION, generation[0], rounds):
        generation[0] += 1
        _take_part(control, worker)
