import struct

import numpy as np
import pytest
from PIL import Image

from fitcli.data.decode import decode
from fitcli.data.imageformat import ImageFormat
from fitcli.data.pixels import bytes_of, eight_bits
from fitcli.errors import DataError

FULL = (1 << 20, 1 << 20)  # a target so large that no decoder shrinks


def pixels(data, channels=3):
    return np.asarray(decode(data, ImageFormat(FULL, channels, "stretch"))).astype(int)


def problem(data):
    with pytest.raises(DataError) as caught:
        decode(data, ImageFormat(FULL, 3, "stretch"))
    assert caught.value.exit_code == 3
    return str(caught.value)


@pytest.mark.parametrize("channels", [1, 3])
def test_transparency_is_drawn_over_black(encoded, channels):
    x = np.zeros((2, 3, 4), np.uint8)
    x[..., :3], x[..., 3] = 200, [0, 128, 255]
    wanted = np.array([0, 200 * 128 / 255, 200])
    for rgba in (x, x[..., [0, 3]]):  # RGBA and LA
        y = pixels(encoded(rgba), channels)
        assert np.abs(y.reshape(2, 3, channels) - wanted[:, None]).max() <= 1


@pytest.mark.parametrize("channels", [1, 3])
def test_transparency_of_palettes_and_single_colours_is_drawn_over_black(encoded, channels):
    palette = Image.new("P", (2, 1))
    palette.putpalette([250, 250, 250, 60, 60, 60])
    palette.putdata([0, 1])
    grey = Image.fromarray(np.array([[250, 60]], np.uint8))
    for image in (palette, grey):
        hidden = 0 if image is palette else 250
        y = pixels(encoded(image, transparency=hidden), channels).reshape(2, channels)
        assert y.tolist() == [[0] * channels, [60] * channels]
        opaque = pixels(encoded(image), channels).reshape(2, channels)
        assert opaque.tolist() == [[250] * channels, [60] * channels]


def test_bilevel_is_black_and_white(encoded):
    x = np.array([[0, 255], [255, 0]], np.uint8)
    data = encoded(Image.fromarray(x).convert("1"))
    assert np.array_equal(pixels(data, 1), x) and np.array_equal(pixels(data)[..., 2], x)


def test_cmyk_becomes_rgb(encoded):
    data = encoded(Image.new("CMYK", (16, 16), (255, 0, 255, 0)), "JPEG", quality=95)
    assert np.abs(pixels(data) - [0, 255, 0]).max() <= 8
    assert np.abs(pixels(data, 1) - 0.587 * 255).max() <= 8


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
@pytest.mark.parametrize("channels", [1, 3])
def test_sixteen_bit_grey_is_scaled_and_not_clipped(encoded, kind, channels):
    x = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    data = b"P5 256 256 65535\n" + x.astype(">u2").tobytes() if kind == "PPM" else encoded(x, kind)
    y = pixels(data, channels).reshape(256, 256, channels)
    assert np.array_equal(y, np.repeat(np.rint(x / 257.0)[:, :, None], channels, 2))


def test_big_endian_sixteen_bit_grey(encoded):
    image = Image.frombytes("I;16B", (3, 1), struct.pack(">3H", 0, 257 * 7, 65535))
    assert pixels(encoded(image, "TIFF"), 1).tolist() == [[0, 7, 255]]


def test_float_grey_from_zero_to_one(encoded):
    x = np.linspace(0, 1, 256, dtype=np.float32).reshape(16, 16)
    assert np.array_equal(pixels(encoded(x, "TIFF"), 1), np.arange(256).reshape(16, 16))


@pytest.mark.parametrize(("value", "told"), [(255.0, "from 0 to 255"), (-0.5, "from -0.5 to 0"), (np.nan, "nan")])
def test_floats_of_unknown_scale_are_refused(encoded, value, told):
    message = problem(encoded(np.array([[0, value]], np.float32), "TIFF"))
    assert "<bytes>: is an image of floats" in message and told in message
    assert "--set data.image.range=[0,4095]" in message


@pytest.mark.parametrize("value", [-1, 65536])
def test_integers_beyond_sixteen_bits_are_refused(encoded, value):
    assert f"integers from {min(value, 0)} to" in problem(encoded(np.array([[0, value]], np.int32), "TIFF"))


def tiff(photometric, bits, body, size):
    """A TIFF of one strip, written by hand: Pillow saves neither 12 bits nor white as zero."""
    tags = {
        256: size[1], 257: size[0], 258: bits, 259: 1, 262: photometric, 273: 8, 277: 1, 278: size[0], 279: len(body),
    }  # fmt: skip
    body += b"\0" * (len(body) % 2)
    entries = (struct.pack("<HHII", tag, 4 if tag in (273, 279) else 3, 1, value) for tag, value in tags.items())
    directory = struct.pack("<H", len(tags)) + b"".join(entries) + b"\0\0\0\0"
    return b"II*\0" + struct.pack("<I", 8 + len(body)) + body + directory


def test_white_is_zero():
    assert pixels(tiff(1, 16, struct.pack("<2H", 0, 65535), (1, 2)), 1).tolist() == [[0, 255]]
    assert pixels(tiff(0, 16, struct.pack("<2H", 0, 65535), (1, 2)), 1).tolist() == [[255, 0]]
    assert pixels(tiff(0, 8, bytes([0, 255]), (1, 2)), 1).tolist() == [[255, 0]]


def test_twelve_bits():
    assert pixels(tiff(1, 12, bytes.fromhex("000fff"), (1, 2)), 1).tolist() == [[0, 255]]


def declared(data, **more):
    return np.asarray(decode(data, ImageFormat(FULL, 1, "stretch", **more))).astype(int)


def test_transparency_is_drawn_over_the_declared_background(encoded):
    x = np.zeros((1, 3, 4), np.uint8)
    x[..., :3], x[..., 3] = 200, [0, 128, 255]
    y = np.asarray(decode(encoded(x), ImageFormat(FULL, 3, background=(255, 0, 100)))).astype(int)
    share = np.array([0, 128 / 255, 1])[:, None]
    assert np.abs(y[0] - (share * 200 + (1 - share) * [255, 0, 100])).max() <= 1


@pytest.mark.parametrize(("values", "kind"), [
    (np.array([[0, 1000, 2000, 4095, 5000]], np.uint16), "PNG"),
    (np.array([[0, 1000, 2000, 4095, -3]], np.float32), "TIFF"),
])  # fmt: skip
def test_a_declared_range_says_what_is_black_and_white(encoded, values, kind):
    y = declared(encoded(values, kind), range=(0.0, 4095.0))
    assert y.tolist() == [[0, 62, 125, 255, 255 if values[0, 4] > 0 else 0]]
    y = declared(encoded(values, kind), range="image")
    low, high = values.min(), values.max()
    assert np.abs(y - (values - low) * 255.0 / (float(high) - low)).max() <= 0.5


def test_a_declared_range_holds_for_bytes_too(encoded):
    y = declared(encoded(np.array([[0, 50, 100, 150]], np.uint8)), range=(50.0, 100.0))
    assert y.tolist() == [[0, 0, 255, 255]]
    assert declared(encoded(np.array([[50, 100]], np.uint8)), range="image").tolist() == [[50, 100]]


def test_numbers_in_arrays():
    wide = np.array([[0, 257, 65535]], np.uint16)
    assert bytes_of(wide).tolist() == [[0, 1, 255]] and bytes_of(np.array([[True, False]])).tolist() == [[255, 0]]
    assert bytes_of(np.array([[0.0, 0.5, 1.0]])).tolist() == [[0, 128, 255]]
    assert bytes_of(np.array([[3, 3], [1, 2]], np.int64), "image").tolist() == [[0, 0], [0, 255]]
    assert bytes_of(np.array([[0, 10, 20]], np.int64), (0, 20)).tolist() == [[0, 128, 255]]
    assert bytes_of(np.zeros((0, 2), np.float32)).dtype == np.uint8


@pytest.mark.parametrize(("x", "span", "told"), [
    (np.array([[0, 255]], np.int64), "type", "holds integers of 64 bits from 0 to 255, whose brightness is not known"),
    (np.array([[0, 255]], np.float32), "type", "only 0 to 1 has a known brightness"),
    (np.array([[-1, 255]], np.int16), "type", "holds integers from -1 to 255; only 0 to 65535"),
    (np.array([[0, np.nan]]), "image", "not finite"), (np.array([[0, np.inf]]), (0.0, 1.0), "not finite"),
    (np.array([[1j]]), "type", "complex"),
])  # fmt: skip
def test_numbers_without_a_known_brightness(x, span, told):
    with pytest.raises(DataError, match=told):
        bytes_of(x, span)


@pytest.mark.parametrize("kind", ["RGBA", "LA", "P", "CMYK", "L", "1", "F", "I;16", "YCbCr"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("span", ["type", (0.25, 0.75)])
def test_large_images_are_converted_in_bands_to_the_same(monkeypatch, kind, mode, span):
    x = np.random.default_rng(0).integers(0, 256, (23, 7, 4)).astype(np.uint8)
    if kind == "F":
        image = Image.fromarray((x[..., 0] / 255).astype(np.float32))
    elif kind == "I;16":
        image = Image.fromarray(x[..., 0].astype(np.uint16))
    elif kind == "P":
        image = Image.fromarray(x[..., :3]).quantize(16)
        image.info["transparency"] = 3
    else:
        image = Image.fromarray(x).convert("RGBA" if kind in ("RGBA", "LA") else "RGB").convert(kind)
    whole = eight_bits(image, mode, (9, 80, 200), span)
    monkeypatch.setattr("fitcli.data.pixels.BAND", 20)
    bands = eight_bits(image, mode, (9, 80, 200), span)
    assert bands.mode == whole.mode == mode and bands.size == image.size and bands.tobytes() == whole.tobytes()
