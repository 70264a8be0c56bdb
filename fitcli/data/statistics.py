"""Mean and standard deviation of each channel, in units where black is 0 and white is 1.

    mean = Σ_v p(v) v / 255,  std² = Σ_v p(v) (v / 255 - mean)²,  p(v) = share of the pixels with value v in 0..255

From the histogram, so exact for any number of images and independent of how they are cut into chunks.
Shapes: images uint8 [N, H, W, C], mean and std float64 [C].
"""

from __future__ import annotations

import numpy as np

CHUNK = 1 << 20  # pixel values counted at a time, which bincount widens to 8 bytes each


def channel_statistics(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(mean, std); where a channel has one value only, std is 1, so that one can divide by it."""
    n, h, w, c = images.shape
    if images.dtype != np.uint8:
        raise ValueError(f"uint8 images wanted, got {images.dtype}")
    if images.size == 0:
        raise ValueError("no images to take statistics of")
    histogram = np.zeros((c, 256))
    step = max(1, CHUNK // (h * w))
    for start in range(0, n, step):
        piece = images[start : start + step]
        for channel in range(c):
            histogram[channel] += np.bincount(piece[..., channel].ravel(), minlength=256)
    p = histogram / (n * h * w)
    v = np.arange(256) / 255
    mean = p @ v
    std = np.sqrt((p * (v - mean[:, None]) ** 2).sum(1))
    constant = (histogram > 0).sum(1) == 1
    return mean, np.where(constant, 1.0, std)
