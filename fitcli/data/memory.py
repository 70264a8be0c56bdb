"""How much memory there is to be had: told before images are read or a fit begins, not when half of it is done."""

from __future__ import annotations

import os
from pathlib import Path

_GROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def usable_memory() -> int:
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


def size_text(size: int) -> str:
    """So many bytes in words: `4.2 GB`."""
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
