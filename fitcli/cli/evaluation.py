"""How the measures of a model are shown: tables, and the line to remember at the end."""

from __future__ import annotations

from fitcli.cli.output import plain, say, table
from fitcli.cli.progress import number, percent

MOST_CLASSES = 20  # of a confusion matrix in a terminal
PERCENT = ("precision", "recall", "f1", "auc")


def show_evaluation(result: dict) -> None:
    """Per class, the confusion matrix, the worst mistakes, all measures, and the summary."""
    _show_classes(result["per_class"])
    classes = result["classes"]
    if len(classes) <= MOST_CLASSES:
        rows = [[name, *row] for name, row in zip(classes, result["confusion"], strict=True)]
        table(["true \\ predicted", *classes], rows)
        say("")
    for pair in result["confused"]:
        share = f"{100 * pair['share']:.1f} % of its images"
        say(f"{pair['images']:,} × {plain(pair['true'])} taken for {plain(pair['predicted'])} ({share})")
    say("")
    for name, text in measures(result):
        say(f"{name:<34} {text}")
    say("")
    say(f"{result['images']:,} images  loss {number(result['loss'])}  accuracy {percent(result['accuracy'])}")


def measures(result: dict) -> list[tuple[str, str]]:
    """(name, value) of all that is one number."""
    tops = [(f"among the {k} most probable", percent(share)) for k, share in result["top_k"].items()]
    return [
        *tops,
        ("balanced accuracy (mean recall)", percent(result["balanced_accuracy"])),
        ("macro F1", percent(result["macro_f1"])),
        ("AUC, one class against the rest", percent(result["auc"])),
        ("Brier score (0 best, 2 worst)", number(result["brier"])),
        ("expected calibration error", percent(result["ece"])),
        *([("temperature of the probabilities", number(result["temperature"]))] if result["temperature"] != 1 else []),
    ]


def _show_classes(per_class: dict[str, dict]) -> None:
    rows = [[name, scores["images"], *(percent(scores[key]) for key in PERCENT)] for name, scores in per_class.items()]
    table(["class", "images", "precision", "recall", "F1", "AUC"], rows)
    say("")
