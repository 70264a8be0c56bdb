import json
import os

import numpy as np
import pytest

from fitcli.engine.log import JsonLines, read_log
from fitcli.errors import ModelFileError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.jsonl"


def test_each_line_is_on_disk_at_once(path):
    with JsonLines(path) as log:
        log.write({"event": "step", "step": 1, "loss": np.float32(0.5), "lr": 1e-3})
        assert read_log(path) == [{"event": "step", "step": 1, "loss": 0.5, "lr": 0.001}]
        log.write({"event": "step", "step": 2, "loss": float("nan")})
        assert path.read_text().splitlines()[1] == '{"event": "step", "step": 2, "loss": null}'


def test_a_new_log_replaces_an_old_one(path):
    path.write_text("old\n")
    JsonLines(path).close()
    assert path.read_text() == ""


@pytest.mark.parametrize("torn", ["", '{"event": "st', "x" * 10_000])
def test_appending_cuts_a_torn_last_line(path, torn):
    path.write_text('{"a": 1}\n{"a": 2}\n' + torn)
    with JsonLines(path, append=True) as log:
        log.write({"a": 3})
    assert read_log(path) == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_a_log_that_is_one_torn_line(path):
    path.write_text("x" * 5000)
    with JsonLines(path, append=True) as log:
        log.write({"a": 1})
    assert path.read_text() == '{"a": 1}\n'


def test_appending_to_a_log_that_is_not_there(path):
    with JsonLines(path, append=True, position=100) as log:
        log.write({"a": 1})
    assert read_log(path) == [{"a": 1}]


def test_a_position_takes_back_what_was_written_after_it(path):
    with JsonLines(path) as log:
        log.write({"step": 1})
        position = log.sync()
        log.write({"step": 2})
    assert position == len('{"step": 1}\n')
    with JsonLines(path, append=True, position=position) as log:
        log.write({"step": 2, "again": True})
    assert read_log(path) == [{"step": 1}, {"step": 2, "again": True}]


def test_a_line_is_one_write(path, monkeypatch):
    sizes = []
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: sizes.append(len(data)) or real(handle, data))
    with JsonLines(path) as log:
        log.write({"a": "x" * 100_000})
    assert len(sizes) == 1


def test_short_writes_are_finished(path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:3]))
    with JsonLines(path) as log:
        log.write({"abc": [1, 2, 3]})
    assert read_log(path) == [{"abc": [1, 2, 3]}]


def test_a_full_disk(path, monkeypatch):
    with JsonLines(path) as log:
        monkeypatch.setattr(os, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(ModelFileError, match="log.jsonl: the disk is full"):
            log.write({})


def test_a_log_that_is_deleted_under_it(path):
    with JsonLines(path) as log:
        log.write({"a": 1})
        path.unlink()
        with pytest.raises(ModelFileError, match="not there"):
            log.write({"a": 2})


def test_a_folder_that_is_gone(tmp_path):
    with pytest.raises(ModelFileError, match="not there"):
        JsonLines(tmp_path / "gone" / "log.jsonl")


def test_reading_leaves_out_a_torn_last_line(path):
    path.write_text('{"a": 1}\n{"a": 2')
    assert read_log(path) == [{"a": 1}]


@pytest.mark.parametrize("line", ["{", "[1]", "3", "\udcff", "[" * 100_000])
def test_reading_names_a_broken_line(path, line):
    path.write_text('{"a": 1}\n' + line + "\n" + '{"a": 2}\n', errors="surrogateescape")
    with pytest.raises(ModelFileError, match=r"log.jsonl:2: not a line of JSON"):
        read_log(path)


def test_reading_what_is_not_there(path):
    with pytest.raises(ModelFileError, match="cannot read .*log.jsonl: No such file"):
        read_log(path)


def test_every_line_is_json_for_everybody(path):
    with JsonLines(path) as log:
        log.write({"inf": float("inf"), "name": "\x1b]0;\u2028\n"})
    json.loads(path.read_text(), parse_constant=pytest.fail)
    assert path.read_text().count("\n") == 1


def test_what_a_rollback_has_undone_does_not_last():
    from fitcli.engine.log import lasting

    def step(n, loss):
        return {"event": "step", "step": n, "loss": loss}

    one, two = ({"event": "rollback", "step": 6, "to_step": to} for to in (4, 2))
    epoch = {"event": "epoch", "step": 4, "epoch": 2}
    events = [step(1, 9), step(2, 8), step(4, 7), epoch, step(5, 6), one, step(5, 5), two, step(3, 4)]
    assert lasting(events) == [step(1, 9), step(2, 8), one, two, step(3, 4)]
    assert lasting(events[:7]) == [step(1, 9), step(2, 8), step(4, 7), epoch, one, step(5, 5)]
    assert lasting([]) == []
