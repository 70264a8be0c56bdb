import os
import resource
import subprocess
import sys

import numpy as np
import pytest

from fitcli.data.rows import Rows
from fitcli.errors import DataError


@pytest.fixture
def stored(tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (9, 3, 4, 2), np.uint8)
    x.tofile(tmp_path / "images")
    return tmp_path / "images", x


@pytest.mark.parametrize("rows", [np.arange(9), np.array([8, 0, 1, 2, 5]), np.arange(0)])
def test_it_reads_as_an_array_does(stored, rows):
    path, x = stored
    images, wanted = Rows(path, (3, 4, 2), rows), x[rows]
    assert (images.shape, len(images), images.size, images.dtype) == (wanted.shape, len(wanted), wanted.size, np.uint8)
    assert np.array_equal(np.asarray(images), wanted)
    keys = [slice(None), slice(1, 4), slice(None, None, 2), np.arange(len(rows))[::-1], (slice(0, 2), slice(1, 3), 0)]
    for key in [*keys, *([0, -1, np.int64(2)] if len(rows) else [])]:
        assert np.array_equal(images[key], wanted[key]), key
    some = np.arange(len(rows))[1:3]
    assert np.array_equal(images.at(some)[:], wanted[some])


def test_a_file_that_is_deleted_or_cut_off(stored):
    path, x = stored
    images = Rows(path, (3, 4, 2), np.arange(9))
    path.unlink()
    assert np.array_equal(images[3:5], x[3:5])
    path.write_bytes(x.tobytes()[:-1])
    images = Rows(path, (3, 4, 2), np.arange(9))
    assert np.array_equal(images[7], x[7])
    with pytest.raises(DataError, match="the cache of decoded images is cut off") as caught:
        images[8]
    assert "delete it" in str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux only")
def test_memory_stays_flat(tmp_path):
    with open(tmp_path / "images", "wb") as file:
        os.truncate(file.fileno(), 400 << 20)  # 400 MB of zeros that take no room on the disk
    code = (
        "import sys, resource, numpy as np; from fitcli.data.rows import Rows; from pathlib import Path\n"
        "rows = Rows(Path(sys.argv[1]), (64, 64, 4), np.random.default_rng(0).permutation(400 << 6))\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10\n"
        "before = peak()\n"
        "for start in range(0, len(rows), 64): assert not rows[start : start + 64].any()\n"
        "print(peak() - before)"
    )
    run = subprocess.run([sys.executable, "-c", code, tmp_path / "images"], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < 60 and resource.RUSAGE_SELF == 0
