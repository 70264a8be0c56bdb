"""Mixing the images of a batch with each other, before the program sees them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fitcli.data.augment.base import Mixing
from fitcli.spec import Spec

_STREAM = 0x313


@dataclass(frozen=True)
class Partners:
    """What each image of a batch was mixed with: the other's label [N], and the share of its own [N]."""

    labels: np.ndarray
    shares: np.ndarray


class Mixer:
    """The mixing augmentations of a spec; for each image one of them, by a coin, or none."""

    def __init__(self, spec: Spec):
        self.seed = spec.seed
        self.kinds = [augmentation for augmentation in spec.data.augment if isinstance(augmentation, Mixing)]

    def mix(self, images: np.ndarray, labels: np.ndarray, step: int) -> tuple[np.ndarray, Partners]:
        """uint8 [N, H, W, C], each mixed with another of them. Drawn for (seed, step), so nothing has to be saved."""
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, _STREAM, step])))
        order = rng.permutation(len(images))
        mixed, shares = images.copy(), np.ones(len(images), np.float32)
        for i, j in enumerate(order):
            kind = self.kinds[rng.integers(len(self.kinds))]
            if i != j and rng.random() < kind.probability:
                mixed[i], shares[i] = kind.mixed(images[i], images[j], rng.beta(kind.alpha, kind.alpha), rng)
        return mixed, Partners(labels[order], shares)


def unmixed(spec: Spec) -> Spec:
    """The spec without mixing: one label an image, as derivative checks want it."""
    kept = [augmentation for augmentation in spec.data.augment if not isinstance(augmentation, Mixing)]
    return replace(spec, data=replace(spec.data, augment=kept))
