import os

import pytest

from fitcli.engine import threads
from fitcli.engine.threads import microbatch_for, usable_threads, workers_for
from fitcli.model import build_model
from fitcli.spec import parse_spec


def graph_of(layers, shape):
    return build_model(parse_spec(f"data: {{path: x}}\nmodel: {layers}"), ("a", "b"), shape).graph


@pytest.fixture
def small():
    return graph_of("[flatten, dense: 8, relu, dense: classes]", (4, 4, 1))


@pytest.fixture
def large():
    return graph_of("[conv: 32, relu, conv: 32, globalavgpool, dense: classes]", (64, 64, 3))


@pytest.fixture
def eight(monkeypatch):
    monkeypatch.setattr(threads, "usable_threads", lambda: 8)


def test_usable_threads_are_those_of_this_process(monkeypatch):
    assert 1 <= usable_threads() <= os.cpu_count()
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {1, 5, 7}, raising=False)
    assert usable_threads() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_threads() == 1


def test_little_work_is_not_shared_and_much_is(small, large, eight):
    assert workers_for(small, 32, None) == 1
    assert workers_for(large, 32, None) == 8


def test_what_is_asked_for_is_done(small, large, eight):
    assert workers_for(small, 32, 2) == 2
    assert workers_for(large, 32, 3) == 3


def test_there_is_no_worker_without_an_image(large, eight):
    assert workers_for(large, 5, None) == 5
    assert workers_for(large, 5, 100) == 5
    assert workers_for(large, 1, 2) == 1


def test_a_forward_pass_alone_is_a_third_of_the_work(eight):
    graph = graph_of("[conv: {filters: 16, kernel: 3}, globalavgpool, dense: classes]", (24, 24, 1))
    images = next(n for n in range(1, 1000) if workers_for(graph, n, None) > 1)
    assert workers_for(graph, 2 * images, None, passes=1) == 1
    assert workers_for(graph, 3 * images, None, passes=1) > 1


def test_a_microbatch_stays_in_the_cache(small, large):
    assert 1 <= microbatch_for(large) < microbatch_for(small) <= 64
    assert 1 <= microbatch_for(large, back=False) < microbatch_for(large)
    huge = graph_of("[conv: 64, globalavgpool, dense: classes]", (512, 512, 3))
    assert microbatch_for(huge) == 1


def test_a_batch_in_parts():
    from fitcli.engine.threads import part_of

    assert [part_of(64, k) for k in (1, 2, 3, 64)] == [64, 32, 22, 1]
