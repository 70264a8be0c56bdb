"""Which classes are taken for which, and the scores that are counted from that."""

from __future__ import annotations

import numpy as np


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """int64 [classes, classes]: entry [i, j] counts the images of class i that are taken for class j."""
    return np.bincount(labels * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def class_scores(confusion: np.ndarray, k: int) -> dict:
    """{"images", "precision", "recall", "f1"} of class k; None where there is nothing to divide by.

    precision = of those taken for it, the share that is; recall = of those that are it, the share found;
    f1 = 2 · precision · recall / (precision + recall), their harmonic mean (van Rijsbergen, 1979).
    """
    return scores(int(confusion[k, k]), int(confusion[k].sum()), int(confusion[:, k].sum()))


def scores(hits: int, truth: int, taken: int) -> dict:
    """The same of a class that `truth` images are, that `taken` are taken for, and both of `hits`."""
    precision, recall = hits / taken if taken else None, hits / truth if truth else None
    f1 = 2 * hits / (truth + taken) if truth + taken else None
    return {"images": truth, "precision": precision, "recall": recall, "f1": f1}


def balanced_accuracy(confusion: np.ndarray) -> float | None:
    """Mean recall of the classes that have images: each counts the same, however rare (Brodersen et al., 2010)."""
    return mean_of(class_scores(confusion, k)["recall"] for k in range(len(confusion)))


def macro_f1(confusion: np.ndarray) -> float | None:
    """Mean f1 of the classes that are there or are predicted."""
    return mean_of(class_scores(confusion, k)["f1"] for k in range(len(confusion)))


def most_confused(confusion: np.ndarray, classes: tuple[str, ...], most: int = 5) -> list[dict]:
    """The pairs with the most mistakes: {"true", "predicted", "images", "share" of the true class's images}."""
    wrong = confusion - np.diag(np.diag(confusion))
    order = np.argsort(-wrong, axis=None, kind="stable")[:most]
    pairs = [divmod(int(at), len(classes)) for at in order]
    return [
        {"true": classes[i], "predicted": classes[j], "images": int(wrong[i, j]),
         "share": float(wrong[i, j] / confusion[i].sum())}
        for i, j in pairs if wrong[i, j]
    ]  # fmt: skip


def mean_of(values) -> float | None:
    """The mean of what is not None; None of nothing."""
    known = [value for value in values if value is not None]
    return float(sum(known) / len(known)) if known else None
