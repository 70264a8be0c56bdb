import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.losses.binary_cross_entropy import BinaryCrossEntropy
from fitcli.losses.focal import Focal
from fitcli.model import build_model
from fitcli.spec import dump_spec, parse_spec

SPEC = "data: {path: x}\nmodel: [flatten, dense: classes]\nloss: {binary_cross_entropy: {positive: WEIGHT}}"


def test_each_class_by_itself(losses):
    outputs, labels = np.random.default_rng(0).standard_normal((5, 3)), [0, 2, 1, 1, 2]
    p, t = 1 / (1 + np.exp(-outputs)), np.eye(3)[labels]
    wanted = -(2.5 * t * np.log(p) + (1 - t) * np.log(1 - p)).mean(1)
    np.testing.assert_allclose(losses(BinaryCrossEntropy(2.5), outputs, labels), wanted, rtol=1e-12)
    np.testing.assert_allclose(BinaryCrossEntropy().probabilities(outputs), p / p.sum(1, keepdims=True), rtol=1e-12)


@pytest.mark.parametrize("positive", [1.0, 2.5, [0.5, 1.0, 4.0]])
def test_several_classes_an_image(losses, positive):
    outputs = np.random.default_rng(0).standard_normal((4, 3))
    t = np.array([[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
    p = 1 / (1 + np.exp(-outputs))
    wanted = -(np.array(positive) * t * np.log(p) + (1 - t) * np.log(1 - p)).mean(1)
    np.testing.assert_allclose(losses(BinaryCrossEntropy(positive), outputs, t), wanted, rtol=1e-12)


def test_balanced_is_decided_by_the_training_images():
    asked = BinaryCrossEntropy("balanced")
    made = asked.prepare([10, 50, 100, 0], 100)
    assert made.positive == [9, 1, 0.01, 100]  # of a class that all or none have, one is counted
    assert made.prepare([1, 1, 1, 1], 4) == made
    assert asked.class_weights(2) == (1.0, 1.0) and BinaryCrossEntropy(3).class_weights(2) == (3.0, 3.0)
    assert asked.prepared_as(made) == made and asked.prepared_as(Focal()) == asked
    assert BinaryCrossEntropy(2.0).prepared_as(made) == BinaryCrossEntropy(2.0)


def test_a_list_of_another_length():
    spec = parse_spec(SPEC.replace("WEIGHT", "[1, 2, 3]"), "s.yaml")
    with pytest.raises(SpecError) as caught:
        build_model(spec, ("a", "b"), (2, 2, 1))
    assert str(caught.value) == (
        "s.yaml:3: loss.binary_cross_entropy.positive: 3 weights for 2 classes\n"
        "  allowed: a number, a list of 2 numbers, or balanced"
    )


@pytest.mark.parametrize("text", ["balanced", "[1.0, 0.5]", "2.0"])
def test_in_a_spec(text):
    spec = parse_spec(SPEC.replace("WEIGHT", text))
    assert parse_spec(dump_spec(spec)) == spec


@pytest.mark.parametrize("text", ["equal", "[1, -1]", "[]", "0", "{a: 1}", "null"])
def test_what_weights_cannot_be(text):
    with pytest.raises(SpecError, match="a number above 0"):
        parse_spec(SPEC.replace("WEIGHT", text))
