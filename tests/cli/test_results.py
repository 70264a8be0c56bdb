import shlex
from dataclasses import replace

import numpy as np
import pytest

from fitcli.cli.results import next_lines, show_results
from fitcli.data.dataset import Dataset, Splits


def part(*paths):
    images = np.zeros((len(paths) or 1, 2, 2, 1), np.uint8)
    return Dataset(images, np.zeros(len(images), np.int64), ("a", "b"), paths or None)


def test_the_table(capsys, tmp_path):
    seen = {
        "epoch": {"epoch": 3, "train_loss": 0.25, "val_loss": 0.5, "val_accuracy": 0.9},
        "end": {"model": "m", "test_accuracy": 0.875},
    }
    show_results(tmp_path / "run 1", Splits(part(), part(), part()), seen)
    out, err = capsys.readouterr()
    rows = [line.split() for line in out.splitlines()]
    assert err == ""
    assert rows[0] == ["loss", "accuracy"]
    assert rows[2:4] == [["training", "0.2500", "-"], ["validation", "0.5000", "90.00", "%"]]
    assert rows[4] == ["test", "-", "87.50", "%"]
    assert f"run directory: {tmp_path}/run 1" in out
    assert f"next:\n  fitcli evaluate '{tmp_path}/run 1'\n" in out


def test_without_any_measure(capsys):
    show_results("runs/x-1", Splits(part(), None, None), {})
    assert capsys.readouterr().out.startswith("run directory: runs/x-1\n")


@pytest.mark.parametrize("name", ["a.png", "with space.png", "it's $HOME.png"])
def test_the_next_line_can_be_typed(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    splits = Splits(part("/elsewhere/train.png"), None, part(str(tmp_path / "photos" / name)))
    (line,) = next_lines("runs/my run", splits)
    assert shlex.split(line) == ["fitcli", "predict", "runs/my run", f"photos/{name}"]


def test_an_image_in_an_archive_is_no_file_to_predict(tmp_path):
    (tmp_path / "a.zip").touch()
    splits = Splits(part(str(tmp_path / "a.zip" / "cat" / "1.png")), None, None)
    assert next_lines("r", splits) == ["fitcli evaluate r", "fitcli predict r IMAGE"]


def test_any_part_with_files_will_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    splits = Splits(part("/elsewhere/train.png"), None, None)
    assert next_lines("r", splits) == ["fitcli predict r /elsewhere/train.png"]
    splits = replace(splits, val=part("/elsewhere/val.png"))
    assert next_lines("r", splits) == ["fitcli predict r /elsewhere/val.png"]


def test_an_image_whose_name_can_be_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert next_lines("r", Splits(part("/a/\x1b.png", "/a/b.png"), None, None)) == ["fitcli predict r /a/b.png"]
    assert next_lines("r", Splits(part("/a/\x1b.png"), None, None))[1] == "fitcli predict r IMAGE"


def test_data_without_files():
    assert next_lines("r", Splits(part(), None, None)) == ["fitcli evaluate r", "fitcli predict r IMAGE"]


def told_of(capsys, **values):
    best = {"epoch": 3, "metric": "val_accuracy", "value": 0.9}
    show_results("r", Splits(part(), part(), None), {"end": {"best": best} | values})
    return capsys.readouterr().out.partition("run directory")[0]


def test_the_best_epoch(capsys):
    told = "epoch 3 was the best one by validation accuracy (90.00 %); its weights are kept as well: --weights best\n"
    assert told_of(capsys, epoch=5) == told
    assert told_of(capsys, epoch=3) == "the last epoch is the best one by validation accuracy (90.00 %)\n"
    assert told_of(capsys, epoch=3, best_epoch=3) == "the model is that of epoch 3, the best one\n"
    assert told_of(capsys, epoch=2, best_epoch=2).endswith(told)


def test_of_several_classes_an_image(capsys, tmp_path):
    seen = {
        "epoch": {"train_loss": 0.25, "train_accuracy": 0.5, "val_loss": 0.5, "val_accuracy": 0.9, "val_f1": 0.75, "val_map": 0.8},
        "end": {"test_loss": 0.5, "test_accuracy": 0.875, "test_map": 0.7},
    }  # fmt: skip
    show_results(tmp_path / "run", Splits(part(), part(), part()), seen)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["loss", "accuracy", "F1", "mAP"]
    assert rows[2] == ["training", "0.2500", "50.00", "%", "-", "-"]
    assert rows[3] == ["validation", "0.5000", "90.00", "%", "75.00", "%", "80.00", "%"]
    assert rows[4] == ["test", "0.5000", "87.50", "%", "-", "70.00", "%"]


def test_a_page_of_a_file_is_no_file_to_predict(tmp_path):
    (tmp_path / "cells.tif").touch()
    splits = Splits(part(f"{tmp_path}/cells.tif#4"), None, None)
    assert next_lines("r", splits) == ["fitcli evaluate r", "fitcli predict r IMAGE"]
