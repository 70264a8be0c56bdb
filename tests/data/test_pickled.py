import os
import pickle
import random

import numpy as np
import pytest

from fitcli.data.pickled import read_pickle
from fitcli.errors import DataError

PLAIN = {"a": [1, -2, 2**40, 2.5, None, True], "b": (1, (2, 3, 4), (), ("x", "y")), "text": "ä" * 300,
         "bytes": b"\0\xff" * 200,
         "dict": {}, "many": list(range(300))}  # fmt: skip


@pytest.mark.parametrize("protocol", range(6))
def test_values_are_read_as_they_were_written(protocol):
    value = {k: v for k, v in PLAIN.items() if protocol or k != "bytes"}
    assert read_pickle(pickle.dumps(value, protocol)) == value
    shared = [1, 2]
    assert read_pickle(pickle.dumps([shared, shared], protocol)) == [[1, 2], [1, 2]]


@pytest.mark.parametrize("protocol", [2, 3, 4])
@pytest.mark.parametrize("dtype", ["u1", "i8", "f4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays(protocol, dtype, order):
    x = np.asarray(np.random.default_rng(0).integers(0, 99, (3, 4)), dtype, order=order)
    y = read_pickle(pickle.dumps({b"data": x}, protocol))["data"]
    assert np.array_equal(x, y) and x.dtype == y.dtype


class Run:
    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(("function", "args", "name"), [
    (os.system, ("touch {}",), "posix.system"), (eval, ("open('{}', 'w')",), "builtins.eval"),
    (np.lib.format.open_memmap, ("{}", "w+", "u1", None, (9,)), "open_memmap"),
])  # fmt: skip
def test_nothing_is_run(tmp_path, protocol, function, args, name):
    place = tmp_path / "owned"
    args = tuple(a.format(place) if isinstance(a, str) else a for a in args)
    with pytest.raises(DataError, match="wants to run"):
        read_pickle(pickle.dumps([Run(function, *args)], protocol))
    assert not place.exists()


def test_objects_and_false_sizes_are_refused():
    with pytest.raises(DataError, match="wants to run|of objects|instruction"):
        read_pickle(pickle.dumps(Problematic(), 2))
    with pytest.raises(DataError, match="of type 'O8'"):
        read_pickle(pickle.dumps(np.array([{}, 1], object), 2))
    data = pickle.dumps(np.zeros(200, np.uint8), 2)
    assert data.count(b"K\xc8\x85") == 1  # the shape (200,)
    with pytest.raises(DataError, match=r"promises \(201,\) numbers and holds 200 bytes"):
        read_pickle(data.replace(b"K\xc8\x85", b"K\xc9\x85"))


class Problematic:
    x = 1


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
def test_damaged_pickles_end_in_one_kind_of_error():
    rng = random.Random(0)
    whole = pickle.dumps({"data": np.arange(12, dtype=np.uint8).reshape(3, 4), "labels": [1, 2, 3]}, 2)
    for _ in range(2000):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 3)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            read_pickle(bytes(data[: rng.randint(1, len(data))]))
        except DataError:
            pass
