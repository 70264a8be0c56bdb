"""Whether what is to run has room in this machine's memory: told before it begins, with the layer that takes most."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from fitcli.autodiff.program import Program
from fitcli.errors import Problem, SpecError
from fitcli.kernels.recording import Instruction, Ref
from fitcli.model import layer_path
from fitcli.spec import Spec

_GROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def check_room(spec: Spec, programs: Sequence[Program]) -> None:
    """SpecError where the arrays that `programs` work with are larger than all the memory there is."""
    needed, there = sum(sum(program.arena_bytes) for program in programs), memory()
    if needed <= there:
        return
    name, most = largest(i for p in programs for worker in range(p.workers) for phase in p.phases for i in phase[worker])
    path = layer_path(spec, name)
    what = f"the numbers between the layers take {show(needed)}, and there are {show(there)} of memory"
    raise SpecError(
        Problem(f"{what}; {name} alone has an array of {show(most)}", spec.where(path), path,
                hint="smaller images (data.image.size), smaller layers, or where there is batchnorm a smaller batch")  # fmt: skip
    )


def largest(instructions: Iterable[Instruction]) -> tuple[str, int]:
    """The layer that is at work where the largest array is met first, and the bytes of it."""
    name, most = "", 0
    for instruction in instructions:
        size = max((arg.slot.nbytes for arg in instruction.args if isinstance(arg, Ref)), default=0)
        if size > most:
            name, most = instruction.label.rpartition(" ")[0], size
    return name, most


def memory() -> int:
    """Bytes that this process may have: of the machine, its container, and the limit on its addresses."""
    found = [_machine()]
    for name in _GROUP_LIMITS:
        text = _read(name)
        found += [int(text)] if text.isdecimal() else []
    try:
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        if limit != resource.RLIM_INFINITY:
            pages = _read("/proc/self/statm").split()
            found.append(max(0, limit - (int(pages[0]) * os.sysconf("SC_PAGE_SIZE") if pages else 0)))
    except ImportError:
        pass
    return min(found)


def show(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e6:,.1f} MB"


def _machine() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 1 << 62  # it does not say


def _read(name: str) -> str:
    try:
        return Path(name).read_text().strip()
    except OSError:
        return ""
