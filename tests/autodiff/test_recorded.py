"""What is recorded, and that it does not depend on how the work is cut."""

import numpy as np
import pytest

from fitcli.autodiff.graph import Builder, Graph
from fitcli.autodiff.params import Params, gradient_vectors
from fitcli.autodiff.program import Program
from fitcli.autodiff.setup import Setup
from fitcli.autodiff.spread import shares
from fitcli.layers.base import build_chain
from fitcli.layers.batchnorm import BatchNorm
from fitcli.layers.depthwise import Depthwise

CUTS = [(1, 1), (1, 32), (2, 1), (2, 5), (3, 2), (3, 32)]  # workers, images a microbatch; 32 is the whole batch


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_update_gives_every_parameter_to_the_optimizer_once(case_of, workers):
    """An update that adds 1, and 10 where weights decay."""
    from fitcli.autodiff.tape import accumulate

    case = case_of("normalised")
    params = case.params()
    one, ten = (np.full(params.layout.size, value) for value in (1.0, 10.0))

    def update(start, stop, group):
        accumulate(params.vector[start:stop], one[start:stop])
        if group.decay:
            accumulate(params.vector[start:stop], ten[start:stop])

    clock = np.zeros(2, np.int64)
    program = Program(case.graph, params, Setup(case.batch, workers, dtype="f8"), train=True, clock=clock, update=update)
    program.differentiate()
    assert all(np.array_equal(params.views[p], w) for p, w in case.weights.items() if p.trained)
    params.vector[:] = 0
    program.update()
    for p in case.graph.params:
        if p.trained:
            np.testing.assert_array_equal(params.views[p], np.full(p.shape, 11 if p.decay else 1))


def test_wide_layers_are_shared_out_where_all_images_go_together(case_of, monkeypatch):
    monkeypatch.setattr("fitcli.ops.dense._LARGE", 1000)
    case = case_of("spread")

    def shared_out(workers, microbatch, parts=1):
        program = case.program(case.params(), workers=workers, microbatch=microbatch, parts=parts)
        products = [i for phase in program.phases for part in phase for i in part if i.kernel.name == "product"]
        return {i.label for i in products if "forward" in i.label and i.args[6] < i.args[0].shape[1]}  # of its columns, some

    assert len(shared_out(2, 32)) == len(shared_out(3, 32)) == 2
    assert shared_out(1, 32) == shared_out(2, 2) == shared_out(2, 32, parts=2) == set()


@pytest.mark.parametrize("workers", [1, 3])
def test_the_gradient_is_treated_after_its_sum_and_before_the_update(case_of, workers):
    """Every worker adds 1 to its part of the gradient, then each doubles a part that another has added to."""
    from fitcli.autodiff.tape import accumulate

    case = case_of("perceptron")
    params = case.params()
    size = params.layout.size
    gradients, ones = gradient_vectors(params.layout, workers, np.float64), np.ones(size)

    def treat(count):
        assert count == workers
        parts = [slice(start, stop) for start, stop in shares(size, count)]

        def add(worker):
            accumulate(gradients[0][parts[worker]], ones[parts[worker]])

        def double(worker):
            other = parts[(worker + 1) % count]
            accumulate(gradients[0][other], gradients[0][other])

        return [add, double]

    def update(start, stop, group):
        accumulate(params.vector[start:stop], gradients[0][start:stop])

    setup, clock = Setup(case.batch, workers, dtype="f8"), np.zeros(2, np.int64)
    program = Program(case.graph, params, setup, train=True, clock=clock, update=update, treat=treat, gradients=gradients)
    for node, values in case.inputs.items():
        program.inputs[node][...] = values
    program.differentiate()
    before, plain = params.vector.copy(), program.gradient.copy()
    norm = program.gradient_norm
    program.update()
    np.testing.assert_allclose(program.gradient, 2 * (plain + 1), rtol=1e-14)
    np.testing.assert_allclose(params.vector, before + 2 * (plain + 1), rtol=1e-14)
    assert program.gradient_norm == norm == pytest.approx(np.linalg.norm(plain))


def test_a_forward_pass_of_training_alone(case_of, distance):
    case = case_of("normalised")
    both, alone = case.params(), case.params()
    whole = case.program(both)
    whole.differentiate()
    setup = Setup(case.batch, 2, 3, "f8")
    program = Program(case.graph, alone, setup, train=True, back=False, clock=whole.clock)
    for node, values in case.inputs.items():
        program.inputs[node][...] = values
    program.forward()
    assert distance(program.losses, whole.losses) < 1e-13 and distance(alone.state, both.state) < 1e-13
    assert len(program.phases) < len(whole.phases) and not program.gradient.any()


def test_dropout_does_not_depend_on_how_the_work_is_cut(case_of):
    case = case_of("dropout")
    losses = []
    for workers, microbatch in CUTS:
        program = case.program(case.params(), workers=workers, microbatch=microbatch)
        program.differentiate()
        losses.append(program.losses.copy())
    assert all(np.allclose(one, losses[0], rtol=1e-13, atol=0) for one in losses)


@pytest.mark.parametrize(("workers", "microbatch"), [(1, 32), (2, 2), (3, 1)])
def test_running_statistics_are_those_of_the_whole_batch(case_of, workers, microbatch):
    case = case_of("normalised")
    conv = next(node for node in case.graph.nodes if node.name == "0.conv")
    x = case.eager().forward(case.inputs).value[conv].reshape(-1, conv.shape[-1])
    params = case.params()
    program = case.program(params, workers=workers, microbatch=microbatch)
    program.differentiate()
    wanted = {"1.batchnorm.running_mean": x.mean(0), "1.batchnorm.running_var": x.var(0, ddof=1)}
    for name, batch in wanted.items():
        before = next(w for p, w in case.weights.items() if p.name == name)
        np.testing.assert_allclose(params.by_name[name], 0.9 * before + 0.1 * batch, rtol=1e-12)


def test_only_a_segment_that_uses_nothing_prepared_begins_at_once(case_of, monkeypatch):
    monkeypatch.setattr("fitcli.ops.dense._LARGE", 1000)
    wide, plain = case_of("spread"), case_of("perceptron")
    assert wide.program(wide.params(), workers=2)._at_once  # its first segment puts the images where all see them
    assert not plain.program(plain.params(), workers=2)._at_once


def test_nobody_begins_while_weights_are_being_folded():
    """A depthwise convolution has nothing derived from its weights: they alone are what its workers wait for."""
    g = Builder(3)
    y = build_chain(g, g.input("image", (4, 4, 3)), [Depthwise(), BatchNorm()], "model")
    graph = Graph(tuple(g.nodes), y)
    program = Program(graph, Params(graph), Setup(4, 2), train=False, clock=np.zeros(2, np.int64))
    assert [len(part) for part in program.phases[0]] == [2, 2] and not program._at_once
