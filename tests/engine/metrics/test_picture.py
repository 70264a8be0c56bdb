import warnings

import numpy as np
import pytest

from fitcli.engine.metrics.picture import draw_evaluation
from fitcli.engine.metrics.report import report


@pytest.fixture
def panels(monkeypatch):
    """matrix, reliability and counts of the last picture."""
    from matplotlib.figure import Figure

    made = []
    before = Figure.add_subplot
    monkeypatch.setattr(Figure, "add_subplot", lambda self, *a, **k: made.append(before(self, *a, **k)) or made[-1])
    return lambda: {axes.get_ylabel(): axes for axes in made if axes.get_ylabel()}


def test_the_numbers_are_in_it(answers, panels, tmp_path):
    a = answers()
    result = report(a.outputs, a.probabilities, a.labels, a.classes)
    draw_evaluation(result, tmp_path / "e.png", "a run")
    assert (tmp_path / "e.png").read_bytes().startswith(b"\x89PNG")
    matrix = panels()["true"]
    counts = {(int(t.get_position()[1]), int(t.get_position()[0])): int(t.get_text()) for t in matrix.texts}
    assert counts == {at: n for at, n in np.ndenumerate(np.array(result["confusion"])) if n}
    assert [t.get_text() for t in matrix.get_xticklabels()] == list(a.classes)
    bars = panels()["of these right, %"].patches
    assert [bar.get_height() for bar in bars] == [100 * row["accuracy"] for row in result["reliability"]]
    assert [bar.get_height() for bar in panels()["images"].patches] == [row["images"] for row in result["reliability"]]


def test_names_that_are_long_or_hostile(answers, panels, tmp_path):
    a = answers(classes=3)
    result = report(a.outputs, a.probabilities, a.labels, ("$x$ \\frac", "\x1b[31m../../etc", "n" * 300))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_evaluation(result, tmp_path / "e.png")
    names = [t.get_text() for t in panels()["true"].get_yticklabels()]
    assert names[:2] == ["$x$ \\frac", "\\x1b[31m../../etc"] and len(names[2]) == 18 and names[2].endswith("…")


def test_many_classes(panels, tmp_path):
    rng = np.random.default_rng(0)
    outputs, labels = rng.normal(0, 1, (500, 100)), rng.integers(0, 100, 500)
    p = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    draw_evaluation(report(outputs, p, labels, tuple(map(str, range(100)))), tmp_path / "e.png")
    assert not panels()["true"].texts
