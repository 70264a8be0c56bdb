from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import fitcli
from fitcli.kernels import cache

PACKAGE = Path(fitcli.__file__).parent
PANELS = "fitcli.kernels.panels"
HASH = cache.source_hash(PANELS)

# Runs one kernel and tells where it is kept, what came out and whether anything was compiled.
WORK = """
import json, sys
import numpy as np
import fitcli
from fitcli.kernels.cache import cache_directory
from fitcli.kernels.panels import pack
x = np.arange(6.0).reshape(2, 3)
packed = np.full((1, 2, 64), np.nan)
pack(packed, x)
hits = int("numba" not in sys.modules)
folder = str(cache_directory("fitcli.kernels.panels"))
print(json.dumps({"file": fitcli.__file__, "folder": folder, "sum": packed.sum(), "hits": hits}))
"""


@pytest.fixture
def find(monkeypatch, tmp_path):
    """cache_directory(PANELS), asked anew under a home, a temporary folder and variables of one's own."""

    def ask(asked=None, home=tmp_path / "home", xdg=None):
        for name, value in {"FITCLI_CACHE_DIR": asked, "HOME": home, "XDG_CACHE_HOME": xdg}.items():
            monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, str(value))
        return cache.cache_directory.__wrapped__(PANELS)

    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return ask


@pytest.fixture
def package(tmp_path):
    """A copy of the package to edit."""
    return Path(shutil.copytree(PACKAGE, tmp_path / "copy" / "fitcli", ignore=shutil.ignore_patterns("__pycache__")))


def start(package, **variables):
    env = {k: v for k, v in os.environ.items() if k not in ("FITCLI_CACHE_DIR", "PYTHONPATH")} | variables
    env |= {"PYTHONPATH": str(package.parent)}
    return subprocess.Popen([sys.executable, "-c", WORK], cwd=package.parent, env=env, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def finish(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0 and err == ""
    return json.loads(out)


def hash_of(package, module=PANELS):
    spec = importlib.util.spec_from_file_location("copied_cache", package / "kernels" / "cache.py")
    copied = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copied)
    return copied.source_hash(module)


# Where

def test_the_folder_lies_in_the_users_cache_and_bears_the_hash(find, tmp_path):
    assert find() == tmp_path / "home" / ".cache" / "fitcli" / HASH
    assert find().is_dir()
    assert find(xdg=tmp_path / "xdg") == tmp_path / "xdg" / "fitcli" / HASH


def test_the_variable_is_honoured(find, tmp_path):
    assert find(asked=tmp_path / "asked" / "deep", xdg=tmp_path / "xdg") == tmp_path / "asked" / "deep" / HASH
    assert not (tmp_path / "xdg").exists() and not (tmp_path / "home").exists()


def test_an_empty_variable_is_no_folder(find, tmp_path):
    assert find(asked="", xdg="") == tmp_path / "home" / ".cache" / "fitcli" / HASH


@pytest.mark.parametrize("blocked", ["a file", "read-only"])
def test_a_home_that_cannot_be_written_falls_back_to_a_temporary_folder(blocked, find, tmp_path):
    home = tmp_path / "home"
    if blocked == "a file":
        home.write_text("")
    else:
        home.mkdir(mode=0o555)
        if os.access(home, os.W_OK):
            pytest.skip("this user may write everywhere")
    folder = find()
    assert folder == tmp_path / "tmp" / f"fitcli-{os.getuid()}" / HASH
    assert find() == folder  # the same for the next process


def test_a_folder_that_is_there_but_refuses_files_falls_back(find, tmp_path, monkeypatch):
    make = tempfile.TemporaryFile

    def refuse(dir):
        if dir.is_relative_to(tmp_path / "home"):
            raise PermissionError("read-only file system")
        return make(dir=dir)

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert find() == tmp_path / "tmp" / f"fitcli-{os.getuid()}" / HASH


def test_without_any_place_a_fresh_folder_serves_this_process(find, tmp_path):
    (tmp_path / "home").write_text("")
    (tmp_path / "tmp" / f"fitcli-{os.getuid()}").write_text("")
    folder = find()
    assert folder.is_dir() and folder.parent == tmp_path / "tmp" and folder.name.startswith("fitcli-")
    assert find() != folder


# The hash

def test_the_hash_is_that_of_the_copy(package):
    assert re.fullmatch("[0-9a-f]{16}", HASH) and hash_of(package) == HASH
    assert hash_of(package, "fitcli.ops.relu") == cache.source_hash("fitcli.ops.relu") != HASH


def edit(file):
    file.write_text(file.read_text() + "\n")


@pytest.mark.parametrize(
    ("file", "changed", "unchanged"),
    [
        ("ops/relu.py", ["fitcli.ops.relu", "fitcli.ops.dense"], [PANELS, "fitcli.ops.add"]),
        ("kernels/target.py", [PANELS, "fitcli.kernels.macc", "fitcli.ops.dense"], ["fitcli.ops.relu"]),
        ("kernels/microkernel.py", ["fitcli.kernels.macc", "fitcli.kernels.slide", "fitcli.ops.conv2d"], ["fitcli.ops.relu"]),
        ("kernels/random.py", ["fitcli.ops.dropout", "fitcli.ops.pixels"], [PANELS, "fitcli.ops.relu"]),
        ("kernels/kernel.py", [PANELS, "fitcli.ops.relu", "fitcli.optim.adam"], []),
        ("kernels/native.py", [PANELS, "fitcli.ops.relu", "fitcli.optim.adam"], []),  # every entry imports it
        ("cli/train.py", [], [PANELS, "fitcli.ops.relu"]),
        ("kernels/__init__.py", [PANELS], []),
    ],
)
def test_an_edit_changes_the_hash_of_what_depends_on_it(file, changed, unchanged, package):
    before = {module: hash_of(package, module) for module in changed + unchanged}
    edit(package / file)
    after = {module: hash_of(package, module) for module in changed + unchanged}
    assert [m for m in before if before[m] != after[m]] == changed


def test_kernels_of_somebody_else_depend_on_every_source(package):
    """In tests and notebooks: of their imports nothing is known."""
    for module in ("__main__", "tests.kernels.panels", "theirs.ops.relu"):
        before = hash_of(package, module)
        edit(package / "ops" / "huber_error.py")
        assert hash_of(package, module) != before


@pytest.mark.parametrize("name", ["numba", "llvmlite"])
def test_the_hash_changes_with_the_compiler(name, monkeypatch):
    known = cache.version
    monkeypatch.setattr(cache, "version", lambda asked: "0.0" if asked == name else known(asked))
    assert cache.source_hash.__wrapped__(PANELS) != HASH


def test_the_hash_changes_with_the_processor(monkeypatch):
    monkeypatch.setattr(cache, "processor", lambda: "another")
    assert cache.source_hash.__wrapped__(PANELS) != HASH


def test_every_import_is_seen():
    """What a syntax tree says a module imports, the cache's quick look at its lines has found as well."""
    for file in PACKAGE.rglob("*.py"):
        wanted = set()
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                wanted |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{file}:{node.lineno}: a relative import is not looked for"
                wanted |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        wanted = {name for name in wanted if name.split(".")[0] == "fitcli"}
        assert wanted <= cache._source(cache._module(file))[2], file


# Old folders

def aged(folder, days):
    folder.mkdir(parents=True)
    (folder / "entry.py").write_text("")
    os.utime(folder, (time.time() - days * 86400,) * 2)
    return folder


def test_stale_folders_are_swept_and_nothing_else(find, tmp_path):
    root = tmp_path / "asked"
    stale, young = aged(root / ("0" * 16), 31), aged(root / ("1" * 16), 29)
    photos, words = aged(root / "photos", 400), aged(root / "holidays-in-2009", 400)
    assert len(words.name) == 16
    current = aged(root / HASH, 60)
    (root / ("2" * 16)).write_text("a file")
    os.utime(root / ("2" * 16), (0, 0))
    assert find(asked=root) == current
    assert not stale.exists()
    assert young.exists() and photos.exists() and (root / ("2" * 16)).exists()
    assert (words / "entry.py").exists(), "a folder of the user's that is no cache"
    assert (current / "entry.py").exists() and time.time() - current.stat().st_mtime < 60  # used today


def test_a_folder_that_another_process_sweeps_first_is_no_error(find, tmp_path, monkeypatch):
    root = tmp_path / "asked"
    gone = aged(root / ("0" * 16), 31)
    look = Path.is_dir

    def is_dir(self, **options):
        there = look(self, **options)
        if self == gone:
            shutil.rmtree(gone)
        return there

    monkeypatch.setattr(Path, "is_dir", is_dir)
    assert find(asked=root).is_dir() and not gone.exists()


def test_a_temporary_folder_that_somebody_else_made_is_not_trusted(find, tmp_path, monkeypatch):
    """Entries are sources that are run: in a folder for everybody they may be anybody's."""
    (tmp_path / "home").write_text("")
    theirs = tmp_path / "tmp" / f"fitcli-{os.getuid()}"
    theirs.mkdir()
    theirs.chmod(0o777)
    folder = find()
    assert not folder.is_relative_to(theirs)
    shutil.rmtree(theirs)
    assert stat.S_IMODE(find().parent.stat().st_mode) & 0o077 == 0


# Processes

def test_two_processes_may_compile_at_once_a_third_finds_their_work_and_an_edit_is_seen(package, tmp_path):
    """The edit is in another file than the kernel's: `pack` itself stays, what it would be compiled with does not."""
    variables = {"FITCLI_CACHE_DIR": str(tmp_path / "kernels")}
    for found in map(finish, [start(package, **variables) for _ in range(2)]):
        assert found["file"] == str(package / "__init__.py")
        assert found["folder"] == str(tmp_path / "kernels" / hash_of(package)) and found["sum"] == 15
    later = finish(start(package, **variables))
    assert later["hits"] == 1 and later["sum"] == 15
    assert list((tmp_path / "kernels").rglob("*.tmp")) == []
    edit(package / "kernels" / "target.py")
    after = finish(start(package, **variables))
    assert after["folder"] != later["folder"] and after["hits"] == 0 and after["sum"] == 15
