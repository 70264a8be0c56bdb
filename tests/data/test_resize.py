from typing import get_args

import numpy as np
import pytest
from PIL import Image

from fitcli.data.imageformat import Filter, ImageFormat
from fitcli.data.resize import resized, scaled_size


def fmt(size, resize, **more):
    return ImageFormat(size, 3, resize, **more)


@pytest.mark.parametrize(("resize", "size", "target", "scaled"), [
    ("stretch", (100, 50), (32, 64), (32, 64)),
    ("crop", (100, 50), (32, 64), (128, 64)),
    ("letterbox", (100, 50), (32, 64), (32, 16)),
    ("letterbox", (1, 10000), (32, 32), (1, 32)),
])  # fmt: skip
def test_scaled_size(resize, size, target, scaled):
    assert scaled_size(size, target, resize) == scaled


def image(array):
    return Image.fromarray(np.asarray(array, np.uint8))


def test_an_image_of_the_right_size_is_left_alone(picture):
    x = picture(h=8, w=6)
    for resize in ("stretch", "crop", "letterbox"):
        assert np.array_equal(np.asarray(resized(image(x), fmt((8, 6), resize))), x)


def test_stretch_keeps_the_corners_where_they_are():
    x = np.zeros((40, 80), np.uint8)
    x[:20, :40], x[20:, 40:] = 200, 100
    y = np.asarray(resized(image(x), fmt((4, 4), "stretch"))).astype(int)
    assert y.shape == (4, 4) and (y[0, 0], y[0, 3], y[3, 0], y[3, 3]) == (200, 0, 0, 100)


@pytest.mark.parametrize("turn", [False, True])
def test_crop_keeps_the_middle_and_the_proportions(turn):
    x = np.tile(np.arange(100), (20, 1))  # the middle square has the columns 40 to 59
    y = np.asarray(resized(image(x.T if turn else x), fmt((10, 10), "crop"))).astype(int)
    y = y.T if turn else y
    assert y.shape == (10, 10) and (y == y[0]).all()
    assert np.abs(y[0] - (40.5 + 2 * np.arange(10))).max() <= 0.5


def test_letterbox_fills_up_with_black_and_loses_nothing():
    y = np.asarray(resized(image(np.full((20, 40, 3), 255)), fmt((10, 10), "letterbox")))
    assert y.shape == (10, 10, 3)
    assert (y[2:7] == 255).all() and (y[:2] == 0).all() and (y[7:] == 0).all()
    y = np.asarray(resized(image(np.full((40, 20), 255)), fmt((10, 10), "letterbox")))
    assert (y[:, 2:7] == 255).all() and (y[:, :2] == 0).all() and (y[:, 7:] == 0).all()


@pytest.mark.parametrize("resize", ["stretch", "crop", "letterbox"])
def test_shrinking_averages_instead_of_picking_pixels(resize):
    board = np.indices((64, 64)).sum(0) % 2 * 255  # a chess board of single pixels
    y = np.asarray(resized(image(board), fmt((8, 8), resize))).astype(int)
    assert abs(y - 127.5).max() < 8


@pytest.mark.parametrize("resize", ["stretch", "crop", "letterbox"])
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (3, 7)])
def test_any_size_becomes_the_wanted_one(resize, size):
    assert resized(image(np.full(size, 9)), fmt((5, 11), resize)).size == (11, 5)


@pytest.mark.parametrize("channels", [(), (3,)])
def test_margins_have_the_colour_of_the_background(channels):
    wanted = fmt((10, 10), "letterbox", background=(10, 20, 250))
    y = np.asarray(resized(image(np.full((20, 40, *channels), 255)), wanted))
    wanted = [10, 20, 250] if channels else round(0.299 * 10 + 0.587 * 20 + 0.114 * 250)
    assert (y[:2] == wanted).all() and (y[7:] == wanted).all() and (y[3:7] == 255).all()


@pytest.mark.parametrize("name", get_args(Filter))
def test_every_filter_can_be_declared(name, picture):
    x = image(picture(h=40, w=50))
    y = np.asarray(resized(x, fmt((10, 12), "stretch", filter=name)))
    assert np.array_equal(y, np.asarray(x.resize((12, 10), Image.Resampling[name.upper()])))
    board = np.asarray(resized(image(np.indices((64, 64)).sum(0) % 2 * 255), fmt((9, 9), "stretch", filter=name)))
    assert (abs(board.astype(int) - 127).max() < 60) == (name != "nearest")  # all others average
