"""A recorded, replayed program against the eager walk over the same graph, in float64."""

import numpy as np
import pytest

from fitcli.autodiff.graph import Builder, Graph, fuse
from fitcli.autodiff.params import Params
from fitcli.autodiff.program import Program
from fitcli.autodiff.setup import Setup
from fitcli.ops.dense import Dense

CUTS = [(1, 1), (1, 32), (2, 1), (2, 5), (3, 2), (3, 32)]  # workers, images a microbatch; 32 is the whole batch


@pytest.mark.parametrize(("workers", "microbatch"), CUTS)
def test_a_program_is_the_eager_walk(case, distance, workers, microbatch):
    graph = fuse(case.graph)
    eager = case.eager(graph)
    tape = eager.forward(case.inputs)
    gradients = eager.pull_back(tape, np.full(case.batch, 1 / case.batch))[1]
    params = case.params(graph)
    program = case.program(params, graph, workers, microbatch)
    program.differentiate()
    assert distance(program.outputs, tape.value[graph.output]) < 1e-13
    assert distance(program.losses, tape.value[graph.loss]) < 1e-13
    views = params.layout.views(program.gradient, params.state)
    for p in gradients:
        if not p.name.endswith("conv.bias") or np.linalg.norm(gradients[p]) > 1e-12:  # 0 in front of a batchnorm
            assert distance(views[p], gradients[p]) < 1e-12, p.name
    assert program.gradient_norm == pytest.approx(np.linalg.norm(program.gradient), rel=1e-12)


@pytest.mark.parametrize(("workers", "microbatch"), [(1, 32), (2, 2), (3, 5)])
def test_evaluation_is_the_eager_walk_outside_of_training(case, distance, workers, microbatch):
    graph = fuse(case.graph)
    tape = case.eager(graph, train=False).forward(case.inputs)
    program = case.program(case.params(graph), graph, workers, microbatch, train=False)
    program.prepare()
    program.evaluate()
    assert distance(program.outputs, tape.value[graph.output]) < 1e-13
    assert distance(program.losses, tape.value[graph.loss]) < 1e-13


@pytest.mark.parametrize(("workers", "microbatch"), [(1, 32), (2, 2)])
def test_an_answer_is_the_outputs_without_the_losses(case, distance, workers, microbatch):
    program = case.program(case.params(), workers=workers, microbatch=microbatch, train=False)
    program.losses[:] = 7
    program.prepare()
    program.answer()
    answered = program.outputs.copy()
    assert np.all(program.losses == 7)
    program.evaluate()
    assert np.array_equal(program.outputs, answered) and not np.any(program.losses == 7)


def test_evaluation_sees_new_parameters_after_prepare_only(case_of):
    case = case_of("perceptron")
    params = case.params()
    program = case.program(params, train=False)
    program.prepare()
    program.evaluate()
    before = program.outputs.copy()
    params.by_name["5.dense.weight"][:] *= 2
    params.by_name["5.dense.bias"][:] = 0
    program.prepare()
    program.evaluate()
    np.testing.assert_allclose(program.outputs, 2 * (before - case.params().by_name["5.dense.bias"]), rtol=1e-12)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(("workers", "microbatch"), [(1, 2), (2, 2), (3, 1)])
def test_the_same_setup_gives_the_same_bits(case, dtype, workers, microbatch):
    def bits(program, params):
        params.assign({p.name: w for p, w in case.weights.items()})
        program.differentiate()
        return b"".join(a.tobytes() for a in (program.outputs, program.losses, program.gradient, params.state))

    runs = []
    for _ in range(2):
        params = case.params(dtype=dtype)
        program = case.program(params, workers=workers, microbatch=microbatch, dtype=dtype)
        runs += [bits(program, params) for _ in range(3)]
    assert len(set(runs)) == 1


def test_dropout_is_drawn_anew_at_each_step(case_of):
    case = case_of("dropout")
    program = case.program(case.params())
    program.differentiate()
    before = program.losses.copy()
    program.clock[1] += 1
    program.differentiate()
    assert np.all(program.losses != before)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("layer", ["0.conv", "3.conv", "6.dense"])
def test_checked_replay_names_the_layer_of_a_number_gone_bad(case_of, layer, workers):
    case = case_of("convolutions")
    params = case.params()
    program = case.program(params, workers=workers, microbatch=2)
    assert program.run_checked() is None
    params.by_name[f"{layer}.weight"].flat[3] = np.nan
    assert program.run_checked().startswith(f"{layer} ")


def test_checked_replay_names_the_pass(case_of):
    case = case_of("perceptron")
    params = case.params()
    params.by_name["3.dense.bias"][2] = np.inf
    assert case.program(params).run_checked().startswith("3.dense forward")


def test_checked_replay_is_the_same_run(case):
    found = []
    for run in (Program.differentiate, Program.run_checked):
        params = case.params()
        program = case.program(params, workers=2, microbatch=2)
        run(program)
        found.append((program.losses.tobytes(), program.gradient.tobytes(), params.state.tobytes()))
    assert found[0] == found[1]


def test_missing_names_kernels_that_no_cache_holds(case_of, tmp_path, monkeypatch):
    from fitcli.kernels import kernel

    case = case_of("perceptron")
    program = case.program(case.params())
    program.compile()
    assert program.missing() == []  # loaded
    for one in {i.kernel for phase in program.phases for instructions in phase for i in instructions}:
        monkeypatch.setattr(one, "_entries", {})
    assert program.missing() == []  # on disk
    monkeypatch.setattr(kernel, "cache_directory", lambda *_: tmp_path)
    assert {"pack", "fill", "product", "outer", "squared_error_forward"} <= {kernel.name for kernel, _ in program.missing()}


def test_compile_happens_by_itself_and_once(case_of):
    case = case_of("perceptron")
    program = case.program(case.params())
    assert program._table is None
    program.differentiate()
    table = program._table
    program.differentiate()
    assert program._table is table


def test_an_arena_is_much_smaller_than_all_arrays_together(case_of):
    from fitcli.kernels.recording import Ref

    case = case_of("residual")
    program = case.program(case.params(), microbatch=1)
    program.compile()
    slots = {a.slot for phase in program.phases for i in phase[0] for a in i.args if isinstance(a, Ref)}
    assert len(program.arenas[0]) < sum(slot.nbytes for slot in slots) / 3


def test_time_instructions_tells_of_every_instruction(case_of):
    case = case_of("convolutions")
    program = case.program(case.params(), microbatch=4)
    program.differentiate()
    losses = program.losses.copy()
    program.losses[:] = 0
    found = program.time_instructions()
    assert len(found) == sum(len(phase[0]) for phase in program.phases)
    labels = {label for label, _, _ in found}
    assert {"0.conv+1.relu forward", "2.maxpool backward"} <= labels or {"0.conv forward", "2.maxpool backward"} <= labels
    assert all(seconds >= 0 for _, _, seconds in found)
    np.testing.assert_array_equal(program.losses, losses)


def test_a_network_without_weights_has_no_gradient_but_a_loss(case_of):
    g = Builder(3)
    x = g.input("x", (4,))
    y = g.apply(Dense(3, bias=False), x, params=(g.param("w", (4, 3), None, trained=False),))
    graph = Graph(tuple(g.nodes), y)
    params = Params(graph, np.float64)
    params.state[:12] = np.arange(12)
    program = Program(graph, params, Setup(5, dtype="f8"), train=False, clock=np.zeros(2, np.int64))
    program.inputs[x][...] = np.eye(5, 4)
    program.prepare()
    program.evaluate()
    np.testing.assert_array_equal(program.outputs[:4], np.arange(12).reshape(4, 3))
    assert params.layout.size == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_checked_replay_names_the_gradient_whose_norm_overflows(case_of, workers):
    """Every number is finite, also the gradient's; the sum of their squares is not."""
    case = case_of("perceptron")
    params = case.params(dtype="f4")
    program = case.program(params, workers=workers, dtype="f4")
    for node, values in case.inputs.items():
        if node.name == "image":
            program.inputs[node][...] = 1e22 * values
    params.by_name["1.dense.weight"][...] *= 1e-22
    program.differentiate()
    assert not np.isfinite(program.gradient_norm) and np.isfinite(program.gradient).all()
    assert program.run_checked() == "the gradient of 1.dense.weight (add_gradients)"
