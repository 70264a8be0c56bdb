import numpy as np
import pytest
from PIL import Image

from fitcli.data.check import duplicates
from fitcli.data.check.duplicates import exact_groups, near_pairs
from fitcli.data.fileparts import bytes_digests


def thumbnail(image):
    return np.asarray(Image.fromarray(image).convert("L").resize((9, 8), Image.Resampling.BOX))


def slow(thumbnails):
    """Every pair compared, in words of the definition."""
    found = []
    for i, a in enumerate(thumbnails):
        for j, b in enumerate(thumbnails[:i]):
            bits = [[int(t[r, c + 1]) > int(t[r, c]) for r in range(8) for c in range(8)] for t in (a, b)]
            far = np.abs(a.astype(float) - b).mean() > 4 or sum(x != y for x, y in zip(*bits)) > 3
            if not far and a.std() >= 4 and b.std() >= 4:
                found.append((j, i))
    return sorted(found)


def test_copies_that_were_saved_again_or_resized(picture, encoded):
    import io

    images = [picture(seed, 60, 80) for seed in range(12)]
    for seed in (2, 5):
        again = Image.open(io.BytesIO(encoded(images[seed], "JPEG", quality=60)))
        images.append(np.asarray(again.resize((40, 30))))
    thumbs = np.stack([thumbnail(image) for image in images])
    digests = bytes_digests([image.tobytes() for image in images])
    assert near_pairs(thumbs, digests, np.arange(14)) == [(2, 12), (5, 13)]
    assert near_pairs(thumbs, digests, np.arange(12)) == []


@pytest.mark.parametrize("seed", range(4))
def test_against_the_slow_twin(seed):
    rng = np.random.default_rng(seed)
    base = rng.integers(0, 256, (6, 8, 9))
    thumbs = np.clip(base[rng.integers(0, 6, 40)] + rng.integers(-6, 7, (40, 8, 9)), 0, 255).astype(np.uint8)
    thumbs[:3] = 7
    digests = bytes_digests([bytes([i]) for i in range(40)])
    wanted = slow(thumbs)
    assert near_pairs(thumbs, digests, np.arange(40)) == wanted and wanted


def test_the_same_content_is_compared_once(picture):
    thumbs = np.stack([thumbnail(picture(0)), thumbnail(picture(0)), thumbnail(picture(0))])
    digests = bytes_digests([b"a", b"a", b"b"])
    assert near_pairs(thumbs, digests, np.arange(3)) == [(0, 2)] and exact_groups(digests, np.arange(3)) == [[0, 1]]
    assert exact_groups(digests, np.array([1, 2])) == []


def test_a_crowd_of_like_pictures_takes_bounded_time(picture, monkeypatch):
    monkeypatch.setattr(duplicates, "CROWD", 2)
    thumbs = np.repeat(thumbnail(picture(0))[None], 6, 0)
    found = near_pairs(thumbs, bytes_digests([bytes([i]) for i in range(6)]), np.arange(6))
    assert found == [(i, j) for i in range(6) for j in range(i + 1, min(6, i + 3))]
