"""Compiling many kernels at once: a second process takes half, since numba compiles one function at a time."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence

from fitcli.kernels.kernel import Kernel

Call = tuple[Kernel, tuple]  # a kernel and a signature

_WORTH = 8  # kernels for which starting a process takes less than it saves
_PROGRAM = "from fitcli.kernels.precompile import serve; serve()"


def compile_together(calls: Sequence[Call]) -> None:
    """Have all calls in the cache. Whatever the other process does not get done is compiled on first use."""
    apart, here = divide(calls)
    if len(apart) < _WORTH or (os.cpu_count() or 1) < 2:
        return
    words = json.dumps([[k.function.__module__, k.name, signature] for k, signature in apart])
    try:
        other = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}, text=True,
        )  # fmt: skip
    except OSError:
        return
    with other:
        try:
            other.stdin.write(words)
            other.stdin.close()
        except OSError:
            pass
        try:
            for kernel, signature in here:
                kernel.load(signature)
        except BaseException:
            other.kill()
            raise


def divide(calls: Sequence[Call]) -> tuple[list[Call], list[Call]]:
    """(for the other process, for this one): those that link the microkernel stay here, so that it is compiled once."""
    alone = [c for c in calls if c[0].links is None]
    apart = alone[: 3 * len(alone) // 4]
    return apart, [c for c in calls if c not in apart]


def serve() -> None:
    """The other process: compile what standard input names."""
    for module, name, signature in json.load(sys.stdin):
        getattr(importlib.import_module(module), name).load(tuple(signature))
