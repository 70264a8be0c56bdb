"""Where compiled kernels are kept between runs.

Numba's own check looks at one source file a function; a kernel that calls another file's function would be served
stale. So the folder is named by a hash of everything that compiled code can depend on, before the first decorator.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

_COMPILED_FLOORS = ("kernels", "autodiff", "ops", "optim", "data/augment")
_STALE_DAYS = 30


def source_hash() -> str:
    """A short hash of the sources of every floor that holds compiled code, and of numba's version."""
    import numba

    digest = hashlib.sha256(numba.__version__.encode())
    package = Path(__file__).parent.parent
    for floor in _COMPILED_FLOORS:
        for file in sorted((package / floor).glob("*.py")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _candidates() -> list[tuple[Path, bool]]:
    """Roots in order of preference, and whether one lies where everybody may write."""
    if asked := os.environ.get("FITCLI_CACHE_DIR"):
        first = Path(asked)
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
        first = Path(base) / "fitcli"
    uid = os.getuid() if hasattr(os, "getuid") else "user"
    return [(first, False), (Path(tempfile.gettempdir()) / f"fitcli-{uid}", True)]


def _is_private(root: Path) -> bool:
    """Whether nobody else can have put a file there: what the cache holds is run."""
    status = root.stat()
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o022)


@cache
def cache_directory() -> Path:
    """The folder of this version's compiled kernels: made on first use; a read-only home falls back to a temporary one."""
    name = source_hash()
    for root, public in _candidates():
        folder = root / name
        try:
            root.mkdir(mode=0o700 if public else 0o777, parents=True, exist_ok=True)
            if public and not _is_private(root):
                continue
            folder.mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            continue
        _sweep(root, keep=name)
        return folder
    return Path(tempfile.mkdtemp(prefix="fitcli-"))


def _sweep(root: Path, keep: str) -> None:
    """Remove folders of other versions that nobody has used for a month; the root may hold other things as well."""
    import shutil

    os.utime(root / keep)
    limit = time.time() - _STALE_DAYS * 86400
    for folder in root.iterdir():
        if folder.name != keep and re.fullmatch("[0-9a-f]{16}", folder.name):
            with suppress(OSError):  # another process may be sweeping too
                if folder.is_dir() and folder.stat().st_mtime < limit:
                    shutil.rmtree(folder, ignore_errors=True)


def use_cache() -> Path:
    """Point numba at the folder; must run before the first decorator with `cache=True`."""
    import numba

    folder = cache_directory()
    numba.config.CACHE_DIR = str(folder)
    return folder
