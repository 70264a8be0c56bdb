import warnings

import numpy as np
import pytest

from fitcli.engine.metrics.multipicture import draw_multilabel
from fitcli.engine.metrics.multireport import multireport


@pytest.fixture
def panels(monkeypatch):
    """scores, images, reliability and counts of the last picture."""
    from matplotlib.figure import Figure

    made = []
    before = Figure.add_subplot
    monkeypatch.setattr(Figure, "add_subplot", lambda self, *a, **k: made.append(before(self, *a, **k)) or made[-1])
    return made


def test_the_numbers_are_in_it(many_answers, panels, tmp_path):
    a = many_answers()
    result = multireport(a.shares, a.labels, a.classes)
    draw_multilabel(result, tmp_path / "e.png", "a run")
    assert (tmp_path / "e.png").read_bytes().startswith(b"\x89PNG")
    scores, images, reliability, counts = panels
    names = [t.get_text() for t in scores.get_yticklabels()]
    assert sorted(names) == list(a.classes) and names[-1] == "d"  # the most frequent first
    drawn = {p.get_label(): {names[int(y)]: x for x, y in p.get_offsets()} for p in scores.collections if len(p.get_offsets())}
    for key, label in (("precision", "precision"), ("recall", "recall"), ("average_precision", "average precision")):
        wanted = {name: 100 * own[key] for name, own in result["per_class"].items() if own[key] is not None}
        assert drawn[label] == pytest.approx(wanted)
    true, predicted = ([bar.get_width() for bar in group] for group in images.containers)
    assert true == [result["per_class"][name]["images"] for name in names]
    assert predicted == [result["per_class"][name]["predicted"] for name in names]
    assert [bar.get_height() for bar in reliability.patches] == [100 * row["accuracy"] for row in result["reliability"]]
    assert [bar.get_height() for bar in counts.patches] == [row["images"] for row in result["reliability"]]


def test_names_that_are_long_or_hostile_and_a_threshold(many_answers, panels, tmp_path):
    a = many_answers(classes=3, full=True)
    result = multireport(a.shares, a.labels, ("$x$ \\frac", "\x1b[31m../../etc", "n" * 300), 0.3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_multilabel(result, tmp_path / "e.png")
    names = [t.get_text() for t in panels[0].get_yticklabels()]
    assert "$x$ \\frac" in names and max(map(len, names)) == 18
    assert panels[0].get_title(loc="left") == "how well each class is found (yes from 0.3 on)"


def test_many_classes_and_none_that_is_there(panels, tmp_path):
    rng = np.random.default_rng(0)
    shares = rng.random((50, 100))
    draw_multilabel(multireport(shares, np.zeros((50, 100), np.uint8), tuple(map(str, range(100)))), tmp_path / "e.png")
    assert len(panels[0].get_yticklabels()) == 60
