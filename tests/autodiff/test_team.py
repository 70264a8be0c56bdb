import os
import threading
import time

import numpy as np
import pytest

from fitcli.autodiff import team as module
from fitcli.autodiff.tape import accumulate, fill
from fitcli.autodiff.team import team
from fitcli.kernels.denormals import flushing


def counting(table_of, workers, phases):
    """A program in which each worker adds 1 to its number in every phase, and worker 0 at last adds up all of them."""
    ones, counts, total = np.ones(1), [np.zeros(1) for _ in range(workers)], np.zeros(1)
    table = table_of([(accumulate, (c, ones)) for c in counts] + [(fill, (total, 0.0))] + [(accumulate, (total, c)) for c in counts])
    add = [[w, w + 1] for w in range(workers)]
    end = [[workers, len(table)]] + [[0, 0]] * (workers - 1)
    return table, np.array([add] * phases + [end]), total


@pytest.mark.parametrize("workers", [2, 3, 5])
def test_every_worker_takes_part_in_every_phase_and_all_wait_for_all(table_of, workers):
    table, phases, total = counting(table_of, workers, 50)
    for run in range(1, 6):
        team(workers).job(table, phases)()
        assert total[0] == run * 50 * workers


def test_it_goes_on_after_it_has_slept(table_of):
    table, phases, total = counting(table_of, 2, 3)
    mine = team(2)
    for run in range(1, 4):
        mine.job(table, phases)()
        assert total[0] == run * 6
        deadline = time.monotonic() + 10
        while not mine._asleep[1] and time.monotonic() < deadline:
            time.sleep(0.01)
        assert mine._asleep[1]  # nobody burns a processor between fits


def test_programs_of_two_threads_run_one_after_the_other(table_of):
    programs = [counting(table_of, 2, 20) for _ in range(2)]

    def run(table, phases):
        for _ in range(20):
            team(2).job(table, phases)()

    threads = [threading.Thread(target=run, args=program[:2]) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [total[0] for _, _, total in programs] == [20 * 20 * 2] * 2


def test_there_is_one_team_of_each_size():
    assert team(2) is team(2) is not team(3)
    assert team(3).workers == 3


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system does not place threads")
def test_a_thread_leaves_a_cpu_and_may_come_back():
    usable = os.sched_getaffinity(0)
    for cpu in usable:
        module._leave(cpu)
    assert os.sched_getaffinity(0) == usable
    module._leave(-1)
    module._leave(max(usable) + 1)
    assert os.sched_getaffinity(0) == usable


@pytest.mark.skipif(not flushing()[0], reason="denormals are only switched off on x86")
def test_no_worker_computes_with_denormals(table_of):
    small = np.full(8, np.finfo(np.float32).tiny / 4, np.float32)
    sums = [np.zeros(8, np.float32) for _ in range(2)]
    table = table_of([(accumulate, (y, small)) for y in sums])
    team(2).job(table, np.array([[[0, 1], [1, 2]]]))()
    assert not np.any(sums)
