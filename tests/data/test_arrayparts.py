import numpy as np
import pytest

from fitcli.data.arrayparts import ArrayPart, image_shape, named_labels
from fitcli.data.image import convert_array
from fitcli.data.imageformat import ImageFormat
from fitcli.errors import DataError

X = np.random.default_rng(1).integers(0, 256, (5, 4, 6, 3), np.uint8)


def part(x=X, shape=(4, 6, 3)):
    return ArrayPart("here", lambda: x, shape, ("a", "b"), np.array([0, 1, 1, 0, 1]))


def test_pixels_are_loaded_when_they_are_wanted():
    loads = []
    one = ArrayPart("here", lambda: loads.append(1) or X, (4, 6, 3), ("a", "b"), np.array([0, 1, 1, 0, 1]))
    assert one.keys == ("0", "1", "2", "3", "4") and not loads
    for indices in (np.array([4, 0]), np.arange(5)):
        data, problems = one.read(indices, ImageFormat((4, 6), 3), None)
        assert np.array_equal(data.images, X[indices]) and data.labels.tolist() == one.labels[indices].tolist()
        assert problems == [] and data.paths is None and len(loads) == 1


def test_other_formats_follow_the_rules_of_files():
    fmt = ImageFormat((9, 5), 1, "letterbox", "box", (9, 9, 9))
    calls = []
    data, _ = part().read(np.arange(5), fmt, lambda done, total: calls.append((done, total)))
    assert np.array_equal(data.images, [convert_array(x, fmt) for x in X]) and calls == [(5, 5)]


def test_a_range_that_is_not_known_is_told_with_the_place():
    with pytest.raises(DataError, match="here: holds floats from 0 to 255"):
        part(X.astype(float)).read(np.arange(5), ImageFormat((4, 6), 3), None)


def test_equal_images_have_equal_digests():
    x = X.copy()
    x[3] = x[1]
    found = part(x).digests()
    assert found[3] == found[1] and len(set(found)) == 4


@pytest.mark.parametrize(("shape", "wanted", "first"), [
    ((9, 4, 5), (4, 5, 1), False), ((9, 4, 5, 3), (4, 5, 3), False), ((9, 3, 4, 5), (4, 5, 3), True),
    ((9, 3, 3, 3), (3, 3, 3), False), ((9, 4, 5, 4), (4, 5, 4), False), ((9, 1, 28, 28), (28, 28, 1), True),
])  # fmt: skip
def test_shapes(shape, wanted, first):
    assert image_shape(shape, "x") == (wanted, first)


@pytest.mark.parametrize("shape", [(), (9,), (9, 4), (9, 4, 0), (9, 5, 5, 2), (9, 1, 2, 3, 4)])
def test_shapes_of_no_images(shape):
    with pytest.raises(DataError, match="x: an array of .* holds no images"):
        image_shape(shape, "x")


def test_labels_by_number_name_text_and_row():
    assert named_labels(np.array([7, 2, 10, 2]), None, "x")[0] == ("2", "7", "10")
    classes, numbers = named_labels(np.array([[1], [0]], np.uint8), ("a", "b"), "x")
    assert classes == ("a", "b") and numbers.tolist() == [1, 0] and numbers.dtype == np.int64
    classes, numbers = named_labels(np.array([b"b", b"a"]), None, "x")
    assert classes == ("a", "b") and numbers.tolist() == [1, 0]
    assert named_labels(np.eye(3, dtype=bool)[[2, 1]], None, "x")[1].tolist() == [1, 0]
    with pytest.raises(DataError, match="a label is -1"):
        named_labels(np.array([-1, 0]), ("a", "b"), "x")
