"""Memory that bites: arrays between two pages that nobody may touch, and a child process in which to touch them."""

from __future__ import annotations

import ctypes
import faulthandler
import mmap
import os
import traceback

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
