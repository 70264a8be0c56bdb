"""Random numbers from a counter: the k-th number of a stream is a function of (key, k) and of nothing else.

The mixing function is SplitMix64's (Steele, Lea & Flood, Fast splittable pseudorandom number generators, 2014), applied
twice. So a draw does not depend on the number of workers, the microbatch or the order in which anything runs, and
nothing has to be saved to resume.
"""

from __future__ import annotations

import hashlib

from numpy import uint64

from fitcli.kernels.lazy import inner


@inner(inline="always")
def mix(z):
    """SplitMix64's finaliser: uint64 → uint64, a bijection that flips half of the bits."""
    z = uint64(z) + uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> uint64(27))) * uint64(0x94D049BB133111EB)
    return z ^ (z >> uint64(31))


@inner(inline="always")
def stream_key(seed, stream, step):
    """The key of one purpose at one step."""
    return mix(mix(mix(uint64(seed)) ^ uint64(stream)) ^ uint64(step))


@inner(inline="always")
def bits(key, counter):
    """64 random bits."""
    return mix(uint64(key) ^ mix(uint64(counter)))


@inner(inline="always")
def uniform(key, counter):
    """A float64 in [0, 1)."""
    return float(bits(key, counter) >> uint64(11)) * (1.0 / 9007199254740992.0)


def stream_of(name: str) -> int:
    """A purpose's number, from its name: adding a purpose does not reshuffle the others."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:7], "little")
