import json

import pytest

from fitcli.engine.modelfile import ModelFile, load_model, save_model

SCORES = {"images": 2, "precision": 1.0, "recall": 0.5, "f1": 2 / 3, "auc": None}
RESULT = {
    "images": 4, "loss": 0.5, "temperature": 1.0, "accuracy": 0.75, "classes": ["cat", "dog", "x"],
    "confusion": [[1, 1, 0], [0, 2, 0], [0, 0, 0]],
    "per_class": {"cat": SCORES, "dog": SCORES | {"precision": 0.667, "recall": None}},
    "top_k": {"2": 1.0}, "balanced_accuracy": 0.75, "macro_f1": 0.7, "auc": None, "brier": 0.25, "ece": 0.125,
    "confused": [{"true": "cat", "predicted": "d\x1b[31m", "images": 1, "share": 0.5}],
    "reliability": [{"low": 0.8, "high": 1.0, "images": 4, "confidence": 0.9, "accuracy": 0.75}],
}  # fmt: skip


@pytest.fixture
def engine(fake):
    asked = {}

    def evaluate(model, dataset, threads=None, threshold=None):
        asked.update(model=model, dataset=dataset, threads=threads, threshold=threshold)
        return RESULT

    fake("evaluate", evaluate=evaluate)
    return asked


def test_json_on_the_test_images_of_the_training(fitcli, engine, run):
    from fitcli.data.load import load_splits
    from fitcli.spec import load_spec

    outcome = fitcli("evaluate", run, "--json", "--threads", 1)
    assert outcome.code == 0 and json.loads(outcome.out) == RESULT
    spec = load_spec("tiny.yaml")
    dataset, test = engine["dataset"], load_splits(spec.data, spec.seed).test
    assert dataset.paths == test.paths and (dataset.images == test.images).all()
    assert dataset.classes == engine["model"].classes and engine["threads"] == 1
    assert "x\\x1b[31m,y" in outcome.err  # a class without images is a warning


def test_other_images_and_all_of_them(fitcli, engine, run, here, monkeypatch):
    (here / "photos").rename(here / "moved")
    outcome = fitcli("evaluate", run)
    assert outcome.code == 3 and "photos" in outcome.err
    monkeypatch.chdir(here / "runs")
    outcome = fitcli("evaluate", run, "--data", "../moved", "--split", "all")
    assert outcome.code == 0 and len(engine["dataset"]) == 24


def test_a_folder_without_splits_is_measured_as_a_whole(fitcli, engine, run, here):
    import shutil

    shutil.copytree(here / "photos", here / "other")
    outcome = fitcli("evaluate", run, "--data", "other")
    assert outcome.code == 0 and len(engine["dataset"]) == 24
    assert "other: no test images of its own, so all images are measured" in outcome.err
    outcome = fitcli("evaluate", run, "--data", "other", "--split", "test")
    assert len(engine["dataset"]) == 2 and "so all images" not in outcome.err
    outcome = fitcli("evaluate", run, "--data", "photos")  # what the training set apart is not mixed with the rest
    assert len(engine["dataset"]) == 2 and "so all images" not in outcome.err
    for part, source in (("train", "photos"), ("test", "photos/dog")):
        shutil.copytree(here / source, here / "split" / part / ("dog" if part == "test" else ""))
    outcome = fitcli("evaluate", run, "--data", "split")
    assert len(engine["dataset"]) == 12 and "so all images" not in outcome.err


def test_the_pixels_are_those_of_the_model_not_of_the_spec(fitcli, engine, run):
    loaded = load_model(run)
    pixels = {**loaded.preprocessing, "size": [5, 4], "channels": 1}
    save_model(run / "model.safetensors", ModelFile(loaded.arrays, loaded.classes, pixels, loaded.spec, {}))
    assert fitcli("evaluate", run).code == 0
    assert engine["dataset"].images.shape[1:] == (5, 4, 1)


def test_the_picture(fitcli, engine, run, here):
    outcome = fitcli("evaluate", run, "--plot", "e.png", "--json")
    assert outcome.code == 0 and json.loads(outcome.out) == RESULT and "picture: e.png" in outcome.err
    assert (here / "e.png").read_bytes().startswith(b"\x89PNG")
    outcome = fitcli("evaluate", run, "--plot", "nowhere/e.png")
    assert outcome.code == 2 and "there is no folder nowhere" in outcome.err


def test_tables_are_shown(fitcli, engine, run):
    out = fitcli("evaluate", run).out
    assert "loss 0.5000  accuracy 75.00 %" in out and "expected calibration error" in out


def test_a_class_the_model_does_not_know(fitcli, engine, run, here):
    (here / "photos" / "cat").rename(here / "photos" / "cow")
    outcome = fitcli("evaluate", run)
    assert outcome.code == 3 and "cow" in outcome.err and outcome.out == ""


def test_no_model(fitcli, engine, here):
    outcome = fitcli("evaluate", "nothing")
    assert outcome.code == 6 and "nothing: no such model file or run directory" in outcome.err


def test_several_classes_an_image(fitcli, tagged, here):
    outcome = fitcli("evaluate", tagged, "--data", "tags.csv", "--split", "all", "--json", "--plot", "e.png")
    result = json.loads(outcome.out)
    assert outcome.code == 0 and result["images"] == 24 and {"map", "hamming_loss", "macro_f1", "micro_f1"} <= set(result)
    assert "confusion" not in result and (here / "e.png").read_bytes().startswith(b"\x89PNG")
    assert result["per_class"]["old"]["images"] == 12 and result["labels_per_image"]["true"] == pytest.approx(28 / 24)
    all_yes = json.loads(fitcli("evaluate", tagged, "--split", "all", "--json", "--threshold", 0).out)
    assert all_yes["micro_recall"] == 1 and all_yes["labels_per_image"]["predicted"] == 3
    assert "mean average precision (mAP)" in fitcli("evaluate", tagged).out
    folder = fitcli("evaluate", tagged, "--data", "photos", "--json")  # one class an image is a row of them
    assert folder.code == 0 and json.loads(folder.out)["labels_per_image"]["true"] == 1
    outcome = fitcli("evaluate", "runs/tiny-1", "--data", "tags.csv")
    assert outcome.code == 3 and "the model was trained on images of one class each" in outcome.err
