import numpy as np
import pytest

from fitcli.engine.rangetest.picture import draw_sweep

RATES = np.geomspace(1e-5, 1, 30).tolist()
LOSSES = (1.5 + np.cos(np.linspace(0, 6, 30))).tolist()
RESULT = {
    "optimizer": "adam", "batch": 64, "rates": RATES, "losses": LOSSES, "smoothed": LOSSES, "steepest": 1e-3, "lowest": 1e-2,
    "diverges": 0.5, "suggestion": 3e-3,
}  # fmt: skip


@pytest.fixture
def axes(monkeypatch):
    """The axes of what was drawn last."""
    from matplotlib.figure import Figure

    made = []
    before = Figure.subplots
    monkeypatch.setattr(Figure, "subplots", lambda self, *a, **k: made.append(before(self, *a, **k)) or made[-1])
    return made


def test_what_the_picture_holds(axes, tmp_path):
    draw_sweep(RESULT, tmp_path / "lr.png", title="$a.yaml")
    assert (tmp_path / "lr.png").read_bytes().startswith(b"\x89PNG")
    labels = axes[-1].get_legend_handles_labels()[1]
    assert labels == [
        "loss of each step", "smoothed", "steepest descent: 0.001", "diverges: 0.5", "suggestion: 0.003",
        "lowest: 0.501 at 0.01",
    ]  # fmt: skip
    assert axes[-1].get_xscale() == "log" and axes[-1].get_title("left") == "$a.yaml"
    assert axes[-1].get_title("right") == "adam, batches of 64"


def test_divergence_does_not_flatten_the_rest(axes, tmp_path):
    draw_sweep(RESULT | {"smoothed": [*LOSSES[:-1], 1e6]}, tmp_path / "lr.png")
    low, top = axes[-1].get_ylim()
    assert low < 0.5 and 2.5 < top < 5


def test_what_is_not_found_is_not_drawn(axes, tmp_path):
    nothing = dict.fromkeys(("steepest", "lowest", "diverges", "suggestion"))
    draw_sweep(RESULT | nothing | {"smoothed": [2.0] * 30}, tmp_path / "lr.png")
    assert axes[-1].get_legend_handles_labels()[1] == ["loss of each step", "smoothed"]
