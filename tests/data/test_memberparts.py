import numpy as np
import pytest

from fitcli.data import memberparts
from fitcli.data.image import load_image
from fitcli.data.imageformat import ImageFormat
from fitcli.data.memberparts import MembersPart
from fitcli.errors import Problem

FMT = ImageFormat((6, 8), 3)


@pytest.fixture
def part(encoded, picture):
    content = {f"{i}.png": encoded(picture(i, 6, 8)) for i in range(7)}
    content["4.png"] = b"no image"
    content["5.png"] = Problem("is encrypted", "a.zip/5.png")

    def members(names):
        yield from sorted(((at, content[name]) for at, name in enumerate(names)), key=lambda m: -m[0])  # another order

    names, labels = tuple(content), np.array([0, 1] * 3 + [0])
    return MembersPart("a.zip", ("a", "b"), labels, names, names, members), content


def test_members_come_in_any_order_and_pieces(part, monkeypatch):
    one, content = part
    whole, problems = one.read(np.arange(7), FMT, None)
    assert whole.labels.tolist() == [0, 1, 0, 1, 0] and whole.paths == tuple(f"a.zip/{i}.png" for i in (0, 1, 2, 3, 6))
    assert all(np.array_equal(y, load_image(content[f"{i}.png"], FMT)) for y, i in zip(whole.images, (0, 1, 2, 3, 6)))
    told = [(p.where, p.message[:12]) for p in problems]
    assert told == [("a.zip/4.png", "is not an im"), ("a.zip/5.png", "is encrypted")]
    for name, value in (("PIECE_IMAGES", 2), ("PIECE_BYTES", 1)):
        monkeypatch.setattr(memberparts, name, value)
        again, _ = one.read(np.arange(7), FMT, None)
        assert np.array_equal(again.images, whole.images)


def test_digests_stand_in_the_order_of_the_keys(part):
    one, content = part
    found = one.digests()
    assert len(set(found)) == 7
    in_order = lambda names: ((i, content[name]) for i, name in enumerate(names))  # noqa: E731
    other = MembersPart("b.zip", ("a", "b"), one.labels, one.keys, one.names, in_order)
    assert other.digests() == found
