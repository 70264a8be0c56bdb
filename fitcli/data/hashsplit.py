"""Setting images apart by their content alone: u = BLAKE2b(content) / 2⁶⁴ in [0, 1) is uniform, and

    test where u < test,  val where test ≤ u < test + val,  train elsewhere

So an image stays on its side for good, whatever its name, the seed, and the images that are added or removed, and
copies of one image are never on both sides. Shares of classes are met on average only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fitcli.data.split import Division


def hash_split(digests: Sequence[bytes], val: float, test: float) -> Division:
    u = _uniform(digests, 0)
    sides = np.where(u < test, 2, np.where(u < test + val, 1, 0))
    return tuple(np.flatnonzero(sides == side) for side in range(3))


def hash_folds(digests: Sequence[bytes], folds: int) -> np.ndarray:
    """int64 [N] in 0..folds-1, from other bits of the hash than the split."""
    return np.minimum((_uniform(digests, 8) * folds).astype(np.int64), folds - 1)


def _uniform(digests: Sequence[bytes], at: int) -> np.ndarray:
    return np.array([int.from_bytes(digest[at : at + 8], "big") / 2**64 for digest in digests])
