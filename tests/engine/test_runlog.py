import csv
import shutil

import pytest

from fitcli.engine import keep
from fitcli.engine.fit import fit
from fitcli.engine.log import read_log
from fitcli.engine.runlog import RunLog

TABLES = ("steps.csv", "epochs.csv")


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    monkeypatch.setattr(keep, "draw_curves", lambda events, path: None)


def rows(path, leave=("seconds", "images_per_s")):
    with open(path, newline="") as file:
        header, *lines = csv.reader(file)
    kept = [header.index(name) for name in header if name not in leave]
    return [tuple(line[at] for at in kept) for line in (header, *lines)]


def test_every_line_goes_everywhere(tmp_path):
    log = RunLog(tmp_path)
    log.write({"event": "step", "step": 1, "loss": 2.0})
    log.write({"event": "epoch", "epoch": 1, "step": 1})
    position = log.sync()
    log.write({"event": "step", "step": 2, "loss": 1.0})
    log.close()
    assert rows(tmp_path / "steps.csv") == [("step", "loss"), ("1", "2.0"), ("2", "1.0")]
    again = RunLog(tmp_path, position)
    assert again.events() == read_log(tmp_path / "log.jsonl")[:2]
    again.close()
    assert rows(tmp_path / "steps.csv") == [("step", "loss"), ("1", "2.0")]
    assert rows(tmp_path / "epochs.csv") == [("epoch", "step"), ("1", "1")]


def test_killed_anywhere_the_tables_are_those_of_the_whole_fit(spec_of, splits, tmp_path):
    spec, whole = spec_of(), tmp_path / "whole"
    list(fit(spec, splits, whole))
    assert [row[0] for row in rows(whole / "steps.csv")] == ["step", *map(str, range(1, 13))]
    assert rows(whole / "epochs.csv")[0] == ("epoch", "step", "train_loss", "train_accuracy", "val_loss", "val_accuracy")
    cut = tmp_path / "cut"
    events = fit(spec, splits, cut)
    for number, event in enumerate(events):
        if event["event"] == "step" and number > 7:
            break
    killed = tmp_path / "killed"
    shutil.copytree(cut, killed)  # as kill -9 leaves it: nothing is saved on the way out
    events.close()
    with open(killed / "steps.csv", "a") as file:
        file.write("9,")  # torn
    list(fit(spec, splits, killed, resume=True))
    list(fit(spec, splits, cut, resume=True))
    for name in TABLES:
        assert rows(killed / name) == rows(whole / name) == rows(cut / name)
    (header,) = [line for line in (killed / "steps.csv").read_text().splitlines() if "step" in line]
    assert header == "step,epoch,loss,lr,grad_norm,seconds"


def test_a_fit_that_has_gone_back_has_each_step_once(spec_of, splits, tmp_path, monkeypatch):
    from fitcli.engine.trainer import Trainer
    from fitcli.errors import DivergedError, Problem

    real, failed = Trainer.descend, []

    def descend(self, *args):
        if self.step == 6 and not failed:
            failed.append(self.step)
            raise DivergedError(Problem("lost"))
        return real(self, *args)

    monkeypatch.setattr(Trainer, "descend", descend)
    list(fit(spec_of(on_divergence="rollback"), splits, tmp_path))
    assert failed and len([e for e in read_log(tmp_path / "log.jsonl") if e["event"] == "step"]) == 14
    assert [row[0] for row in rows(tmp_path / "steps.csv")[1:]] == list(map(str, range(1, 13)))
