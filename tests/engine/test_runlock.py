import errno
import os
import subprocess
import sys

import pytest

from fitcli.engine import runlock
from fitcli.engine.atomic import PREFIX
from fitcli.engine.runlock import lock_run
from fitcli.errors import ModelFileError

HOLD = """
import sys
from fitcli.engine.runlock import lock_run
with lock_run(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(params=["kernel", "file"])
def kind(request, monkeypatch):
    """The lock of the kernel, and what stands in where a file system has none."""
    if request.param == "file":

        def none(handle):
            raise OSError(errno.ENOLCK, "no locks")

        monkeypatch.setattr(runlock, "_lock", none)
    return request.param


def test_one_at_a_time(tmp_path, kind):
    with lock_run(tmp_path):
        told = rf"another training \(process {os.getpid()} on .*\) is writing"
        with pytest.raises(ModelFileError, match=told) as caught:
            with lock_run(tmp_path):
                pass
        assert caught.value.exit_code == 6
    with lock_run(tmp_path):
        pass


def test_what_a_crash_left_is_swept(tmp_path):
    (tmp_path / f"{PREFIX}{2**40}-dead").write_bytes(b"half")
    with lock_run(tmp_path):
        assert os.listdir(tmp_path) == [".lock"]


def test_is_given_back_after_an_error(tmp_path, kind):
    with pytest.raises(KeyboardInterrupt), lock_run(tmp_path):
        raise KeyboardInterrupt
    with lock_run(tmp_path):
        pass


def test_ends_with_its_process(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=os.getcwd()
    )
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(ModelFileError, match=f"process {process.pid} on"), lock_run(tmp_path):
        pass
    process.kill()
    process.communicate()
    with lock_run(tmp_path):
        pass


def test_the_file_of_a_process_that_is_gone_is_broken(tmp_path, monkeypatch):
    def none(handle):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(runlock, "_lock", none)
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    owner = tmp_path / ".lock-owner"
    owner.write_text(f"{process.pid} {runlock.socket.gethostname()}")
    with lock_run(tmp_path):
        assert owner.read_text().startswith(f"{os.getpid()} ")
    assert not owner.exists()
    owner.write_text(f"{process.pid} another-machine")
    with pytest.raises(ModelFileError, match="on another-machine"), lock_run(tmp_path):
        pass


def test_a_run_directory_that_is_gone(tmp_path):
    with pytest.raises(ModelFileError, match="not there"), lock_run(tmp_path / "gone"):
        pass
