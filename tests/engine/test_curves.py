from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fitcli.engine import curves
from fitcli.engine.curves import draw_curves, smooth, undrawn_event
from fitcli.errors import ModelFileError


def events(steps, epochs=1, val=True):
    log = [{"event": "start", "steps": steps}]
    for step in range(1, steps + 1):
        log.append({"event": "step", "step": step, "epoch": 1, "loss": 2 / step, "lr": 0.1, "seconds": 0.1})
    for epoch in range(1, epochs + 1):
        measured = {"val_loss": 1.1 / epoch, "val_accuracy": 1 - 1 / (epoch + 1)} if val else {}
        log.append({"event": "epoch", "epoch": epoch, "train_loss": 1 / epoch, **measured})
    return log


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    """Draws, and gives the figure whose picture was written."""
    from matplotlib.figure import Figure

    figures = []

    class Kept(Figure):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            figures.append(self)

    monkeypatch.setattr("matplotlib.figure.Figure", Kept)

    def draw(log, name="fashion-3"):
        path = tmp_path / name / "curves.png"
        path.parent.mkdir()
        draw_curves(log, path)
        with Image.open(path) as image:
            image.load()
            assert image.format == "PNG" and min(image.size) > 300
        assert [file.name for file in path.parent.iterdir()] == ["curves.png"]
        return figures[-1]

    return draw


def titles(figure):
    return [axes.get_title(loc="left").split(",")[0] for axes in figure.axes]


def test_all_four_panels(drawn):
    figure = drawn(events(100, 5))
    assert titles(figure) == ["loss of each step", "loss of each epoch", "validation accuracy", "learning rate"]
    step_loss, epoch_loss, accuracy, rate = figure.axes
    np.testing.assert_allclose(step_loss.lines[0].get_ydata(), 2 / np.arange(1, 101))
    assert len(step_loss.lines) == 2  # as it is, and smoothed
    assert [line.get_label() for line in epoch_loss.lines] == ["training", "validation"]
    np.testing.assert_allclose(accuracy.lines[0].get_ydata(), 100 * (1 - 1 / np.arange(2, 7)))
    assert "best: 83.3 in epoch 5" in accuracy.get_title(loc="left")
    assert set(rate.lines[0].get_ydata()) == {0.1}
    assert figure.get_suptitle() == "fashion-3"


def test_without_validation(drawn):
    figure = drawn(events(30, 2, val=False))
    assert titles(figure) == ["loss of each step", "loss of each epoch", "learning rate"]
    assert [line.get_label() for line in figure.axes[1].lines] == ["training"]


def test_a_single_step_and_epoch_are_seen(drawn):
    for axes in drawn(events(1)).axes:
        assert axes.lines and all(line.get_marker() == "o" for line in axes.lines)


@pytest.mark.parametrize(("val", "count"), [(True, 5), (False, 4)])
def test_what_the_derivative_says_of_each_step(drawn, val, count):
    log = events(50, 2, val)
    for event in log[1:51]:
        predicted, actual = -1.0, 1 / event["step"] - 1
        event |= {"predicted_change": predicted, "actual_change": actual, "change_ratio": actual / predicted}
    log[7] |= {"predicted_change": 0.0, "change_ratio": None}
    figure = drawn(log)
    assert len(figure.axes) == count and titles(figure)[-1] == "change of the loss / what df says of it"
    ratio = figure.axes[-1].lines[0].get_ydata()
    assert ratio[9] == 0.9 and np.isnan(ratio[6]) and figure.axes[-1].get_ylim()[1] > 1
    smoothed = figure.axes[-1].lines[1].get_ydata()
    assert smoothed[20] == pytest.approx(np.mean(ratio[18:23]))


@pytest.mark.parametrize("log", [[], events(0, 0), [{"event": "step", "step": 1, "loss": None, "lr": None}] * 30])
def test_nothing_to_draw_is_said(drawn, log):
    for axes in drawn(log).axes:
        assert not axes.lines and axes.texts[0].get_text() == "no numbers"


def test_a_diverged_fit_has_a_gap(drawn):
    log = events(40, 2)
    log[40]["loss"] = None
    assert np.isnan(drawn(log).axes[0].lines[0].get_ydata()[39])


def test_one_early_peak_does_not_flatten_the_rest(drawn):
    log = events(200)
    log[1]["loss"] = 1e6
    assert drawn(log).axes[0].get_ylim()[1] < 10


@pytest.mark.filterwarnings("error")
def test_names_that_are_formulas_or_in_other_letters(drawn):
    assert drawn(events(1), name=r"a$\frac{$日本").get_suptitle() == r"a$\frac{$日本"


def test_pyplot_is_left_alone():
    source = open(curves.__file__).read()
    assert "import matplotlib" not in source and "from matplotlib.pyplot" not in source


def test_smooth_against_the_plain_mean():
    rng = np.random.default_rng(0)
    x = rng.normal(size=50)
    x[[3, 4, 49]] = np.nan
    expected = []
    for i in range(50):
        half = min(max(min(i, 49 - i), 2), 8)
        window = x[max(i - half, 0) : i + half + 1]
        expected.append(np.nanmean(window) if np.isfinite(window).any() else np.nan)
    np.testing.assert_allclose(smooth(x, 8), expected, rtol=1e-9)
    assert np.isnan(smooth(np.full(5, np.nan), 2)).all()


def test_what_is_measured_of_several_classes(drawn):
    log = events(30, 4)
    for number, event in enumerate(e for e in log if e["event"] == "epoch"):
        event.update(val_f1=0.1 * number, val_map=0.2 * number)
    accuracy = drawn(log).axes[2]
    assert [line.get_label() for line in accuracy.lines] == ["accuracy", "F1, mean over classes", "mean average precision"]
    np.testing.assert_allclose(accuracy.lines[2].get_ydata(), [0, 20, 40, 60])


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("no font"), "cannot draw runs/a b/curves.png: ValueError: no font"),
        (ModelFileError("cannot write runs/a b/curves.png: the disk is full"),
         "cannot write runs/a b/curves.png: the disk is full"),
    ],
)
def test_why_there_is_no_picture(error, told):
    event = undrawn_event(Path("runs/a b/curves.png"), error)
    assert (event["event"], event["kind"], event["message"]) == ("warning", "picture", told)
    assert "`fitcli train --resume 'runs/a b'` draws it again" in event["hint"]
