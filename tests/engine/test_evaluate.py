import numpy as np
import pytest

from fitcli.data.dataset import Dataset
from fitcli.engine.evaluate import evaluate
from fitcli.engine.modelfile import ModelFile
from fitcli.errors import ModelFileError
from fitcli.spec import dump_spec, parse_spec

PREPROCESSING = {"size": [1, 3], "channels": 1, "resize": "stretch", "mean": [0.0], "std": [1.0]}
SPEC = dump_spec(parse_spec("data: {path: /nowhere}\nmodel: [flatten, dense: classes]\n"))
SCALE = 2.0


def model(classes=("ant", "bee", "cow")):
    """Takes an image for the class of its brightest pixel."""
    arrays = {
        "1.dense.weight": SCALE * np.eye(3, len(classes), dtype=np.float32),
        "1.dense.bias": np.zeros(len(classes), np.float32),
    }
    return ModelFile(arrays, classes, PREPROCESSING, SPEC, {"fitcli": "1"})


def images(truth, taken, classes=("ant", "bee", "cow")):
    """Images of the classes `truth` that `model` takes for `taken`."""
    return Dataset((255 * np.eye(3, dtype=np.uint8)[taken]).reshape(-1, 1, 3, 1), np.array(truth), classes)


def without_area(per_class):
    return {name: {key: value for key, value in scores.items() if key != "auc"} for name, scores in per_class.items()}


def test_the_contract_counted_by_hand():
    found = evaluate(model(), images([0, 0, 0, 1, 1, 2, 2, 2], [0, 0, 1, 1, 0, 2, 2, 0]))
    assert {"images", "loss", "accuracy", "classes", "confusion", "per_class"} < found.keys()
    assert (found["images"], found["classes"]) == (8, ["ant", "bee", "cow"])
    assert found["accuracy"] == 5 / 8
    assert found["confusion"] == [[2, 1, 0], [1, 1, 0], [1, 0, 2]]  # a row is a true class
    assert without_area(found["per_class"]) == {
        "ant": {"images": 3, "precision": 2 / 4, "recall": 2 / 3, "f1": 4 / 7},
        "bee": {"images": 2, "precision": 1 / 2, "recall": 1 / 2, "f1": 1 / 2},
        "cow": {"images": 3, "precision": 1.0, "recall": 2 / 3, "f1": 4 / 5},
    }
    assert found["balanced_accuracy"] == pytest.approx((2 / 3 + 1 / 2 + 2 / 3) / 3)
    high, low = np.exp([SCALE, 0]) / (np.exp(SCALE) + 2)  # every image has these probabilities
    assert found["ece"] == pytest.approx(high - 5 / 8, rel=1e-6)
    wanted = 5 * ((1 - high) ** 2 + 2 * low**2) + 3 * (high**2 + (1 - low) ** 2 + low**2)
    assert found["brier"] == pytest.approx(wanted / 8, rel=1e-6)
    right, wrong = -np.log(np.exp([SCALE, 0]) / (np.exp(SCALE) + 2))
    assert found["loss"] == pytest.approx((5 * right + 3 * wrong) / 8, rel=1e-6)


def test_a_class_that_is_never_predicted_has_no_precision():
    found = without_area(evaluate(model(), images([0, 1, 2], [0, 1, 1]))["per_class"])
    assert found["cow"] == {"images": 1, "precision": None, "recall": 0.0, "f1": 0.0}


def test_a_class_without_images_has_no_recall():
    found = without_area(evaluate(model(), images([0, 1, 1], [0, 1, 2]))["per_class"])
    assert found["cow"] == {"images": 0, "precision": 0.0, "recall": None, "f1": 0.0}


def test_a_class_of_which_nothing_is_seen_has_no_scores():
    found = without_area(evaluate(model(), images([0, 1, 1], [0, 1, 0]))["per_class"])
    assert found["cow"] == {"images": 0, "precision": None, "recall": None, "f1": None}


@pytest.mark.parametrize("threads", [1, 2])
def test_more_images_than_a_batch(threads):
    rng = np.random.default_rng(0)
    truth, taken = rng.integers(0, 3, (2, 203))
    found = evaluate(model(), images(truth, taken), threads)
    wanted = [[int(((truth == i) & (taken == j)).sum()) for j in range(3)] for i in range(3)]
    assert found["images"] == 203 and found["confusion"] == wanted
    assert found["accuracy"] == float((truth == taken).mean())


def test_numbers_are_those_of_json():
    import json

    found = evaluate(model(), images([0, 1, 2], [0, 1, 1]))
    assert json.loads(json.dumps(found)) == found


def test_a_model_that_does_not_fit_its_arrays_is_refused():
    saved = model()
    del saved.arrays["1.dense.bias"]
    with pytest.raises(ModelFileError, match=r"no values for 1\.dense\.bias") as caught:
        evaluate(saved, images([0], [0]))
    assert caught.value.exit_code == 6
