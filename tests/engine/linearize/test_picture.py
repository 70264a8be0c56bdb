import numpy as np
import pytest
from PIL import Image

from fitcli.engine.linearize import draw_line, linearize


@pytest.mark.parametrize(("along", "shape"), [("patch", (8, 6, 3)), ("gradient", (8, 6, 1))])
def test_a_picture(model_of, tmp_path, along, shape):
    image = np.random.default_rng(1).integers(20, 235, shape).astype(np.uint8)
    draw_line(linearize(model_of(shape=shape), image, along), tmp_path / "line.png")
    drawn = np.asarray(Image.open(tmp_path / "line.png").convert("RGB"))
    assert drawn.shape[1] > drawn.shape[0] > 400
    for color in ((0x1F, 0x6F, 0xB4), (0xD1, 0x66, 0x1B), (0xDC, 0xEB, 0xD9)):  # curve, tangent, where it holds
        assert (drawn == color).all(axis=2).sum() > 20


def test_names_that_are_no_formula(model_of, image, tmp_path):
    found = linearize(model_of(), image) | {"class": "$x_", "whole": True}
    draw_line(found, tmp_path / "line.png")
    assert (tmp_path / "line.png").stat().st_size > 10_000
