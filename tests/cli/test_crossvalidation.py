import json
import os

import pytest

from fitcli.cli.crossvalidation import fold_spec, statistics


@pytest.fixture
def engine(fake):
    asked = []

    def fit(spec, splits, run, resume=False, **options):
        asked.append((spec, splits, run, resume))
        fold = spec.data.split.fold
        run.mkdir(parents=True, exist_ok=True)
        (run / "spec.yaml").write_text("x")
        yield {"event": "start", "steps": 1, "images": len(splits.train), "epochs": 1}
        if fold == 2 and not resume and len(asked) == 2 and asked[0][0].seed == 13:
            raise KeyboardInterrupt
        yield {"event": "epoch", "epoch": 1, "train_loss": 1.0, "val_loss": float(fold), "val_accuracy": fold / 4}
        yield {"event": "end", "steps": 1, "val_accuracy": fold / 4, "test_accuracy": 0.5}

    fake("fit", fit=fit)
    return asked


def test_a_fit_a_fold_with_mean_and_deviation(fitcli, engine, here):
    outcome = fitcli("train", "tiny.yaml", "--folds", 3)
    assert outcome.code == 0
    assert [(str(run), resume) for _, _, run, resume in engine] == [(f"runs/tiny-1/fold-{k}", False) for k in (1, 2, 3)]
    held = [path for _, splits, _, _ in engine for path in splits.val.paths]
    assert len(held) == len(set(held)) == 22 and all(len(splits.test) == 2 for _, splits, _, _ in engine)
    assert [(s.data.split.folds, s.data.split.fold) for s, *_ in engine] == [(3, 1), (3, 2), (3, 3)]
    lines = [line.split() for line in outcome.out.splitlines()]
    assert ["mean", "1.0000", "2.0000", "50.00", "%", "50.00", "%"] in lines
    assert ["±", "0.0000", "1.0000", "25.00", "%", "0.00", "%"] in lines
    assert "validation accuracy 50.00 ± 25.00 %" in outcome.out and "runs/tiny-1/fold-1 ... fold-3" in outcome.out
    saved = json.loads((here / "runs/tiny-1/folds.json").read_text())
    assert saved["mean"]["val_loss"] == 2 and saved["deviation"]["val_loss"] == 1 and len(saved["results"]) == 3


def test_an_interrupted_one_goes_on(fitcli, engine, here):
    outcome = fitcli("train", "tiny.yaml", "--folds", 3, "--set", "seed=13", "--out", "cv")
    assert outcome.code == 130 and "to go on: fitcli train --resume cv\n" in outcome.err
    outcome = fitcli("train", "--resume", "cv", "--quiet")
    assert outcome.code == 0 and outcome.out == "cv\n"
    assert [(run.name, resume) for _, _, run, resume in engine] == [
        ("fold-1", False), ("fold-2", False), ("fold-2", True), ("fold-3", False)
    ]  # fmt: skip
    assert all(spec.seed == 13 for spec, *_ in engine)
    assert len(json.loads((here / "cv/folds.json").read_text())["results"]) == 3
    outcome = fitcli("train", "--resume", "cv")
    assert outcome.code == 0 and len(engine) == 4 and "± 25.00 %" in outcome.out


def test_more_folds_than_images(fitcli, engine, here):
    outcome = fitcli("train", "tiny.yaml", "--folds", 10**9)
    assert outcome.code == 2 and outcome.out == "" and engine == []
    assert outcome.err == ("error: --folds: data.split.folds: 1,000,000,000 folds of 22 training images\n"
                           "  allowed: 2 to 22, or null for none\n")  # fmt: skip
    assert os.listdir("runs") == []
    for words in (["train", "tiny.yaml"], ["lr", "tiny.yaml"], ["data", "show", "tiny.yaml"], ["data", "check", "tiny.yaml"],
                  ["compare", "--train", "tiny.yaml"]):  # fmt: skip
        outcome = fitcli(*words, "--set", "data.split.folds=23")
        assert outcome.code == 2 and outcome.out == ""
        assert outcome.err.startswith("error: --set data.split.folds=23: data.split.folds: 23 folds of 22 training images\n")
        assert os.listdir("runs") == []


def test_what_does_not_go_together(fitcli, engine, here):
    assert fitcli("train", "tiny.yaml", "--folds", 3, "--resume", "x").code == 2
    assert fitcli("train", "tiny.yaml", "--folds", 1).code == 2
    (here / "cv").mkdir()
    (here / "cv" / "folds.json").write_text("{}")
    outcome = fitcli("train", "--resume", "cv")
    assert outcome.code == 6 and "folds.json is damaged" in outcome.err
    for results in ("[3]", '[{"val_loss": "x"}]', "7", "null"):
        (here / "cv" / "folds.json").write_text('{"folds": 2, "spec": "a", "results": %s}' % results)
        outcome = fitcli("train", "--resume", "cv")
        assert outcome.code == 6 and "folds.json is damaged" in outcome.err
    outcome = fitcli("train", "tiny.yaml", "--resume", "cv")
    assert outcome.code == 2 and "goes on with its own spec" in outcome.err


def test_statistics_of_one_fold_have_no_deviation():
    assert statistics([{"fold": 1, "val_loss": 2.0}]) == {"mean": {"val_loss": 2.0}, "deviation": {}}
    assert statistics([]) == {"mean": {}, "deviation": {}}


def test_a_fold_is_a_spec_of_its_own(here):
    from fitcli.spec import dump_spec, load_spec, parse_spec

    spec = fold_spec(load_spec("tiny.yaml"), 5, 2)
    assert parse_spec(dump_spec(spec)) == spec and spec.data.split.fold == 2


def test_measures_of_several_classes(capsys):
    from pathlib import Path

    from fitcli.cli.crossvalidation import show_folds

    results = [{"fold": k, "val_loss": 0.5, "val_f1": 0.25 * k, "val_map": 0.5} for k in (1, 2)]
    show_folds(Path("cv"), {"folds": 2, "results": results} | statistics(results))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["fold", "validation", "loss", "validation", "F1", "validation", "mAP"]
    assert ["mean", "0.5000", "37.50", "%", "50.00", "%"] in lines
