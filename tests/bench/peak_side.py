"""The multiply-add peak of the machine: a product that stays in the first-level cache, on all threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import numpy as np
from measure import Job, Side, serve
from roofline import memory_bandwidth

from fitcli.kernels.kernel import kernel
from fitcli.kernels.macc import ZERO, link, rows_product
from fitcli.kernels.native import address_of
from fitcli.kernels.panels import pack, panels_shape
from fitcli.kernels.target import tile

_DEPTH = 192
_BURST_SECONDS, _BURSTS = 0.001, 50


@kernel(links=link)
def products(c, a, packed, a_rows, c_rows, times):
    """c = a · packed, computed so many times."""
    for _ in range(times):
        rows_product(c.dtype.type(0), address_of(a), address_of(a_rows), address_of(packed), packed[0].size,
                     address_of(c), address_of(c_rows), 0, a.shape[0], c.shape[1],
                     1, 1, a.shape[1], 0, 0, 1, 0, 0, packed.shape[2], ZERO, 0)  # fmt: skip


class Product:
    """float32 matrices of one thread: two tiles high, one wide."""

    def __init__(self):
        rows, columns = 2 * tile().rows, tile().columns(4)
        rng = np.random.default_rng(0)
        self.a = rng.standard_normal((rows, _DEPTH)).astype(np.float32)
        self.b = rng.standard_normal((_DEPTH, columns)).astype(np.float32)
        self.packed = np.empty(panels_shape(self.b.dtype, *self.b.shape), np.float32)
        pack(self.packed, self.b)
        self.c = np.empty((rows, columns), np.float32)
        self.a_rows, self.c_rows = np.arange(rows) * _DEPTH, np.arange(rows) * columns

    @property
    def multiply_adds(self) -> int:
        return self.c.size * _DEPTH

    def run(self, times: int) -> float:
        """Seconds of so many products."""
        before = perf_counter()
        products(self.c, self.a, self.packed, self.a_rows, self.c_rows, times)
        return perf_counter() - before


class Peak(Side):
    """Bursts are short, so that some meet no other process; each thread's best counts."""

    def __init__(self, threads: int):
        self.products = [Product() for _ in range(threads)]
        first = self.products[0]
        first.run(1)
        if not np.allclose(first.c, first.a @ first.b, atol=1e-3):
            raise AssertionError("the product is wrong: its speed means nothing")
        self.times = max(1, round(100 * _BURST_SECONDS / min(first.run(100) for _ in range(20))))
        self.best = [float("inf")] * threads
        self.pool = ThreadPoolExecutor(threads)
        self.bandwidth = 0.0
        self.about = {}

    def start(self, variant):
        return self.step

    def step(self) -> None:
        """All threads at once, each burst after burst."""

        def bursts(number: int) -> None:
            product = self.products[number]
            self.best[number] = min(self.best[number], *(product.run(self.times) for _ in range(_BURSTS)))

        list(self.pool.map(bursts, range(len(self.products))))

    @property
    def rate(self) -> float:
        """Multiply-adds per second of all threads together, the best so far."""
        return sum(self.times * p.multiply_adds / best for p, best in zip(self.products, self.best, strict=True))

    def found(self):
        self.bandwidth = max(self.bandwidth, memory_bandwidth())
        return {"multiply_adds_per_s": self.rate, "bytes_per_s": self.bandwidth}


def make(job: Job) -> Side:
    return Peak(job.threads)


if __name__ == "__main__":
    serve(make)
