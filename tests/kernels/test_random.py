"""Every number against plain Python integers, and the published sequence of SplitMix64."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.kernels import random
from fitcli.kernels.lazy import inner

WORD = (1 << 64) - 1
words = st.integers(0, WORD)


def mix(z):
    z = (z + 0x9E3779B97F4A7C15) & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


def key_of(seed, stream, step):
    return mix(mix(mix(seed) ^ stream) ^ step)


def bits(key, counter):
    return mix(key ^ mix(counter))


@inner
def native_mix(z):
    return random.mix(z)


@inner
def native_key(seed, stream, step):
    return random.stream_key(seed, stream, step)


@inner
def native_bits(key, counter):
    return random.bits(key, counter)


@inner
def native_uniform(key, counter):
    return random.uniform(key, counter)


def test_the_published_sequence_of_seed_1234567():
    """The first five outputs of SplitMix64: state + golden ratio, then the finaliser."""
    golden = 0x9E3779B97F4A7C15
    wanted = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]
    assert [int(native_mix(np.uint64((1234567 + i * golden) & WORD))) for i in range(5)] == wanted
    assert [mix((1234567 + i * golden) & WORD) for i in range(5)] == wanted


@settings(max_examples=200, deadline=None, derandomize=True)
@given(words, words, words, words)
def test_as_with_python_integers(a, b, c, d):
    assert int(native_mix(np.uint64(a))) == mix(a)
    assert int(native_key(np.uint64(a), np.uint64(b), np.uint64(c))) == key_of(a, b, c)
    assert int(native_bits(np.uint64(a), np.uint64(d))) == bits(a, d)
    assert native_uniform(np.uint64(a), np.uint64(d)) == (bits(a, d) >> 11) / 2**53


def test_signed_arguments_are_the_same_numbers():
    """The clock and counters are int64 in the kernels."""
    assert int(native_key(np.int64(7), np.int64(1 << 50), np.int64(3))) == key_of(7, 1 << 50, 3)
    assert int(native_key(np.int64(-1), np.int64(0), np.int64(0))) == key_of(WORD, 0, 0)
    assert int(native_bits(native_key(0, 0, 0), np.int64(5))) == bits(key_of(0, 0, 0), 5)


def test_known_values():
    """Golden: a change of these changes every fit that uses dropout or augmentation."""
    key = native_key(0, random.stream_of("dropout"), 1)
    assert int(key) == key_of(0, random.stream_of("dropout"), 1) == 13124327301087936507
    assert [native_uniform(key, i) for i in range(3)] == [0.524233657524175, 0.6868029730933212, 0.4316439883571054]


def test_uniform_lies_in_0_to_1_and_is_spread_evenly():
    u = np.array([native_uniform(np.uint64(42), i) for i in range(20000)])
    assert u.min() >= 0 and u.max() < 1
    assert abs(u.mean() - 0.5) < 4 / np.sqrt(12 * u.size)
    counts = np.histogram(u, 20, (0, 1))[0]
    assert ((counts - 1000) ** 2 / 1000).sum() < 45  # chi square with 19 degrees of freedom: p = 0.0007
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 4 / np.sqrt(u.size)


def test_neighbouring_keys_and_counters_share_nothing():
    """One bit of seed, stream, step or counter flips about half of the 64 bits."""
    base = (5, 9, 3)
    for place in range(3):
        flips = []
        for bit in range(32):
            other = list(base)
            other[place] ^= 1 << bit
            flips.append(bin(int(native_key(*base)) ^ int(native_key(*other))).count("1"))
        assert 28 < np.mean(flips) < 36 and min(flips) > 12


@pytest.mark.parametrize("name", ["dropout", "3.dropout", "pixels", "ü", ""])
def test_the_number_of_a_stream_comes_from_its_name(name):
    number = random.stream_of(name)
    assert number == int.from_bytes(hashlib.sha256(name.encode()).digest()[:7], "little")
    assert 0 <= number < 1 << 56  # fits an int64


def test_streams_of_other_names_are_other_streams():
    assert len({random.stream_of(f"{i}.dropout") for i in range(1000)}) == 1000
