import errno
import os
import stat
import subprocess
import sys

import pytest

from fitcli.engine import atomic
from fitcli.engine.atomic import PREFIX, sweep, write_atomic
from fitcli.errors import ModelFileError


def names(folder):
    return sorted(os.listdir(folder))


def failing(number):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    return fail


def test_writes_bytes_and_callbacks_and_replaces(tmp_path):
    path = tmp_path / "a.bin"
    write_atomic(path, b"one")
    assert path.read_bytes() == b"one"
    write_atomic(str(path), lambda file: file.write(b"two"))
    assert path.read_bytes() == b"two"
    assert names(tmp_path) == ["a.bin"]


def test_is_synced_before_it_is_named_and_its_folder_after(tmp_path, monkeypatch):
    calls = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *args, real=real, name=name: (calls.append(name), real(*args))[1])
    write_atomic(tmp_path / "a", b"x")
    assert calls == ["fsync", "replace", "fsync"]


def test_rights_follow_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        write_atomic(tmp_path / "a", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_a_symbolic_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real" / "file")
    write_atomic(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "file").read_bytes() == b"x"


def test_verify_sees_the_whole_file_and_can_refuse_it(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    seen = []

    def verify(temporary):
        seen.append((temporary.parent, temporary.read_bytes()))
        raise ModelFileError("refused")

    with pytest.raises(ModelFileError, match="refused"):
        write_atomic(path, b"new", verify)
    assert seen == [(tmp_path, b"new")]
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EROFS, "may not be written to"),
        (errno.EACCES, "may not be written to"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_old_file(tmp_path, monkeypatch, call, number, told):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, call, failing(number))
    with pytest.raises(ModelFileError) as caught:
        write_atomic(path, b"new")
    assert told in str(caught.value) and str(path) in str(caught.value)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_writer_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def writer(file):
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, writer)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_folder_that_is_gone(tmp_path):
    with pytest.raises(ModelFileError, match=r"not there \(any more\)"):
        write_atomic(tmp_path / "gone" / "a", b"x")


def test_a_folder_of_the_same_name(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(ModelFileError, match="cannot write"):
        write_atomic(tmp_path / "a", b"x")
    assert names(tmp_path) == ["a"]


def test_a_killed_writer_leaves_the_old_file_and_a_temporary_that_is_swept(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    code = """
import os, signal, sys
from fitcli.engine.atomic import write_atomic
def writer(file):
    file.write(b"half"); file.flush(); os.kill(os.getpid(), signal.SIGKILL)
write_atomic(sys.argv[1], writer)
"""
    assert subprocess.run([sys.executable, "-c", code, path], cwd=os.getcwd()).returncode == -9
    assert path.read_bytes() == b"old"
    (left,) = set(names(tmp_path)) - {"a"}
    assert left.startswith(PREFIX)
    assert sweep(tmp_path) == [left]
    assert names(tmp_path) == ["a"]


def test_sweep_leaves_other_files_and_those_being_written(tmp_path):
    other = tmp_path / ".other"
    other.write_bytes(b"")
    running = tmp_path / f"{PREFIX}{os.getppid()}-abc"
    running.write_bytes(b"")
    swept = []
    write_atomic(tmp_path / "a", lambda file: swept.extend(sweep(tmp_path)))
    assert swept == []
    own = tmp_path / f"{PREFIX}{os.getpid()}-left-by-an-earlier-process-of-this-number"
    own.write_bytes(b"")
    assert sweep(tmp_path) == [own.name]
    os.utime(running, (0, 0))
    assert sweep(tmp_path) == [running.name]
    assert names(tmp_path) == [".other", "a"]
    assert sweep(tmp_path / "gone") == []


def test_alive():
    assert atomic.alive(os.getpid())
    assert not atomic.alive(2**40)
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert not atomic.alive(process.pid)


@pytest.mark.parametrize("linked", [True, False])
def test_a_second_name_of_a_file_or_a_copy(tmp_path, monkeypatch, linked):
    source, target = tmp_path / "model", tmp_path / "best"
    if not linked:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError(1, "no links here")))
    for content in (b"one", b"two", b"two"):
        write_atomic(source, content)
        atomic.link_atomic(source, target)
        atomic.link_atomic(source, target)  # of two names of one file a rename changes neither
        assert target.read_bytes() == content
    assert os.path.samefile(source, target) == linked
    write_atomic(source, b"three")
    assert target.read_bytes() == b"two" and sorted(os.listdir(tmp_path)) == ["best", "model"]
    with pytest.raises(ModelFileError, match="cannot write .*best"):
        atomic.link_atomic(tmp_path / "gone", target)
    assert target.read_bytes() == b"two"


def test_what_is_no_ordinary_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name in ("pipe", "link"):
        with pytest.raises(ModelFileError, match=f"{name}: it is there, and no ordinary file"):
            write_atomic(tmp_path / name, b"x")
    assert names(tmp_path) == ["link", "pipe"] and stat.S_ISFIFO(os.stat(tmp_path / "pipe").st_mode)


def test_a_disk_that_does_not_say_what_is_there(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "stat", failing(errno.EIO))
        with pytest.raises(ModelFileError, match="cannot write .*a: Input/output error"):
            write_atomic(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old" and names(tmp_path) == ["a"]
