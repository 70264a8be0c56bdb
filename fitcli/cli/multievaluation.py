"""How the measures of a model for images of several classes are shown."""

from __future__ import annotations

from fitcli.cli.output import say, table
from fitcli.cli.progress import number, percent

COLUMNS = (("precision", "precision"), ("recall", "recall"), ("F1", "f1"), ("AUC", "auc"), ("AP", "average_precision"))


def show_multilabel(result: dict) -> None:
    """Per class, all measures, and the summary."""
    rows = [
        [name, own["images"], own["predicted"], *(percent(own[key]) for _, key in COLUMNS)]
        for name, own in result["per_class"].items()
    ]
    table(["class", "images", "predicted", *(head for head, _ in COLUMNS)], rows)
    say("")
    for name, text in measures(result):
        say(f"{name:<36} {text}")
    say("")
    say(f"{result['images']:,} images  loss {number(result['loss'])}  accuracy {percent(result['accuracy'])} (every class right)")


def measures(result: dict) -> list[tuple[str, str]]:
    """(name, value) of all that is one number, or a few of them."""
    true, predicted = (result["labels_per_image"][key] for key in ("true", "predicted"))

    def three(kind: str) -> str:
        return ", ".join(percent(result[f"{kind}_{key}"]) for key in ("precision", "recall", "f1"))

    yes = [("yes from this probability on", f"{result['threshold']:g}")] if result["threshold"] != 0.5 else []
    warmth = [("temperature of the probabilities", number(result["temperature"]))] if result["temperature"] != 1 else []
    return [
        ("wrong answers (Hamming loss)", percent(result["hamming_loss"])),
        ("macro precision, recall, F1", three("macro")),
        ("micro precision, recall, F1", three("micro")),
        ("mean average precision (mAP)", percent(result["map"])),
        ("AUC, mean over classes", percent(result["auc"])),
        ("classes an image: true, predicted", f"{true:.2f}, {predicted:.2f}"),
        ("Brier score (0 best, 1 worst)", number(result["brier"])),
        ("expected calibration error", percent(result["ece"])),
        *yes, *warmth,
    ]  # fmt: skip
