import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from fitcli.data.imageformat import ImageFormat
from fitcli.data.pageparts import PagesPart, page_count
from fitcli.errors import DataError

FMT = ImageFormat((24, 32), 3)


@pytest.fixture
def part(tmp_path, picture):
    files = [str(tmp_path / "a.tif"), str(tmp_path / "b.tif")]
    for seed, file in enumerate(files):
        first, *rest = [Image.fromarray(picture(10 * seed + i)) for i in range(4)]
        first.save(file, save_all=True, append_images=rest)
    places = tuple((file, page) for file in files for page in range(4))
    return PagesPart("here", ("a", "b"), np.repeat([0, 1], 4), tuple(map(str, range(8))), places)


def test_pages_in_any_order(part, picture):
    calls = []
    images, kept, problems = part.decode(np.array([6, 1, 0, 1]), FMT, lambda done, total: calls.append((done, total)))
    assert np.array_equal(images, [picture(12), picture(1), picture(0), picture(1)])
    assert kept == [0, 1, 2, 3] and problems == [] and calls[-1] == (4, 4)


def test_pages_follow_the_rules_of_files(tmp_path, picture):
    """Each page on its own: orientation, 16 bits, another size."""
    path = str(tmp_path / "mixed.tif")
    pages = [Image.fromarray(picture(0)), Image.fromarray(np.rot90(picture(1)).copy()), Image.fromarray(picture(2)),
             Image.fromarray((picture(3)[:, :, 0].astype(np.uint16) * 257))]  # fmt: skip
    turned = Image.Exif()
    turned[0x0112] = 6
    with TiffImagePlugin.AppendingTiffWriter(path, True) as file:
        for number, page in enumerate(pages):
            page.save(file, exif=turned if number == 1 else Image.Exif())
            file.newFrame()
    with Image.open(path) as image:
        image.seek(1)
        assert image.tag_v2.get(0x0112) == 6
    part = PagesPart("here", ("a",), np.zeros(4, int), tuple("0123"), tuple((path, k) for k in range(4)))
    grey = np.repeat(picture(3)[:, :, :1], 3, 2)
    for order in ([0, 1, 2, 3], [2, 1], [1, 0]):
        images, _, problems = part.decode(np.array(order), FMT, None)
        right = [picture(0), picture(1), picture(2), grey]
        assert problems == [] and np.array_equal(images, [right[k] for k in order])
    small, _, _ = part.decode(np.arange(4), ImageFormat((5, 6), 1), None)
    assert small.shape == (4, 5, 6, 1)


def test_a_page_that_cannot_be_read_is_named(part, tmp_path):
    data = bytearray((tmp_path / "a.tif").read_bytes())
    with Image.open(tmp_path / "a.tif") as image:
        image.seek(2)
        offset = image.tag_v2[273][0]
    at = bytes(data).rindex(offset.to_bytes(4, "little"))
    data[at : at + 4] = (10**8).to_bytes(4, "little")
    (tmp_path / "a.tif").write_bytes(data)
    images, kept, problems = part.decode(np.arange(8), FMT, None)
    assert kept == [0, 1, 3, 4, 5, 6, 7] and len(images) == 7
    assert problems[0].where == f"{tmp_path / 'a.tif'}#3" and "cannot be" in problems[0].message
    (tmp_path / "b.tif").unlink()
    _, kept, problems = part.decode(np.arange(3, 8), FMT, None)
    assert kept == [0] and problems[3].message == "there is no such file"


def test_digests_are_of_the_pixels(part, tmp_path, picture):
    found = part.digests()
    assert len(set(found)) == 8 and part.digests(remember=True) == found
    one, two = (Image.fromarray(picture(k)) for k in (10, 99))
    one.save(tmp_path / "b.tif", save_all=True, append_images=[two] * 3, compression="tiff_lzw")
    again = part.digests()
    assert again[4] == found[4] and again[5] == again[6] != found[5]
    assert part.content_keys().shape == (8, 16) and len(np.unique(part.content_keys(), axis=0)) == 8


def test_the_number_of_pages(part, tmp_path):
    assert page_count(str(tmp_path / "a.tif")) == (4, (24, 32), "RGB")
    with pytest.raises(DataError, match="none.tif: there is no such file"):
        page_count(str(tmp_path / "none.tif"))
