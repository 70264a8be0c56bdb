import json

import pytest

from fitcli.errors import DataError, Problem

CLASSES = ("cat", "dog", "x\x1b[31m,y")


@pytest.fixture
def engine(fake):
    """Answers by the name of the file; remembers what it was asked."""
    asked = {}

    def predict(model, paths, threads=None, threshold=None):
        asked.update(classes=model.classes, paths=paths, threads=threads, threshold=threshold)
        for path in paths:
            if "bad" in path:
                yield {"path": path, "error": Problem("cannot be decoded", where=path)}
            else:
                label = "cat" if "cat" in path else "dog"
                yield {"path": path, "label": label, "probabilities": {c: 0.8 if c == label else 0.1 for c in CLASSES}}

    fake("predict", predict=predict)
    return asked


def test_json(fitcli, engine, run):
    outcome = fitcli("predict", run, "photos/cat", "photos/dog/1.png", "--format", "json", "--threads", 2)
    assert outcome.code == 0 and outcome.err == ""
    results = json.loads(outcome.out)
    paths = [result["path"] for result in results]
    assert len(paths) == 13 and paths[-3:] == ["photos/cat/11.png", "photos/cat/12.png", "photos/dog/1.png"]
    assert set(results[0]) == {"path", "label", "probabilities"}
    assert list(results[0]["probabilities"]) == list(CLASSES)
    assert engine["threads"] == 2 and engine["classes"] == CLASSES


def test_a_table_by_default(fitcli, engine, run):
    outcome = fitcli("predict", run / "model.safetensors", "photos/dog/*.png", "--top", 1)
    assert outcome.code == 0 and outcome.err == ""
    assert "photos/dog/12.png" in outcome.out and "dog 80.0 %" in outcome.out and "cat 10" not in outcome.out


def test_a_bad_image_among_many(fitcli, engine, run, here):
    (here / "photos" / "bad\x1b.png").write_bytes(b"x")
    outcome = fitcli("predict", run, "photos", "--format", "jsonl")
    assert outcome.code == 3
    assert len(outcome.out.splitlines()) == 24
    assert "error: photos/bad\\x1b.png: cannot be decoded" in outcome.err
    assert "1 of 25 images could not be read" in outcome.err


def test_only_bad_images(fitcli, engine, run, here):
    (here / "bad.png").write_bytes(b"x")
    outcome = fitcli("predict", run, "bad.png", "--format", "json")
    assert outcome.code == 3 and json.loads(outcome.out) == []


def test_no_image(fitcli, engine, run):
    outcome = fitcli("predict", run, "photo")
    assert outcome.code == DataError.exit_code == 3 and outcome.out == ""
    assert "error: photo: no such file or folder\n  try: photos\n" == outcome.err


def test_no_model(fitcli, engine, run, here):
    for model in ("runs/tiny-2", "photos/cat/1.png", "photos", "tiny.yaml"):
        outcome = fitcli("predict", model, "photos")
        assert outcome.code == 6 and outcome.out == ""
        assert f"error: {model}" in outcome.err and "  try: " in outcome.err


def test_a_damaged_model(fitcli, engine, run):
    path = run / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    outcome = fitcli("predict", run, "photos")
    assert outcome.code == 6 and "model.safetensors is damaged" in outcome.err


def test_results_stay_on_stdout_while_a_bar_is_shown(fitcli, engine, run, terminal):
    shown = terminal()
    outcome = fitcli("predict", run, "photos/cat", "--format", "json")
    assert outcome.code == 0 and len(json.loads(outcome.out)) == 12
    assert "predicting" in shown.getvalue() and "photos" not in shown.getvalue()


def test_several_classes_an_image(fitcli, tagged):
    outcome = fitcli("predict", tagged, "photos/cat", "--format", "json")
    usual = json.loads(outcome.out)
    assert outcome.code == 0 and len(usual) == 12 and list(usual[0]) == ["path", "label", "labels", "probabilities"]
    for row in usual:
        assert set(row["labels"]) == {name for name, p in row["probabilities"].items() if p >= 0.5}
    rows = json.loads(fitcli("predict", tagged, "photos/cat", "--format", "json", "--threshold", 0, "--top", 1).out)
    assert all(set(row["labels"]) == {"cat", "dog", "old"} and list(row["probabilities"]) == [row["label"]] for row in rows)
    assert "labels" in fitcli("predict", tagged, "photos/cat/1.png").out.splitlines()[0]
