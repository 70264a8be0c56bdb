"""A sample of the long test: `python tests/bench/everybyte.py` changes every byte to every other value."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("everybyte.py")


def test_a_sample_of_all_changes_is_refused():
    done = subprocess.run([sys.executable, str(SCRIPT), "--every", "29"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    assert [row[0] for row in rows] == ["model"] * 3 + ["checkpoint"] * 3
    for row in rows:
        tried, refused, taken = row[-3:]
        assert tried == refused != "0" and taken == "0"


@pytest.fixture
def kinds(bench, tmp_path):
    return bench("everybyte").files(tmp_path)


@pytest.mark.parametrize("kind", ["model", "checkpoint"])
def test_every_cut_and_every_low_bit(bench, kinds, kind):
    everybyte, (path, load) = bench("everybyte"), kinds[kind]
    data = path.read_bytes()
    flips = ((f"bit {at}", at, bytes([data[at] ^ 1])) for at in range(len(data)))
    assert everybyte.tried(path, load, flips) == (len(data), [])
    assert everybyte.tried(path, load, everybyte.cuts(data, 1)) == (len(data), [])
    assert path.read_bytes() == data and load(path)


def test_all_values_of_all_bytes_are_tried(bench):
    everybyte = bench("everybyte")
    assert {(at, put) for _, at, put in everybyte.changes(b"ab", 1)} == {
        (at, bytes([value]) + rest) for at, old, rest in ((0, 97, b"b"), (1, 98, b"")) for value in range(256) if value != old
    }  # fmt: skip
    assert [at for _, at, _ in everybyte.cuts(b"abc", 1)] == [0, 1, 2]
    assert [at for _, at, _ in everybyte.insertions(b"a", 1)] == [0] * 4 + [1] * 4


def test_what_is_taken_or_fails_otherwise_is_told(bench, kinds):
    everybyte, (path, _) = bench("everybyte"), kinds["model"]

    def take(_):
        pass

    def fail(_):
        raise ValueError("no")

    changed = [("a change", 0, b"x")]
    assert everybyte.tried(path, take, iter(changed)) == (0, ["a change: taken"])
    assert everybyte.tried(path, fail, iter(changed)) == (0, ["a change: ValueError: no"])
