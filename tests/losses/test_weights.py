import numpy as np
import pytest

from fitcli.data.dataset import Dataset, Splits
from fitcli.engine.fit import fit
from fitcli.errors import SpecError
from fitcli.losses.cross_entropy import CrossEntropy
from fitcli.losses.focal import Focal
from fitcli.model import build_model
from fitcli.spec import dump_spec, load_spec, parse_spec


@pytest.mark.parametrize("loss", [CrossEntropy, Focal])
def test_balanced_classes_count_alike(loss):
    counts = [10, 30, 60]
    made = loss(weights="balanced").prepare(counts, 100)
    np.testing.assert_allclose(np.array(made.weights) * counts, 100 / 3, rtol=1e-14)
    assert made.prepare([1, 1, 1], 3) == made  # decided once


def test_what_was_decided_before():
    asked = CrossEntropy(weights="balanced", smoothing=0.1)
    assert asked.prepared_as(asked.prepare([1, 3], 4)) == asked.prepare([1, 3], 4)
    assert asked.prepared_as(CrossEntropy(weights=[1, 2])) != CrossEntropy(weights=[1, 2])
    assert asked.prepared_as(Focal(weights=[1, 2])) == asked
    assert CrossEntropy(weights=[1, 2]).prepared_as(CrossEntropy(weights=[1, 3])).weights == [1, 2]


def test_what_is_said_stays():
    assert CrossEntropy(weights=[1.0, 2.0]).prepare([5, 5], 10).weights == [1.0, 2.0]
    assert CrossEntropy(weights=[1, 2]).class_weights(2) == (1.0, 2.0)
    assert CrossEntropy(weights="balanced").class_weights(2) == (1.0, 1.0)


def test_a_list_of_another_length():
    text = "data: {path: x}\nmodel: [flatten, dense: classes]\nloss: {focal: {weights: [1, 2, 3]}}"
    spec = parse_spec(text, "s.yaml")
    with pytest.raises(SpecError) as caught:
        build_model(spec, ("a", "b"), (2, 2, 1))
    assert str(caught.value) == (
        "s.yaml:3: loss.focal.weights: 3 weights for 2 classes\n  allowed: a list of 2 numbers, or balanced"
    )


def test_a_fit_weighs_by_its_training_images_and_keeps_the_weights(tmp_path):
    labels = np.array([0] * 6 + [1] * 2)
    train = Dataset(np.arange(8, dtype=np.uint8).reshape(8, 1, 1, 1), labels, ("a", "b"))
    model = "model: [flatten, dense: classes]\nfit: {epochs: 1, batch: 8}"
    spec = parse_spec(f"data: {{path: x}}\nloss: {{cross_entropy: {{weights: balanced}}}}\n{model}")
    events = list(fit(spec, Splits(train, None, None), tmp_path, threads=1))
    saved = load_spec(tmp_path / "spec.yaml")
    np.testing.assert_allclose(saved.loss.weights, [8 / 12, 2], rtol=1e-14)
    assert events[-1]["event"] == "end"


@pytest.mark.parametrize("text", ["balanced", "[1, 0.5]", "null"])
def test_in_a_spec(text):
    spec = parse_spec(f"data: {{path: x}}\nmodel: [dense: classes]\nloss: {{cross_entropy: {{weights: {text}}}}}")
    assert parse_spec(dump_spec(spec)) == spec


@pytest.mark.parametrize("text", ["equal", "[1, -1]", "[1]", "3", "{a: 1}"])
def test_what_weights_cannot_be(text):
    with pytest.raises(SpecError, match="balanced or null"):
        parse_spec(f"data: {{path: x}}\nmodel: [dense: classes]\nloss: {{cross_entropy: {{weights: {text}}}}}")
