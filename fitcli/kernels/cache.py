"""Where compiled kernels are kept between runs.

A kernel depends on more than its own source: on every function it calls, on numba and on the CPU. So each module's kernels have a folder named by a hash of every source of ours that the module imports, directly
or not: an edit compiles anew what depends on it and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from fitcli.kernels.objects import processor

_PACKAGE = Path(__file__).parent.parent
_IMPORT = re.compile(r"^\s*(?:from\s+(fitcli[\w.]*)\s+import\s+(\([^)]*\)|[^\n]*)|import\s+(fitcli[\w.]*))", re.MULTILINE)
_ENTRY = ("fitcli.kernels.kernel", "fitcli.kernels.native", "fitcli.kernels.objects")  # what every entry is made with
_STALE_DAYS = 30


@cache
def _source(module: str) -> tuple[Path, bytes, frozenset[str]] | None:
    """A module's file, its bytes, and the names it imports from this package; None when there is no such module."""
    stem = _PACKAGE.joinpath(*module.split(".")[1:])
    file = next((f for f in (stem / "__init__.py", stem.with_suffix(".py")) if f.is_file()), None)
    if file is None:
        return None
    text = file.read_bytes()
    found = set()
    for origin, names, plain in _IMPORT.findall(text.decode()):
        found.add(origin or plain)
        found |= {f"{origin}.{name}" for name in re.findall(r"\w+", names)} if origin else set()
    return file, text, frozenset(found)


def _module(file: Path) -> str:
    parts = file.relative_to(_PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def source_hash(module: str) -> str:
    """A short hash of numba's version, the CPU and the sources that compiled code of `module` can depend on.

    Of a module that is not of this package nothing is known: its kernels depend on every source.
    """
    ours = [module] if module.partition(".")[0] == _PACKAGE.name else map(_module, _PACKAGE.rglob("*.py"))
    reached, waiting = {}, [*_ENTRY, *ours]
    while waiting:
        name = waiting.pop()
        if name not in reached and (source := _source(name)) is not None:
            reached[name] = source[1]
            waiting += source[2]
    digest = hashlib.sha256(f"{version('numba')} {version('llvmlite')} {processor()}".encode())
    for name in sorted(reached):
        digest.update(name.encode() + b"\0" + reached[name])
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
def cache_directory(module: str) -> Path:
    """The folder of a module's compiled kernels: made on first use; a read-only home falls back to a temporary one."""
    name = source_hash(module)
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
