import csv
import os

import numpy as np
import pytest

from fitcli.engine.logtable import LogTable
from fitcli.errors import ModelFileError


@pytest.fixture
def table(tmp_path):
    """A table whose history is what has been written to it."""
    events = []
    table = LogTable(tmp_path / "steps.csv", "step", lambda: events)
    table.begin(events)
    table.events = events
    yield table
    table.close()


def write(table, *events):
    for event in events:
        table.events.append(event)
        table.write(event)


def step(number, **more):
    return {"event": "step", "step": number, "loss": 1 / (number + 2)} | more


def test_a_row_an_event_on_disk_at_once(table):
    assert not table.path.exists()
    write(table, step(1), {"event": "epoch", "epoch": 1})
    assert table.path.read_text() == "step,loss\n1,0.3333333333333333\n"
    write(table, step(2))
    assert table.path.read_text() == "step,loss\n1,0.3333333333333333\n2,0.25\n"


def test_numbers_come_back_exactly_and_what_is_none_is_empty(table):
    values = {
        "exact": 0.1 + 0.2, "numpy": np.float64(1 / 3), "single": np.float32(0.5), "whole": np.int64(7), "yes": True,
        "none": None, "nan": float("nan"), "infinite": float("inf"), "words": 'a, "b"', "list": [1], "table": {"a": 1},
    }  # fmt: skip
    write(table, step(1, **values))
    (row,) = csv.DictReader(table.path.open(newline=""))
    assert list(row) == ["step", "loss", *values][:-2]
    assert (float(row["exact"]), float(row["numpy"])) == (0.1 + 0.2, 1 / 3)
    assert [row[key] for key in ("single", "whole", "yes", "none", "nan", "infinite")] == ["0.5", "7", "true", "", "", ""]
    assert row["words"] == 'a, "b"'


def test_a_key_that_comes_later_is_a_column_of_every_row(table):
    write(table, step(1), step(2, val_f1=0.5), step(3))
    rows = list(csv.reader(table.path.open(newline="")))
    assert [row[2] for row in rows] == ["val_f1", "", "0.5", ""]


def test_what_a_rollback_has_undone_is_taken_out(table):
    write(table, step(1), step(2, other=1))
    table.events[:] = [step(1), {"event": "rollback", "step": 2, "to_step": 1}]
    table.write(table.events[-1])
    assert table.path.read_text() == "step,loss\n1,0.3333333333333333\n"
    write(table, step(2))
    assert table.path.read_text().splitlines()[1:] == ["1,0.3333333333333333", "2,0.25"]


@pytest.mark.parametrize("left", ["", "step,loss\n1,0.33", "step,loss\n1,0.3333333333333333\n2,0.25\n3,0.2\n"])
def test_it_goes_on_as_its_events_say_whatever_is_there(tmp_path, left):
    path, events = tmp_path / "steps.csv", [step(1)]
    path.write_text(left)
    table = LogTable(path, "step", lambda: events)
    table.begin(events)
    table.write(step(2))
    table.close()
    assert path.read_text() == "step,loss\n1,0.3333333333333333\n2,0.25\n"


def test_a_file_that_was_replaced_or_deleted_is_made_anew(table):
    write(table, step(1))
    table.path.unlink()
    write(table, step(2))
    assert table.path.read_text().splitlines()[1:] == ["1,0.3333333333333333", "2,0.25"]


def test_a_full_disk(table, monkeypatch):
    write(table, step(1))
    monkeypatch.setattr(os, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(ModelFileError, match="steps.csv: the disk is full"):
        write(table, step(2))


def test_short_writes_are_finished(table, monkeypatch):
    write(table, step(1))
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:3]))
    write(table, step(2))
    assert table.path.read_text().endswith("\n2,0.25\n")


def test_a_table_that_cannot_be_closed(tmp_path, monkeypatch):
    table, real = LogTable(tmp_path / "steps.csv", "step", list), os.close
    table.begin([{"event": "step", "step": 1}])

    def fail(handle):
        real(handle)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "close", fail)
    with pytest.raises(ModelFileError, match="cannot write .*steps.csv: Input/output error"):
        table.close()
    table.close()  # which is closed


def test_what_is_there_already_is_only_cut(tmp_path, monkeypatch):
    path, events = tmp_path / "steps.csv", [step(1), step(2)]
    path.write_text("step,loss\n1,0.3333333333333333\n2,0.25\n3,0.2\n4,")
    monkeypatch.setattr("fitcli.engine.logtable.write_atomic", lambda *_: pytest.fail("written anew"))
    table = LogTable(path, "step", lambda: events)
    table.begin(events)
    table.close()
    assert path.read_text() == "step,loss\n1,0.3333333333333333\n2,0.25\n"
