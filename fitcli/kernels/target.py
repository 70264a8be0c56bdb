"""The register tile of the multiply-accumulate microkernel, from the features of the CPU."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Tile:
    """`rows` × `vectors` accumulators of `bits` each: as many as the register file holds beside the operands."""

    rows: int
    vectors: int
    bits: int
    fma: bool

    def lanes(self, itemsize: int) -> int:
        """Numbers in one vector register."""
        return self.bits // (8 * itemsize)

    def columns(self, itemsize: int) -> int:
        """Columns of one tile: the width of a packed panel."""
        return self.vectors * self.lanes(itemsize)


AVX512 = Tile(rows=8, vectors=2, bits=512, fma=True)  # 16 accumulators of 32 registers
AVX2 = Tile(rows=6, vectors=2, bits=256, fma=True)  # 12 accumulators of 16 registers
NEON = Tile(rows=6, vectors=4, bits=128, fma=True)  # 24 accumulators of 32 registers
PLAIN = Tile(rows=4, vectors=2, bits=128, fma=False)


@cache
def tile() -> Tile:
    """The tile of this machine."""
    from llvmlite import binding

    if platform.machine().lower() in ("arm64", "aarch64"):
        return NEON
    features = binding.get_host_cpu_features()
    if features.get("avx512f") and features.get("avx512vl"):
        return AVX512
    if features.get("avx2") and features.get("fma"):
        return AVX2
    return PLAIN
