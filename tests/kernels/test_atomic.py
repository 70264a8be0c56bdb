from __future__ import annotations

import os
import threading
import time

import numpy as np
import pytest

from fitcli.kernels import atomic
from fitcli.kernels.atomic import fetch_add, load, pause, sleep_briefly, store, wait_while, yield_processor
from fitcli.kernels.lazy import inner


@inner
def read(address):
    return load(address)


@inner
def write(address, value):
    store(address, value)


@inner
def count_up(address, times):
    last = 0
    for _ in range(times):
        last = fetch_add(address, 1)
    return last


@inner
def rest():
    pause()
    yield_processor()
    sleep_briefly()


@pytest.fixture
def words():
    return np.array([0, 7, 0], np.int64)


def test_read_and_write_one_word(words):
    at = words.ctypes.data + 8
    assert read(at) == 7
    write(at, -(1 << 40))
    assert words.tolist() == [0, -(1 << 40), 0] and read(at) == -(1 << 40)


def test_adding_returns_what_was_there(words):
    assert count_up(words.ctypes.data + 8, 1) == 7 and count_up(words.ctypes.data + 8, 2) == 9
    assert words.tolist() == [0, 10, 0]


def test_no_increment_is_lost_between_threads(words):
    times = 300_000
    count_up(words.ctypes.data, 0)
    threads = [threading.Thread(target=count_up, args=(words.ctypes.data, times)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert words.tolist() == [3 * times, 7, 0]


def test_ways_to_rest_return():
    assert rest() is None


def test_waiting_ends_at_once_where_the_word_is_another(words):
    assert wait_while(words.ctypes.data, 1, 1)


@pytest.mark.parametrize("rounds", [1, 10, atomic._SPINS + 10, atomic._SPINS + atomic._YIELDS + 10])
def test_waiting_gives_up_after_so_many_rounds(words, rounds):
    """Spinning, yielding and sleeping alike."""
    assert not wait_while(words.ctypes.data, 0, rounds)


@pytest.mark.parametrize("pause_first", [0.0, 0.05])
def test_waiting_ends_when_another_thread_writes(words, pause_first):
    """Also when the waiting has come to its sleeping stage."""
    wait_while(words.ctypes.data, 1, 1)
    write(words.ctypes.data, 0)
    done = []
    waiter = threading.Thread(target=lambda: done.append(wait_while(words.ctypes.data, 0, 0)), daemon=True)
    waiter.start()
    time.sleep(pause_first)
    write(words.ctypes.data, 3)
    waiter.join(30)
    assert done == [True]


def test_what_was_written_before_is_seen_after(words):
    """The data first, the flag behind it: who sees the flag sees the data."""

    @inner
    def produce(flag, data, rounds):
        for i in range(1, rounds + 1):
            data[0] = i
            store(flag, i)
            wait_while(flag, i, 0)

    @inner
    def consume(flag, data, rounds):
        wrong = 0
        for i in range(1, rounds + 1):
            wait_while(flag, 1 - i, 0)
            wrong += data[0] != i
            store(flag, -i)
        return wrong

    flag, data = np.zeros(1, np.int64), np.zeros(1, np.int64)
    consume(flag.ctypes.data, data, 0)
    other = threading.Thread(target=produce, args=(flag.ctypes.data, data, 2000), daemon=True)
    other.start()
    assert consume(flag.ctypes.data, data, 2000) == 0
    other.join(30)


def test_the_current_cpu_is_one_that_may_be_used():
    @inner
    def ask(found):
        found[0] = atomic.current_cpu()

    found = np.zeros(1, np.int64)
    ask(found)
    assert found[0] == -1 or found[0] in os.sched_getaffinity(0)
