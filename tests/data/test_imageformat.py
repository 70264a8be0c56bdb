import json

import pytest

from fitcli.data.imageformat import ImageFormat

PLAIN = {
    "size": [28, 32], "channels": 1, "resize": "letterbox", "filter": "bilinear", "background": [0, 0, 0],
    "range": "type",
}  # fmt: skip


def test_format_to_json_and_back():
    fmt = ImageFormat((28, 32), 1, "letterbox")
    assert fmt.shape == (28, 32, 1) and fmt.to_json() == PLAIN
    other = ImageFormat((2, 3), 3, "crop", "lanczos", (1, 2, 255), (0.0, 4095.0))
    for one in (fmt, other):
        assert ImageFormat.from_json(json.loads(json.dumps(one.to_json()))) == one


def test_models_of_before_have_the_defaults():
    old = {"size": [28, 32], "channels": 1, "resize": "letterbox"}
    assert ImageFormat.from_json(old) == ImageFormat((28, 32), 1, "letterbox")


@pytest.mark.parametrize("change", [
    {"size": [28]}, {"size": [0, 28]}, {"size": "28"}, {"channels": 2}, {"resize": "squeeze"}, {"resize": None},
    {"filter": "sharp"}, {"filter": ["box"]}, {"background": [0, 0]}, {"background": [0, 0, 256]}, {"background": 7},
    {"range": "auto"}, {"range": [1, 1]}, {"range": [1, 0]}, {"range": [0]}, {"range": [0, "1"]},
])  # fmt: skip
def test_a_wrong_format_is_refused(change):
    with pytest.raises(ValueError, match="not an image format"):
        ImageFormat.from_json(PLAIN | change)
    with pytest.raises(ValueError, match="not an image format"):
        ImageFormat.from_json(None)
