"""The batches of a fit, a function of (spec, epoch, number): nothing has to be saved to go on with them."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from fitcli.data.dataset import Dataset
from fitcli.data.rows import Rows
from fitcli.engine.mixing import Mixer, Partners
from fitcli.engine.order import balanced_order, epoch_order
from fitcli.spec import Spec


@dataclass(frozen=True)
class Batch:
    images: np.ndarray  # uint8 [n, H, W, C]
    labels: np.ndarray  # as a Dataset has them
    mixed: tuple[Partners, ...] = ()  # what the images were mixed with, if they were

    def __len__(self) -> int:
        return len(self.labels)


class Batches:
    """Where images lie on the disk, the next batch of the epoch is read while the step works on this one. In memory that
    would gain nothing: to copy a batch takes a core, and the step has them all."""

    def __init__(self, spec: Spec, train: Dataset, size: int):
        self.spec, self.train, self.size = spec, train, size
        mixer = Mixer(spec)
        self.mixer = mixer if mixer.kinds else None
        whole, rest = divmod(len(train), size)
        self.per_epoch = whole + bool(rest and not spec.fit.drop_last)
        self._order: tuple[int, np.ndarray] | None = None
        self._pool = ThreadPoolExecutor(1) if isinstance(train.images, Rows) else None
        self._ahead: tuple[tuple[int, int], Future] | None = None

    def order(self, epoch: int) -> np.ndarray:
        """int64 [N]: the images of an epoch in turn."""
        if self._order is None or self._order[0] != epoch:
            seed, fit = self.spec.seed, self.spec.fit
            balanced = fit.sampler == "balanced"
            order = balanced_order(seed, epoch, self.train.labels) if balanced else epoch_order(
                seed, epoch, len(self.train), fit.shuffle)  # fmt: skip
            self._order = epoch, order
            return order
        return self._order[1]

    def at(self, epoch: int, index: int) -> Batch:
        ahead, self._ahead = self._ahead, None
        known = ahead is not None and ahead[0] == (epoch, index)
        batch = ahead[1].result() if known else self._make(epoch, index)
        if self._pool and index + 1 < self.per_epoch:
            self._ahead = (epoch, index + 1), self._pool.submit(self._make, epoch, index + 1)
        return batch

    def close(self) -> None:
        """Read nothing ahead any more."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = self._ahead = None

    def _make(self, epoch: int, index: int) -> Batch:
        chosen = self.order(epoch)[index * self.size : (index + 1) * self.size]
        images, labels = self.train.images[chosen], self.train.labels[chosen]
        if self.mixer is None:
            return Batch(images, labels)
        mixed, partners = self.mixer.mix(images, labels, epoch * self.per_epoch + index)
        return Batch(mixed, labels, (partners,))
