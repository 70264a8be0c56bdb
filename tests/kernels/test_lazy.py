"""Numba is imported by the process that compiles and by no other."""

import subprocess
import sys

import numpy as np

from fitcli.kernels.lazy import Lazy, inner

RUN = """
import sys
import numpy as np
from fitcli.kernels.panels import pack
pack(np.zeros((1, 2, 64)), np.zeros((2, 3)))
print("numba" in sys.modules)
"""


def test_a_lazy_thing_is_made_once_and_when_it_is_used():
    made = []
    lazy = Lazy(lambda: made.append(1) or [3, 4])
    assert made == []
    assert lazy.index(4) == 1 and lazy.count(3) == 1 and made == [1]


def test_inner_functions_call_each_other():
    @inner
    def double(x):
        return 2 * x

    @inner(inline="always")
    def fill(y):
        for i in range(y.size):
            y[i] = double(y[i]) + 1

    y = np.arange(3.0)
    fill(y)
    np.testing.assert_array_equal(y, [1, 3, 5])


def test_a_start_that_finds_its_kernels_does_not_import_numba():
    for _ in range(2):
        out = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True, timeout=120).stdout
    assert out.split() == ["False"]
