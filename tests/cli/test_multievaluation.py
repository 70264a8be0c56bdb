from fitcli.cli.multievaluation import measures, show_multilabel

SCORES = {
    "images": 2, "predicted": 3, "precision": 2 / 3, "recall": 1.0, "f1": 0.8, "auc": None, "average_precision": 0.9,
}  # fmt: skip
RESULT = {
    "images": 4, "loss": 0.5, "temperature": 1.0, "threshold": 0.5, "accuracy": 0.25, "hamming_loss": 0.125,
    "macro_precision": None, "macro_recall": 0.5, "macro_f1": 0.6, "micro_precision": 0.7, "micro_recall": 0.8,
    "micro_f1": 0.75, "map": 0.9, "auc": None, "brier": 0.25, "ece": 0.125,
    "labels_per_image": {"true": 1.5, "predicted": 1.25}, "classes": ["cat", "d\x1b[31m"],
    "per_class": {"cat": SCORES, "d\x1b[31m": SCORES | {"recall": None}}, "reliability": [],
}  # fmt: skip


def test_tables(capsys):
    show_multilabel(RESULT)
    out = capsys.readouterr().out
    lines = [line.split() for line in out.splitlines()]
    assert ["class", "images", "predicted", "precision", "recall", "F1", "AUC", "AP"] in lines
    assert ["cat", "2", "3", "66.67", "%", "100.00", "%", "80.00", "%", "-", "90.00", "%"] in lines
    assert "\x1b" not in out
    assert out.splitlines()[-1] == "4 images  loss 0.5000  accuracy 25.00 % (every class right)"


def test_every_measure():
    found = dict(measures(RESULT))
    assert found == {
        "wrong answers (Hamming loss)": "12.50 %", "macro precision, recall, F1": "-, 50.00 %, 60.00 %",
        "micro precision, recall, F1": "70.00 %, 80.00 %, 75.00 %", "mean average precision (mAP)": "90.00 %",
        "AUC, mean over classes": "-", "classes an image: true, predicted": "1.50, 1.25",
        "Brier score (0 best, 1 worst)": "0.2500", "expected calibration error": "12.50 %",
    }  # fmt: skip
    more = dict(measures(RESULT | {"temperature": 1.5, "threshold": 0.3}))
    assert more["temperature of the probabilities"] == "1.5000" and more["yes from this probability on"] == "0.3"
