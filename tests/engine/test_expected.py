import struct

import numpy as np
import pytest
from PIL import Image

from fitcli.engine.expected import Expected, expected, expected_model
from fitcli.errors import SpecError
from fitcli.spec import parse_spec


def spec_for(path, image="", model="[flatten, dense: classes]"):
    return parse_spec(f"data: {{path: {path}, image: {{{image}}}}}\nmodel: {model}\n", "s.yaml")


@pytest.fixture
def folder(tmp_path):
    """Classes whose natural order is not the alphabet's."""
    for name in ("10", "9", "hen"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        Image.new("RGB", (9, 7)).save(tmp_path / "photos" / name / "0.png")
    return tmp_path / "photos"


@pytest.fixture
def idx(tmp_path):
    root = tmp_path / "numbers"
    root.mkdir()
    labels = np.array([0, 1, 2, 1], np.uint8)
    (root / "train-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, 4, 5, 3) + bytes(4 * 5 * 3))
    (root / "train-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, 4) + labels.tobytes())
    return root


def test_a_folder(folder):
    assert expected(spec_for(folder, "size: [6, 4], channels: 1")) == Expected((6, 4, 1), ("9", "10", "hen"), "")
    assert expected(spec_for(folder)).image_shape == (128, 128, 3)


def test_idx_files_say_their_size_themselves(idx):
    assert expected(spec_for(idx)) == Expected((5, 3, 1), ("0", "1", "2"), "")
    assert expected(spec_for(idx, "size: 8, channels: 3")).image_shape == (8, 8, 3)


def test_no_image_is_read(folder):
    (folder / "hen" / "0.png").write_text("not an image")
    assert expected(spec_for(folder)).assumed == ""


@pytest.mark.parametrize(
    ("image", "shape", "told"),
    [
        ("", (128, 128, 3), "128×128×3"),
        ("size: [6, 4]", (6, 4, 3), "6×4×3"),
        ("size: 8, channels: 1", (8, 8, 1), "8×8×1"),
    ],
)
def test_without_data_by_assumption_which_is_told(tmp_path, image, shape, told):
    found = expected(spec_for(tmp_path / "nowhere", image))
    assert (found.image_shape, found.classes) == (shape, ("a", "b"))
    assert found.assumed == f"2 classes and {told} assumed: there is no such folder"


def test_data_of_one_class_are_no_data(folder):
    for name in ("9", "10"):
        (folder / name / "0.png").unlink()
        (folder / name).rmdir()
    assert "assumed: only one class, 'hen'" in expected(spec_for(folder)).assumed


def test_the_model_is_that_of_the_data(folder):
    model, found = expected_model(spec_for(folder, "size: [6, 4]"))
    assert model.image_shape == found.image_shape == (6, 4, 3)
    assert model.classes == found.classes == ("9", "10", "hen")
    assert model.params.by_name["1.dense.weight"].shape == (72, 3)


@pytest.mark.parametrize(
    ("layers", "line", "path", "message"),
    [
        (
            "- flatten\n- conv: 3\n",
            4, "model[1].conv", "conv needs an image (height×width×channels), got a vector of 72",
        ),
        (
            "- flatten\n- residual:\n    layers:\n    - dense: 72\n    - maxpool: 2\n- dense: classes\n",
            7, "model[1].residual.layers[1].maxpool",
            "maxpool needs an image (height×width×channels), got a vector of 72",
        ),
        ("- relu\n- flatten\n- dense: 5\n", 5, "model[2].dense", "the model ends in 5, but the data have 3 classes"),
    ],
)  # fmt: skip
def test_shapes_that_do_not_fit_are_told_with_the_line(folder, layers, line, path, message):
    text = f"data: {{path: {folder}, image: {{size: [6, 4]}}}}\nmodel:\n{layers}"
    with pytest.raises(SpecError) as caught:
        expected_model(parse_spec(text, "s.yaml"))
    assert caught.value.exit_code == 2
    (problem,) = caught.value.problems
    assert (problem.where, problem.path, problem.message) == (f"s.yaml:{line}", path, message)


def test_random_labels_are_such_as_the_data_have():
    rng = np.random.default_rng(0)
    one, several = (Expected((2, 2, 1), ("a", "b", "c"), multilabel=m).random_labels(rng, 50) for m in (False, True))
    assert one.shape == (50,) and set(one.tolist()) == {0, 1, 2}
    assert several.shape == (50, 3) and several.dtype == np.uint8 and set(several.reshape(-1).tolist()) == {0, 1}
