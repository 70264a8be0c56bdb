"""Every call of the save path fails in turn, with every error a disk has: the last good checkpoint and model load."""

import builtins
import errno
import os

import numpy as np
import pytest

from fitcli.engine.atomic import link_atomic
from fitcli.engine.checkpoint import keep_best, list_checkpoints, load_checkpoint, load_latest, save_checkpoint
from fitcli.engine.log import JsonLines, read_log
from fitcli.engine.modelfile import ModelFile, load_model, save_model
from fitcli.engine.runlock import lock_run
from fitcli.errors import ModelFileError

CALLS = ("open", "fsync", "replace", "unlink", "mkdir", "close", "scandir", "link")
PIXELS = {"size": [1, 1], "channels": 1, "resize": "stretch", "mean": [0.0], "std": [1.0]}


class Faults:
    """Counts the system calls of a save, and lets the one numbered `at` fail."""

    def __init__(self, patch, at, number):
        self.at, self.number, self.seen = at, number, 0
        for name in CALLS:
            patch.setattr(os, name, self.around(getattr(os, name)))
        patch.setattr(builtins, "open", self.around(builtins.open, self.file))

    def fails(self):
        self.seen += 1
        if self.seen == self.at:
            raise OSError(self.number, os.strerror(self.number))

    def around(self, real, then=lambda found: found):
        def call(*args, **kwargs):
            self.fails()
            return then(real(*args, **kwargs))

        return call

    def file(self, opened):
        for name in ("write", "flush") if opened.writable() else ("read",):
            setattr(opened, name, self.around(getattr(opened, name)))
        return opened


def save(run, step):
    arrays = {"w": np.full(3, step, np.float32)}
    save_model(run / "model.safetensors", ModelFile(arrays, ("a", "b"), PIXELS, "", {"step": step}))
    link_atomic(run / "model.safetensors", run / "model-best.safetensors")
    keep_best(save_checkpoint(run, step, arrays, {"step": step}, keep=1))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.ENOENT])
def test_the_last_good_one_always_loads(tmp_path, number):
    save(tmp_path, 1)
    done, at, failed = False, 0, 0
    while not done:
        at += 1
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, at, number)
            try:
                save(tmp_path, 1 + at)
                done = faults.seen < at
            except ModelFileError as error:
                failed += 1
                assert error.exit_code == 6 and str(tmp_path) in str(error)
        checkpoint, warnings = load_latest(tmp_path)
        models = [load_model(tmp_path), load_model(tmp_path / "model-best.safetensors")]
        best = load_checkpoint(tmp_path / "checkpoints" / "best.safetensors")
        assert warnings == () and checkpoint.step >= best.step >= 1
        found = [(state.arrays, state.step) for state in (checkpoint, best)]
        for arrays, step in found + [(model.arrays, model.info["step"]) for model in models]:
            assert arrays["w"].tobytes() == np.full(3, step, np.float32).tobytes()
    assert failed >= 8 and checkpoint.step == best.step == models[0].info["step"] == models[1].info["step"] == 1 + at
    assert len(list_checkpoints(tmp_path)) == 1
    left = [name for folder in (tmp_path, tmp_path / "checkpoints") for name in os.listdir(folder) if "tmp" in name]
    assert left == []


def test_a_log_that_cannot_be_closed(tmp_path, monkeypatch):
    log, real = JsonLines(tmp_path / "log.jsonl"), os.close

    def fail(handle):
        real(handle)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "close", fail)
    with pytest.raises(ModelFileError, match="cannot write .*log.jsonl: Input/output error"):
        log.close()
    log.close()  # which is closed


def test_a_lock_that_cannot_be_closed_holds_nothing_up(tmp_path, monkeypatch):
    real = os.close

    def fail(handle):
        real(handle)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with lock_run(tmp_path):
        monkeypatch.setattr(os, "close", fail)
    monkeypatch.undo()
    with lock_run(tmp_path):
        pass


@pytest.mark.parametrize(("number", "told"), [(errno.ENOSPC, "the disk is full"), (errno.EIO, "cannot write")])
def test_a_log_that_cannot_be_written(tmp_path, monkeypatch, number, told):
    log = JsonLines(tmp_path / "log.jsonl")
    log.write({"step": 1})
    real, calls = os.write, []

    def short(handle, data):  # a disk that is full takes a part first
        calls.append(len(data))
        if len(calls) == 1:
            return real(handle, data[:3])
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", short)
    with pytest.raises(ModelFileError, match=told) as caught:
        log.write({"step": 2})
    monkeypatch.undo()
    assert len(calls) == 2 and caught.value.exit_code == 6
    log.close()
    assert read_log(tmp_path / "log.jsonl") == [{"step": 1}]
    with JsonLines(tmp_path / "log.jsonl", append=True) as again:
        again.write({"step": 2})
    assert read_log(tmp_path / "log.jsonl") == [{"step": 1}, {"step": 2}]
