from dataclasses import replace

import pytest

from fitcli.data.survey import Survey
from fitcli.spec import parse_spec
from fitcli.spec.starter import starter_spec

PHOTOS = Survey(("cat", "dog"), (500, 500), ("train",), (374, 461), (106, 124), (500, 500), False, ("RGB",), False)


def build(found, path="photos"):
    from fitcli.model import build_model

    spec = parse_spec(starter_spec(found, path))
    height, width = spec.data.image.height_width() or found.size
    return spec, build_model(spec, found.classes, (height, width, spec.data.image.channels or 1))


def test_photographs():
    spec, _ = build(PHOTOS)
    assert spec.data.image.size == [128, 128] and spec.data.image.channels == 3
    assert spec.data.split.val == spec.data.split.test == 0.1
    assert spec.loss.name == "cross_entropy" and spec.model[-1].units == "classes"
    text = starter_spec(PHOTOS, "some/photos/")
    assert text.startswith("# 1000 training images of 2 classes in photos\n#   dog 500, cat 500\n")
    assert "in colour" in text
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("size", [(1, 1), (5, 9), (8, 8), (16, 40), (28, 28), (33, 500), (64, 64), (4000, 3000)])
@pytest.mark.parametrize("fixed", [False, True])
def test_a_model_for_every_size(size, fixed):
    if fixed and size[0] > 500:
        pytest.skip("no IDX file holds photographs")
    _, model = build(replace(PHOTOS, size=size, fixed=fixed, grey=fixed))
    assert model.graph.output.shape == (2,)


def test_few_images():
    spec, _ = build(replace(PHOTOS, counts=(3, 4)))
    assert spec.fit.batch == 4 and spec.data.split.val == 0.2 and spec.fit.epochs == 30


def test_splits_of_the_source_are_not_split_again():
    text = starter_spec(replace(PHOTOS, splits=("train", "val", "test")), "x")
    assert "split:" not in text
    assert "split: {val: 0.1}" in starter_spec(replace(PHOTOS, splits=("train", "test")), "x")


def test_names_from_outside_do_no_harm():
    names = ("a\nseed: 3", "\x1b[31m")
    spec, _ = build(replace(PHOTOS, classes=names), path="no: 'such' #\n\x1b folder")
    assert spec.seed == 0 and spec.data.path.endswith("no: 'such' #\n\x1b folder")


def test_the_path_is_relative_to_where_the_spec_will_lie(tmp_path):
    text = starter_spec(PHOTOS, str(tmp_path / "photos"), tmp_path / "specs")
    assert "path: ../photos\n" in text


def test_skewed_classes_are_weighted():
    assert "weights: balanced" in starter_spec(replace(PHOTOS, counts=(100, 900)), "x")
    assert "balanced" not in starter_spec(PHOTOS, "x")


def test_several_classes_an_image():
    found = replace(PHOTOS, counts=(500, 90), several=700)
    spec, _ = build(found)
    assert spec.loss.name == "binary_cross_entropy" and found.multilabel and not PHOTOS.multilabel
    assert spec.fit.keep_best == "val_map" and "keep_best" not in starter_spec(PHOTOS, "photos")
    text = starter_spec(found, "photos.csv")
    assert text.startswith("# 700 training images of 2 classes, several or none each in photos.csv\n")
    assert max(map(len, text.splitlines())) <= 120
