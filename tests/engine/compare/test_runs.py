import json

import pytest

from fitcli.engine.compare import compare_runs, find_runs, read_runs
from fitcli.errors import ModelFileError


def rows(*runs):
    return compare_runs(read_runs(find_runs(runs)))["runs"]


def test_a_run(make_run):
    (run,) = read_runs([make_run("a")])
    assert (run.name, run.state) == ("a", "done")
    assert (run.steps, run.losses) == ([1, 2, 3, 4], [4.0, 3.0, 2.0, 1.0])
    assert run.seconds == [0.0, 0.5, 1.0, 1.5] and run.spent == 2.0


def test_its_summary(make_run):
    path = make_run("a", accuracies=(0.7, 0.6))
    assert rows(path) == [{
        "run": "a", "path": str(path), "state": "done", "epochs": 2, "steps": 4, "seconds": 2.0, "train_loss": 1.5,
        "best_train_loss": 1.5, "val_loss": 1.0, "val_accuracy": 0.6, "best_val_accuracy": 0.7, "best_epoch": 1,
        "test_accuracy": 0.25, "settings": {},
    }]  # fmt: skip


def test_a_run_that_has_only_begun(make_run):
    (row,) = rows(make_run("a", losses=(2.0,), end=False))
    assert (row["state"], row["epochs"], row["steps"]) == ("unfinished", 0, 1)
    assert {row[k] for k in ("train_loss", "best_train_loss", "val_accuracy", "best_epoch", "test_accuracy")} == {None}


def test_a_run_that_diverged(make_run):
    told = {"event": "diverged", "step": 5, "message": "the fit diverged"}
    (row,) = rows(make_run("a", end=False, extra=[told]))
    assert row["state"] == "diverged"


def test_what_a_rollback_undid_is_left_out_but_took_its_time(make_run):
    back = {"event": "rollback", "step": 5, "to_step": 2, "message": "back"}
    again = [{"event": "step", "step": 3, "epoch": 2, "loss": 0.5, "seconds": 0.5}]
    path = make_run("a", extra=[back, *again])
    (run,) = read_runs([path])
    assert (run.steps, run.losses) == ([1, 2, 3], [4.0, 3.0, 0.5])
    assert run.seconds == [0.0, 0.5, 2.0] and run.spent == 2.5 and len(run.epochs) == 1


def test_losses_that_were_not_finite(make_run):
    (run,) = read_runs([make_run("a", losses=(2.0, float("nan")))])
    assert run.losses[0] == 2.0 and run.losses[1] != run.losses[1]


def test_the_best_comes_first(make_run):
    make_run("a", accuracies=(0.5, 0.6))
    make_run("b", accuracies=(0.9, 0.1))
    make_run("c", accuracies=(0.7, 0.7), end=False, extra=[{"event": "diverged", "step": 5}])
    folder = make_run("d", accuracies=(0.6, 0.8)).parent
    assert [row["run"] for row in rows(folder)] == ["b", "d", "a", "c"]


def test_the_lowest_loss_comes_first_where_nothing_is_validated(make_run):
    make_run("a", accuracies=())
    folder = make_run("b", losses=(3.0, 0.5), accuracies=(0.5,)).parent
    assert [row["run"] for row in rows(folder)] == ["a", "b"]
    assert compare_runs(read_runs(find_runs([folder])))["ranked_by"] == "train_loss"


def test_by_what_the_best_epochs_were_kept_by(make_run):
    several = "loss: binary_cross_entropy\nfit: {keep_best: val_f1}"
    a = make_run("a", several, accuracies=(0.9, 0.9), f1=(0.1, 0.2))
    b = make_run("b", several, accuracies=(0.5, 0.6), f1=(0.8, 0.7))
    found = compare_runs(read_runs([a, b]))
    assert found["ranked_by"] == "val_f1" and [row["run"] for row in found["runs"]] == ["b", "a"]
    first = found["runs"][0]
    assert (first["val_f1"], first["best_val_f1"], first["best_epoch"], first["best_val_accuracy"]) == (0.7, 0.8, 1, 0.6)
    c = make_run("c", "loss: binary_cross_entropy", accuracies=(0.7, 0.7), f1=(0.5, 0.5))  # by exact matches
    assert compare_runs(read_runs([c]))["ranked_by"] == "val_accuracy"
    found = compare_runs(read_runs([a, b, c]))
    assert found["ranked_by"] == "val_f1" and [row["run"] for row in found["runs"]] == ["b", "c", "a"]
    d = make_run("d", accuracies=(0.8, 0.8))  # of one class an image
    found = compare_runs(read_runs([a, b, c, d]))
    assert found["ranked_by"] == "val_accuracy" and [row["run"] for row in found["runs"]] == ["a", "d", "c", "b"]


def test_a_loss_is_better_the_lower_it_is(make_run):
    text = "fit: {keep_best: val_loss}"
    a, b = make_run("a", text, accuracies=(0.9, 0.9)), make_run("b", text, accuracies=(0.5, 0.5))
    lines = (b / "log.jsonl").read_text().replace('"val_loss": 1.0', '"val_loss": 0.5')
    (b / "log.jsonl").write_text(lines)
    found = compare_runs(read_runs([a, b]))
    assert found["ranked_by"] == "val_loss" and [row["best_val_loss"] for row in found["runs"]] == [0.5, 1.0]
    assert compare_runs(read_runs([make_run("c", "fit: {keep_best: none}")]))["ranked_by"] == "val_accuracy"


def test_names_as_short_as_they_may_be(make_run):
    runs = [make_run("x/adam"), make_run("y/adam"), make_run("y/sgd")]
    assert [run.name for run in read_runs(runs)] == ["x/adam", "y/adam", "y/sgd"]
    assert [run.name for run in read_runs(runs[1:])] == ["adam", "sgd"]


def test_a_folder_stands_for_its_runs_each_once(make_run):
    runs = [make_run(f"all/run-{i}") for i in (10, 2, 1)]
    (runs[0].parent / "notes.txt").write_text("")
    assert find_runs([runs[0].parent, runs[1]]) == runs[::-1]


def test_what_is_no_run(make_run, tmp_path):
    make_run("a")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelFileError, match="empty is not a run directory and holds none") as told:
        find_runs([tmp_path / "empty"])
    assert str(tmp_path / "a") in told.value.problems[0].hint
    with pytest.raises(ModelFileError, match="nothing: no such run directory"):
        find_runs([tmp_path / "nothing"])


@pytest.mark.parametrize("name", ["specs", "specs/a.yaml"])
def test_specs_in_the_place_of_runs(tmp_path, name):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "a.yaml").write_text("")
    with pytest.raises(ModelFileError, match="no run, but what to make one of") as told:
        find_runs([tmp_path / name])
    assert told.value.problems[0].hint == f"`fitcli compare --train {tmp_path / name}`"


def test_a_run_without_a_log_or_with_a_broken_spec(make_run):
    run = make_run("a")
    (run / "log.jsonl").unlink()
    with pytest.raises(ModelFileError, match="holds no log.jsonl"):
        read_runs([run])
    run = make_run("b", "fit: {batch: 0}")
    with pytest.raises(ModelFileError, match="fit.batch"):
        read_runs([run])


def test_the_settings_that_differ_go_with_their_run(make_run):
    runs = [make_run("a", "fit: {batch: 8}"), make_run("b", "fit: {batch: 16}", accuracies=(0.9, 0.9))]
    found = compare_runs(read_runs(runs))
    assert found["differ"] == ["fit.batch"]
    assert [row["settings"] for row in found["runs"]] == [{"fit.batch": 16}, {"fit.batch": 8}]
    assert json.dumps(found)
