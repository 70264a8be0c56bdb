"""A whole network's derivative by three witnesses: central differences, push forward, pull back."""

import numpy as np
import pytest

from fitcli.autodiff.eager import Eager


@pytest.fixture
def directions(case):
    """A direction in the images and one in the weights."""
    rng = np.random.default_rng(3)
    image = case.graph.inputs[0]
    return (
        {image: rng.standard_normal(case.inputs[image].shape)},
        {p: rng.standard_normal(p.shape) for p in case.graph.params if p.trained},
    )


def test_the_adjoint_identity(case, directions):
    eager = case.eager()
    x_dot, w_dot = directions
    y_bar = np.random.default_rng(4).standard_normal(case.batch)
    y_dot = eager.push_forward(eager.forward(case.inputs), x_dot, w_dot)
    x_bar, w_bar = eager.pull_back(eager.forward(case.inputs), y_bar)
    terms = [np.vdot(x_bar[node], d) for node, d in x_dot.items()] + [np.vdot(w_bar[p], d) for p, d in w_dot.items()]
    assert abs(np.vdot(y_bar, y_dot) - sum(terms)) <= 1e-12 * sum(map(abs, terms))


def test_central_differences(case, directions, distance):
    eager = case.eager()
    x_dot, w_dot = directions

    def loss(h):
        inputs = case.inputs | {node: case.inputs[node] + h * d for node, d in x_dot.items()}
        weights = {p: case.weights[p] + h * d for p, d in w_dot.items()}
        return eager.forward(inputs, weights).value[case.graph.loss]

    h = 1e-6
    pushed = eager.push_forward(eager.forward(case.inputs), x_dot, w_dot)
    assert distance((loss(h) - loss(-h)) / (2 * h), pushed) < 1e-7


def test_forward_is_a_function(case):
    """Twice the same: dropout draws by the clock, running statistics are the caller's and stay."""
    before = {p: w.copy() for p, w in case.weights.items()}
    eager = case.eager()
    one, two = (eager.forward(case.inputs).value for _ in range(2))
    for node in case.graph.nodes:
        np.testing.assert_array_equal(one[node], two[node])
    for p, w in case.weights.items():
        np.testing.assert_array_equal(w, before[p])


def test_the_seed_decides_what_is_dropped(case_of):
    case = case_of("dropout")
    node = next(node for node in case.graph.nodes if node.name == "1.dropout")
    first, second = (Eager(case.graph, case.weights, seed=s).forward(case.inputs).value[node] for s in (1, 2))
    assert np.any((first == 0) != (second == 0))


def test_outside_of_training_nothing_is_dropped_and_images_are_alone(case_of):
    case = case_of("dropout")
    tape = case.eager(train=False).forward(case.inputs)
    dropout = next(node for node in case.graph.nodes if node.name == "1.dropout")
    np.testing.assert_array_equal(tape.value[dropout], tape.value[dropout.inputs[0]])
    case = case_of("normalised")
    whole = case.eager(train=False).forward(case.inputs).value[case.graph.output]
    alone = case.eager(train=False).forward({n: v[:1] for n, v in case.inputs.items()}).value[case.graph.output]
    np.testing.assert_array_equal(alone, whole[:1])


def test_in_training_batchnorm_sees_the_whole_batch(case_of):
    case = case_of("normalised")
    whole = case.eager().forward(case.inputs).value[case.graph.output]
    part = case.eager().forward({n: v[:3] for n, v in case.inputs.items()}).value[case.graph.output]
    assert np.abs(part - whole[:3]).max() > 1e-3


def test_float32_is_the_same_map_in_fewer_digits(case, distance):
    wide = case.eager().forward(case.inputs).value[case.graph.loss]
    weights = {p: w.astype(np.float32) for p, w in case.weights.items()}
    narrow = Eager(case.graph, weights, np.float32, seed=7).forward(case.inputs).value[case.graph.loss]
    assert narrow.dtype == np.float32
    assert distance(narrow, wide) < 1e-5
