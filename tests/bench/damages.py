"""Ways to damage a file: blindly, or as somebody would who knows the format and wants to do harm."""

from __future__ import annotations

import io
import json
import pickle
import random
import re
import struct
import subprocess
import sys
import zlib
from functools import cache

import numpy as np
from PIL import Image

MOST_BYTES = 200_000
EXTREMES = ("0", "-1", "1e309", "-1e309", "nan", ".inf", "99999999999999999999", "4294967296", "2147483647", "1e-320", "65536",
            "true", "null", "''", "[]", "{}", "\"\\u001b[2J\"")  # fmt: skip
VALUES = (0, -1, 1e308, float("nan"), float("inf"), 10**18, 2**31, True, None, "", "\x1b[2J", "../../x", [], {}, [[]] * 3,
          [1e308] * 3, {"a": {"b": []}})  # fmt: skip


def blind(data: bytes, rng: random.Random) -> bytes:
    """Bytes changed, cut off, put in, doubled, left out, swapped, zeroed; numbers replaced; once to four times."""
    for _ in range(rng.randint(1, 4)):
        low, high = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        letters = rng.choice([range(256), range(32, 127), b"0123456789-.e"])
        junk = bytes(rng.choice(letters) for _ in range(rng.randint(1, 8)))
        number = struct.pack(rng.choice("<>") + "I", rng.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 65536, 30000]))
        middle = (low + high) // 2
        data = rng.choice([
            data[:low] + junk + data[low + len(junk):], data[:low] + junk[:1] + data[low + 1:], data[:low],
            data[:low] + junk + data[low:], data[:low] + data[high:], data[:high] + data[low:high] + data[high:],
            data[:low] + bytes(high - low) + data[high:], data[:low] + number + data[low + 4:], number_replaced(data, rng),
            data[:low] + data[middle:high] + data[low:middle] + data[high:],
        ])  # fmt: skip
    return data[:MOST_BYTES]


def number_replaced(data: bytes, rng: random.Random) -> bytes:
    """One of the numbers that stand in it as text is another."""
    places = list(re.finditer(rb"-?\d+(\.\d+)?(e-?\d+)?", data))
    if not places:
        return data
    at = rng.choice(places)
    return data[: at.start()] + rng.choice(EXTREMES).encode() + data[at.end() :]


def image(data: bytes, rng: random.Random) -> bytes:
    """Blindly; or a PNG whose header promises any size, with its checksum right; or a bomb."""
    choice = rng.random()
    if choice < 0.1:
        return rng.choice(bombs())
    if choice < 0.3 and data.startswith(b"\x89PNG"):
        sides = [rng.choice([0, 1, 255, 9000, 30_000, 65_535, 2**31 - 1, 2**32 - 1]) for _ in range(2)]
        kind = struct.pack(">IIBBBBB", *sides, rng.choice([1, 8, 16, 99]), rng.choice([0, 2, 3, 4, 6]), 0, 0, rng.choice([0, 1]))
        head = b"IHDR" + kind
        return data[:12] + head + struct.pack(">I", zlib.crc32(head)) + blind(data[33:], rng)
    return blind(data, rng)


@cache
def bombs() -> tuple[bytes, ...]:
    """Small files of as many pixels as are just taken, or just not; made by another process, for they take memory."""
    return pickle.loads(subprocess.run([sys.executable, __file__], capture_output=True, check=True).stdout)


def _made() -> tuple[bytes, ...]:
    made = []
    for kind, side, mode in (("PNG", 9400, "RGBA"), ("PNG", 9500, "RGB"), ("PNG", 9400, "I;16"), ("GIF", 9400, "P"),
                             ("WEBP", 6300, "RGBA"), ("WEBP", 9000, "RGB"), ("JPEG2000", 6300, "RGB")):  # fmt: skip
        stream = io.BytesIO()
        Image.new(mode, (side, side)).save(stream, kind, **({"lossless": True} if kind == "WEBP" else {}))
        made.append(stream.getvalue())
    return tuple(made)


def spec(data: bytes, rng: random.Random) -> bytes:
    """Blindly; or a value that is another; or YAML that grows, nests, repeats or names Python's objects."""
    if rng.random() < 0.5:
        return blind(data, rng)
    values = list(re.finditer(rb"(?<=[ :\[])[\w.-]+(?=[,}\]\n])", data))
    at, n = rng.choice(values), rng.choice([9, 30, 2000, 20_000])
    levels = b"".join(b"a%d: &a%d [%s]\n" % (k, k, b",".join([b"*a%d" % (k - 1)] * 9)) for k in range(1, 10))
    put = rng.choice([
        rng.choice(EXTREMES).encode(), b"[" * n + b"]" * n, b"{a: " * n + b"}" * n, b"&x [*x]", b"*nowhere",
        b"!!python/object/apply:os.system ['true']", b"!!binary aGk=", b"9" * n, b"- " * n, b"'" + b"x" * n, b"2026-11-24",
        b"0x" + b"f" * n, b"1:" * n + b"1", b"[" + b"relu, " * n + b"relu]",
    ])  # fmt: skip
    if rng.random() < 0.6:  # what is more often taken, and then must be worked with
        put = rng.choice([*EXTREMES, "1", "3", "7", "1000", "30000", "0.5", "1e-9"]).encode()
        return data[: at.start()] + put + data[at.end() :]
    return rng.choice([b"a0: &a0 [x]\n" + levels, b""]) + data[: at.start()] + put + data[at.end() :]


def changed(value: object, rng: random.Random) -> object:
    """A JSON value in which one thing is another, is missing or comes twice."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key = rng.choice(sorted(value))
        rest = {k: v for k, v in value.items() if k != key}
        return rng.choice([rest, {**rest, key + "x": value[key]}, *[{**value, key: changed(value[key], rng)}] * 4])
    if isinstance(value, list) and value and rng.random() < 0.7:
        at = rng.randrange(len(value))
        items = [[changed(value[at], rng)], [], [value[at]] * 2]
        return value[:at] + rng.choice(items) + value[at + 1 :]
    return rng.choice(VALUES)


def text(value: str, rng: random.Random) -> str:
    """A text, JSON where it is JSON, that is another."""
    try:
        return json.dumps(changed(json.loads(value), rng))
    except ValueError:
        return spec(value.encode(), rng).decode("utf-8", "replace")


def arrays(named: dict[str, np.ndarray], rng: random.Random) -> dict[str, np.ndarray]:
    """One array of another shape, type or name, or missing, or with numbers that are no weights."""
    name = rng.choice(sorted(named))
    old, rest = named[name], {k: v for k, v in named.items() if k != name}
    new = rng.choice([
        old.reshape(-1), old[..., None], old.reshape(-1)[:-1], np.zeros((0, 3), old.dtype), np.zeros((), old.dtype),
        old.astype(np.float16), old.astype(np.int64), np.full_like(old, 3e38 if old.dtype.kind == "f" else -1), old.T,
    ])  # fmt: skip
    return rng.choice([rest, {**rest, name + ".x": old}, *[{**rest, name: new}] * 3])


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(_made()))
