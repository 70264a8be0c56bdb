from fitcli.cli.evaluation import measures, show_evaluation

SCORES = {"images": 2, "precision": 1.0, "recall": 0.5, "f1": 2 / 3, "auc": None}
RESULT = {
    "images": 4, "loss": 0.5, "temperature": 1.0, "accuracy": 0.75, "classes": ["cat", "dog", "x"],
    "confusion": [[1, 1, 0], [0, 2, 0], [0, 0, 0]],
    "per_class": {"cat": SCORES, "dog": SCORES | {"precision": 0.667, "recall": None}},
    "top_k": {"2": 1.0}, "balanced_accuracy": 0.75, "macro_f1": 0.7, "auc": None, "brier": 0.25, "ece": 0.125,
    "confused": [{"true": "cat", "predicted": "d\x1b[31m", "images": 1, "share": 0.5}], "reliability": [],
}  # fmt: skip


def test_tables(capsys):
    show_evaluation(RESULT)
    out = capsys.readouterr().out
    lines = [line.split() for line in out.splitlines()]
    assert ["class", "images", "precision", "recall", "F1", "AUC"] in lines
    assert ["dog", "2", "66.70", "%", "-", "66.67", "%", "-"] in lines
    assert ["true", "\\", "predicted", "cat", "dog", "x"] in lines and ["cat", "1", "1", "0"] in lines
    assert "1 × cat taken for d\\x1b[31m (50.0 % of its images)" in out
    assert out.splitlines()[-1] == "4 images  loss 0.5000  accuracy 75.00 %"


def test_a_large_matrix_is_left_to_the_picture(capsys):
    classes = [str(k) for k in range(21)]
    result = RESULT | {"classes": classes, "confusion": [[0] * 21] * 21, "per_class": {name: SCORES for name in classes}}
    show_evaluation(result)
    assert "true" not in capsys.readouterr().out


def test_what_does_not_exist_is_a_dash():
    found = dict(measures(RESULT))
    assert found["AUC, one class against the rest"] == "-" and found["among the 2 most probable"] == "100.00 %"
    assert found["expected calibration error"] == "12.50 %" and found["Brier score (0 best, 2 worst)"] == "0.2500"
    assert "temperature of the probabilities" not in found
    assert dict(measures(RESULT | {"temperature": 1.5}))["temperature of the probabilities"] == "1.5000"
