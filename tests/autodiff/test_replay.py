import threading

import numpy as np

from fitcli.autodiff import replay
from fitcli.autodiff.params import aligned_zeros
from fitcli.autodiff.tape import accumulate, fill


def test_phases_run_in_order_and_workers_one_after_the_other(table_of):
    a, b = np.zeros(5), np.zeros(5)
    table = table_of([(fill, (a, 1.0)), (fill, (b, 10.0)), (accumulate, (a, b)), (accumulate, (b, a))])
    replay.replay(table, np.array([[[0, 1], [1, 2]], [[2, 3], [3, 4]]]))
    np.testing.assert_array_equal(a, np.full(5, 11.0))
    np.testing.assert_array_equal(b, np.full(5, 21.0))


def test_only_the_asked_phases_run(table_of):
    a = np.zeros(3)
    table = table_of([(fill, (a, 1.0)), (fill, (a, 2.0))])
    phases = np.array([[[0, 1]], [[1, 2]]])
    replay.replay(table, phases[1:])
    np.testing.assert_array_equal(a, np.full(3, 2.0))
    replay.replay(table, phases[:1])
    np.testing.assert_array_equal(a, np.ones(3))
    replay.replay(table, phases[:0])
    np.testing.assert_array_equal(a, np.ones(3))


def test_a_leader_and_a_follower_share_a_job(table_of):
    """Worker 1 fills b, worker 0 then adds it: right only when they meet after the phase."""
    a, b = np.zeros(5), np.zeros(100_000)
    calls = [(fill, (a, 1.0)), (fill, (b, 10.0)), (accumulate, (a, b[-5:])), (fill, (b, 0.0))]
    table = table_of(calls)
    phases = np.array([[[0, 1], [1, 2]], [[2, 3], [3, 3]], [[4, 4], [3, 4]]])
    control, done = aligned_zeros(replay.CONTROL_WORDS, np.int64), np.zeros(1, np.int64)
    thread = threading.Thread(target=replay.follow, args=(control, 1, done, 20_000))
    thread.start()
    for job in range(1, 11):
        replay.lead(control, table, phases)
        np.testing.assert_array_equal(a, np.full(5, 11.0))
        assert not b.any()
        assert control[replay.GENERATION] == job
    thread.join()
    assert done.tolist() == [10]
