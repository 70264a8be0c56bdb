import numpy as np
import pytest

from fitcli.engine.compare.picture import _smooth, draw_comparison
from fitcli.engine.compare.runs import read_runs


@pytest.fixture
def panels(monkeypatch):
    from matplotlib.figure import Figure

    made = []
    before = Figure.subplots
    monkeypatch.setattr(Figure, "subplots", lambda self, *a, **k: made.append(before(self, *a, **k)) or made[-1])
    return made


def test_loss_against_step_and_time(make_run, panels, tmp_path):
    runs = read_runs([make_run("_slow"), make_run("$quick", losses=(3.0, 0.5)), make_run("cut", "", (2.0,), end=False)])
    draw_comparison(runs, tmp_path / "c.png", title="all")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    left, right = panels[-1]
    assert [line.get_label() for line in left.lines] == [r"\$quick", "\u2009_slow", "cut (unfinished)"]
    assert left.lines[1].get_xydata().tolist() == [[1, 4], [2, 3], [3, 2], [4, 1]]
    assert right.lines[1].get_xydata().tolist() == [[0, 4], [0.5, 3], [1, 2], [1.5, 1]]
    assert left.get_xlabel() == "step" and right.get_xlabel() == "seconds of training"
    assert left.get_yscale() == "log" and left.get_xscale() == "linear"


def test_full_batches_beside_small_ones(make_run, panels, tmp_path):
    runs = read_runs([make_run("gd"), make_run("sgd", losses=np.linspace(3, 1, 200).tolist(), accuracies=())])
    draw_comparison(runs, tmp_path / "c.png")
    assert panels[-1][0].get_xscale() == "log"


def test_many_runs_all_look_different(make_run, panels, tmp_path):
    runs = read_runs([make_run(f"r{i}", losses=(3.0, 1 + i / 10)) for i in range(34)])
    draw_comparison(runs, tmp_path / "c.png")
    looks = {(tuple(np.round(line.get_color(), 4)), str(line.get_linestyle())) for line in panels[-1][0].lines}
    assert len(looks) == 34


def test_a_run_that_diverges_does_not_flatten_the_rest(make_run, panels, tmp_path):
    runs = read_runs([make_run("a"), make_run("b", losses=(4.0, 1e9)), make_run("c", losses=(4.0, float("nan")))])
    draw_comparison(runs, tmp_path / "c.png")
    low, top = panels[-1][0].get_ylim()
    assert 0.5 < low < 1 and 4 < top < 6


def test_nothing_to_show(make_run, panels, tmp_path):
    draw_comparison(read_runs([make_run("a", losses=())]), tmp_path / "c.png")
    assert panels[-1][0].lines[:] == [] and (tmp_path / "c.png").is_file()


def test_smoothing():
    x = np.arange(9.0)
    np.testing.assert_allclose(_smooth(x, 2), [0, 1, 2, 3, 4, 5, 6, 6.5, 7])  # at the end, what there is
    y = _smooth(np.array([1, np.nan, 3, np.nan, np.nan, np.nan, 9.0]), 1)
    np.testing.assert_allclose(y, [1, 2, 3, 3, np.nan, 9, 9])
