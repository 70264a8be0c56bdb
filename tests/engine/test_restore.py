from dataclasses import replace

import numpy as np
import pytest

from fitcli.data.image import ImageFormat
from fitcli.engine.modelfile import ModelFile, load_model, save_model
from fitcli.engine.restore import restore_model
from fitcli.errors import ModelFileError
from fitcli.model import Normalization, build_model
from fitcli.spec import dump_spec, parse_spec

CLASSES = ("ant", "bee", "cow")
PREPROCESSING = {"size": [6, 5], "channels": 1, "resize": "crop", "mean": [0.1 + 0.2], "std": [0.25]}
TEXT = "data: {path: /nowhere}\nmodel: [conv: {filters: 4, kernel: 3}, batchnorm, relu, flatten, dense: classes]\n"


@pytest.fixture
def model():
    built = build_model(parse_spec(TEXT), CLASSES, (6, 5, 1), Normalization((0.1 + 0.2,), (0.25,)))
    built.initialize(7)
    return built


@pytest.fixture
def saved(model):
    return ModelFile(model.save_arrays(), CLASSES, PREPROCESSING, dump_spec(model.spec), {"fitcli": "9.8.7"})


def refusal(saved):
    with pytest.raises(ModelFileError) as caught:
        restore_model(saved)
    assert caught.value.exit_code == 6
    (problem,) = caught.value.problems
    assert problem.message.startswith("the model file does not fit this version: ")
    assert problem.hint == f"the version of fitcli that made it: {saved.info.get('fitcli', 'unknown')}"
    return problem.message


def test_a_file_gives_back_the_model_bit_for_bit(model, saved, tmp_path):
    save_model(tmp_path / "m.safetensors", saved)
    again, fmt = restore_model(load_model(tmp_path / "m.safetensors"))
    assert fmt == ImageFormat((6, 5), 1, "crop")
    assert (again.spec, again.classes, again.image_shape) == (model.spec, CLASSES, (6, 5, 1))
    assert again.normalization == model.normalization
    arrays = again.save_arrays()
    assert arrays.keys() == saved.arrays.keys()
    assert all(arrays[name].tobytes() == array.tobytes() for name, array in saved.arrays.items())


def test_an_array_is_missing(saved):
    arrays = {name: array for name, array in saved.arrays.items() if name != "4.dense.bias"}
    assert "no values for 4.dense.bias" in refusal(replace(saved, arrays=arrays))


def test_an_array_of_another_shape(saved):
    arrays = saved.arrays | {"4.dense.weight": np.zeros((120, 4), np.float32)}
    assert "4.dense.weight" in refusal(replace(saved, arrays=arrays))


def test_arrays_of_another_number_of_classes(saved):
    assert "4.dense" in refusal(replace(saved, classes=("ant", "bee")))


def test_images_of_another_size(saved):
    assert "4.dense.weight" in refusal(replace(saved, preprocessing=PREPROCESSING | {"size": [7, 5]}))


def test_a_spec_that_this_version_does_not_know(saved):
    message = refusal(replace(saved, spec="data: {path: x}\nmodel: [quantum: 3]\n", info={}))
    assert "the model file's spec:2: model[0]" in message and "quantum" in message


def test_a_spec_whose_shapes_do_not_fit(saved):
    message = refusal(replace(saved, spec="data: {path: x}\nmodel:\n- flatten\n- conv: 3\n"))
    assert "the model file's spec:4: model[1].conv: conv needs an image" in message


@pytest.mark.parametrize("key", ["mean", "std"])
def test_without_the_pixels_statistics(saved, key):
    assert key in refusal(replace(saved, preprocessing={k: v for k, v in PREPROCESSING.items() if k != key}))


def test_an_array_that_the_model_does_not_have(saved):
    arrays = saved.arrays | {"9.dense.weight": np.zeros(3, np.float32)}
    assert "the model has no 9.dense.weight" in refusal(replace(saved, arrays=arrays))


@pytest.mark.parametrize("change", [{"mean": [0.1, 0.2]}, {"std": [0.0]}, {"std": [float("nan")]}, {"mean": ["a"]}, {"std": None}])
def test_a_normalization_that_does_not_fit(saved, change):
    refusal(replace(saved, preprocessing=PREPROCESSING | change))


def test_of_several_classes_an_image(tmp_path):
    spec = parse_spec(TEXT + "loss: binary_cross_entropy")
    built = build_model(spec, CLASSES, (6, 5, 1), multilabel=True)
    saved = ModelFile(built.save_arrays(), CLASSES, PREPROCESSING, dump_spec(spec), {}, multilabel=True)
    save_model(tmp_path / "m.safetensors", saved)
    restored, _ = restore_model(load_model(tmp_path / "m.safetensors"))
    assert restored.multilabel and restored.labels.shape == (3,)
    one, _ = restore_model(replace(saved, multilabel=False))
    assert not one.multilabel
