"""A sample of the long test: `python tests/bench/faults.py` makes every call of the save path fail."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("faults.py")
TRACE = """\
7 openat(AT_FDCWD</tmp>, "/tmp/a/spec.yaml", O_RDONLY) = 3</tmp/a/spec.yaml>
7 read(3</tmp/a/spec.yaml>, ""..., 100) = 0
7 openat(AT_FDCWD</tmp>, "/tmp/ab/run/x", O_RDONLY) = -1 EIO (Input/output error) (INJECTED)
7 openat(AT_FDCWD</tmp>, "/tmp/a/run/x", O_RDONLY) = 3
7 fsync(3</tmp/a/run>) = 0
7 mkdir("/tmp/a/run", 0777) = -1 EIO (Input/output error) (INJECTED)
7 +++ exited with 6 +++
"""


@pytest.fixture
def faults(bench):
    return bench("faults")


@pytest.fixture
def attempts(bench):
    return bench("attempts")


@pytest.fixture
def scene(attempts, tmp_path):
    return attempts.prepare(tmp_path, tmp_path / "run", "data: {path: data.npz}\nmodel: [flatten, dense: classes]\n"
                            "fit: {epochs: 2, batch: 12, keep: 1}\n")  # fmt: skip


def test_a_sample_of_the_calls_and_disks(attempts):
    if not attempts.can_trace():
        pytest.skip("no strace here, or it may not trace")
    command = [sys.executable, str(SCRIPT), "--only", "fsync,rename", "--most", "1", "--disks", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = re.findall(r"^(fsync|rename) +(EIO|ENOSPC|SIGKILL) +1 ", done.stdout, re.M)
    assert len(rows) == 12 and done.stdout.splitlines()[-1] == "0 went wrong"


def test_without_strace_it_says_so(faults, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(faults, "can_trace", lambda: False)
    monkeypatch.setattr(faults, "prepare", lambda *_: None)
    with pytest.raises(SystemExit) as end:
        faults.main(["--disks", "0"])
    assert end.value.code == 0 and "no call was made to fail: strace is not there" in capsys.readouterr().out


def test_calls_that_touch_the_run_directory(faults):
    run = Path("/tmp/a/run")
    assert faults.calls(TRACE, run) == {"openat": [3], "fsync": [1], "mkdir": [1]}


def test_whether_the_fault_has_met_such_a_call(faults, attempts):
    done, run = attempts.Attempt(6, False, "", TRACE), Path("/tmp/a/run")
    assert faults.hit(done, run) and not faults.hit(done, Path("/tmp/a/r"))
    killed = replace(done, killed=True, trace='7 mkdir("/tmp/a/run", 0777 <unfinished ...>) = ?\n7 +++ killed by SIGKILL +++\n')
    assert faults.hit(killed, run) and not faults.hit(killed, Path("/tmp/b"))


def test_a_sample_has_the_first_and_the_last(faults):
    assert faults.spread([1, 5, 7, 9], 9) == [1, 5, 7, 9] and faults.spread([1, 5, 7, 9], 2) == [1, 9]


def test_what_is_wrong_is_told(scene, attempts):
    done = attempts.plainly(scene.arguments(False), scene.folder / "told")
    assert attempts.judged(scene, done) == "went on"
    assert attempts.judged(scene, replace(done, code=1)).startswith("exit code 1")
    assert attempts.judged(scene, replace(done, code=6, told="error: no\n")).startswith("a message that does not name")
    assert attempts.judged(scene, replace(done, told="Traceback ...")).startswith("a bug")
    left = scene.run / "checkpoints" / ".fitcli-tmp-1-a"
    left.touch()
    assert attempts.judged(scene, done).endswith("is left") and left.exists()
    newest = max((scene.run / "checkpoints").glob("step-*"))
    newest.write_bytes(newest.read_bytes()[:-1])
    assert "what is there does not load" in attempts.judged(scene, done)


def test_another_result_is_told(scene, attempts):
    done = attempts.plainly(scene.arguments(False), scene.folder / "told")
    assert "is not what it is without the fault" in attempts.judged(replace(scene, states={}), done)
    assert attempts.judged(replace(scene, models=[]), done) == "the model is not one without the fault"
    assert "is not what it is without the interruption" in attempts.judged(replace(scene, whole=scene.half), done)
