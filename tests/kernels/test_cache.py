from __future__ import annotations

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
MODULE = "fitcli.kernels.panels"

# Compiles one kernel by call and one by entry, and tells where, what came out and whether the cache served it.
WORK = """
import json, sys
import numpy as np
import fitcli
from fitcli.kernels.cache import cache_directory
from fitcli.kernels.panels import pack
from fitcli.kernels.macc import add_product_rows, link
x = np.arange(6.0).reshape(2, 3)
packed = np.full((1, 2, 64), np.nan)
pack(packed, x)
pack.entry((packed, x))
hits = sum(pack.jit.stats.cache_hits.values())
print(json.dumps({"file": fitcli.__file__, "folder": str(cache_directory("fitcli.kernels.panels")), "sum": packed.sum(), "hits": hits}))
"""


@pytest.fixture
def find(monkeypatch, tmp_path):
    """cache_directory(MODULE), asked anew under a home, a temporary folder and variables of one's own."""

    def ask(asked=None, home=tmp_path / "home", xdg=None):
        for name, value in {"FITCLI_CACHE_DIR": asked, "HOME": home, "XDG_CACHE_HOME": xdg}.items():
            monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, str(value))
        return cache.cache_directory.__wrapped__(MODULE)

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


def hash_of(package, name=MODULE):
    spec = importlib.util.spec_from_file_location("copied_cache", package / "kernels" / "cache.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.source_hash(name)


# Where

def test_the_folder_lies_in_the_users_cache_and_bears_the_hash(find, tmp_path):
    assert find() == tmp_path / "home" / ".cache" / "fitcli" / cache.source_hash(MODULE)
    assert find().is_dir()
    assert find(xdg=tmp_path / "xdg") == tmp_path / "xdg" / "fitcli" / cache.source_hash(MODULE)


def test_the_variable_is_honoured(find, tmp_path):
    assert find(asked=tmp_path / "asked" / "deep", xdg=tmp_path / "xdg") == tmp_path / "asked" / "deep" / cache.source_hash(MODULE)
    assert not (tmp_path / "xdg").exists() and not (tmp_path / "home").exists()


def test_an_empty_variable_is_no_folder(find, tmp_path):
    assert find(asked="", xdg="") == tmp_path / "home" / ".cache" / "fitcli" / cache.source_hash(MODULE)


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
    assert folder == tmp_path / "tmp" / f"fitcli-{os.getuid()}" / cache.source_hash(MODULE)
    assert find() == folder  # the same for the next process


def test_a_folder_that_is_there_but_refuses_files_falls_back(find, tmp_path, monkeypatch):
    make = tempfile.TemporaryFile

    def refuse(dir):
        if dir.is_relative_to(tmp_path / "home"):
            raise PermissionError("read-only file system")
        return make(dir=dir)

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert find() == tmp_path / "tmp" / f"fitcli-{os.getuid()}" / cache.source_hash(MODULE)


def test_without_any_place_a_fresh_folder_serves_this_process(find, tmp_path):
    (tmp_path / "home").write_text("")
    (tmp_path / "tmp" / f"fitcli-{os.getuid()}").write_text("")
    folder = find()
    assert folder.is_dir() and folder.parent == tmp_path / "tmp" and folder.name.startswith("fitcli-")
    assert find() != folder


# The hash

def test_the_hash_is_that_of_the_copy(package):
    assert re.fullmatch("[0-9a-f]{16}", hash_of(package)) and hash_of(package) == cache.source_hash(MODULE)


CONV = "fitcli.ops.conv2d"


@pytest.mark.parametrize("file", ["ops/conv2d.py", "ops/sliding.py", "kernels/slide.py", "kernels/macc.py", "kernels/target.py"])
def test_the_hash_changes_with_every_source_the_module_imports(file, package):
    before = hash_of(package, CONV)
    source = (package / file).read_text()
    (package / file).write_text(source + "\n")
    assert hash_of(package, CONV) != before
    (package / file).write_text(source)
    assert hash_of(package, CONV) == before


def test_the_hash_changes_with_numba(monkeypatch):
    import numba

    before = cache.source_hash.__wrapped__(MODULE)
    monkeypatch.setattr(numba, "__version__", "0.0")
    assert cache.source_hash.__wrapped__(MODULE) != before


@pytest.mark.parametrize("file", ["ops/relu.py", "optim/adam.py", "kernels/winograd.py", "model.py", "cli/train.py"])
def test_the_hash_does_not_change_with_what_the_module_does_not_import(file, package):
    before = hash_of(package)
    (package / file).write_text((package / file).read_text() + "\n")
    assert hash_of(package) == before


def test_imports_of_every_form_are_followed(tmp_path, package):
    (package / "ops" / "probe.py").write_text(
        "import fitcli.kernels.random\nfrom fitcli.kernels import (\n    quad,\n    grid,\n)\n"
        "def late():\n    from fitcli.kernels.slide import slide\n"
    )
    before = hash_of(package, "fitcli.ops.probe")
    for name in ("random", "quad", "grid", "slide"):
        file = package / "kernels" / f"{name}.py"
        file.write_text(file.read_text() + "\n")
        after = hash_of(package, "fitcli.ops.probe")
        assert after != before, name
        before = after


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
    current = aged(root / cache.source_hash(MODULE), 60)
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

def test_two_processes_may_compile_at_once_and_a_third_finds_their_work(package, tmp_path):
    variables = {"FITCLI_CACHE_DIR": str(tmp_path / "kernels")}
    first = [start(package, **variables) for _ in range(2)]
    for found in map(finish, first):
        assert found["file"] == str(package / "__init__.py")
        assert found["folder"] == str(tmp_path / "kernels" / hash_of(package)) and found["sum"] == 15
    later = finish(start(package, **variables))
    assert later["hits"] == 1 and later["sum"] == 15
    assert list((tmp_path / "kernels").rglob("*.tmp")) == []


def test_an_edit_in_another_file_is_seen(package, tmp_path):
    """`pack` itself stays; what it would be compiled with does not."""
    variables = {"FITCLI_CACHE_DIR": str(tmp_path / "kernels")}
    before = finish(start(package, **variables))
    target = package / "kernels" / "target.py"
    target.write_text(target.read_text() + "\n# edited\n")
    after = finish(start(package, **variables))
    assert before["folder"] != after["folder"] and after["hits"] == 0 and after["sum"] == 15
