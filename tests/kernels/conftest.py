"""Memory that bites: arrays between two pages that nobody may touch, and a child process in which to touch them."""

from __future__ import annotations

import ctypes
import faulthandler
import mmap
import os
import traceback
from types import SimpleNamespace

import numpy as np
import pytest

from fitcli.kernels.arguments import block, settle


def _fenced(array: np.ndarray, side: str) -> np.ndarray:
    """A copy of `array` right before ("end") or right behind ("start") a page without any rights."""
    array = np.ascontiguousarray(array)
    page = mmap.PAGESIZE
    inside = max(1, -(-array.nbytes // page)) * page
    memory = mmap.mmap(-1, inside + 2 * page)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    libc = ctypes.CDLL(None, use_errno=True)
    for at in (address, address + page + inside):
        if libc.mprotect(ctypes.c_void_p(at), ctypes.c_size_t(page), 0) != 0:
            raise OSError(ctypes.get_errno(), "mprotect")
    first = page if side == "start" else page + inside - array.nbytes
    copy = np.frombuffer(memory, np.uint8)[first : first + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


def _in_child(function) -> str:
    """What happened to function() in a forked process: "" when all went well, else the story."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        faulthandler.disable()
        code = 1
        try:
            function()
            code = 0
        except BaseException:
            os.write(write, traceback.format_exc()[-4000:].encode())
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        story = pipe.read().decode()
    status = os.waitpid(child, 0)[1]
    return f"killed by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else story


@pytest.fixture(scope="session")
def in_child():
    if not hasattr(os, "fork"):
        pytest.skip("needs fork and mprotect")
    return _in_child


@pytest.fixture(scope="session")
def fenced(in_child):
    return _fenced


@pytest.fixture(scope="session")
def stays_inside(fenced, in_child):
    """Call kernel(*args) with every array fenced, at its end and at its start: it must write as on free ones.

    `args` may hold arrays, numbers and None; the arrays are copied, so they are as before afterwards.
    """

    def check(kernel, *args):
        free = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
        kernel(*free)  # compiled here, so that the child need not

        def run():
            for side in ("end", "start"):
                tight = [_fenced(a, side) if isinstance(a, np.ndarray) else a for a in args]
                kernel(*tight)
                for a, b in zip(free, tight, strict=True):
                    if isinstance(a, np.ndarray):
                        np.testing.assert_array_equal(a, b)

        assert in_child(run) == ""

    return check


def _call_entry(kernel, *args) -> None:
    """Call the compiled entry of a kernel as a program would: by its address, with a block of integers."""
    args = settle(args)
    words = np.array(block(args, 0), np.int64)
    ctypes.CFUNCTYPE(None, ctypes.c_int64)(kernel.entry(args))(words.ctypes.data)


@pytest.fixture(scope="session")
def call_entry():
    return _call_entry


@pytest.fixture(params=["f4", "f8"])
def dtype(request):
    return np.dtype(request.param)


def offsets(*strides_and_counts):
    """Every sum of index · stride, the first index slowest."""
    grids = np.meshgrid(*(np.arange(n) * s for s, n in strides_and_counts), indexing="ij")
    return np.ascontiguousarray(sum(grids).ravel(), np.int64)


def windows(x, w, stride, dilation, h, q):
    """Σ over taps of x[pixel · stride + tap · dilation] · w[tap]: [N, h, q, O] in float64."""
    y = np.zeros((len(x), h, q, w.shape[3]))
    for r, s, a, b in np.ndindex(h, q, *w.shape[:2]):
        y[:, r, s] += x[:, r * stride[0] + a * dilation[0], s * stride[1] + b * dilation[1]].astype("f8") @ w[a, b]
    return y


def slide_args(y, x, w, packed, stride, dilation, bias, block, group, start, clip):
    """For the whole of y as windows of x, `block` rows of `group` images at a time; `packed` is w, packed."""
    n, h, q, o = y.shape
    kh, kw, c, _ = w.shape
    row = x.shape[2] * c
    x_rows = offsets((x[0].size, group), (stride[0] * row, block), (stride[1] * c, q))
    y_rows = offsets((h * q * o, group), (q * o, block), (o, q))
    n1, n2 = (1, kw * c) if dilation[1] == 1 else (kw, c)
    return (y, x, packed, bias, x_rows, y_rows, q, block, group, h, 0, 0, stride[0] * row, q * o,
            kh, n1, n2, dilation[0] * row, dilation[1] * c, start, clip)  # fmt: skip


def problem(rng, code, n, h, q, c, o, kernel, stride, dilation, slack=0):
    """x just large enough (and `slack` more), w, and y to be filled."""
    axes = zip(kernel, dilation, stride, (h, q), strict=True)
    size = [(k - 1) * d + 1 + (out - 1) * s + slack for k, d, s, out in axes]
    x = rng.standard_normal((n, *size, c)).astype(code)
    return x, rng.standard_normal((*kernel, c, o)).astype(code), rng.standard_normal((n, h, q, o)).astype(code)


@pytest.fixture(scope="session")
def sliding():
    """Windows that slide over images, one tap at a time in plain loops, and what kernels that do so are called with."""
    return SimpleNamespace(offsets=offsets, windows=windows, slide_args=slide_args, problem=problem)


def _met_pixels(x, top, left, stride, dilation, taps, height, width):
    """{(a, b): the pixels that tap a, b meets, 0 outside of the image}."""
    n, h, w, c = x.shape
    found = {}
    for a, b in np.ndindex(*taps):
        pixels = np.zeros((n, height, width, c))
        for r, q in np.ndindex(height, width):
            at_r, at_q = top + r * stride[0] + a * dilation[0], left + q * stride[1] + b * dilation[1]
            if 0 <= at_r < h and 0 <= at_q < w:
                pixels[:, r, q] = x[:, at_r, at_q]
        found[a, b] = pixels
    return found


@pytest.fixture(scope="session")
def met_pixels():
    return _met_pixels
