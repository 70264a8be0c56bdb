import os
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFile

from fitcli.data.decode import FORMATS, decode, pillow_warnings
from fitcli.data.imageformat import ImageFormat
from fitcli.errors import DataError

FULL = (1 << 20, 1 << 20)  # a target so large that no decoder shrinks


def pixels(data, channels=3, target=FULL):
    return np.asarray(decode(data, ImageFormat(target, channels, "stretch"))).astype(int)


def problem(data, channels=3):
    with pytest.raises(DataError) as caught:
        decode(data, ImageFormat(FULL, channels, "stretch"))
    assert caught.value.exit_code == 3
    return str(caught.value)


def luma(x):
    return x @ [0.299, 0.587, 0.114]


LOSSLESS = [("PNG", {}), ("BMP", {}), ("TIFF", {}), ("PPM", {}), ("WEBP", {"lossless": True})]


@pytest.mark.parametrize(("kind", "options"), LOSSLESS)
def test_lossless_formats_are_exact(encoded, picture, kind, options):
    x = picture()
    assert np.array_equal(pixels(encoded(x, kind, **options)), x)
    assert np.abs(pixels(encoded(x, kind, **options), channels=1) - luma(x)).max() <= 1


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_lossy_formats_are_near(encoded, picture, kind):
    x = picture()
    assert np.abs(pixels(encoded(x, kind, quality=95)) - x).mean() < 6


def test_format_is_found_by_content(encoded, picture, tmp_path):
    path = tmp_path / "really_a_png.jpg"
    path.write_bytes(encoded(picture()))
    assert np.array_equal(pixels(str(path)), picture()) and np.array_equal(pixels(path), picture())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(0, 10))
def test_exif_orientation_is_obeyed(encoded, picture, kind, orientation):
    x = picture()
    stored = {
        2: x[:, ::-1], 3: x[::-1, ::-1], 4: x[::-1], 5: x.transpose(1, 0, 2), 6: np.rot90(x),
        7: np.rot90(x.transpose(1, 0, 2), 2), 8: np.rot90(x, -1),
    }.get(orientation, x)  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind == "JPEG" else {}
    y = pixels(encoded(np.ascontiguousarray(stored), kind, exif=exif, **options))
    assert y.shape == x.shape and np.abs(y - x).mean() < (6 if kind == "JPEG" else 1e-9)


def test_a_broken_exif_block_does_not_lose_the_picture(encoded, picture):
    assert pixels(encoded(picture(), "JPEG", exif=b"Exif\0\0 this is no TIFF header")).shape == (24, 32, 3)


def test_the_first_frame_counts(encoded, picture):
    frames = [Image.fromarray(picture(i)) for i in range(3)]
    for kind in ("TIFF", "PNG"):
        assert np.array_equal(pixels(encoded(frames[0], kind, save_all=True, append_images=frames[1:])), picture(0))


def test_large_jpegs_are_decoded_at_a_reduced_size_with_two_pixels_for_each(encoded, picture):
    data = encoded(picture(h=400, w=800), "JPEG", quality=95)
    for target, size in [((50, 100), (100, 200)), ((51, 100), (200, 400)), ((101, 200), (400, 800))]:
        assert pixels(data, 3, target).shape[:2] == size


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_reduced_size_is_of_the_upright_image(encoded, picture, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(picture(h=400, w=1600), "JPEG", exif=exif)
    upright = (50, 200) if orientation == 1 else (200, 50)
    assert pixels(data, 3, upright).shape[:2] == (2 * upright[0], 2 * upright[1])
    assert pixels(data, 3, upright[::-1]).shape[:2] == ((400, 1600) if orientation == 1 else (1600, 400))


@pytest.mark.parametrize("resize", ["crop", "letterbox"])
def test_the_reduced_size_suits_what_crop_and_letterbox_keep(encoded, picture, resize):
    data = encoded(picture(h=400, w=1600), "JPEG")
    image = decode(data, ImageFormat((50, 50), 3, resize))
    assert image.size == {"crop": (400, 100), "letterbox": (200, 50)}[resize]


@pytest.mark.parametrize(("kind", "options"), [
    ("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("GIF", {}), ("BMP", {}), ("WEBP", {}), ("TIFF", {}),
    ("TIFF", {"compression": "tiff_lzw"}), ("PPM", {}),
])  # fmt: skip
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_truncated_files_are_errors(encoded, tmp_path, kind, options, share):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    path = tmp_path / "cut.jpg"
    data = encoded(noise, kind, **options)
    path.write_bytes(data[: int(len(data) * share)])
    with warnings.catch_warnings(), pillow_warnings():
        assert str(path) in problem(path)


def test_a_jpeg_that_lacks_its_last_bytes_is_an_error(encoded, picture):
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
    assert "truncated" in problem(encoded(picture(h=64, w=64), "JPEG")[:-2])


def test_a_text_file_is_named(tmp_path):
    path = tmp_path / "notes.jpg"
    path.write_text("not an image\n" * 100)
    assert problem(path).startswith(f"{path}: is not an image of a kind that can be read (JPEG, PNG")


def test_missing_empty_and_special_files(tmp_path):
    (tmp_path / "empty.png").touch()
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "link.png").symlink_to(tmp_path / "nowhere.png")
    assert problem(tmp_path / "empty.png") == f"{tmp_path / 'empty.png'}: is empty (0 bytes)"
    assert problem(tmp_path / "no.png") == f"{tmp_path / 'no.png'}: there is no such file"
    assert problem(tmp_path / "link.png") == f"{tmp_path / 'link.png'}: there is no such file"
    assert "is not a regular file but a pipe" in problem(tmp_path / "pipe.png")
    assert "is not a regular file" in problem("/dev/zero")
    assert "is a folder, not a file" in problem(tmp_path)
    assert "cannot be opened: embedded null" in problem("a\0b.png")
    assert "is not an image" in problem(b"")


def test_postscript_is_not_run(tmp_path):
    assert "EPS" not in FORMATS
    assert "is not an image" in problem(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n")


def test_decompression_bombs(encoded, monkeypatch, picture):
    data = encoded(picture())
    for limit in (24 * 32 - 1, 24 * 32 // 2 - 1):  # Pillow warns of the first and raises at the second
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pillow_warnings():
            assert f"larger than {limit} pixels; refused as a decompression bomb" in problem(data)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 24 * 32)
    with pillow_warnings():
        assert pixels(data).shape == (24, 32, 3)


def test_a_png_that_promises_too_much():
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0))
    data = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    with pillow_warnings():
        assert "decompression bomb" in problem(data)


@pytest.mark.parametrize("error", [
    OSError("x"), ValueError("x"), SyntaxError("x"), EOFError("x"), struct.error("x"), MemoryError(), IndexError("x"),
    KeyError("x"), TypeError("x"), RuntimeError("x"), AssertionError(), Image.UnidentifiedImageError("x"),
    Image.DecompressionBombError("x"), Image.DecompressionBombWarning("x"), zlib.error("x"), OverflowError("x"),
])  # fmt: skip
def test_whatever_a_decoder_raises_is_a_data_error_that_names_the_file(encoded, monkeypatch, tmp_path, picture, error):
    def load(self):
        raise error

    path = tmp_path / "odd.png"
    path.write_bytes(encoded(picture()))
    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    assert problem(path).startswith(f"{path}: ")


def test_ctrl_c_is_not_a_data_error(encoded, monkeypatch, picture):
    def load(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(KeyboardInterrupt):
        decode(encoded(picture()), ImageFormat(FULL, 3, "stretch"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "GIF", "BMP", "WEBP", "PPM"])
def test_damaged_bytes_give_an_image_or_a_data_error(encoded, picture, kind):
    data = bytearray(encoded(picture(h=16, w=16), kind))
    rng = np.random.default_rng(7)
    outcomes = set()
    with pillow_warnings():
        for _ in range(150):
            damaged = bytearray(data)
            for place in rng.integers(0, min(len(data), 300), 4):
                damaged[place] = rng.integers(0, 256)
            try:
                decode(bytes(damaged), ImageFormat((16, 16), 3)).resize((16, 16))
                outcomes.add("image")
            except DataError:
                outcomes.add("error")
    assert "error" in outcomes


def test_a_disk_that_does_not_read(tmp_path, monkeypatch):
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("fitcli.data.decode._decode", fail)
    with pytest.raises(DataError, match="a.png: cannot be read: Input/output error$"):
        decode(tmp_path / "a.png", ImageFormat((4, 4), 3))


@pytest.mark.parametrize("name", ["WEBP", "JPEG2000"])
def test_fewer_pixels_where_the_decoder_holds_several_copies(encoded, monkeypatch, picture, name):
    data = encoded(picture(), name)
    monkeypatch.setattr("fitcli.data.decode.MOST_COPIED", 24 * 32)
    assert pixels(data).shape == (24, 32, 3)
    monkeypatch.setattr("fitcli.data.decode.MOST_COPIED", 24 * 32 - 1)
    assert f"larger than 767 pixels, the most of a {name}; refused as a decompression bomb" in problem(data)
