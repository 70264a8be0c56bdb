"""A batch that is taken in parts: gradients are added up, whole-batch sums are those of a part, memory stays bounded."""

import numpy as np
import pytest

from fitcli.autodiff.graph import fuse
from fitcli.autodiff.spread import shares

CUTS = [(2, 1, 32), (2, 2, 1), (3, 2, 2), (7, 3, 1)]  # parts of 7 images, workers, images a microbatch


@pytest.mark.parametrize(("parts", "workers", "microbatch"), CUTS)
@pytest.mark.parametrize("name", ["perceptron", "convolutions", "dropout"])
def test_without_batchnorm_the_step_is_that_of_the_whole_batch(case_of, distance, name, parts, workers, microbatch):
    case = case_of(name)
    params = case.params()
    found = []
    for cut in ({}, {"parts": parts, "workers": workers, "microbatch": microbatch}):
        program = case.program(params, **cut)
        for _ in range(2):
            program.differentiate()
        found.append((program.outputs.copy(), program.losses.copy(), program.gradient.copy()))
    for whole, cut in zip(*found, strict=True):
        assert distance(cut, whole) < 1e-13


@pytest.mark.parametrize(("parts", "workers", "microbatch"), CUTS[:3])
@pytest.mark.parametrize("name", ["normalised", "residual"])
def test_batchnorm_takes_each_part_for_a_batch(case_of, distance, name, parts, workers, microbatch):
    """The mean over the images of the gradients of the parts; the running statistics go from part to part."""
    case = case_of(name)
    graph = fuse(case.graph)
    weights = dict(case.weights)
    wanted = {p: np.zeros(p.shape) for p in graph.params if p.trained}
    losses = []
    for start, stop in shares(case.batch, parts):
        eager = case.eager(graph)
        tape = eager.forward({node: values[start:stop] for node, values in case.inputs.items()})
        losses.append(tape.value[graph.loss])
        for p, g in eager.pull_back(tape, np.full(stop - start, 1 / case.batch))[1].items():
            wanted[p] += g
        batch_of = {node.params[0].name.rsplit(".", 1)[0]: node for node in graph.nodes if len(node.params) == 4}
        assert batch_of
        for node in batch_of.values():
            x = tape.value[node.inputs[0]].reshape(-1, node.inputs[0].shape[-1])
            mean, var = node.params[2:]
            weights[mean] = 0.9 * weights[mean] + 0.1 * x.mean(0)
            weights[var] = 0.9 * weights[var] + 0.1 * x.var(0, ddof=1)
    params = case.params(graph)
    program = case.program(params, graph, workers, microbatch, parts=parts)
    program.differentiate()
    assert distance(program.losses, np.concatenate(losses)) < 1e-13
    views = params.layout.views(program.gradient, params.state)
    whole = np.sqrt(sum(np.sum(g**2) for g in wanted.values()))
    for p, g in wanted.items():
        np.testing.assert_allclose(views[p], g, rtol=1e-9, atol=1e-13 * whole, err_msg=p.name)
    for p in graph.params:
        if not p.trained:
            np.testing.assert_allclose(params.views[p], weights[p], rtol=1e-11)


def arena(case, **cut):
    program = case.program(case.params(), **cut)
    program.compile()
    return sum(a.nbytes for a in program.arenas)


def test_no_more_parts_than_images_and_no_worker_without_one(case_of):
    case = case_of("perceptron")
    program = case.program(case.params(), workers=4, parts=100)
    assert len(program.setup.edges) == 7 and program.workers == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_memory_does_not_grow_with_the_batch_but_for_batchnorm(case_of, workers):
    """Beside its pixels, labels, outputs and losses a batch of 240 images needs what one of 24 does."""
    cut = {"workers": workers, "microbatch": 4}
    for name in ("perceptron", "convolutions"):
        small, large = (arena(case_of(name, batch=batch), **cut) for batch in (24, 240))
        assert large == small
    small, large = (arena(case_of("normalised", batch=batch), **cut) for batch in (24, 240))
    assert large > 5 * small
    assert arena(case_of("normalised", batch=240), parts=10, **cut) == small
