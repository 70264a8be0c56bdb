import os
import subprocess
import sys
from pathlib import Path

import pytest

from fitcli.data import digestcache
from fitcli.data.digestcache import remembered


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Four old files; even one image is worth remembering."""
    monkeypatch.setenv("FITCLI_DATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(digestcache, "FEWEST", 1)
    monkeypatch.setattr(digestcache, "SETTLED_SECONDS", -1e9)
    for i in range(4):
        (tmp_path / f"{i}.jpg").write_bytes(b"%d" % i)
    return [str(tmp_path / f"{i}.jpg") for i in range(4)]


def ask(files, read, where="here"):
    def compute(indices):
        read.extend(indices)
        return [Path(files[i]).read_bytes().rjust(16) for i in indices]

    return remembered(where, [os.path.basename(f) for f in files], files, compute)


def test_what_was_read_is_not_read_again(files):
    first, second = [], []
    assert ask(files, first) == ask(files, second) == [b"%16d" % i for i in range(4)]
    assert first == [0, 1, 2, 3] and second == []
    assert ask(files, [], where="elsewhere") == ask(files, [])


@pytest.mark.parametrize("change", ["content", "size alone", "same times", "replaced", "renamed"])
def test_a_changed_file_is_read_again(files, change):
    ask(files, [])
    path, times = Path(files[2]), os.stat(files[2])
    if change == "content":
        path.write_bytes(b"7")
    elif change == "size alone":
        path.write_bytes(b"77")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    elif change == "same times":
        path.write_bytes(b"7")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    elif change == "replaced":
        other = path.with_name("other")
        other.write_bytes(b"7")
        os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
        other.replace(path)
    else:
        path.replace(path.with_name("9.jpg"))
        files[2] = str(path.with_name("9.jpg"))
    read = []
    found = ask(files, read)
    assert read == [2] and found[2] == Path(files[2]).read_bytes().rjust(16) and found[3] == b"%16d" % 3
    assert ask(files, read) == found and read == [2]


def test_a_file_that_has_just_changed_is_not_remembered(files, monkeypatch):
    """Its next change could have the same time."""
    monkeypatch.setattr(digestcache, "SETTLED_SECONDS", 1000.0)
    ask(files, [])
    read = []
    ask(files, read)
    assert read == [0, 1, 2, 3]


def test_a_file_that_changes_while_it_is_read_is_not_remembered(files):
    def compute(indices):
        Path(files[1]).write_bytes(b"changed")
        return [b"%16d" % i for i in indices]

    remembered("here", files, files, compute)
    read = []
    assert ask([*files[:1], files[1]], read)[1] == b"changed".rjust(16)


def test_a_file_that_is_not_there_is_never_known(files):
    os.unlink(files[0])
    for _ in range(2):
        read = []
        remembered("here", files, files, lambda indices: read.extend(indices) or [b"x" * 16 for _ in indices])
        assert 0 in read


def test_damage_only_costs_time(files, tmp_path):
    ask(files, [])
    (path,) = (tmp_path / "cache").glob("hashes-*.bin")
    data = path.read_bytes()
    for damaged in (b"", data[:-1], data[:40] + bytes([data[40] ^ 1]) + data[41:], data + data[:32]):
        path.write_bytes(damaged)
        read = []
        assert ask(files, read) == [b"%16d" % i for i in range(4)] and read == [0, 1, 2, 3]
    assert path.read_bytes() == data and [p.name for p in path.parent.iterdir()] == [path.name]


def test_no_cache_no_fault(files, tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("FITCLI_DATA_CACHE", str(tmp_path / "file" / "below"))
    assert ask(files, []) == ask(files, [])


def test_few_images_are_read(files, tmp_path, monkeypatch):
    monkeypatch.setattr(digestcache, "FEWEST", 5)
    ask(files, [])
    assert not (tmp_path / "cache").exists()


def test_the_oldest_are_deleted(files, tmp_path, monkeypatch):
    monkeypatch.setattr(digestcache, "MOST_FILES", 2)
    for k in range(3):
        ask(files, [], where=f"place {k}")
        for path in (tmp_path / "cache").iterdir():
            os.utime(path, ns=(0, os.stat(path).st_mtime_ns - 10**9))
    read = []
    ask(files, read, where="place 2")
    assert read == [] and len(list((tmp_path / "cache").iterdir())) == 2


def test_two_processes_at_once(files, tmp_path):
    code = (
        "import sys; from fitcli.data import digestcache as d; d.FEWEST = 1; d.SETTLED_SECONDS = -1e9\n"
        "from fitcli.data.fileparts import file_digest\n"
        "files = sys.argv[1:]\n"
        "for k in range(60):\n"
        "    found = d.remembered('here', files, files, lambda some: [file_digest(files[i]) for i in some])\n"
        "    assert found == [file_digest(f) for f in files]\n"
        "    if k % 3 == 0:\n"
        "        for p in d.cache_folder().glob('hashes-*'): p.unlink(missing_ok=True)\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, *files[a : a + 3]]) for a in (0, 1)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
